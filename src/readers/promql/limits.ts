/**
 * From what a condition says of a result to a limit on the bad share: passed, inconclusive and failed along it, from 0 up.
 * The condition is not taken apart. It is asked at every number that it names and at points between them; where two neighbours
 * differ, the place is found by bisection: `(1 - result[0]) * 100 < 5` names 1, 100 and 5, and turns at 0.95.
 */
import { UserError } from '../../kernel/errors.js';
import type { ParsedCondition, Result } from './condition-parser.js';

export type ResultVerdict = 'passed' | 'inconclusive' | 'failed' | 'error';

/** What becomes of a result. */
export interface ResultVerdicts {
	readonly of: (result: Result) => ResultVerdict;
	/** where it is likely to turn: numbers that it names, and simple sums and products of them */
	readonly turns: readonly number[];
	/** the numbers that its author wrote */
	readonly written: readonly number[];
}

/** A limit, and whether the worse outcome holds at the limit itself or only above it. */
export interface Limit {
	readonly value: number;
	readonly itself: boolean;
}

export interface ConditionLimits {
	/** failed from here up */
	readonly fails: Limit;
	/** not passed from here up, where that is another limit */
	readonly doubts: Limit | null;
}

/**
 * As Argo has it: a failure condition that holds fails; with one condition alone the other is its opposite; with both,
 * neither is inconclusive; what cannot be evaluated is an error.
 */
export function argoVerdicts(success: ParsedCondition | null, failure: ParsedCondition | null): ResultVerdicts {
	const given = [success, failure].filter((each) => each !== null);
	return {
		turns: given.flatMap(turnsOf),
		written: given.flatMap(({ constants }) => constants),
		of: (result) => {
			const passes = success === null ? undefined : success.holds(result);
			const fails = failure === null ? undefined : failure.holds(result);
			if (passes === null || fails === null) return 'error';
			if (fails === true || (fails === undefined && passes === false)) return 'failed';
			return passes === true || fails === undefined || passes === undefined ? 'passed' : 'inconclusive';
		},
	};
}

/** As Flagger has it: within [min, max], both included; no value, or NaN, has failed. */
export function rangeVerdicts(min: number | null, max: number | null): ResultVerdicts {
	const written = [min, max].filter((each) => each !== null);
	return {
		turns: written,
		written,
		of: (result) => {
			if (result === 'empty' || Number.isNaN(result)) return 'failed';
			return (min !== null && result < min) || (max !== null && result > max) ? 'failed' : 'passed';
		},
	};
}

const MAX_CONSTANTS = 24;

function turnsOf({ constants, rounds }: ParsedCondition): number[] {
	const named = [...new Set(constants)];
	if (named.length > MAX_CONSTANTS) throw new UserError('a condition of so many numbers is not understood');
	// Arithmetic on the result moves a turn: `result[0] * 100 >= 95` turns at 95 / 100.
	const moved = named.flatMap((a) => named.flatMap((b) => [a * b, a / b, a + b]));
	const rounded = rounds ? named.flatMap((a) => [a - 1, a + 1]) : [];
	return [0, 1, ...named, ...moved, ...rounded].filter(Number.isFinite);
}

/**
 * Limits on a quantity that the result is a monotone function of.
 * @param quantity of a result
 * @param from,to the results for the least and the greatest quantity; `to` may be infinite
 * @throws UserError where the outcomes are not passed, then inconclusive, then failed, along it
 */
export function limitsAlong(
	verdicts: ResultVerdicts,
	{ from, to, quantity }: { readonly from: number; readonly to: number; readonly quantity: (result: number) => number },
): ConditionLimits {
	const rising = to > from;
	const [low, high] = rising ? [from, to] : [to, from];
	const inside = [...new Set(verdicts.turns)].filter((turn) => turn > low && turn < high);
	const ends = [low, ...(Number.isFinite(high) ? [high] : [Math.max(...inside, low) * BEYOND + 1])];
	const points = [...new Set([...ends, ...inside])].sort((a, b) => (rising ? a - b : b - a));
	return limitsOfChanges(
		points.flatMap((at, i) => {
			const here = { limit: { value: quantity(at), itself: true }, outcome: verdicts.of(at) };
			return i === points.length - 1 ? [here] : [here, ...changesBetween(verdicts, at, points[i + 1], quantity)];
		}),
	);
}

/** An open end is looked at this many times as far as the greatest number named. */
const BEYOND = 1000;
/** A turn nearer to a named number than this share of the gap to the next one is taken to be at the number. */
const BESIDE = 1e-9;
/** Points looked at between two named numbers: two turns closer together are told from one. */
const STEPS = 24;

interface OutcomeChange {
	readonly limit: Limit;
	readonly outcome: ResultVerdict;
}

/** From just beyond `start` to just before `end`: the first outcome, and each place where it turns. */
function changesBetween(
	verdicts: ResultVerdicts,
	start: number,
	end: number,
	quantity: (result: number) => number,
): readonly OutcomeChange[] {
	const shares = Array.from({ length: STEPS + 1 }, (_, i) => Math.min(1 - BESIDE, Math.max(BESIDE, i / STEPS)));
	const probes = shares.map((share) => start + share * (end - start));
	const outcomes = probes.map(verdicts.of);
	const changes: OutcomeChange[] = [{ limit: { value: quantity(start), itself: false }, outcome: outcomes[0] }];
	for (let i = 1; i < probes.length; i++) {
		if (outcomes[i] === outcomes[i - 1]) continue;
		const turn = bisected(verdicts, probes[i - 1], probes[i]);
		changes.push({ limit: { value: quantity(turn), itself: true }, outcome: verdicts.of(turn) });
		changes.push({ limit: { value: quantity(turn), itself: false }, outcome: outcomes[i] });
	}
	return changes;
}

/** Where the outcome of `before` ends, to twelve digits: what its author wrote has fewer. */
function bisected(verdicts: ResultVerdicts, before: number, after: number): number {
	const outcome = verdicts.of(before);
	let [left, right] = [before, after];
	for (let middle = (left + right) / 2; middle !== left && middle !== right; middle = (left + right) / 2) {
		if (verdicts.of(middle) === outcome) left = middle;
		else right = middle;
	}
	return Number(right.toPrecision(12));
}

const BADNESS: readonly ResultVerdict[] = ['passed', 'inconclusive', 'failed'];

function limitsOfChanges(changes: readonly OutcomeChange[]): ConditionLimits {
	const badness = changes.map(({ outcome }) => BADNESS.indexOf(outcome));
	if (badness.includes(-1)) throw new UserError('its condition cannot be evaluated on a number');
	if (badness.some((bad, i) => i > 0 && bad < badness[i - 1])) {
		throw new UserError('its condition does not only get worse as more goes wrong');
	}
	const fails = badness.indexOf(2);
	const doubts = badness.findIndex((bad) => bad > 0);
	if (fails === -1) throw new UserError('its condition fails on nothing that could be seen');
	if (fails === 0) throw new UserError('its condition fails whatever is seen');
	return { fails: changes[fails].limit, doubts: doubts === fails || doubts === -1 ? null : changes[doubts].limit };
}
