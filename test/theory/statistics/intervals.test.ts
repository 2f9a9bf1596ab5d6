/**
 * Intervals against published tables and against what they promise: that they hold the true value as often as they say.
 * Where coverage is a sum over all outcomes it is summed; elsewhere it is simulated with fixed seeds and four standard errors.
 */
import { describe, expect, it, test } from 'vitest';
import { quantiles } from '../../../src/experiment/statistics/bootstrap-quantiles.js';
import { normalReach, studentReach } from '../../../src/experiment/statistics/critical-values.js';
import { studentMean } from '../../../src/experiment/statistics/mean-interval.js';
import { warmUp } from '../../../src/experiment/statistics/mser5.js';
import { comparePairs } from '../../../src/experiment/statistics/paired.js';
import { comparePairedShares } from '../../../src/experiment/statistics/paired-shares.js';
import { proportion, wilson } from '../../../src/experiment/statistics/proportion.js';
import { ratioOfMeans } from '../../../src/experiment/statistics/ratio-of-means.js';
import { quantileOfSorted } from '../../../src/experiment/statistics/sample-quantile.js';
import { Streams } from '../../../src/kernel/random.js';
import { logGamma } from '../../../src/model/distributions/gamma-quantile.js';
import { normalQuantile } from '../../../src/model/distributions/normal-quantile.js';

interface Ends {
	readonly low: number;
	readonly high: number;
}
const holds = (interval: Ends | null, truth: number) =>
	interval !== null && interval.low <= truth && truth <= interval.high;

/** Standard normal values, one uniform each. */
function normals(name: string): () => number {
	const uniform = new Streams(20_251_205).uniform(name);
	// Midpoints of the 32-bit cells: the stream may give exactly 0.
	return () => normalQuantile(uniform() + 2 ** -33);
}

/** A share counted in n trials lies within four standard errors of what was promised. */
function expectShare(hits: number, n: number, promised: number): void {
	expect(Math.abs(hits / n - promised)).toBeLessThan(4 * Math.sqrt((promised * (1 - promised)) / n));
}

const choose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
const binomial = (k: number, n: number, p: number) =>
	Math.exp(choose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));

describe('P(collapse)', () => {
	test.each([
		// Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
		{ hits: 81, n: 263, low: 0.2553, high: 0.3662 },
		{ hits: 15, n: 148, low: 0.0624, high: 0.1605 },
		{ hits: 0, n: 20, low: 0, high: 0.1611 },
		{ hits: 1, n: 29, low: 0.0061, high: 0.1718 },
	])("Wilson's interval of $hits in $n is published as $low to $high", ({ hits, n, low, high }) => {
		const interval = wilson(hits / n, n, 0.95);
		expect(interval.low).toBeCloseTo(low, 4);
		expect(interval.high).toBeCloseTo(high, 4);
	});

	test.each([
		// Upper ends after Hanley and Lippman-Hand (1983), in per cent; four seeds tell no more than "below 53%".
		{ n: 4, percent: 52.7 },
		{ n: 10, percent: 25.9 },
		{ n: 30, percent: 9.5 },
		{ n: 100, percent: 2.95 },
		{ n: 1000, percent: 0.299 },
	])('0 in $n is below $percent%, a little less than 3/n', ({ n, percent }) => {
		const { low, high } = proportion(0, n).interval;
		expect(low).toBe(0);
		expect(Math.abs(100 * high - percent)).toBeLessThan(percent / 150);
		expect(high).toBeLessThan(3 / n);
		// A share that stands on the end would show no hit with a chance of exactly 1 - c.
		expect((1 - high) ** n).toBeCloseTo(0.05, 12);
		const all = proportion(n, n).interval;
		expect([all.low, all.high]).toEqual([1 - high, 1]);
	});

	/** Coverage at p, and the intervals of all outcomes of n trials. */
	function exact(n: number) {
		const intervals = Array.from({ length: n + 1 }, (_, hits) => proportion(hits, n).interval);
		const coverage = (p: number) =>
			intervals.reduce((sum, interval, hits) => sum + (holds(interval, p) ? binomial(hits, n, p) : 0), 0);
		return { intervals, coverage };
	}

	it('holds the true share as often as promised on average over shares, and never in less than 83%', () => {
		const { coverage } = exact(50);
		const all = Array.from({ length: 9_999 }, (_, i) => coverage((i + 1) / 10_000));
		const average = all.reduce((a, b) => a + b, 0) / all.length;
		expect(Math.abs(average - 0.95)).toBeLessThan(0.005);
		expect(Math.min(...all)).toBeGreaterThan(0.83);
	});

	it('falls short where its file says: just below 0.18/n, and just above 3/n', () => {
		const { intervals, coverage } = exact(1_000);
		expect(intervals[1].low * 1_000).toBeCloseTo(0.18, 2);
		expect(coverage(intervals[1].low * (1 - 1e-9))).toBeCloseTo(0.84, 2);
		expect(coverage(intervals[0].high * (1 + 1e-9))).toBeCloseTo(0.92, 2);
	});
});

describe('means', () => {
	test.each([
		{ confidence: 0.95, degrees: 1, t: 12.706 },
		{ confidence: 0.95, degrees: 2, t: 4.303 },
		{ confidence: 0.95, degrees: 4, t: 2.776 },
		{ confidence: 0.95, degrees: 9, t: 2.262 },
		{ confidence: 0.95, degrees: 29, t: 2.045 },
		{ confidence: 0.95, degrees: 120, t: 1.98 },
		{ confidence: 0.9, degrees: 9, t: 1.833 },
		{ confidence: 0.99, degrees: 1, t: 63.657 },
		{ confidence: 0.99, degrees: 9, t: 3.25 },
		{ confidence: 0.999, degrees: 5, t: 6.869 },
	])('t at $confidence with $degrees degrees of freedom is tabled as $t', ({ confidence, degrees, t }) => {
		expect(studentReach(confidence, degrees)).toBeCloseTo(t, 3);
	});

	it('t has its closed forms with one and two degrees of freedom, and becomes normal', () => {
		for (const confidence of [0.5, 0.8, 0.95, 0.99, 0.9999]) {
			const exact = [Math.tan((Math.PI * confidence) / 2), confidence * Math.sqrt(2 / (1 - confidence ** 2))];
			for (const [i, t] of exact.entries())
				expect(Math.abs(studentReach(confidence, i + 1) / t - 1)).toBeLessThan(1e-7);
			expect(studentReach(confidence, 1e7)).toBeCloseTo(normalReach(confidence), 5);
		}
		expect(normalReach(0.95)).toBeCloseTo(1.959963984540054, 13);
	});

	it("Gosset's additional hours of sleep: 0.75 on average, a standard deviation of 1.79", () => {
		// Biometrika 6 (1908), patients under dextro-hyoscyamine; the interval is R's t.test(sleep, group 1).
		const { mean, sd, interval } = studentMean([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]);
		expect(mean).toBeCloseTo(0.75, 12);
		expect(sd).toBeCloseTo(1.78901, 5);
		expect(interval?.low).toBeCloseTo(-0.5297804, 6);
		expect(interval?.high).toBeCloseTo(2.0297804, 6);
	});

	test.each([2, 5, 30])('of %i normal values: holds the true mean as often as promised', (n) => {
		const draw = normals(`student/${n}`);
		const trials = 5_000;
		let held = 0;
		for (let k = 0; k < trials; k++) {
			const { interval } = studentMean(
				Array.from({ length: n }, () => 7 + 3 * draw()),
				0.9,
			);
			if (holds(interval, 7)) held++;
		}
		expectShare(held, trials, 0.9);
	});
});

describe('quantiles', () => {
	test.each([
		// R: quantile(1:10), quantile(c(1, 2, 4, 8), c(.1, .9)).
		{ sample: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], p: 0.25, value: 3.25 },
		{ sample: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], p: 0.75, value: 7.75 },
		{ sample: [1, 2, 4, 8], p: 0.1, value: 1.3 },
		{ sample: [1, 2, 4, 8], p: 0.9, value: 6.8 },
		{ sample: [5], p: 0.95, value: 5 },
	])('$p of $sample is $value', ({ sample, p, value }) => {
		expect(quantileOfSorted(sample, p)).toBeCloseTo(value, 12);
	});

	it('the bootstrap of a median ends where the exact law of a resample says', () => {
		// Of 501 values 0..500 the resample's median is at most k with the chance that 251 draws or more are at most k.
		const n = 501;
		const atMost = (k: number) => {
			const p = (k + 1) / n;
			return Array.from({ length: 251 }, (_, i) => binomial(251 + i, n, p)).reduce((a, b) => a + b, 0);
		};
		const values = Array.from({ length: n }, (_, i) => (i * 20) % n);
		const resamples = 4_000;
		const [{ value, interval }] = quantiles(values, [0.5], { seed: 7, resamples });
		expect(value).toBe(250);
		const stray = 4 * Math.sqrt((0.025 * 0.975) / resamples);
		const low = Math.floor(Number(interval?.low));
		const high = Math.ceil(Number(interval?.high));
		expect(atMost(low)).toBeGreaterThan(0.025 - stray);
		expect(atMost(low - 1)).toBeLessThan(0.025 + stray);
		expect(atMost(high)).toBeGreaterThan(0.975 - stray);
		expect(atMost(high - 1)).toBeLessThan(0.975 + stray);
	});

	it('a median of 40 values is held in about 95% of experiments; `unseen` is how often p95 lies beyond all', () => {
		const draw = normals('quantile');
		const trials = 1_000;
		let held = 0;
		let beyond = 0;
		let promised = 0;
		for (let k = 0; k < trials; k++) {
			const values = Array.from({ length: 40 }, draw);
			const [median, p95] = quantiles(values, [0.5, 0.95], { seed: k, resamples: 400 });
			if (holds(median.interval, 0)) held++;
			if (Math.max(...values) < normalQuantile(0.95)) beyond++;
			promised = p95.unseen;
		}
		// The percentile interval of a median is off by up to two points at this size.
		expect(Math.abs(held / trials - 0.95)).toBeLessThan(0.02 + 4 * Math.sqrt((0.95 * 0.05) / trials));
		expect(promised).toBeCloseTo(0.95 ** 40, 12);
		expectShare(beyond, trials, promised);
	});
});

describe('pairs', () => {
	/** Pairs of normal values with this correlation: baseline 100 ± 20, other 10 ± 4. */
	function pairs(n: number, rho: number, draw: () => number): [number[], number[]] {
		const z = Array.from({ length: n }, () => [draw(), draw()]);
		const baseline = z.map(([shared]) => 100 + 20 * shared);
		const other = z.map(([shared, own]) => 10 + 4 * (rho * shared + Math.sqrt(1 - rho ** 2) * own));
		return [baseline, other];
	}

	it('differences and ratios are held as often as promised', () => {
		const draw = normals('pairs');
		const trials = 4_000;
		let [heldDifference, heldRatio] = [0, 0];
		for (let k = 0; k < trials; k++) {
			const { difference, relative } = comparePairs(...pairs(8, 0.8, draw), 0.9);
			if (holds(difference.interval, -90)) heldDifference++;
			if (holds(relative.interval, -0.9)) heldRatio++;
		}
		expectShare(heldDifference, trials, 0.9);
		expectShare(heldRatio, trials, 0.9);
	});

	it('the gain from pairing is 1 / (1 - rho) where both sides vary alike', () => {
		const draw = normals('gain');
		const n = 20_000;
		const rho = 0.9;
		const z = Array.from({ length: n }, () => [draw(), draw()]);
		const baseline = z.map(([shared]) => shared);
		const other = z.map(([shared, own]) => 3 + rho * shared + Math.sqrt(1 - rho ** 2) * own);
		const gain = Number(comparePairs(baseline, other).varianceRatio);
		// Each of the two variances strays by sqrt(2 / n) of itself.
		expect(Math.abs(gain * (1 - rho) - 1)).toBeLessThan(4 * Math.sqrt(4 / n));
	});

	it("Fieller's interval becomes the delta method's where the lower mean is well known", () => {
		const draw = normals('delta');
		const [baseline, other] = pairs(2_000, 0.5, draw);
		const { ratio, interval } = ratioOfMeans(other, baseline);
		const residuals = other.map((value, i) => value - Number(ratio) * baseline[i]);
		const { interval: around } = studentMean(residuals);
		const mean = Number(studentMean(baseline).mean);
		const half = Number(around?.high) / mean;
		expect(Number(interval?.high) - Number(interval?.low)).toBeCloseTo(2 * half, 4);
	});

	test.each([
		// Fagerland, Lydersen and Laake, Statistical Analysis of Contingency Tables (2017), chapter 8: complete response before
		// and after consolidation therapy (Cavo 2012), airway hyper-responsiveness before and after transplantation (Bentur 2009).
		{ table: [59, 16, 6, 80], difference: -0.0621, low: -0.1186, high: -0.0046 },
		{ table: [1, 7, 1, 12], difference: -0.2857, low: -0.5069, high: -0.0256 },
	])("Newcombe's interval of $table is published as $low to $high", ({ table, difference, low, high }) => {
		const [both, onlyBaseline, onlyOther, neither] = table;
		const found = fourfold(both, onlyBaseline, onlyOther, neither);
		expect(found.difference).toBeCloseTo(difference, 4);
		expect(found.interval?.low).toBeCloseTo(low, 4);
		expect(found.interval?.high).toBeCloseTo(high, 4);
	});

	/** Summed over all tables of n pairs. */
	test.each([
		{ both: 0.02, onlyBaseline: 0.2, onlyOther: 0.02, neither: 0.76 },
		{ both: 0.4, onlyBaseline: 0.2, onlyOther: 0.1, neither: 0.3 },
		{ both: 0.05, onlyBaseline: 0.85, onlyOther: 0.02, neither: 0.08 },
	])('of 16 pairs, the difference is held at least as often as promised: $both $onlyBaseline $onlyOther', (p) => {
		const n = 16;
		let held = 0;
		for (let a = 0; a <= n; a++) {
			for (let b = 0; a + b <= n; b++) {
				for (let c = 0; a + b + c <= n; c++) {
					const d = n - a - b - c;
					const ways = logGamma(n + 1) - [a, b, c, d].reduce((sum, k) => sum + logGamma(k + 1), 0);
					const [pa, pb, pc, pd] = [p.both, p.onlyBaseline, p.onlyOther, p.neither].map(Math.log);
					const chance = Math.exp(ways + a * pa + b * pb + c * pc + d * pd);
					if (holds(fourfold(a, b, c, d).interval, p.onlyOther - p.onlyBaseline)) held += chance;
				}
			}
		}
		expect(held).toBeGreaterThan(0.94);
		expect(held).toBeLessThan(0.995);
	});
});

/** As many pairs of each kind. */
function fourfold(both: number, onlyBaseline: number, onlyOther: number, neither: number) {
	const pairs = (count: number, baseline: number, other: number) =>
		Array.from({ length: count }, () => [baseline, other]);
	const all = [...pairs(both, 1, 1), ...pairs(onlyBaseline, 1, 0), ...pairs(onlyOther, 0, 1), ...pairs(neither, 0, 0)];
	return comparePairedShares(
		all.map(([baseline]) => baseline),
		all.map(([, other]) => other),
	);
}

describe('warm-up', () => {
	/** Five steps around each mean. */
	const curve = (means: readonly number[]) => means.flatMap((z) => [z - 2, z + 1, z, z + 3, z - 2]);

	it('cuts where hand and paper say', () => {
		// MSER of 10 4 1 2 1 2 1 2 1 2 1 2 cut by 0, 1, 2, 3: 70.92/144, 8.18/121, 2.5/100, 2.22/81; then it only rises.
		expect(warmUp(curve([10, 4, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]))).toEqual({ detected: true, steps: 10 });
		// A rest that is no whole batch is left out, whatever it holds.
		expect(warmUp([...curve([10, 4, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]), 1e6, 1e6])).toEqual({ detected: true, steps: 10 });
	});

	it('a level curve has no warm-up, a climbing one never settles', () => {
		expect(warmUp(Array.from({ length: 60 }, () => 0.7))).toEqual({ detected: true, steps: 0 });
		const climbing = Array.from({ length: 120 }, (_, i) => i);
		expect(warmUp(climbing)).toEqual({ detected: false, why: 'unsettled' });
	});

	it('a cut at half is early enough, one batch later is not', () => {
		const level = (from: number, cut: number) => Array.from({ length: 5 * 20 }, (_, i) => (i < 5 * cut ? from : 1));
		expect(warmUp(level(9, 10))).toEqual({ detected: true, steps: 50 });
		expect(warmUp(level(9, 11))).toEqual({ detected: false, why: 'unsettled' });
	});

	it('says why there is none', () => {
		expect(warmUp(Array.from({ length: 49 }, () => 1))).toEqual({ detected: false, why: 'too-short' });
		const gap = Array.from({ length: 50 }, (_, i) => (i === 30 ? null : 1));
		expect(warmUp(gap)).toEqual({ detected: false, why: 'gaps' });
	});

	it('finds the transient of a first-order process, neither missed nor much too late', () => {
		// Starts 10 standard deviations off; below one after ln(10) x 10 = 23 steps.
		for (let seed = 0; seed < 20; seed++) {
			const draw = normals(`warm-up/${seed}`);
			let x = 10;
			const steps = Array.from({ length: 400 }, () => {
				x = 0.9 * x + Math.sqrt(1 - 0.81) * draw();
				return x;
			});
			const found = warmUp(steps);
			if (!found.detected) expect.fail(`seed ${seed}: ${found.why}`);
			expect(found.steps).toBeGreaterThanOrEqual(10);
			expect(found.steps).toBeLessThanOrEqual(200);
		}
	});
});
