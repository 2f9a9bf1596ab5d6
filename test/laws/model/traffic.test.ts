/** Rates and the walk along them: the cumulative rate between instants is the amount asked for, to the nanosecond. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CurveWalker, WALK } from '../../../src/model/rate-integral.js';
import {
	classShares,
	expectedArrivals,
	type RatePiece,
	rateAt,
	stationary,
	totalRate,
} from '../../../src/model/traffic.js';

const SEED = 20_251_205;
const SECOND = 1_000_000;

const piece = (fromUs: number, toUs: number, fromRate: number, toRate = fromRate): RatePiece => ({
	fromUs,
	toUs,
	fromRate,
	toRate,
});

const RATE = fc.oneof(
	fc.constant(0),
	fc.double({ min: 0, max: 5, noNaN: true }),
	fc.integer({ min: 1, max: 5_000_000 }),
);

/** Up to eight pieces: constant, ramps up and down, silent ones, jumps and gaps between them. */
const CURVE = fc
	.array(
		fc.record({
			gapUs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 * SECOND })),
			forUs: fc.integer({ min: 1, max: 4_000 * SECOND }),
			fromRate: RATE,
			toRate: RATE,
			flat: fc.boolean(),
		}),
		{ minLength: 1, maxLength: 8 },
	)
	.map((parts) => {
		let atUs = 0;
		return parts.map(({ gapUs, forUs, fromRate, toRate, flat }) => {
			const fromUs = atUs + gapUs;
			atUs = fromUs + forUs;
			return piece(fromUs, atUs, fromRate, flat ? fromRate : toRate);
		});
	});

const fastest = (curve: readonly RatePiece[]): number => Math.max(...curve.map((p) => Math.max(p.fromRate, p.toRate)));

/** Half a nanosecond of the fastest rate, and the rounding of the sums compared. */
const slack = (curve: readonly RatePiece[], scale: number, sum: number): number =>
	fastest(curve) * scale * 0.51e-9 + 1e-12 * sum + 1e-15;

describe('a walk along a random curve', () => {
	test('has the sum of the amounts as cumulative rate at every instant, and the rest left at the end', () => {
		let landings = 0;
		let ends = 0;
		fc.assert(
			fc.property(
				CURVE,
				fc.double({ min: 0.01, max: 3, noNaN: true }),
				fc.array(fc.double({ min: 0, max: 0.3, noNaN: true }), { minLength: 1, maxLength: 30 }),
				(curve, scale, shares) => {
					const endUs = curve[curve.length - 1].toUs;
					const whole = scale * expectedArrivals(curve, 0, endUs);
					const walker = new CurveWalker(curve);
					let sum = 0;
					let before = 0;
					for (const share of shares) {
						const amount = share * whole + 1e-6;
						const walked = walker.advance(amount, scale);
						expect(Number.isInteger(walker.atNs)).toBe(true);
						expect(walker.atNs).toBeGreaterThanOrEqual(before);
						before = walker.atNs;
						if (walked !== WALK.whole) {
							ends++;
							expect(walked).toBe(WALK.ended);
							expect(walker.atNs).toBe(endUs * 1e3);
							expect(Math.abs(sum + amount - walker.left - whole)).toBeLessThanOrEqual(1e-9 * whole + 1e-12);
							return;
						}
						landings++;
						sum += amount;
						expect(walker.left).toBe(0);
						const arrivals = scale * expectedArrivals(curve, 0, walker.atNs / 1e3);
						expect(Math.abs(arrivals - sum)).toBeLessThanOrEqual(slack(curve, scale, whole));
					}
				},
			),
			{ seed: SEED, numRuns: 3_000 },
		);
		// The property is not satisfied by walks that never land or never end.
		expect(landings).toBeGreaterThan(5_000);
		expect(ends).toBeGreaterThan(300);
	});

	test('lands at the same instants however often it is stopped on the way', () => {
		fc.assert(
			fc.property(
				CURVE,
				fc.array(fc.double({ min: 1e-4, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 8 }),
				fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
				(curve, shares, stops) => {
					const endNs = curve[curve.length - 1].toUs * 1e3;
					const whole = expectedArrivals(curve, 0, endNs / 1e3);
					const straight = new CurveWalker(curve);
					const stopped = new CurveWalker(curve);
					const pending = stops.map((s) => Math.floor(s * endNs)).sort((a, b) => a - b);
					for (const share of shares) {
						const amount = share * whole;
						const walked = straight.advance(amount, 1);
						let left = amount;
						let arrived: number = WALK.stopped;
						while (pending.length > 0) {
							arrived = stopped.advanceUntil(left, 1, pending[0]);
							if (arrived === WALK.whole) break;
							if (arrived === WALK.stopped) expect(stopped.atNs).toBe(pending[0]);
							left = stopped.left;
							pending.shift();
						}
						if (arrived !== WALK.whole) arrived = stopped.advance(left, 1);
						// Where the rate starts from 0, a grain of the amount is worth many nanoseconds: compare amounts.
						const between = expectedArrivals(
							curve,
							Math.min(straight.atNs, stopped.atNs) / 1e3,
							Math.max(straight.atNs, stopped.atNs) / 1e3,
						);
						expect(between).toBeLessThanOrEqual(2 * slack(curve, 1, whole) + 1e-9 * whole);
						if (!walked || !arrived) return;
					}
				},
			),
			{ seed: SEED, numRuns: 2_000 },
		);
	});
});

describe('known walks', () => {
	test('regular arrivals fall at k x period and do not drift', () => {
		const walker = new CurveWalker([piece(0, Number.POSITIVE_INFINITY, 3)]);
		for (let k = 1; k <= 300_000; k++) {
			expect(walker.advance(1, 1)).toBe(WALK.whole);
			if (k % 997 === 0 || k < 10) expect(walker.atNs).toBe(Math.floor((k * 1e9) / 3 + 0.5));
		}
	});

	test('a rate of 1.7 million a second is not bent by whole nanoseconds', () => {
		const walker = new CurveWalker([piece(0, SECOND, 1_700_000)]);
		let arrivals = 0;
		while (walker.advance(1, 1) === WALK.whole) arrivals++;
		expect(Math.abs(arrivals - 1_700_000)).toBeLessThanOrEqual(1);
	});

	test('a ramp from 0 to 100/s in 10 s has its k-th arrival at sqrt(k / 5) s, and back by symmetry', () => {
		const walker = new CurveWalker([piece(0, 10 * SECOND, 0, 100), piece(10 * SECOND, 20 * SECOND, 100, 0)]);
		for (let k = 1; k <= 500; k++) {
			expect(walker.advance(1, 1)).toBe(WALK.whole);
			expect(Math.abs(walker.atNs - Math.sqrt(k / 5) * 1e9)).toBeLessThanOrEqual(1);
		}
		for (let k = 501; k < 1_000; k++) {
			expect(walker.advance(1, 1)).toBe(WALK.whole);
			expect(Math.abs(walker.atNs - (20 - Math.sqrt((1_000 - k) / 5)) * 1e9)).toBeLessThanOrEqual(1);
		}
	});

	test('silent stretches and gaps are stepped over', () => {
		const walker = new CurveWalker([
			piece(0, SECOND, 0),
			piece(SECOND, 2 * SECOND, 1),
			piece(5 * SECOND, 6 * SECOND, 0, 0),
			piece(6 * SECOND, 7 * SECOND, 10),
		]);
		expect(walker.advance(0.5, 1)).toBe(WALK.whole);
		expect(walker.atNs).toBe(1.5e9);
		expect(walker.advance(1.5, 1)).toBe(WALK.whole);
		expect(walker.atNs).toBe(6.1e9);
		expect(walker.advance(20, 1)).toBe(WALK.ended);
		expect(walker.left).toBeCloseTo(11, 9);
	});

	test('stops where told, within gaps too, and goes on under another scale', () => {
		const walker = new CurveWalker([piece(0, SECOND, 1), piece(3 * SECOND, 10 * SECOND, 1)]);
		expect(walker.advanceUntil(3, 2, 500_000_000)).toBe(WALK.stopped);
		expect(walker.left).toBeCloseTo(2, 12);
		expect(walker.advanceUntil(walker.left, 1, 2_000_000_000)).toBe(WALK.stopped);
		expect(walker.atNs).toBe(2e9);
		expect(walker.left).toBeCloseTo(1.5, 12);
		expect(walker.advanceUntil(walker.left, 0, 4_000_000_000)).toBe(WALK.stopped);
		expect(walker.left).toBeCloseTo(1.5, 12);
		expect(walker.advanceUntil(walker.left, 3, 9_000_000_000)).toBe(WALK.whole);
		expect(walker.atNs).toBe(4.5e9);
		expect(walker.left).toBe(0);
	});

	test('an amount of 0 is the same instant', () => {
		const walker = new CurveWalker([piece(0, SECOND, 7)]);
		walker.advance(1, 1);
		const { atNs } = walker;
		expect(walker.advance(0, 1)).toBe(WALK.whole);
		expect(walker.atNs).toBe(atNs);
	});

	test('an empty curve has no arrivals; a curve out of order is our bug', () => {
		expect(new CurveWalker([]).advance(1, 1)).toBe(WALK.ended);
		expect(() => new CurveWalker([piece(2, 3, 1), piece(0, 1, 1)])).toThrow(/rate curve/);
		expect(() => new CurveWalker([piece(0, 1, -1)])).toThrow(/rate curve/);
		expect(() => new CurveWalker([piece(0, Number.POSITIVE_INFINITY, 1, 2)])).toThrow(/rate curve/);
	});
});

describe('rates', () => {
	const curve = [piece(0, 10, 5), piece(10, 20, 5, 15), piece(30, Number.POSITIVE_INFINITY, 2)];

	test('rateAt reads pieces as [from, to), ramps between, 0 in gaps and outside', () => {
		expect([-1, 0, 9, 10, 15, 19, 20, 29, 30, 1e12].map((us) => rateAt(curve, us))).toEqual([
			0, 5, 5, 5, 10, 14, 0, 0, 2, 2,
		]);
		expect(rateAt([], 0)).toBe(0);
	});

	test('totalRate adds sources up', () => {
		const source = (share: number) => ({ region: 0, population: 0, share, curve });
		expect(totalRate([source(0.5), source(0.5)], 15)).toBe(20);
	});

	test('expectedArrivals is the area under the rate', () => {
		const wide = [piece(0, 2 * SECOND, 10), piece(2 * SECOND, 4 * SECOND, 10, 30)];
		expect(expectedArrivals(wide, SECOND, 3 * SECOND)).toBeCloseTo(10 + 15, 12);
		expect(expectedArrivals(wide, 4 * SECOND, 9 * SECOND)).toBe(0);
	});
});

describe('shares', () => {
	test('classShares restricts the mix and renormalises it', () => {
		expect(classShares([0.2, 0.3, 0.5], [0, 1, 2])).toEqual([0.2, 0.3, 0.5]);
		expect(classShares([0.2, 0.3, 0.5], [0, 1])).toEqual([0.4, 0.6, 0]);
		expect(classShares([0, 1], [1])).toEqual([0, 1]);
		expect(() => classShares([0, 1], [0])).toThrow(/none of the classes/);
		expect(() => classShares([0.5, 0.5], [])).toThrow(/none of the classes/);
	});

	test('stationary is proportional to the mean stay in each phase', () => {
		expect(stationary([0.1, 0.1])).toEqual([0.5, 0.5]);
		expect(stationary([1, 3])).toEqual([0.75, 0.25]);
		expect(stationary([0])).toEqual([1]);
		expect(() => stationary([1, 0])).toThrow(/MMPP/);
		expect(() => stationary([])).toThrow(/MMPP/);
		// Balance of a cyclic chain: the flow out of every phase is the same.
		fc.assert(
			fc.property(
				fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 6 }),
				(rates) => {
					const shares = stationary(rates);
					expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
					for (let i = 1; i < rates.length; i++) {
						expect((shares[i] * rates[i]) / (shares[0] * rates[0])).toBeCloseTo(1, 12);
					}
				},
			),
			{ seed: SEED },
		);
	});
});
