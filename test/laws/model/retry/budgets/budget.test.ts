/** The token bucket: bounds it never leaves, the retries it lets pass, and published figures. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RatioBucket } from '../../../../../src/model/retry/budgets/ratio-bucket.js';
import { earn, mayRetry, spend } from '../../../../../src/model/retry/budgets/token-bucket-budget.js';

const SEED = 20_251_205;

const budget = (over: Partial<RatioBucket>): RatioBucket => ({
	kind: 'ratio-bucket',
	ratio: 0.1,
	capacity: 10,
	initial: 10,
	cost: 1,
	threshold: 1,
	strict: false,
	credit: 'per-call',
	scope: 'population',
	...over,
});

/** Every call fails and asks for `asks` retries. Returns the retries that passed. */
function storm(b: RatioBucket, calls: number, asks: number): number {
	let tokens = b.initial;
	let retries = 0;
	for (let call = 0; call < calls; call++) {
		tokens = earn(b, tokens);
		for (let ask = 0; ask < asks && mayRetry(b, tokens); ask++) {
			tokens = spend(b, tokens);
			retries++;
		}
	}
	return retries;
}

describe('bounds', () => {
	test('tokens stay between 0 and the capacity, and a refused retry finds less than the threshold', () => {
		let passed = 0;
		fc.assert(
			fc.property(
				fc.record({
					ratio: fc.double({ min: 0, max: 3, noNaN: true }),
					capacity: fc.double({ min: 0, max: 50, noNaN: true }),
					cost: fc.double({ min: 0, max: 5, noNaN: true }),
					threshold: fc.double({ min: 0, max: 5, noNaN: true }),
					strict: fc.boolean(),
				}),
				fc.array(fc.boolean(), { maxLength: 200 }),
				(over, events) => {
					const b = budget({ ...over, initial: over.capacity });
					let tokens = b.initial;
					for (const retry of events) {
						if (!retry) tokens = earn(b, tokens);
						else if (mayRetry(b, tokens)) {
							passed++;
							expect(tokens).toBeGreaterThanOrEqual(b.threshold - 1e-6);
							tokens = spend(b, tokens);
						} else if (b.capacity > 0) expect(tokens).toBeLessThanOrEqual(b.threshold + 1e-6);
						expect(tokens).toBeGreaterThanOrEqual(0);
						expect(tokens).toBeLessThanOrEqual(b.capacity);
					}
				},
			),
			{ seed: SEED, numRuns: 1_000 },
		);
		expect(passed).toBeGreaterThan(1_000);
	});
});

describe('what passes', () => {
	test('a budget of 10 % lets a tenth of the calls be retried, once the full bucket is used up (SRE book: 1.1 times)', () => {
		expect(storm(budget({}), 10_000, 3)).toBe(1_000 + 9);
		expect(storm(budget({ initial: 0 }), 10_000, 3)).toBe(1_000);
	});

	test('ten credits of a tenth are one retry, and three of a third, in spite of binary fractions', () => {
		expect(storm(budget({ initial: 0, ratio: 0.1 }), 10, 1)).toBe(1);
		expect(storm(budget({ initial: 0, ratio: 1 / 3 }), 3, 1)).toBe(1);
		expect(storm(budget({ initial: 0, ratio: 0.1 }), 9, 1)).toBe(0);
	});

	test('a quota of 500 at 5 a retry is exactly 100 retries when nothing succeeds (AWS standard mode)', () => {
		const aws = budget({ ratio: 0, capacity: 500, initial: 500, cost: 5, threshold: 5 });
		expect(storm(aws, 1_000, 2)).toBe(100);
		expect(storm({ ...aws, cost: 10, threshold: 10 }, 1_000, 2)).toBe(50);
	});

	test('strict asks for more than the threshold', () => {
		const b = budget({ threshold: 5 });
		expect([4.9, 5, 5.1].map((tokens) => mayRetry(b, tokens))).toEqual([false, true, true]);
		expect([4.9, 5, 5.1].map((tokens) => mayRetry({ ...b, strict: true }, tokens))).toEqual([false, false, true]);
	});

	test('a zero budget lets nothing pass, at any threshold', () => {
		const zero = budget({ capacity: 0, initial: 0, ratio: 0 });
		expect(storm(zero, 1_000, 3)).toBe(0);
		expect(storm({ ...zero, threshold: 0 }, 1_000, 3)).toBe(0);
		expect(storm({ ...zero, ratio: 0.5, threshold: 0 }, 1_000, 3)).toBe(0);
	});
});
