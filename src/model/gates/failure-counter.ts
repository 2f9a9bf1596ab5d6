/**
 * What a check has seen so far, and when that is enough: its counters, a pure step `count(rule, tally, outcome)`. Argo
 * fails when *more than* `failureLimit` measurements failed in all; Flagger when *at least* `threshold` did, and says so
 * at its next tick; others count in a row, or k of the last n.
 */
import type { CheckResult } from './condition.js';

export type FailRule =
	| { readonly kind: 'total-above'; readonly limit: number }
	| { readonly kind: 'total-at-least'; readonly limit: number }
	| { readonly kind: 'consecutive'; readonly limit: number }
	/** `limit` of the last `of` */
	| { readonly kind: 'k-of-n'; readonly limit: number; readonly of: number };

export interface CounterRule {
	readonly fail: FailRule;
	/** when the counters start anew: never, with every pass, or with every push of a stage */
	readonly reset: 'never' | 'on-pass' | 'on-stage';
	/** when a verdict takes effect: with the measurement, or before the next one */
	readonly evaluate: 'measurement' | 'next-tick';
	/** what no data counts as; `wait` is as if nothing had been measured */
	readonly noData: 'inconclusive' | 'pass' | 'fail' | 'error' | 'wait';
	/** more inconclusive measurements than this pause the rollout; null = no limit */
	readonly inconclusiveLimit: number | null;
	/** more errors in a row than this fail the check; null = no limit */
	readonly errorLimit: number | null;
}

export interface FailureTally {
	/** when its clock started */
	readonly sinceUs: number;
	/** the next measurement; null: there is none */
	readonly nextUs: number | null;
	/** measurements that counted */
	readonly measured: number;
	readonly failed: number;
	readonly inconclusive: number;
	/** failures in a row, and errors in a row, up to now */
	readonly failedInARow: number;
	readonly errorsInARow: number;
	/** the last ones that passed (false) or failed (true), for k of n; oldest first */
	readonly recent: readonly boolean[];
	/** the latest that counted */
	readonly last: Exclude<CheckResult, 'no-data'> | null;
}

export type CounterState = 'going' | 'failed' | 'inconclusive';

export const emptyTally = (sinceUs: number, nextUs: number | null): FailureTally => ({
	sinceUs,
	nextUs,
	measured: 0,
	failed: 0,
	inconclusive: 0,
	failedInARow: 0,
	errorsInARow: 0,
	recent: [],
	last: null,
});

/** The tally after one more measurement. */
export function count(rule: CounterRule, tally: FailureTally, outcome: CheckResult): FailureTally {
	const counted = meaning(rule, outcome);
	if (counted === null) return tally;
	const measured = tally.measured + (counted === 'error' ? 0 : 1);
	const errorsInARow = counted === 'error' ? tally.errorsInARow + 1 : 0;
	const next = { ...tally, measured, errorsInARow, last: counted };
	switch (counted) {
		case 'error':
			return next;
		case 'inconclusive':
			return { ...next, inconclusive: tally.inconclusive + 1, failedInARow: 0 };
		case 'failed': {
			const failed = tally.failed + 1;
			return { ...next, failed, failedInARow: tally.failedInARow + 1, recent: remember(rule, tally, true) };
		}
		case 'passed':
			if (rule.reset === 'on-pass') return { ...next, failed: 0, inconclusive: 0, failedInARow: 0, recent: [] };
			return { ...next, failedInARow: 0, recent: remember(rule, tally, false) };
	}
}

/** What the counters amount to. */
export function counterState(rule: CounterRule, tally: FailureTally): CounterState {
	if (reached(rule.fail, tally)) return 'failed';
	if (rule.errorLimit !== null && tally.errorsInARow > rule.errorLimit) return 'failed';
	return rule.inconclusiveLimit !== null && tally.inconclusive > rule.inconclusiveLimit ? 'inconclusive' : 'going';
}

/** The counter in words: "2 of at most 3 failed". */
export function counterText({ fail, errorLimit }: CounterRule, tally: FailureTally): string {
	if (tally.errorsInARow > 0)
		return `${tally.errorsInARow} errors in a row${errorLimit === null ? '' : `, ${errorLimit} allowed`}`;
	switch (fail.kind) {
		case 'total-above':
			return `${tally.failed} failed, ${fail.limit} allowed`;
		case 'total-at-least':
			return `${tally.failed} of ${fail.limit} failed`;
		case 'consecutive':
			return `${tally.failedInARow} of ${fail.limit} in a row`;
		case 'k-of-n':
			return `${tally.recent.filter(Boolean).length} of ${fail.limit} in the last ${fail.of}`;
	}
}

/** What a measurement counts as; null: not at all. */
function meaning({ noData }: CounterRule, outcome: CheckResult): Exclude<CheckResult, 'no-data'> | null {
	if (outcome !== 'no-data') return outcome;
	if (noData === 'wait') return null;
	return noData === 'pass' ? 'passed' : noData === 'fail' ? 'failed' : noData;
}

function reached(rule: FailRule, tally: FailureTally): boolean {
	switch (rule.kind) {
		case 'total-above':
			return tally.failed > rule.limit;
		case 'total-at-least':
			return tally.failed >= rule.limit;
		case 'consecutive':
			return tally.failedInARow >= rule.limit;
		case 'k-of-n':
			return tally.recent.filter(Boolean).length >= rule.limit;
	}
}

function remember({ fail }: CounterRule, { recent }: FailureTally, failed: boolean): readonly boolean[] {
	return fail.kind === 'k-of-n' ? [...recent, failed].slice(-fail.of) : recent;
}
