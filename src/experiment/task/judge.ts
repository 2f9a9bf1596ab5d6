/**
 * Judges expectations against what a run yielded. An expectation that measured nothing does not hold: a threshold over
 * no samples is a mistake in the scenario or a run that went nowhere, and says so.
 */
import { Bug } from '../../kernel/errors.js';
import { formatDuration } from '../../kernel/units.js';
import { formatQuantity } from '../../metrics/definitions/format.js';
import { type Quantity, type QuantityKind, quantity, type Undecided } from '../../metrics/definitions/metrics.js';
import type { Bound, Expectation, Selection } from '../../metrics/expectation.js';
import type { Outcome } from '../../metrics/outcome.js';
import { placesWhere } from '../../metrics/reading/cell-sums.js';
import { impactStart, type Rules } from '../../metrics/reading/milestones.js';
import { compare, type Looked, look } from './comparison.js';
import type { Other } from './other-runs.js';

export { timesFewer } from './comparison.js';
export { needed, type Other, twinOf } from './other-runs.js';

/**
 * no-data counts as failed; undecided: what is open when the run ends could turn it; inconclusive: it takes more replications
 * to tell (`replicate/probabilistic-expectations.ts`)
 */
export type Verdict = 'pass' | 'fail' | 'no-data' | 'undecided' | 'inconclusive';

export interface Judgement {
	readonly expectation: Expectation;
	/** what was compared with the bound, null where nothing was measured or it never happened */
	readonly seen: number | null;
	readonly verdict: Verdict;
	/** what was seen, for people */
	readonly text: string;
}

/** What one run says, luck aside. */
export interface RunJudgement extends Judgement {
	readonly verdict: Exclude<Verdict, 'inconclusive'>;
}

/**
 * Judges what every expectation asks of one run.
 * @param world the world that ran: what its verdict words mean, and its names
 * @throws Bug for a quantity that does not exist (the loader refuses those)
 */
export function judge(
	expectations: readonly Expectation[],
	outcome: Outcome,
	world: Rules,
	other: Other,
): RunJudgement[] {
	return expectations.map((expectation) => judgeOne(expectation, outcome, world, other));
}

/** The verdict on all of them: one that fails decides, then one that is open. */
export function overall(verdicts: readonly Verdict[]): Exclude<Verdict, 'no-data'> {
	if (verdicts.some((verdict) => verdict === 'fail' || verdict === 'no-data')) return 'fail';
	if (verdicts.includes('undecided')) return 'undecided';
	return verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

function judgeOne(expectation: Expectation, outcome: Outcome, world: Rules, other: Other): RunJudgement {
	const { that, selection, versus, bound } = expectation;
	const named = quantity(that);
	if (named === undefined) throw new Bug(`no quantity is called ${that}`);
	if (placesWhere(outcome, selection.where) === null) {
		return { expectation, seen: null, verdict: 'no-data', text: 'no samples: this place was not recorded' };
	}
	const measured =
		versus === null ? look(named, outcome, selection, world) : compare(named, expectation, outcome, world, other);
	const kind = versus === null ? named.kind : comparedKind(named.kind, versus.as);
	if (measured.open !== null) return judgeOpen(expectation, measured, measured.open, kind, outcome);
	if (measured.value === null || Number.isNaN(measured.value)) {
		const idle = idleText(that, outcome, selection);
		if (versus !== null || !mayNeverCome(named)) {
			const text = versus === null && idle !== undefined ? idle : noSamples(versus?.as);
			return { expectation, seen: null, verdict: 'no-data', text };
		}
		const verdict = bound.never ? 'pass' : 'fail';
		return {
			expectation,
			seen: null,
			verdict,
			text: bound.never ? 'never' : idle === undefined ? 'never happened' : idle,
		};
	}
	const text = formatQuantity(kind, measured.value, outcome);
	return { expectation, seen: measured.value, verdict: holds(bound, measured.value) ? 'pass' : 'fail', text };
}

/** What is open decides nothing where the bound is kept, or broken, whatever becomes of it. */
function judgeOpen(
	expectation: Expectation,
	{ value }: Looked,
	{ range, why, brief, neededToUs, notBefore }: Undecided,
	kind: QuantityKind,
	outcome: Outcome,
): RunJudgement {
	const { bound, versus } = expectation;
	// What has not come by then is too late already.
	if (versus === null && notBefore !== undefined && !bound.never && !holds(ceilingOf(bound), notBefore))
		return { expectation, seen: null, verdict: 'fail', text: `not before ${formatQuantity(kind, notBefore, outcome)}` };
	const verdict = range === null ? 'undecided' : holdsOver(bound, range);
	const show = (one: number | null): string => formatQuantity(kind, one, outcome);
	if (verdict !== 'undecided') {
		const text = value === null ? `${show(range === null ? null : range[0])} or more` : show(value);
		return { expectation, seen: value, verdict, text: brief === null ? text : `${text}, ${brief}` };
	}
	const would = neededToUs === null ? '' : `; ${durationText(neededToUs, outcome)} would decide`;
	const between = range === null || kind === 'boolean' ? '' : `${show(range[0])} to ${show(range[1])}: `;
	return { expectation, seen: value, verdict, text: `undecided: ${between}${why}${would}` };
}

/** "a duration of 60s" */
export const durationText = (toUs: number, { fromUs }: Pick<Outcome, 'fromUs'>): string =>
	`a duration of ${formatDuration(Math.ceil((toUs - fromUs) / 1e6) * 1e6)}`;

/** Whether every number from the least to the greatest keeps a bound, or none does. */
export function holdsOver(bound: Bound, [least, most]: readonly [number, number]): 'pass' | 'fail' | 'undecided' {
	if (holds(bound, least) && holds(bound, most)) return 'pass';
	const [floor, ceiling] = [
		{ ...bound, ...ONE_SIDED.floor(bound) },
		{ ...bound, ...ONE_SIDED.ceiling(bound) },
	];
	return bound.never || !holds(floor, most) || !holds(ceiling, least) ? 'fail' : 'undecided';
}

const ceilingOf = (bound: Bound): Bound => ({ ...bound, ...ONE_SIDED.ceiling(bound) });

/** One side of a bound: its floor, or its ceiling. */
const ONE_SIDED = {
	floor: ({ equals, between }: Bound): Partial<Bound> => ({
		below: null,
		between: between === null ? null : [between[0], Number.POSITIVE_INFINITY],
		equals: null,
		...(equals === null ? {} : { between: [equals.value - equals.tolerance, Number.POSITIVE_INFINITY] }),
	}),
	ceiling: ({ equals, between }: Bound): Partial<Bound> => ({
		above: null,
		between: between === null ? null : [Number.NEGATIVE_INFINITY, between[1]],
		equals: null,
		...(equals === null ? {} : { between: [Number.NEGATIVE_INFINITY, equals.value + equals.tolerance] }),
	}),
};

/** Whether a number keeps a bound. `never` is broken by any number. */
export function holds(bound: Bound, value: number): boolean {
	if (bound.never) return false;
	if (bound.above !== null && !(value > bound.above)) return false;
	if (bound.below !== null && !(value < bound.below)) return false;
	if (bound.between !== null && !(value >= bound.between[0] && value <= bound.between[1])) return false;
	if (bound.equals === null) return true;
	const { value: expected, tolerance } = bound.equals;
	// 0.28 - 0.26 is a hair more than 0.02 in binary: the edge of the tolerance belongs to it.
	return Math.abs(value - expected) <= tolerance + 1e-12 * Math.abs(expected);
}

function comparedKind(kind: QuantityKind, as: 'ratio' | 'difference' | 'times-fewer'): QuantityKind {
	if (as !== 'difference') return 'factor';
	return kind === 'instant' ? 'duration' : kind;
}

/** What stands where a quantity says nothing because there was nothing to say: no samples are missing. */
function idleText(that: string, outcome: Outcome, { where }: Selection): string | undefined {
	if (that === 'collapsed-before-trigger' && outcome.triggers.length === 0) return 'no trigger';
	if (!/^(recovered|recovered-at-all|first-recovery|time-to-recover|recovery-after-trigger)$/.test(that))
		return undefined;
	return impactStart(outcome, where) === null ? 'no impact' : undefined;
}

/** Milestones, and times from one to another: null says that it never came, not that nothing was measured. */
const mayNeverCome = ({ name, kind }: Quantity): boolean =>
	kind === 'instant' || /^(time-to-.*|revert-after|recovery-after-trigger)$/.test(name);

function noSamples(as: 'ratio' | 'difference' | 'times-fewer' | undefined): string {
	if (as === undefined) return 'no samples';
	if (as === 'times-fewer') return 'no samples: neither run lost more than its no-change twin, or one measured nothing';
	return 'no samples in one of the two runs, or nothing to divide by';
}
