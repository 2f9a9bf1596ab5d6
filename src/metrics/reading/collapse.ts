/** The two verdicts on a run: did the damage cascade beyond its cause, and did it outlive it. */
import type { Selection } from '../expectation.js';
import type { Outcome, Place } from '../outcome.js';
import { total } from './cells.js';
import { MIN_SAMPLES, mitigated, type Rules } from './milestones.js';

/** The hardest-hit place while a trigger was in force. */
export interface Cascade {
	readonly cascaded: boolean;
	/** region and platform, as far as they were recorded; empty: the whole edge */
	readonly place: Place;
	/** share of its requests that were lost, by birth */
	readonly lost: number;
	/** false where cells are not kept by region and platform, so that a cascade in one place may hide in a sum */
	readonly exact: boolean;
}

/**
 * Cascaded: while a trigger is in force, at least `cascadeShare` of the requests of one (region, platform) is lost.
 * Each trigger is looked at by itself; places with fewer than 30 requests in that time are left out.
 * @returns null where no trigger was ever in force or no place had enough requests
 */
export function cascade(outcome: Outcome, rules: Rules): Cascade | null {
	const places = compartments(outcome);
	const exact = outcome.places.every((place) => place.region !== undefined && place.platform !== undefined);
	let worst: { place: Place; lost: number } | null = null;
	for (const trigger of outcome.triggers) {
		const toUs = trigger.toUs === null ? outcome.toUs : Math.min(trigger.toUs, outcome.toUs);
		for (const place of places) {
			const during: Selection = { fromUs: Math.max(trigger.fromUs, outcome.fromUs), toUs, where: place };
			if (during.fromUs >= during.toUs) continue;
			const born = total(outcome, during, 'born');
			const lost = total(outcome, during, 'lost_by_birth');
			if (born === null || lost === null || born < MIN_SAMPLES) continue;
			if (worst === null || lost / born > worst.lost) worst = { place, lost: lost / born };
		}
	}
	return worst === null ? null : { cascaded: worst.lost >= rules.verdicts.cascadeShare, ...worst, exact };
}

/** What is left at the end of a run. */
export interface Collapse {
	readonly collapsed: boolean;
	/** logical successes / logical requests born, over the last `collapsedLastUs`; null where none was born */
	readonly goodputShare: number | null;
	/** a trigger is in force, or was within the window judged: then a low goodput is not a collapse of its own making */
	readonly triggered: boolean;
}

/**
 * Collapsed (metastable): goodput over the last `collapsedLastUs` of the run stays below `collapsedBelow` of the demand
 * although every trigger was gone before.
 */
export function collapse(outcome: Outcome, rules: Rules): Collapse {
	const { collapsedLastUs, collapsedBelow } = rules.verdicts;
	const last: Selection = {
		fromUs: Math.max(outcome.fromUs, outcome.toUs - collapsedLastUs),
		toUs: outcome.toUs,
		where: {},
	};
	const born = total(outcome, last, 'born');
	const succeeded = total(outcome, last, 'succeeded');
	const goodputShare = born === null || succeeded === null || born === 0 ? null : succeeded / born;
	const gone = mitigated(outcome);
	const triggered = outcome.triggers.length > 0 && (gone === null || gone > last.fromUs);
	return { collapsed: goodputShare !== null && goodputShare < collapsedBelow && !triggered, goodputShare, triggered };
}

/** Every (region, platform) that cells were kept for, or every region, or every platform, or the whole edge. */
function compartments(outcome: Outcome): Place[] {
	const seen = new Map<string, Place>();
	for (const { region, platform } of outcome.places) {
		const place: Place = {
			...(region === undefined ? {} : { region }),
			...(platform === undefined ? {} : { platform }),
		};
		seen.set(JSON.stringify(place), place);
	}
	return [...seen.values()];
}
