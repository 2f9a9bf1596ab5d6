/**
 * P2: M. Brooker, "Fixing retries with token buckets and circuit breakers" (2022). A hundred clients make ten calls a
 * second each for ten seconds; attempts fail with probability p. The first three ways are `scenarios/studies/
 * brooker-2022-retries.yaml` too; the fourth, a breaker of retries that looks at all attempts of its client so far, is here.
 *
 * Measured with the original program, 5 runs: success and load (attempts per call), in per cent to the decimals given.
 */
import { describe, expect, test } from 'vitest';
import type { Budget } from '../../../src/model/retry/policy.js';
import { build, constant, policy, requestClass, run, steps, total } from '../../support/world-builder.js';
import { LENGTH, statistics } from '../support.js';

const bucket: Budget = {
	...{ kind: 'ratio-bucket', ratio: 0.1, capacity: 5, initial: 5, cost: 1, threshold: 1, strict: true },
	...{ credit: 'per-call', scope: 'instance' },
};
const breaker: Budget = {
	...{
		kind: 'failure-ratio',
		of: 'answers',
		scope: 'instance',
		ratio: 0.1,
		windowUs: Number.POSITIVE_INFINITY,
		slots: 1,
	},
	minCalls: 0,
};
const WAYS = {
	none: policy(),
	three: policy({ attempts: 4 }),
	bucket: policy({ attempts: Number.POSITIVE_INFINITY, budget: bucket }),
	breaker: policy({ attempts: 4, budget: breaker }),
};
type Way = keyof typeof WAYS;

const MEASURED: readonly [p: number, of: Readonly<Record<Way, readonly [success: number, load: number]>>][] = [
	[0.01, { none: [99, 100], three: [100, 101], bucket: [100, 100.9], breaker: [99.88, 100.9] }],
	[0.05, { none: [95, 100], three: [100, 105.3], bucket: [99.99, 105.2], breaker: [98.56, 103.8] }],
	[0.1, { none: [90, 100], three: [99.99, 111.1], bucket: [99.03, 110.2], breaker: [93.18, 103.3] }],
	[0.2, { none: [80, 100], three: [99.84, 124.8], bucket: [90.81, 113.5], breaker: [80.44, 100.3] }],
	[0.5, { none: [50, 100], three: [93.75, 187.5], bucket: [57.06, 114.2], breaker: [49.83, 100] }],
	[1, { none: [0, 100], three: [0, 400], bucket: [0, 114.3], breaker: [0, 100] }],
];
const ORIGINAL_RUNS = 5;
const RUNS = 10 * LENGTH;
/** Half of the last decimal of a figure, in per cent. */
const ROUNDED = 0.05;

const worldOf = (p: number, way: Way) =>
	build({
		...{ rate: steps([0, 1_000], [10, 0]), seconds: 11 },
		edge: { service: [constant(0.001)], workers: 10_000 },
		clients: { instances: 100, layers: [WAYS[way]] },
		over: { classes: [requestClass({ errorProbability: p })] },
	});

describe('P2', () => {
	for (const [p, ways] of MEASURED)
		test.each(Object.keys(ways) as Way[])(`attempts fail with probability ${p}: %s`, (way) => {
			const world = worldOf(p, way);
			const outcomes = Array.from({ length: RUNS }, (_, k) => run(world, k + 1));
			(['succeeded', 'attempts'] as const).forEach((figure, k) => {
				const all = outcomes.map((outcome) => (100 * total(outcome, figure)) / total(outcome, 'born'));
				const { mean, variance } = statistics(all);
				// The original's runs are as long as these, and vary as much.
				const bound = 4 * Math.sqrt(variance * (1 / RUNS + 1 / ORIGINAL_RUNS)) + ROUNDED;
				expect(Math.abs(mean - ways[way][k]), `${figure}: ${mean} against ${ways[way][k]}`).toBeLessThan(bound);
			});
		});
});
