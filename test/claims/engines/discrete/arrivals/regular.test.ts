/** Regular arrivals are one stream for the whole world: who sends them changes nothing of when they come. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../../../../src/engines/discrete/arrivals/arrivals.js';
import { Streams } from '../../../../../src/kernel/random.js';
import type { World } from '../../../../../src/model/world.js';
import { loadScenario } from '../../../../../src/scenario/load.js';
import { ran } from '../../../../support/scenario-runs.js';
import { total } from '../../../../support/world-builder.js';

const FILE = `name: regular
duration: 60s
traffic: { rate: 100/s, process: regular }
edge: { service: 9ms, workers: 1 }
clients: { a: { timeout: 1s } }
`;
const populations = (shares: readonly number[]): string =>
	`clients={ ${shares.map((share, i) => `p${i}: { share: ${share}%, timeout: 1s }`).join(', ')} }`;

const instants = (world: World, count: number): number[] => {
	const arrivals = new Arrivals(world, new Streams(1));
	return Array.from({ length: count }, () => {
		const us = arrivals.nextUs;
		arrivals.take();
		return us;
	});
};
const worldOf = (set: readonly string[]): World => loadScenario(FILE, { file: 'a.yaml', set }).world;

describe('regular arrivals', () => {
	it.each([[[100]], [[50, 50]], [[25, 25, 25, 25]], [[70, 30]], [[33.3, 33.3, 33.4]]])(
		'of populations that make %j %: nobody waits where 9 ms of work come every 10 ms',
		(shares) => {
			const outcome = ran(FILE, [populations(shares)]);
			expect(total(outcome, 'waiting_us')).toBe(0);
			expect(total(outcome, 'born')).toBe(5_999);
		},
	);

	it('come at the same instants however they are split, along any curve', () => {
		const parts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 6 });
		const curve = fc.constantFrom(
			'traffic.rate=33.7/s',
			'traffic={ process: regular, steps: [{ at: 0s, rate: 10/s }, { at: 7s, rate: 90.1/s }, { at: 20s, rate: 3/s }] }',
			'traffic={ process: regular, rate: 20/s, spikes: { one: { at: 5s, for: 3s, rate: 71/s } } }',
		);
		fc.assert(
			fc.property(parts, curve, (weights, traffic) => {
				const sum = weights.reduce((a, b) => a + b, 0);
				const shares = weights.map((w) => (100 * w) / sum);
				expect(instants(worldOf([traffic, populations(shares)]), 500)).toEqual(instants(worldOf([traffic]), 500));
			}),
			{ numRuns: 60 },
		);
	});

	it('of regions as well: two with one node each see what one node sees that is chosen at random', () => {
		const two = 'regions={ west: { share: 50% }, east: { share: 50% } }';
		const busy = (set: readonly string[]): number => {
			const outcome = ran(FILE, ['duration=1000s', 'edge.service=18ms', ...set]);
			return total(outcome, 'waiting_us') / total(outcome, 'born');
		};
		const split = busy([two]);
		const one = busy(['edge.nodes=2', 'edge.choice=random']);
		expect(Math.abs(split / one - 1)).toBeLessThan(0.15);
		expect(split).toBeGreaterThan(1_000);
	});
});
