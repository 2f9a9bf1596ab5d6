/** Laws of shares over replications: intervals, verdicts that follow from them, and plans that are the least that would do. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { normalReach } from '../../../../src/experiment/statistics/critical-values.js';
import { boundSideOf, halfWidth } from '../../../../src/experiment/statistics/interval.js';
import { moreToNarrow, proportion, proportionText } from '../../../../src/experiment/statistics/proportion.js';
import { decide, moreToDecide } from '../../../support/decide.js';

const SEED = 20_251_205;
const OPTIONS = { seed: SEED, numRuns: 500 };

const CONFIDENCE = fc.constantFrom(0.8, 0.9, 0.95, 0.99, 0.999);
const BOUND = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.001, 0.01, 0.05, 0.5, 0.95, 1));
const COUNTS = fc
	.integer({ min: 1, max: 2_000 })
	.chain((n) =>
		fc.record({ n: fc.constant(n), hits: fc.oneof(fc.integer({ min: 0, max: n }), fc.constantFrom(0, n)) }),
	);

describe('the interval of a share', () => {
	it('holds the share, within 0..1, and mirrors when hits become misses', () => {
		fc.assert(
			fc.property(COUNTS, CONFIDENCE, ({ hits, n }, confidence) => {
				const { share, interval } = proportion(hits, n, confidence);
				expect(interval.low).toBeGreaterThanOrEqual(0);
				expect(interval.low).toBeLessThanOrEqual(Number(share));
				expect(interval.high).toBeGreaterThanOrEqual(Number(share));
				expect(interval.high).toBeLessThanOrEqual(1);
				const misses = proportion(n - hits, n, confidence).interval;
				expect(misses.low).toBeCloseTo(1 - interval.high, 12);
				expect(misses.high).toBeCloseTo(1 - interval.low, 12);
			}),
			OPTIONS,
		);
	});

	it('moves up with every hit, and widens with confidence', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 300 }), CONFIDENCE, (n, confidence) => {
				for (let hits = 0; hits < n; hits++) {
					const [a, b] = [proportion(hits, n, confidence).interval, proportion(hits + 1, n, confidence).interval];
					expect(b.low).toBeGreaterThan(a.low);
					expect(b.high).toBeGreaterThan(a.high);
					expect(halfWidth(proportion(hits, n, (1 + confidence) / 2).interval)).toBeGreaterThan(halfWidth(a));
				}
			}),
			{ seed: SEED, numRuns: 40 },
		);
	});

	it('says nothing without replications', () => {
		const none = proportion(0, 0);
		expect(none).toMatchObject({ share: null, interval: { low: 0, high: 1 } });
		expect(decide(0, 0, 0.5)).toBe('straddles');
		expect(moreToDecide(0, 0, [0.5])).toBe(null);
		expect(() => proportion(3, 2)).toThrow(/3 hits in 2/);
		expect(() => proportion(1, 2, 1)).toThrow(/confidence/);
		expect(() => proportion(1, 2, 0)).toThrow(/confidence/);
	});
});

describe('a verdict', () => {
	it('is what the interval says, and never contradicts the share', () => {
		fc.assert(
			fc.property(COUNTS, BOUND, CONFIDENCE, ({ hits, n }, bound, confidence) => {
				const { low, high } = proportion(hits, n, confidence).interval;
				const side = decide(hits, n, bound, confidence);
				expect(side === 'below').toBe(high < bound);
				expect(side === 'above').toBe(low > bound);
				if (side === 'below') expect(hits / n).toBeLessThan(bound);
				if (side === 'above') expect(hits / n).toBeGreaterThan(bound);
			}),
			OPTIONS,
		);
	});

	it('an end that touches a bound has not passed it', () => {
		expect(boundSideOf({ low: 0.2, high: 0.4 }, 0.4)).toBe('straddles');
		expect(boundSideOf({ low: 0.2, high: 0.4 }, 0.2)).toBe('straddles');
		// All of n holding never proves "in all".
		expect(decide(1_000, 1_000, 1)).toBe('straddles');
		expect(decide(999, 1_000, 1)).toBe('below');
	});
});

/** The interval after `more` replications more with the same share of hits. */
const later = (hits: number, n: number, more: number, confidence: number) =>
	proportion((hits / n) * (n + more), n + more, confidence).interval;

describe('how many more replications', () => {
	it('is the least number that decides', () => {
		fc.assert(
			fc.property(COUNTS, fc.array(BOUND, { minLength: 1, maxLength: 2 }), CONFIDENCE, ({ hits, n }, bounds, c) => {
				const straddles = (more: number) =>
					bounds.some((bound) => boundSideOf(later(hits, n, more, c), bound) === 'straddles');
				const more = moreToDecide(hits, n, bounds, c);
				expect(straddles(more === null ? 10_000_000 : more)).toBe(more === null);
				if (more !== null && more > 0) expect(straddles(more - 1)).toBe(true);
				if (more === 0) for (const bound of bounds) expect(decide(hits, n, bound, c)).not.toBe('straddles');
			}),
			OPTIONS,
		);
	});

	it("agrees with the closed form: Wilson's end meets b at n = z^2 b (1 - b) / (share - b)^2", () => {
		fc.assert(
			fc.property(COUNTS, BOUND, CONFIDENCE, ({ hits, n }, bound, confidence) => {
				const share = hits / n;
				fc.pre(share > 0 && share < 1 && Math.abs(share - bound) > 1e-3);
				const z = normalReach(confidence);
				const needed = (z * z * bound * (1 - bound)) / (share - bound) ** 2;
				const total = n + Number(moreToDecide(hits, n, [bound], confidence));
				expect(total).toBeGreaterThan(needed * (1 - 1e-9));
				expect(total - 1).toBeLessThan(Math.max(needed * (1 + 1e-9), n));
			}),
			OPTIONS,
		);
	});

	test.each([
		// 299 without a hit are the first that show P < 1% at 95%: 0.99^299 = 0.0495.
		{ hits: 0, n: 40, bounds: [0.01], more: 259 },
		{ hits: 0, n: 299, bounds: [0.01], more: 0 },
		{ hits: 40, n: 40, bounds: [0.95], more: 19 },
		// Above one bound and not yet below the other.
		{ hits: 20, n: 40, bounds: [0.3, 0.6], more: 53 },
		{ hits: 4, n: 40, bounds: [0.1], more: null },
		{ hits: 40, n: 40, bounds: [1], more: null },
		// 10^4 z^2 0.25 / 0.01^2 would be 96 million.
		{ hits: 5_001, n: 10_000, bounds: [0.5], more: null },
	])('$hits of $n against $bounds: $more', ({ hits, n, bounds, more }) => {
		expect(moreToDecide(hits, n, bounds)).toBe(more);
	});

	it('is the least number that narrows', () => {
		fc.assert(
			fc.property(COUNTS, fc.double({ min: 0.001, max: 0.6, noNaN: true }), CONFIDENCE, ({ hits, n }, reach, c) => {
				const more = Number(moreToNarrow(hits, n, reach, c));
				expect(halfWidth(later(hits, n, more, c))).toBeLessThanOrEqual(reach);
				if (more > 0) expect(halfWidth(later(hits, n, more - 1, c))).toBeGreaterThan(reach);
			}),
			OPTIONS,
		);
	});
});

describe('in words', () => {
	test.each([
		{ hits: 0, n: 40, text: '0% (0 of 40; below 7.2% at 95%: the rule of 3/n)' },
		{ hits: 0, n: 4, text: '0% (0 of 4; below 52.7% at 95%: the rule of 3/n)' },
		{ hits: 5, n: 40, text: '12.5% (5 of 40; 5.5% to 26.1% at 95%)' },
		{ hits: 40, n: 40, text: '100% (40 of 40; above 92.8% at 95%: the rule of 3/n)' },
		{ hits: 9_999, n: 10_000, text: '99.99% (9999 of 10000; 99.943% to 99.9982% at 95%)' },
		{ hits: 1, n: 3, text: '33.3% (1 of 3; 6.1% to 79.2% at 95%)' },
		{ hits: 0, n: 0, text: 'no replications' },
	])('$hits of $n', ({ hits, n, text }) => {
		expect(proportionText(proportion(hits, n))).toBe(text);
	});

	it('the rule has another number at another confidence', () => {
		expect(proportionText(proportion(0, 40, 0.99))).toBe('0% (0 of 40; below 10.9% at 99%: the rule of 4.6/n)');
	});

	it('does not call 100% or 0% what is neither', () => {
		fc.assert(
			fc.property(fc.integer({ min: 2, max: 10_000_000 }), (n) => {
				expect(proportionText(proportion(1, n))).not.toMatch(/^0%/);
				expect(proportionText(proportion(n - 1, n))).not.toMatch(/^100%/);
			}),
			OPTIONS,
		);
	});
});
