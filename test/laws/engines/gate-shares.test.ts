/**
 * A share that a gate reads has a part of its denominator as numerator, in whatever world: failures and slow answers over
 * attempts with an outcome, retries over attempts sent. So no share exceeds 100 %.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShare, type Metric, unreadable } from '../../../src/model/gates/gate-metric.js';
import type { World } from '../../../src/model/world.js';
import { randomWorld } from '../../support/random-world.js';
import { check, metric } from '../../support/rollout-plans.js';
import { run } from '../../support/world-builder.js';

const RUNS = Number(process.env.RANDOM_WORLDS ?? 200);
const SEED = Number(process.env.RANDOM_SEED ?? 20251205);

/** Every share there is, over one window. */
const shares = (windowUs: number): readonly Metric[] =>
	(['retries', 'failures', 'errors', 'slow'] as const)
		.flatMap((numerator) =>
			(['first-attempts', 'all-attempts', 'logical-requests'] as const).flatMap((accounting) =>
				(numerator === 'retries' ? (['received', 'caused'] as const) : (['received'] as const)).map((where) =>
					metric({
						...{ numerator, accounting, where, windowUs, scope: where === 'caused' ? 'rollout' : 'stage' },
						slow: numerator === 'slow' ? { limitUs: 100_000, index: 0 } : null,
					}),
				),
			),
		)
		.filter((one) => isShare(one) && unreadable(one) === null);

/** Over the whole hold, and over a window shorter than most timeouts; they decide nothing. */
const DRY = [100_000, Number.POSITIVE_INFINITY].map((windowUs) =>
	shares(windowUs).map((one, i) => ({
		...check({ name: `share ${i}`, metric: one, everyUs: 500_000, rule: { noData: 'wait' }, onFail: 'none' }),
		mustPass: false,
	})),
);

/** What it has, and every share read beside each of its stages. */
const watched = (world: World, dry: (typeof DRY)[number]): World => ({
	...world,
	rollouts: world.rollouts.map((plan) => ({
		...plan,
		stages: plan.stages.map((stage) => ({ ...stage, scoring: null, gates: dry })),
	})),
});

describe('a gate in a random world', () => {
	it('reads no share above 100 %', () => {
		const seenOf = new Map<string, number>();
		const names = DRY[0].map(({ name }) => name);
		const world = fc
			.tuple(
				randomWorld.filter(({ rollouts }) => rollouts.length > 0),
				fc.constantFrom(...DRY),
			)
			.map(([one, dry]) => watched(one, dry));
		fc.assert(
			fc.property(world, fc.nat(1_000), (one, seed) => {
				for (const { check: name, what, seen, samples, sentBeforePush } of run(one, seed).decisions) {
					if (seen === null || samples === null || what !== 'measured') continue;
					if (name === null || !names.includes(name)) continue;
					if (seen > 0) seenOf.set(name, (seenOf.get(name) ?? 0) + 1);
					if (!(seen >= 0 && seen <= 1)) throw new Error(`${name} reads ${seen}`);
					if (sentBeforePush !== undefined && sentBeforePush > Math.round(seen * samples))
						throw new Error(`${name}: ${sentBeforePush} of ${seen * samples} were sent before the push`);
				}
			}),
			{ numRuns: RUNS, seed: SEED },
		);
		expect([...seenOf.keys()].toSorted()).toEqual(names.toSorted());
	}, 1_800_000);
});
