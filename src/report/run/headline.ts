/** The figures that open every report, read once so that text and JSON say the same. */

import { quantity } from '../../metrics/definitions/metrics.js';
import type { Selection } from '../../metrics/expectation.js';
import type { Outcome } from '../../metrics/outcome.js';
import { type Cascade, cascade } from '../../metrics/reading/cascade.js';
import { total, wholeRun } from '../../metrics/reading/cell-sums.js';
import { type Collapse, collapse, collapsedAt, collapsedBefore } from '../../metrics/reading/collapse.js';
import { impactStart, mitigated, type Rules } from '../../metrics/reading/milestones.js';
import { type Recovery, recovery } from '../../metrics/reading/recovery.js';

export interface Headline {
	readonly requests: number | null;
	readonly attempts: number | null;
	/** counts of logical requests, by birth; direct + collateral = lost */
	readonly lost: number | null;
	readonly direct: number | null;
	readonly collateral: number | null;
	/** requests that succeeded after a failed attempt */
	readonly saved: number | null;
	/** over the measured window */
	readonly unavailable: number | null;
	/** from impact start to recovery; where that is not judged, to the end of the last trigger; else to the end. Null without impact */
	readonly unavailableWhileImpaired: number | null;
	readonly cascade: Cascade | null;
	readonly collapse: Collapse;
	/** start of the lasting collapse, and whether that was before the first trigger (null: not known, or there was none); null where it has not collapsed */
	readonly collapsedAt: { readonly us: number; readonly beforeTrigger: boolean | null } | null;
	/** null where the places were not recorded */
	readonly recovery: Recovery | null;
	/** logical requests that are open when the run ends: they count nowhere */
	readonly open: number | null;
}

/** Reads the headline of a run. */
export function headline(outcome: Outcome, world: Rules): Headline {
	const whole = wholeRun(outcome);
	const count = (measure: string) => total(outcome, whole, measure);
	const lost = count('lost_by_birth');
	const direct = count('lost_direct_by_birth');
	return {
		requests: count('born'),
		attempts: count('attempts'),
		lost,
		direct,
		collateral: lost === null || direct === null ? null : lost - direct,
		saved: count('saved'),
		unavailable: read(outcome, world, 'unavailable', whole),
		unavailableWhileImpaired: whileImpaired(outcome, world),
		cascade: cascade(outcome, world),
		collapse: collapse(outcome, world),
		collapsedAt: downSince(outcome, world),
		recovery: recovery(outcome, world),
		open: read(outcome, world, 'open-requests'),
	};
}

/** A quantity by name, over the whole run unless a selection is given; null where it does not exist or was not measured. */
export function read(
	outcome: Outcome,
	world: Rules,
	name: string,
	selection: Selection = wholeRun(outcome),
): number | null {
	const named = quantity(name);
	return named === undefined ? null : named.read(outcome, selection, world);
}

function downSince(outcome: Outcome, world: Rules): Headline['collapsedAt'] {
	const us = collapsedAt(outcome, world);
	return us === null ? null : { us, beforeTrigger: collapsedBefore(outcome, world) };
}

function whileImpaired(outcome: Outcome, world: Rules): number | null {
	const fromUs = impactStart(outcome);
	if (fromUs === null) return null;
	const toUs = impairedUntil(outcome, world, fromUs);
	return read(outcome, world, 'unavailable', { fromUs, toUs, where: {} });
}

function impairedUntil(outcome: Outcome, world: Rules, fromUs: number): number {
	const found = recovery(outcome, world);
	if (found === null || found.recovered === false) return outcome.toUs;
	const us = found.recovered === true ? found.atUs : mitigated(outcome);
	return us !== null && us > fromUs ? us : outcome.toUs;
}
