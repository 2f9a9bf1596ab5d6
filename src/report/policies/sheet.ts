/** All there is to say of a preset, as plain data: what a table, a JSON document and a page of text are made of. */
import { caveats, policyFields, type RetryPreset } from '../../catalog/retries.js';
import { parseDuration } from '../../kernel/units.js';
import { type DelayRange, delayRange } from '../../model/retry/backoff/range.js';
import { CAUSE, type Cause } from '../../model/retry/cause.js';
import {
	concurrentRetriesPerSecond,
	type DelayTotal,
	type RetryPlan,
	type TryRange,
	totalBackoff,
	triesOf,
} from '../../model/retry/outage-arithmetic.js';
import { delayLaw } from '../../scenario/resolve/distributions.js';
import { causesOf, failingAtOnce, gatedOf, type HangResult, hangResult, hedgeOf, isRecord } from './outage-reach.js';

export interface PolicySheet {
	readonly preset: RetryPreset;
	readonly fields: Readonly<Record<string, unknown>>;
	readonly caveats: readonly string[];
	/** failures that are retried */
	readonly on: readonly Cause[];
	/** those of them that need a Retry-After, and wait as it says */
	readonly gated: readonly Cause[];
	/** tries, or copies of a hedged call, the first included; Infinity = unlimited; null = the author has to say, or the number of nodes does */
	readonly attempts: number | null;
	/** the failure that the delays are told for; null where it retries none */
	readonly cause: Cause | null;
	/** before the first four retries, as many as there are */
	readonly delays: readonly DelayRange[];
	readonly inAll: DelayTotal | null;
	/** sends of one request when everything fails at once, with `cause`, and its budget is full */
	readonly atOnce: TryRange | null;
	/** the same when every try hangs; null where nothing but the caller ends it */
	readonly hanging: HangResult | null;
	/** sends within the first minute of an outage, where it does not give up by itself */
	readonly minute: TryRange | null;
	/** failures with other delays: 429 of the AWS SDKs */
	readonly others: readonly { readonly cause: Cause; readonly delays: readonly DelayRange[] }[];
	/** retries per second under a limit on concurrent retries, when a try fails in 10 ms; null without such a limit */
	readonly concurrent: number | null;
}

const FIRST_RETRIES = 4;
const MINUTE_US = 60e6;
const QUICK_US = 10_000;

export function policySheet(preset: RetryPreset): PolicySheet {
	const fields = policyFields(preset);
	const delay = delayLaw(fields.backoff);
	const on = causesOf(fields.on);
	const waits = (cause: Cause): boolean => delay.waitsOn === null || (delay.waitsOn & (1 << CAUSE[cause])) !== 0;
	const gated = gatedOf(fields);
	const free = on.filter((one) => !gated.includes(one));
	const cause = free.find(waits) ?? free[0] ?? on[0] ?? null;
	const attempts = triesSaid(fields);
	const plan: RetryPlan = {
		attempts: attempts ?? 1,
		delay,
		cause: CAUSE[cause ?? 'refused'],
		overallUs: isRecord(fields.overall) ? parseDuration(fields.overall.after) : Number.POSITIVE_INFINITY,
	};
	const whole = cause === null ? { ...plan, attempts: 1 } : plan;
	const delays = rangesOf(whole, attempts === null ? FIRST_RETRIES : Math.min(FIRST_RETRIES, whole.attempts - 1));
	const others = free.filter((other) => differs(whole, CAUSE[other]));
	const atOnce = attempts === null ? null : failingAtOnce(whole, fields);
	const isEndless = endless(whole) && atOnce !== null && !isBounded(atOnce, whole);
	return {
		preset,
		fields,
		caveats: caveats(preset),
		on,
		gated,
		attempts: attempts === null ? null : attempts * (hedgeOf(fields)?.total ?? 1),
		cause,
		delays,
		inAll: attempts === null ? null : totalBackoff(whole),
		atOnce,
		hanging: attempts === null ? null : hangResult(whole, fields),
		minute: isEndless ? triesOf(whole, 0, MINUTE_US) : null,
		others: others.map((other) => ({
			cause: other,
			delays: rangesOf({ ...whole, cause: CAUSE[other] }, delays.length),
		})),
		concurrent: concurrentOf(fields.budget, delays),
	};
}

/** A walk from node to node without a limit of its own ends with the last node. */
function triesSaid({ attempts, target }: PolicySheet['fields']): number | null {
	if (attempts !== 'unlimited') return numberOf(attempts);
	return target === 'next-node' ? null : Number.POSITIVE_INFINITY;
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const endless = ({ attempts, overallUs }: RetryPlan): boolean =>
	attempts === Number.POSITIVE_INFINITY && overallUs > MINUTE_US;

/** Whether its budget ends what its number of tries does not. */
const isBounded = ({ most }: TryRange, { attempts }: RetryPlan): boolean => Number.isFinite(most) && attempts !== most;

const rangesOf = ({ delay, cause }: RetryPlan, retries: number): DelayRange[] =>
	Array.from({ length: retries }, (_, i) => delayRange(delay, i + 1, cause)).filter((range) => range !== null);

/** Whether a failure is waited for otherwise than the one that the sheet tells of. */
function differs({ delay, cause }: RetryPlan, other: number): boolean {
	const [here, there] = [cause, other].map((one) => delayRange(delay, 1, one));
	return JSON.stringify(here) !== JSON.stringify(there);
}

function concurrentOf(budget: unknown, delays: readonly DelayRange[]): number | null {
	if (!isRecord(budget) || budget.kind !== 'concurrency' || typeof budget.max !== 'number') return null;
	const mean = delays.reduce((sum, { meanUs }) => sum + meanUs, 0) / Math.max(1, delays.length);
	return concurrentRetriesPerSecond(budget.max, mean, QUICK_US);
}
