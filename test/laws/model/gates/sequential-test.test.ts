/** Laws of the always-valid interval: looks after every batch raise no more false alarms than promised, and harm is found. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Streams } from '../../../../src/kernel/random.js';
import { type FailureCounts, sequential } from '../../../../src/model/gates/sequential-test.js';

const SEED = 20_251_205;
const ALPHA = 0.05;

const COUNTED = fc
	.record({
		canarySamples: fc.integer({ min: 1, max: 1_000_000 }),
		controlSamples: fc.integer({ min: 1, max: 1_000_000 }),
	})
	.chain((n) =>
		fc.record({
			canarySamples: fc.constant(n.canarySamples),
			controlSamples: fc.constant(n.controlSamples),
			canaryFailures: fc.oneof(fc.integer({ min: 0, max: n.canarySamples }), fc.constantFrom(0, n.canarySamples)),
			controlFailures: fc.oneof(fc.integer({ min: 0, max: n.controlSamples }), fc.constantFrom(0, n.controlSamples)),
		}),
	);

/** Two streams of requests with a look after every batch, until a result or the end. */
function watch(name: string, [p, q]: readonly [number, number], above: number, readings: number, batch: number) {
	const [canary, control] = ['canary', 'control'].map((side) => new Streams(SEED).uniform(`${name}/${side}`));
	const counts = { canaryFailures: 0, canarySamples: 0, controlFailures: 0, controlSamples: 0 };
	for (let look = 1; look <= readings; look++) {
		for (let i = 0; i < batch; i++) {
			if (canary() < p) counts.canaryFailures++;
			if (control() < q) counts.controlFailures++;
		}
		counts.canarySamples += batch;
		counts.controlSamples += batch;
		const { low, high, result } = sequential(counts, { alpha: ALPHA, above });
		const missed = p - q < low || p - q > high;
		if (result === 'failed' || missed) return { result, missed, samples: counts.canarySamples };
	}
	return { result: 'open', missed: false, samples: counts.canarySamples };
}

describe('looked at after every batch', () => {
	test.each([
		{ p: 0.001, batch: 25 },
		{ p: 0.02, batch: 10 },
		{ p: 0.3, batch: 5 },
		{ p: 0.97, batch: 5 },
	])('two equal streams that fail with $p are told apart in alpha of all cases at most', ({ p, batch }) => {
		const streams = 300;
		let wrong = 0;
		for (let i = 0; i < streams; i++) if (watch(`aa/${p}/${i}`, [p, p], 0, 100, batch).missed) wrong++;
		expect(wrong / streams).toBeLessThanOrEqual(ALPHA + 4 * Math.sqrt((ALPHA * (1 - ALPHA)) / streams));
	});

	test.each([
		// A fixed sample of 310, 25 a side would do for 90% power; looking all the time costs a few times as many.
		{ p: 0.05, q: 0.01, batch: 20, within: 2_000 },
		{ p: 0.28, q: 0.001, batch: 5, within: 120 },
		{ p: 0.01, q: 0.001, batch: 50, within: 6_000 },
	])('$p against $q is found within $within requests a side, nine times in ten', ({ p, q, batch, within }) => {
		const streams = 100;
		const found = Array.from({ length: streams }, (_, i) => watch(`ab/${p}/${i}`, [p, q], 0, within / batch, batch));
		const share = found.filter(({ result }) => result === 'failed').length / streams;
		expect(share).toBeGreaterThan(0.9);
	});

	it('a difference below what is allowed never fails, and passes in the end', () => {
		const allowed = sequential(
			{ canaryFailures: 1_020, canarySamples: 100_000, controlFailures: 1_000, controlSamples: 100_000 },
			{ alpha: ALPHA, above: 0.005 },
		);
		expect(allowed.result).toBe('passed');
	});
});

describe('the interval', () => {
	it('holds what was seen, lies within -1..1, and mirrors when the sides change places', () => {
		fc.assert(
			fc.property(COUNTED, (counted) => {
				const { low, high } = sequential(counted, { alpha: ALPHA, above: 0 });
				const difference =
					counted.canaryFailures / counted.canarySamples - counted.controlFailures / counted.controlSamples;
				expect(low).toBeLessThanOrEqual(difference + 1e-12);
				expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
				expect(low).toBeGreaterThanOrEqual(-1);
				expect(high).toBeLessThanOrEqual(1);
				const swapped: FailureCounts = {
					canaryFailures: counted.controlFailures,
					canarySamples: counted.controlSamples,
					controlFailures: counted.canaryFailures,
					controlSamples: counted.canarySamples,
				};
				const mirror = sequential(swapped, { alpha: ALPHA, above: 0 });
				expect(mirror.low).toBeCloseTo(-high, 12);
				expect(mirror.high).toBeCloseTo(-low, 12);
			}),
			{ seed: SEED, numRuns: 500 },
		);
	});

	it('is the edge of the region that the mixture has not ruled out, found by brute force', () => {
		const counted = { canaryFailures: 6, canarySamples: 60, controlFailures: 2, controlSamples: 90 };
		// ln of the integral of p^s (1 - p)^(n - s) under Beta(1/2, 1/2), by the midpoint rule in the arc sine of the root.
		const mixture = (s: number, n: number) => {
			const cells = 20_000;
			let sum = 0;
			for (let i = 0; i < cells; i++) {
				const p = Math.sin(((i + 0.5) / cells) * (Math.PI / 2)) ** 2;
				sum += (p ** s * (1 - p) ** (n - s)) / cells;
			}
			return Math.log(sum);
		};
		const ln = (s: number, n: number, p: number) => s * Math.log(p) + (n - s) * Math.log1p(-p);
		const most = mixture(6, 60) + mixture(2, 90);
		let [low, high] = [1, -1];
		const grid = 1500;
		for (let i = 1; i < grid; i++) {
			for (let j = 1; j < grid; j++) {
				const [p, q] = [(0.5 * i) / grid, (0.5 * j) / grid];
				if (most - ln(6, 60, p) - ln(2, 90, q) >= -Math.log(ALPHA)) continue;
				low = Math.min(low, p - q);
				high = Math.max(high, p - q);
			}
		}
		const interval = sequential(counted, { alpha: ALPHA, above: 0 });
		expect(interval.low).toBeCloseTo(low, 3);
		expect(interval.high).toBeCloseTo(high, 3);
	});

	it('says nothing without a canary or a control', () => {
		const one = { canaryFailures: 5, canarySamples: 5, controlFailures: 0, controlSamples: 0 };
		expect(sequential(one, { alpha: ALPHA, above: 0 })).toEqual({ low: -1, high: 1, result: 'open' });
	});
});
