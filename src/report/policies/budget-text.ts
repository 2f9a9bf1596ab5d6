/** When a preset's budget stops it, in a few words for a table and in sentences for a page. */
import { formatFactor, formatShare, parseShare } from '../../kernel/units.js';
import { formatCount } from '../../metrics/definitions/format.js';
import {
	failuresToThreshold,
	quotaRetries,
	thresholdBreakEven,
	windowAmplification,
} from '../../model/retry/outage-arithmetic.js';
import type { PolicySheet } from './sheet.js';

type Budget = Readonly<Record<string, unknown>>;

const budgetOf = ({ fields }: PolicySheet): Budget | null =>
	typeof fields.budget === 'object' ? (fields.budget as Budget) : null;

/** "quota 500, cost 14", or "none" */
export function budgetInShort(sheet: PolicySheet): string {
	const budget = budgetOf(sheet);
	if (budget === null) return 'none';
	switch (budget.kind) {
		case 'quota':
			return `quota ${budget.capacity}, cost ${budget.cost}`;
		case 'threshold':
			return `tokens ${budget.max}, earns ${budget.ratio}`;
		case 'ttl-window':
			return `${budget.ratio} + ${budget.minPerSecond}/s`;
		case 'concurrency':
			return `retries at once: ${budget.max}`;
		default:
			return `${budget.ratio} in ${budget.window}`;
	}
}

/** Calls per second of one client that the sentences look at. */
const RATES = [10, 100, 1_000];

/** @returns sentences; none where there is no budget */
export function budgetSentences(sheet: PolicySheet): string[] {
	const budget = budgetOf(sheet);
	if (budget === null) return [];
	switch (budget.kind) {
		case 'quota':
			return quotaSentences(budget);
		case 'threshold': {
			const [capacity, ratio] = [Number(budget.max), parseShare(budget.ratio)];
			return [
				`stops after ${failuresToThreshold(capacity)} failures in a row: it takes more than ${capacity / 2} of ${capacity} tokens to retry, and a failed attempt takes one`,
				`in the long run it stops while more than ${formatShare(thresholdBreakEven(ratio), 2)} of the attempts fail: ratio / (1 + ratio)`,
			];
		}
		case 'ttl-window':
			return windowSentences(parseShare(budget.ratio), Number(budget.minPerSecond), budget.credit);
		case 'concurrency':
			return concurrencySentences(sheet, budget);
		default: {
			const perSecond = perSecondOf(budget);
			return windowSentences(parseShare(budget.ratio), perSecond, 'per-call');
		}
	}
}

function quotaSentences({ capacity, cost, costFor, overfills }: Budget): string[] {
	const retries = (of: number): number => quotaRetries(Number(capacity), of);
	const others = Object.entries((costFor ?? {}) as Record<string, number>);
	return [
		`empty after ${retries(Number(cost))} retries in a row: floor(${capacity} / ${cost}); then none until calls succeed`,
		...others.map(([cause, of]) => `of ${cause} failures after ${retries(of)}: floor(${capacity} / ${of})`),
		...(overfills === true ? ['but any success fills it again'] : []),
	];
}

const perSecondOf = ({ minRetries, minRetriesPer }: Budget): number =>
	minRetriesPer === '1s' && typeof minRetries === 'number' ? minRetries : 0;

function windowSentences(ratio: number, perSecond: number, credit: unknown): string[] {
	const at = (share: number): string =>
		RATES.map(
			(rate) => `${formatFactor(Number(windowAmplification(share, perSecond, rate).toPrecision(4)))} at ${rate}/s`,
		).join(', ');
	return [
		`at most 1 + ${formatShare(ratio)}${perSecond === 0 ? '' : ` + ${perSecond}/s / calls per second`} sends a call: ${perSecond === 0 ? formatFactor(1 + ratio) : at(ratio)}`,
		...(credit === 'per-success' && perSecond > 0 ? [`while nothing succeeds nothing is earned: ${at(0)}`] : []),
	];
}

function concurrencySentences({ concurrent }: PolicySheet, { max }: Budget): string[] {
	if (concurrent === null) return ['retries at once: unlimited, which is no budget'];
	const rate = formatCount(Math.round(concurrent));
	return [
		`at most ${max} retries in back-off or on their way: ${rate}/s where a try fails in 10 ms (${max} / (mean back-off + 10 ms))`,
	];
}
