/** How a version reaches nodes, as pure bookings: laws that any batch, restart and phase must keep. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Arrival, arrivals, type Batches, batchOf, isBadFile } from '../../../../src/model/rollout/propagation.js';
import { S } from '../../../support/rollout-plans.js';

const RUNS = { seed: 20_251_205, numRuns: 400 };

const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.05, 0.1, 0.25, 1 / 3, 1));
const aBatches = fc.record({
	kind: fc.constant('batches' as const),
	share: share.filter((part) => part > 0),
	surge: share,
	unavailable: share,
	restartUs: fc.integer({ min: 1, max: 60 * S }),
});
const aSize = fc.integer({ min: 1, max: 60 });
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const unlucky = (): number => expect.unreachable('batches ask for no luck');

const roll = (batches: Batches, size: number, nodes = range(size)): Arrival[] =>
	arrivals(batches, [{ size, nodes }], 100 * S, unlucky);

/** Nodes on their way at an instant, and those of them that are down. */
function under(list: readonly Arrival[], { restartUs }: Batches, atUs: number) {
	const moving = list.filter((one) => one.atUs - restartUs <= atUs && atUs < one.atUs);
	return { moving: moving.length, down: moving.filter((one) => one.downFromUs !== null).length };
}

describe('batches', () => {
	it('reach every node once, lowest numbers first, each a restart after its batch began', () => {
		fc.assert(
			fc.property(aBatches, aSize, (batches, size) => {
				const list = roll(batches, size);
				expect(list.map(({ node }) => node)).toEqual(range(size));
				list.forEach((one, i) => {
					if (i > 0) expect(one.atUs).toBeGreaterThanOrEqual(list[i - 1].atUs);
					if (one.downFromUs !== null) expect(one.atUs - one.downFromUs).toBe(batches.restartUs);
					expect((one.atUs - 100 * S) % batches.restartUs).toBe(0);
				});
			}),
			RUNS,
		);
	});

	it('keep within the share, the surge and the unavailable ones at every instant', () => {
		fc.assert(
			fc.property(aBatches, aSize, (batches, size) => {
				const list = roll(batches, size);
				const spare = Math.ceil(size * batches.surge - 1e-9);
				const mayBeDown = Math.floor(size * batches.unavailable + 1e-9);
				for (const { atUs } of list) {
					const { moving, down } = under(list, batches, atUs - 1);
					expect(moving).toBeLessThanOrEqual(Math.max(1, Math.ceil(size * batches.share - 1e-9)));
					expect(moving - down).toBeLessThanOrEqual(spare);
					// Where neither share allows one whole node, one goes down all the same.
					expect(down).toBeLessThanOrEqual(spare + mayBeDown === 0 ? 1 : mayBeDown);
				}
			}),
			RUNS,
		);
	});

	it('leave no gap: all but the last are full, and the next begins as the one before is ready', () => {
		fc.assert(
			fc.property(aBatches, aSize, (batches, size) => {
				const { batch } = batchOf(batches, size);
				const last = roll(batches, size)[size - 1];
				expect(last.atUs).toBe(100 * S + Math.ceil(size / batch) * batches.restartUs);
			}),
			RUNS,
		);
	});

	test.each([
		// Kubernetes' own example: 25% of ten are 3 of surge (up) and 2 unavailable (down); 3 + 2 are replaced at once.
		{ size: 10, share: 1, surge: 0.25, unavailable: 0.25, batch: 5, down: 2 },
		{ size: 10, share: 0.2, surge: 0.25, unavailable: 0.25, batch: 2, down: 0 },
		{ size: 10, share: 1 / 3, surge: 0, unavailable: 1 / 3, batch: 3, down: 3 },
		// 25% of three are none, and none of surge: Kubernetes lets one go down.
		{ size: 3, share: 1, surge: 0, unavailable: 0.25, batch: 1, down: 1 },
		{ size: 100, share: 0.07, surge: 0.07, unavailable: 0, batch: 7, down: 0 },
	])('$size nodes, $share, surge $surge, unavailable $unavailable: $batch at a time, $down down', (row) => {
		const batches = { kind: 'batches' as const, ...row, restartUs: 10 * S };
		const list = roll(batches, row.size);
		expect(under(list, batches, 100 * S)).toEqual({ moving: row.batch, down: row.down });
	});

	it('take the shares of all nodes of a group, also of those that have the version already', () => {
		const batches = { kind: 'batches', share: 0.5, surge: 0, unavailable: 0.5, restartUs: S } as const;
		expect(roll(batches, 8, [6, 7]).map(({ atUs }) => atUs)).toEqual([101 * S, 101 * S]);
	});
});

describe('pull', () => {
	it('delays a node by its phase, from nothing up to the interval, and takes no node down', () => {
		const list = arrivals({ kind: 'pull', everyUs: 60 * S }, [{ size: 4, nodes: range(4) }], 5, (node) => node / 4);
		expect(list).toEqual(range(4).map((node) => ({ node, atUs: 5 + node * 15 * S, downFromUs: null })));
	});
});

it('a file is bad with the probability it is said to be', () => {
	const law = { kind: 'regenerate', everyUs: S, bad: 0.25 } as const;
	expect(range(100).filter((i) => isBadFile(law, i / 100))).toEqual(range(25));
	expect(isBadFile({ ...law, bad: 1 }, 1 - 2 ** -32)).toBe(true);
	expect(isBadFile({ ...law, bad: 0 }, 0)).toBe(false);
});
