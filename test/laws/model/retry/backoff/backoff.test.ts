/** The delay pipeline: it says what the old back-off said, bit for bit, and its range and mean are those of its draws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Streams } from '../../../../../src/kernel/random.js';
import { compileDelay, type DelayLaw, NO_DELAY } from '../../../../../src/model/retry/backoff/backoff.js';
import type { DelayJitter } from '../../../../../src/model/retry/backoff/jitter.js';
import { delayRange } from '../../../../../src/model/retry/backoff/range.js';
import { CAUSE, CAUSES, causeMask, causesIn } from '../../../../../src/model/retry/cause.js';

const SEED = 20_251_205;
const REFUSED = CAUSE.refused;
const US = fc.integer({ min: 0, max: 10_000_000 });
const SCALE = fc.tuple(fc.double({ min: 0, max: 2, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }));

describe('the pipeline', () => {
	test('each stage in its place', () => {
		const exponential = { kind: 'exponential', baseUs: 100, multiplier: 2, firstExponent: 0 } as const;
		const growth = { ...exponential, maxExponent: Number.POSITIVE_INFINITY, stepQuantumUs: 0 };
		const jitter: DelayJitter = { kind: 'uniform', scale: [1, 3], addUs: [0, 50] };
		const at = (changes: Partial<DelayLaw>, n: number, u: number, cause = REFUSED): number =>
			compileDelay({ ...NO_DELAY, growth, jitter, ...changes }).delayUs(n, u, 0, cause);
		expect(at({}, 2, 0.5)).toBe(200 * 2 + 25);
		expect(at({ capUs: 150, capStage: 'base' }, 2, 0.5)).toBe(150 * 2 + 25);
		expect(at({ capUs: 150, capStage: 'result' }, 2, 0.5)).toBe(150);
		expect(at({ capUs: 150, capStage: 'both' }, 2, 0.5)).toBe(150);
		expect(at({ quantumUs: 100 }, 2, 0.5)).toBe(400);
		expect(at({ quantumUs: 100, capUs: 350, capStage: 'result' }, 2, 0.5)).toBe(350);
		expect(at({ floorUs: 1_000 }, 2, 0.5)).toBe(1_000);
		expect(at({ firstUs: 7, floorUs: 1_000 }, 1, 0.5)).toBe(7);
		expect(at({ baseUsFor: [{ causes: causeMask(['429']), baseUs: 1_000 }] }, 1, 0, CAUSE['429'])).toBe(1_000);
		expect(at({ baseUsFor: [{ causes: causeMask(['429']), baseUs: 1_000 }] }, 1, 0)).toBe(100);
		expect(at({ waitsOn: causeMask(['429']) }, 1, 0)).toBe(0);
		expect(at({ growth: { ...growth, firstExponent: 1 } }, 3, 0)).toBe(800);
		expect(at({ growth: { ...growth, firstExponent: 1, maxExponent: 2 } }, 30, 0)).toBe(400);
		const stepped = { ...growth, multiplier: 1.5, stepQuantumUs: 100 };
		expect([1, 2, 3, 4].map((n) => at({ growth: { ...stepped, baseUs: 300 } }, n, 0))).toEqual([300, 400, 600, 900]);
	});

	test('a table repeats its last entry, or ends', () => {
		const at = (end: 'repeat' | 'stop', n: number): number =>
			compileDelay({ ...NO_DELAY, growth: { kind: 'table', tableUs: [1, 5], end }, jitter: { kind: 'full' } }).delayUs(
				n,
				0.5,
				0,
				REFUSED,
			);
		expect([1, 2, 3].map((n) => at('repeat', n))).toEqual([0.5, 2.5, 2.5]);
		expect([1, 2, 3].map((n) => at('stop', n))).toEqual([0.5, 2.5, Number.POSITIVE_INFINITY]);
	});

	test('causes and their masks say the same', () => {
		expect(causesIn(causeMask(['open', '500']))).toEqual(['500', 'open']);
		expect(CAUSES.map((name) => CAUSE[name])).toEqual(CAUSES.map((_, i) => i));
	});
});

const DRAWS = 4_000;

/** The delays before retry n, each at the end of a chain of its own. */
function drawn(law: DelayLaw, n: number): number[] {
	const delay = compileDelay(law);
	const uniform = new Streams(SEED).uniform('delay');
	return Array.from({ length: DRAWS }, () => {
		let [memory, us] = [delay.firstMemory, 0];
		for (let k = 1; k <= n; k++) {
			const u = uniform();
			us = delay.delayUs(k, u, memory, REFUSED);
			memory = delay.remember(k, u, memory, us);
		}
		return us;
	});
}

/** The draws lie within the range, and their mean within four standard errors of its mean. */
function expectRange(law: DelayLaw, n: number, slack = 0): void {
	const range = delayRange(law, n, REFUSED);
	if (range === null) throw new Error('there is such a retry');
	const us = drawn(law, n);
	const grain = 1e-9 * (1 + Math.abs(range.greatestUs));
	expect(us.reduce((least, x) => Math.min(least, x))).toBeGreaterThanOrEqual(range.leastUs - grain);
	expect(us.reduce((most, x) => Math.max(most, x))).toBeLessThanOrEqual(range.greatestUs + grain);
	const mean = us.reduce((sum, x) => sum + x, 0) / DRAWS;
	const sd = Math.sqrt(us.reduce((sum, x) => sum + (x - mean) ** 2, 0) / DRAWS);
	// A rare value that never came leaves no trace in the spread: one draw's worth of the width is allowed for it.
	const width = (range.greatestUs - range.leastUs) / DRAWS;
	expect(Math.abs(mean - range.meanUs)).toBeLessThanOrEqual(
		grain + 8 * width + (4 * sd) / Math.sqrt(DRAWS) + slack * mean,
	);
}

const PLAIN: fc.Arbitrary<DelayLaw> = fc
	.record({
		baseUs: fc.integer({ min: 1, max: 2_000 }),
		multiplier: fc.double({ min: 1, max: 3, noNaN: true }),
		capUs: fc.integer({ min: 1, max: 10_000 }),
		capStage: fc.constantFrom('base' as const, 'result' as const, 'both' as const),
		jitter: fc.oneof(
			fc.constantFrom<DelayJitter>({ kind: 'none' }, { kind: 'full' }, { kind: 'equal' }),
			fc.constant<DelayJitter>({ kind: 'comb', share: 0.5, quantumUs: 1 }),
			fc.tuple(SCALE, fc.tuple(US, US)).map(
				([[a, b], [c, d]]): DelayJitter => ({
					kind: 'uniform',
					scale: [Math.min(a, b), Math.max(a, b)],
					addUs: [Math.min(c, d) / 1e4, Math.max(c, d) / 1e4],
				}),
			),
		),
		quantumUs: fc.constantFrom(0, 1, 100, 700),
		floorUs: fc.constantFrom(0, 300),
	})
	.map(({ baseUs, multiplier, ...rest }) => ({
		...NO_DELAY,
		...rest,
		// A comb with a quantum beside its own is nobody's.
		quantumUs: rest.jitter.kind === 'comb' ? 0 : rest.quantumUs,
		growth: { kind: 'exponential', baseUs, multiplier, firstExponent: 0, maxExponent: 8, stepQuantumUs: 0 },
	}));

describe('range and mean', () => {
	test('are those of the draws, for every stage', () => {
		fc.assert(
			fc.property(PLAIN, fc.integer({ min: 1, max: 6 }), (law, n) => expectRange(law, n)),
			{ seed: SEED, numRuns: 300 },
		);
	});

	test.each<[string, Partial<DelayLaw>]>([
		['compound', { growth: { kind: 'compound', baseUs: 300, multiplier: 2 }, jitter: { kind: 'equal' } }],
		[
			'compound, capped',
			{ growth: { kind: 'compound', baseUs: 300, multiplier: 2 }, jitter: { kind: 'equal' }, capUs: 700 },
		],
		['decorrelated', { growth: { kind: 'decorrelated', baseUs: 300 } }],
		['decorrelated, capped', { growth: { kind: 'decorrelated', baseUs: 300 }, capUs: 2_000 }],
		['decorrelated-v2', { growth: { kind: 'decorrelated-v2', baseUs: 300 } }],
		['decorrelated-v2, capped', { growth: { kind: 'decorrelated-v2', baseUs: 300 }, capUs: 900 }],
		['decorrelated-monotone', { growth: { kind: 'decorrelated-monotone', baseUs: 300 } }],
		['decorrelated-monotone, capped', { growth: { kind: 'decorrelated-monotone', baseUs: 300 }, capUs: 2_000 }],
		['drawn', { growth: { kind: 'drawn', waits: [{ kind: 'exponential', meanUs: 300 }] } }],
	])('%s: of the chain', (_, changes) => {
		for (const n of [1, 2, 3, 4]) expectRange({ ...NO_DELAY, ...changes }, n, 0.002);
	});
});
