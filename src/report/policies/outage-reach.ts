/** How far one request of a preset gets while nothing is answered well: its tries or its copies, and what of its own ends them. */
import { parseDuration } from '../../kernel/units.js';
import { CAUSE, CAUSES, type Cause } from '../../model/retry/cause.js';
import {
	failuresToThreshold,
	hedgedCopies,
	quotaRetries,
	type RetryPlan,
	type TryRange,
	triesOf,
} from '../../model/retry/outage-arithmetic.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Copies of a call that go by the clock. */
export interface Hedge {
	readonly total: number;
	readonly delayUs: number;
}

export const isRecord = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

export function hedgeOf({ hedge }: Fields): Hedge | null {
	if (!isRecord(hedge)) return null;
	return { total: Number(hedge.total ?? 2), delayUs: parseDuration(hedge.delay ?? '0s') };
}

/** Causes as a preset's fields have them. */
export const causesOf = (written: unknown): Cause[] => {
	const names = Array.isArray(written) ? written.map(String) : [];
	return CAUSES.filter((cause) => names.includes(cause));
};

/** The failures that are retried only where the answer has a Retry-After. */
export function gatedOf({ retryAfter, on }: Fields): Cause[] {
	if (!isRecord(retryAfter)) return [];
	const causes = retryAfter.mode === 'gate' ? (retryAfter.on ?? on) : retryAfter.needed;
	return causesOf(causes).filter((cause) => causesOf(on).includes(cause));
}

/** Sends of one request where every one of them fails at once. */
export function failingAtOnce(plan: RetryPlan, fields: Fields): TryRange {
	const copies = hedgeOf(fields)?.total ?? 1;
	const { fewest, most } = triesOf(plan, 0);
	const bound = 1 + budgetBurst(fields);
	return { fewest: Math.min(fewest * copies, bound), most: Math.min(most * copies, bound) };
}

export interface HangResult {
	/** limit on a try; null where there is none, and copies go beside the first */
	readonly tryUs: number | null;
	readonly tries: TryRange;
}

/** Sends of one request where none is answered; null where nothing but the caller ends a try. */
export function hangResult(plan: RetryPlan, fields: Fields): HangResult | null {
	const tryUs = typeof fields.timeout === 'string' ? parseDuration(fields.timeout) : null;
	const isRetried = causesOf(fields.on).includes('timeout');
	const hedge = hedgeOf(fields);
	if (hedge !== null) {
		// A copy that is cut off lets the next go, where that is no reason to end the call.
		const limitUs = tryUs === null || isRetried ? Number.POSITIVE_INFINITY : tryUs;
		const eachUs = tryUs === null ? hedge.delayUs : Math.min(hedge.delayUs, tryUs);
		const copies = hedgedCopies(hedge.total, eachUs, Math.min(limitUs, plan.overallUs));
		return { tryUs, tries: { fewest: copies, most: copies } };
	}
	// Where nothing but the limit on the call ends a try, that is the whole of it.
	const endUs = tryUs ?? (Number.isFinite(plan.overallUs) ? plan.overallUs : null);
	if (endUs !== null && !isRetried) return { tryUs: endUs, tries: { fewest: 1, most: 1 } };
	if (tryUs === null) return null;
	return { tryUs, tries: triesOf({ ...plan, cause: CAUSE.timeout }, tryUs) };
}

/**
 * Retries that a budget which nobody has drawn on lets one client make in a row while nothing ends well; Infinity where that
 * is no number: it is a share of what others do.
 */
export function budgetBurst({ budget }: Fields): number {
	if (!isRecord(budget)) return Number.POSITIVE_INFINITY;
	switch (budget.kind) {
		case 'quota':
			return quotaRetries(Number(budget.capacity), Number(budget.cost));
		case 'threshold':
			return failuresToThreshold(Number(budget.max)) - 1;
		case 'ttl-window':
			return Math.floor((Number(budget.minPerSecond) * parseDuration(budget.ttl)) / 1e6);
		default:
			return Number.POSITIVE_INFINITY;
	}
}

/** Failures in a row that open the breaker, and of whom; null without one. */
export function breakerOpens({ breaker }: Fields): { readonly failures: number; readonly of: string } | null {
	if (!isRecord(breaker)) return null;
	const counted = [breaker.failures, breaker.minCalls].filter((n) => typeof n === 'number');
	const of = breaker.scope === 'host' ? 'on one node' : breaker.scope === 'population' ? 'in all' : 'of one client';
	return { failures: Math.max(1, Math.min(...counted)), of };
}
