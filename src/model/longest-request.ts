/**
 * How long a request can be open: all its tries time out, with the greatest waits between them. A run that goes on for so long
 * after the last birth (`coolDown`) leaves no request undecided.
 */
import type { Distribution } from './distributions/distribution.js';
import type { Population } from './population.js';
import { isChained } from './retry/backoff/backoff.js';
import { delayEnds } from './retry/backoff/range.js';
import { CAUSES } from './retry/cause.js';
import type { RetryPolicy } from './retry/policy.js';

/** From birth to the end, of whatever population; Infinity where no bound is known. */
export const longestRequestUs = (populations: readonly Population[]): number =>
	populations.reduce((most, population) => Math.max(most, longestOf(population)), 0);

/** An upper bound: limits that end a request sooner, such as budgets, are left out. */
function longestOf({ timeout, timeoutClock, patience, layers }: Population): number {
	const [timeoutUs, patienceUs] = [greatestUs(timeout), greatestUs(patience)];
	const wholeUs = timeoutClock === 'whole-request' ? Math.min(timeoutUs, patienceUs) : patienceUs;
	return Math.min(wholeUs, layers.reduce(callUs, timeoutUs));
}

/** A whole call of a layer, if one of the layer inside of it takes at most `innerUs`. */
function callUs(innerUs: number, layer: RetryPolicy): number {
	const tryUs = Math.min(hedgedUs(innerUs, layer), greatestUs(layer.timeout));
	const attempts = Math.max(layer.attempts, ...layer.attemptsFor.map((other) => other.attempts));
	const triesUs = attempts === 1 ? tryUs : attempts * tryUs + waitsUs(layer, attempts);
	return layer.lastTryUs === null ? triesUs : Math.min(triesUs, layer.lastTryUs + tryUs);
}

/** Copies by the clock go one after the other. What a percentile says is not known before the run. */
function hedgedUs(innerUs: number, { hedge }: RetryPolicy): number {
	if (hedge === null) return innerUs;
	const { when, total } = hedge;
	return when.kind === 'fixed-delay' ? innerUs + (total - 1) * when.delayUs : Number.POSITIVE_INFINITY;
}

/** More waits than these are not added up. One that grows from the wait before costs as many steps as there were before it. */
const MOST_WAITS = 1000;
const MOST_CHAINED = 20;

/** All waits of a layer. A limiter may hold a retry back, and an answer may ask for any wait. */
function waitsUs({ delay, limiter, retryAfter }: RetryPolicy, attempts: number): number {
	const asks = retryAfter !== null && retryAfter.mode !== 'ignore';
	const most = delay.growth.kind === 'drawn' || isChained(delay.growth) ? MOST_CHAINED : MOST_WAITS;
	if (limiter !== null || asks || attempts > most) return Number.POSITIVE_INFINITY;
	const causes = delay.waitsOn === null && delay.baseUsFor.length === 0 ? [0] : [...CAUSES.keys()];
	let sumUs = 0;
	for (let n = 1; n < attempts; n++) {
		const waits = causes.map((cause) => delayEnds(delay, n, cause));
		sumUs += waits.reduce((longest, range) => (range === null ? longest : Math.max(longest, range.greatestUs)), 0);
	}
	return sumUs;
}

/** The longest time that a law gives; Infinity where it has no end, or there is no law. */
function greatestUs(law: Distribution | null): number {
	switch (law?.kind) {
		case 'constant':
			return law.us;
		case 'uniform':
			return law.toUs;
		case 'empirical':
			return law.valuesUs.reduce((most, us) => Math.max(most, us), 0);
		case 'mixture':
			return Math.max(...law.parts.map(({ of }) => greatestUs(of)));
		default:
			return Number.POSITIVE_INFINITY;
	}
}
