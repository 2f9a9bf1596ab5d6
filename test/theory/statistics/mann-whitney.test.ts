/**
 * The Mann-Whitney judgement against the test it inverts: its ends are where a statistic ranked from scratch leaves the
 * critical region, a published estimate comes out, and over all orderings of small samples it errs as computed.
 */
import { describe, expect, it, test } from 'vitest';
import { Streams } from '../../../src/kernel/random.js';
import { normalQuantile } from '../../../src/model/distributions/normal-quantile.js';
import { type MannWhitneyRule, mannWhitney, shift } from '../../../src/model/gates/mann-whitney.js';

const RULE: MannWhitneyRule = { confidence: 0.98, tolerance: 0.25, direction: 'either', effect: 1 };

/** R's statistic of (x - d, y): mid-ranks, tie-corrected deviation, continuity correction. Falls as d grows. */
function statistic(x: readonly number[], y: readonly number[], d: number, correct = true): number {
	const all = [...x.map((value) => value - d), ...y];
	const rank = (value: number) =>
		all.filter((other) => other < value).length + (all.filter((other) => other === value).length + 1) / 2;
	const [m, n, N] = [x.length, y.length, all.length];
	const off = all.slice(0, m).reduce((sum, value) => sum + rank(value), 0) - (m * (m + 1)) / 2 - (m * n) / 2;
	const sizes = [...new Set(all)].map((value) => all.filter((other) => other === value).length);
	const tied = sizes.reduce((sum, t) => sum + t ** 3 - t, 0);
	const sigma = Math.sqrt(((m * n) / 12) * (N + 1 - tied / (N * (N - 1))));
	return (off - (correct ? Math.sign(off) * 0.5 : 0)) / sigma;
}

/** Points on a coarse grid, so that some tie. */
function points(name: string, n: number, step: number): number[] {
	const uniform = new Streams(20_251_205).uniform(name);
	return Array.from({ length: n }, () => Math.round((10 * uniform()) / step) * step);
}

describe('the interval of a shift', () => {
	test.each([
		{ m: 8, n: 7, step: 2 ** -20 },
		{ m: 20, n: 33, step: 2 ** -20 },
		{ m: 20, n: 33, step: 0.5 },
		{ m: 60, n: 60, step: 1 },
		{ m: 5, n: 90, step: 0.25 },
	])('of $m and $n points ends where the statistic crosses the quantiles (steps of $step)', ({ m, n, step }) => {
		for (const confidence of [0.5, 0.9, 0.95, 0.98]) {
			const [x, y] = [points(`x${m}/${n}`, m, step), points(`y${m}/${n}`, n, step)];
			const { low, estimate, high } = shift(x, y, confidence);
			const z = normalQuantile(0.5 + confidence / 2);
			const near = step / 4;
			expect(statistic(x, y, low - near)).toBeGreaterThan(z);
			expect(statistic(x, y, low + near)).toBeLessThanOrEqual(z);
			expect(statistic(x, y, high - near)).toBeGreaterThanOrEqual(-z);
			expect(statistic(x, y, high + near)).toBeLessThan(-z);
			expect(statistic(x, y, estimate - step, false)).toBeGreaterThanOrEqual(0);
			expect(statistic(x, y, estimate + step, false)).toBeLessThanOrEqual(0);
		}
	});

	it("gives the estimate that Hollander and Wolfe publish for the data of R's example", () => {
		// Permeability of the human chorioamnion, at term against 12 to 26 weeks: example(wilcox.test).
		const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
		const early = [1.15, 0.88, 0.9, 0.74, 1.21];
		expect(shift(term, early, 0.95).estimate).toBeCloseTo(0.305, 12);
	});

	it('by hand: of 3 and 2 points, and of too few for the confidence all of the differences', () => {
		// Differences 0 1 2 3 4 5; sigma = sqrt(6 / 12 x 6) = 1.732. At 50%, reach 1.168: k = ceil(3 - 0.5 - 1.168) = 2.
		expect(shift([4, 6, 8], [3, 4], 0.5)).toEqual({ estimate: 2.5, low: 1, high: 4 });
		expect(shift([4, 6, 8], [3, 4], 0.98)).toEqual({ estimate: 2.5, low: 0, high: 5 });
	});

	it('is narrower where points tie, by hand', () => {
		// Two ties of 4: sigma^2 = 64 / 12 (17 - 120 / 240) = 88. At 90%, reach 15.43: k = ceil(32 - 0.5 - 15.43) = 17. Without
		// the ties it would be 16, -33 and 4. The 16 least differences are those to 50 and 40, the 16 largest those to 0.
		expect(shift([1, 1, 1, 1, 4, 5, 6, 7], [0, 0, 0, 0, 20, 30, 40, 50], 0.9)).toEqual({
			estimate: -6,
			low: -29,
			high: 1,
		});
	});

	/** Over all equally likely orderings of m canaries among m + n: how often the interval lies on one side of 0. */
	function excluded(m: number, n: number, confidence: number): number {
		let [wrong, all] = [0, 0];
		for (let mask = 0; mask < 2 ** (m + n); mask++) {
			const sides = Array.from({ length: m + n }, (_, i) => (mask >> i) & 1);
			if (sides.reduce((sum, side) => sum + side, 0) !== m) continue;
			const ranks = [...sides.keys()];
			// Squares: no two differences are the same, and none is 0.
			const of = (side: number) => ranks.filter((i) => sides[i] === side).map((i) => (i + 1) ** 2);
			const { low, high } = shift(of(1), of(0), confidence);
			all++;
			if (low > 0 || high < 0) wrong++;
		}
		return wrong / all;
	}

	test.each([
		// k = 1: only complete separation excludes 0, one ordering each way. At 3 and 3 that promises 98% and keeps 90%.
		{ m: 3, n: 3, confidence: 0.98, wrong: 2 / 20 },
		{ m: 5, n: 5, confidence: 0.98, wrong: 2 / 252 },
		// k = 3: U up to 2, which 1 + 1 + 2 orderings have.
		{ m: 6, n: 6, confidence: 0.98, wrong: 8 / 924 },
	])('errs in $wrong of the orderings of $m and $n equal ones at $confidence', ({ m, n, confidence, wrong }) => {
		expect(excluded(m, n, confidence)).toBeCloseTo(wrong, 12);
	});
});

describe('the class', () => {
	const CONTROL = Array.from({ length: 50 }, (_, i) => 10 + (i % 7));
	const times = (factor: number) => CONTROL.map((value) => value * factor);

	test.each([
		{ what: 'equal points', canary: [...CONTROL].reverse(), class: 'pass' },
		{ what: 'twice as much', canary: times(2), class: 'high' },
		{ what: 'half as much', canary: times(0.5), class: 'low' },
		{ what: 'twice, where less is worse', canary: times(2), rule: { direction: 'decrease' as const }, class: 'pass' },
		{ what: 'half, where more is worse', canary: times(0.5), rule: { direction: 'increase' as const }, class: 'pass' },
		{ what: 'twice, where three times count', canary: times(2), rule: { effect: 3 }, class: 'pass' },
		{ what: 'half, where a third counts', canary: times(0.5), rule: { effect: 3 }, class: 'pass' },
		{ what: 'a tolerance as wide as the estimate', canary: times(2), rule: { tolerance: 1 }, class: 'pass' },
		{ what: 'nobody', canary: [], class: 'nodata' },
	])('$what: $class', ({ canary, class: expected, rule }) => {
		expect(mannWhitney(canary, CONTROL, { ...RULE, ...rule }).class).toBe(expected);
	});

	it('constants: equal ones pass for any number of them, unequal ones are always shifted', () => {
		expect(mannWhitney([0, 0, 0], [0, 0], RULE)).toMatchObject({ class: 'pass', estimate: 0, meanRatio: 1 });
		expect(mannWhitney([2, 2, 2], [0, 0], RULE)).toMatchObject({
			class: 'high',
			estimate: 2,
			low: 2,
			high: 2,
			meanRatio: Infinity,
		});
		expect(mannWhitney([1], [], RULE)).toEqual({
			class: 'nodata',
			estimate: null,
			low: null,
			high: null,
			meanRatio: null,
		});
	});

	it('of A and A it calls about 2% shifted, at 50 points a side', () => {
		const uniform = new Streams(20_251_205).uniform('a/a');
		const some = () => Array.from({ length: 50 }, () => normalQuantile(uniform() + 2 ** -33) + 10);
		const runs = 1500;
		let shifted = 0;
		for (let i = 0; i < runs; i++) {
			if (mannWhitney(some(), some(), { ...RULE, tolerance: 0 }).class !== 'pass') shifted++;
		}
		expect(Math.abs(shifted / runs - 0.02)).toBeLessThan(4 * Math.sqrt((0.02 * 0.98) / runs));
	});
});
