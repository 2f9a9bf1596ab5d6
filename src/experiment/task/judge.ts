/**
 * Judges expectations against what a run yielded. An expectation that measured nothing does not hold: a threshold over
 * no samples is a mistake in the scenario or a run that went nowhere, and says so.
 */
import { Bug } from '../../kernel/errors.js';
import { formatQuantity } from '../../metrics/definitions/format.js';
import { type Quantity, type QuantityKind, quantity } from '../../metrics/definitions/metrics.js';
import { type Bound, type Expectation, NO_CHANGE, type Selection } from '../../metrics/expectation.js';
import type { Outcome } from '../../metrics/outcome.js';
import { minus, placesWhere, total } from '../../metrics/reading/cells.js';
import type { Rules } from '../../metrics/reading/milestones.js';

/** no-data counts as failed; inconclusive: it takes more replications to tell (`replicate/probabilistic-expectations.ts`) */
export type Verdict = 'pass' | 'fail' | 'no-data' | 'inconclusive';

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

/** Gives the outcome of another variant of the file under the same seed, by the names that `needed` lists. */
export type Other = (variant: string) => Outcome;

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
	return verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

/** Which other outcomes the expectations compare with: `NAME`, `NAME/no-change`, and `/no-change` for the own twin. */
export function needed(expectations: readonly Expectation[]): string[] {
	const names = new Set<string>();
	for (const { versus } of expectations) {
		if (versus === null) continue;
		names.add(otherName(versus.variant));
		if (versus.as !== 'times-fewer') continue;
		names.add(twinOf(versus.variant));
		names.add(twinOf(''));
	}
	return [...names];
}

/** The name under which `other` is asked for the twin world of a variant without its rollouts ('' is the own one). */
export const twinOf = (variant: string): string =>
	variant === NO_CHANGE ? `/${NO_CHANGE}` : `${variant}/${NO_CHANGE}`;

const otherName = (variant: string): string => (variant === NO_CHANGE ? twinOf('') : variant);

/** Counts behind the shares of requests: times fewer compares numbers of requests, not shares. */
const COUNT_OF: ReadonlyMap<string, string> = new Map([
	['unavailable', 'first_failed_by_birth'],
	['lost', 'lost_by_birth'],
	['lost-direct', 'lost_direct_by_birth'],
]);

/**
 * Times fewer: the other's excess of lost requests over its no-change twin / this one's excess over its own. Infinity
 * where this one has no excess; null where neither has one, or where something was not measured.
 */
export function timesFewer(ownExcess: number | null, othersExcess: number | null): number | null {
	if (ownExcess === null || othersExcess === null || (ownExcess <= 0 && othersExcess <= 0)) return null;
	return ownExcess <= 0 ? Number.POSITIVE_INFINITY : othersExcess / ownExcess;
}

function judgeOne(expectation: Expectation, outcome: Outcome, world: Rules, other: Other): RunJudgement {
	const { that, selection, versus, bound } = expectation;
	const named = quantity(that);
	if (named === undefined) throw new Bug(`no quantity is called ${that}`);
	if (placesWhere(outcome, selection.where) === null) {
		return { expectation, seen: null, verdict: 'no-data', text: 'no samples: this place was not recorded' };
	}
	const seen =
		versus === null ? named.read(outcome, selection, world) : compare(named, expectation, outcome, world, other);
	const kind = versus === null ? named.kind : comparedKind(named.kind, versus.as);
	if (seen === null || Number.isNaN(seen)) {
		if (versus !== null || !mayNeverCome(named)) {
			return { expectation, seen: null, verdict: 'no-data', text: noSamples(versus?.as) };
		}
		const verdict = bound.never ? 'pass' : 'fail';
		return { expectation, seen: null, verdict, text: bound.never ? 'never' : 'never happened' };
	}
	const text = formatQuantity(kind, seen, outcome);
	return { expectation, seen, verdict: holds(bound, seen) ? 'pass' : 'fail', text };
}

/** Whether a number keeps a bound. `never` is broken by any number. */
export function holds(bound: Bound, seen: number): boolean {
	if (bound.never) return false;
	if (bound.above !== null && !(seen > bound.above)) return false;
	if (bound.below !== null && !(seen < bound.below)) return false;
	if (bound.between !== null && !(seen >= bound.between[0] && seen <= bound.between[1])) return false;
	if (bound.equals === null) return true;
	const { value, tolerance } = bound.equals;
	// 0.28 - 0.26 is a hair more than 0.02 in binary: the edge of the tolerance belongs to it.
	return Math.abs(seen - value) <= tolerance + 1e-12 * Math.abs(value);
}

function compare(
	named: Quantity,
	{ that, selection, versus }: Expectation,
	outcome: Outcome,
	world: Rules,
	other: Other,
): number | null {
	if (versus === null) return named.read(outcome, selection, world);
	const theirs = other(otherName(versus.variant));
	if (versus.as === 'times-fewer') {
		const read = countReader(named, that, selection, world);
		const own = minus(read(outcome), read(other(twinOf(''))));
		return timesFewer(own, minus(read(theirs), read(other(twinOf(versus.variant)))));
	}
	const here = named.read(outcome, selection, world);
	const there = named.read(theirs, selection, world);
	if (here === null || there === null) return null;
	if (versus.as === 'difference') return here - there;
	return here === 0 && there === 0 ? null : here / there;
}

function countReader(named: Quantity, that: string, selection: Selection, world: Rules) {
	const measure = COUNT_OF.get(that);
	return (outcome: Outcome): number | null =>
		measure === undefined ? named.read(outcome, selection, world) : total(outcome, selection, measure);
}

function comparedKind(kind: QuantityKind, as: 'ratio' | 'difference' | 'times-fewer'): QuantityKind {
	if (as !== 'difference') return 'factor';
	return kind === 'instant' ? 'duration' : kind;
}

/** Milestones, and times from one to another: null says that it never came, not that nothing was measured. */
const mayNeverCome = ({ name, kind }: Quantity): boolean =>
	kind === 'instant' || /^(time-to-.*|revert-after|recovery-after-trigger)$/.test(name);

function noSamples(as: 'ratio' | 'difference' | 'times-fewer' | undefined): string {
	if (as === undefined) return 'no samples';
	if (as === 'times-fewer') return 'no samples: neither run lost more than its no-change twin, or one measured nothing';
	return 'no samples in one of the two runs, or nothing to divide by';
}
