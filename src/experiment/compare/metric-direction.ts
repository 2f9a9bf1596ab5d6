/**
 * Which way a quantity is better. What SREs agree on has a direction; all else (how many arrived, what was saved, when
 * something happened) is neutral, and is never called good or bad.
 */
import { LATENCIES } from '../../metrics/outcome.js';

export type Preference = 'less' | 'more' | 'neutral';

/** Of these less is better. Latency of requests that failed is none of them: failing sooner is not failing less. */
const LESS: ReadonlySet<string> = new Set([
	...['unavailable', 'lost', 'lost-direct', 'lost-collateral', 'outage-minutes', 'error-budget'],
	...['failed', 'lost-by-birth', 'lost-direct-by-birth', 'first-failed', 'first-failed-by-birth'],
	...['retries', 'amplification', 'attempts-per-request', 'retry-share', 'retry-ratio'],
	...['peak-amplification', 'peak-retry-share', 'queue-length', 'wasted-share', 'wasted-time'],
	...['time-to-verdict', 'lost-before-verdict', 'first-failed-before-verdict'],
	...['exposed', 'exposed-first-attempts', 'exposed-node-time', 'gate-inconclusive'],
	...['time-to-detect', 'time-to-mitigate', 'time-to-recover', 'recovery-after-trigger'],
	...LATENCIES.filter((latency) => latency !== 'failure').flatMap((latency) => [
		...['p50', 'p90', 'p99', 'p999'].map((p) => `${latency}-${p}`),
		`mean-${latency}-latency`,
	]),
	...['collapsed', 'cascaded'],
]);

const MORE: ReadonlySet<string> = new Set([
	...['success-rate', 'goodput', 'goodput-share', 'succeeded', 'succeeded-by-birth'],
	'recovered-at-all',
]);

/** @param name of a quantity */
export function preferenceFor(name: string): Preference {
	if (LESS.has(name)) return 'less';
	return MORE.has(name) ? 'more' : 'neutral';
}

/** Every quantity that has a direction. */
export const DIRECTED: readonly string[] = [...LESS, ...MORE];
