/** Verdicts on expectations: bounds, versus, and the loud failure of a threshold that measured nothing. */
import { describe, expect, it } from 'vitest';
import { holds, judge, needed, overall, timesFewer } from '../../../src/experiment/task/judge.js';
import type { Bound, Expectation, Selection, Versus } from '../../../src/metrics/expectation.js';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { outcomeOf, RULES, stormOutcome } from '../../support/outcome-builder.js';

const NONE: Bound = { above: null, below: null, equals: null, between: null, never: false };
const WHOLE: Selection = { fromUs: 0, toUs: 120e6, where: {} };

function expected(
	that: string,
	bound: Partial<Bound>,
	more: { versus?: Versus; selection?: Partial<Selection> } = {},
): Expectation {
	const selection = { ...WHOLE, ...more.selection };
	const versus = more.versus === undefined ? null : more.versus;
	return {
		text: `${that} as wanted`,
		that,
		selection,
		versus,
		bound: { ...NONE, ...bound },
		requiredProbability: null,
	};
}

const alone = (variant: string): Outcome => {
	throw new Error(`nobody should ask for ${variant}`);
};
const storm = stormOutcome();
const judgementOf = (expectation: Expectation, outcome = storm, other = alone) =>
	judge([expectation], outcome, RULES, other)[0];

describe('a bound', () => {
	it('is strict above and below, inclusive between, and exact to the tolerance', () => {
		expect([holds({ ...NONE, above: 1 }, 1), holds({ ...NONE, above: 1 }, 1.01)]).toEqual([false, true]);
		expect([holds({ ...NONE, below: 1 }, 1), holds({ ...NONE, below: 1 }, 0.99)]).toEqual([false, true]);
		expect([1, 2, 2.01, 0.99].map((x) => holds({ ...NONE, between: [1, 2] }, x))).toEqual([true, true, false, false]);
		const equals = { value: 0.28, tolerance: 0.02 };
		expect([0.26, 0.299, 0.301].map((x) => holds({ ...NONE, equals }, x))).toEqual([true, true, false]);
	});

	it('may have two sides', () => {
		const both = { ...NONE, above: 1, below: 2 };
		expect([0.5, 1.5, 2.5].map((x) => holds(both, x))).toEqual([false, true, false]);
	});
});

describe('an expectation', () => {
	it('passes or fails on what was seen, in the words of its kind', () => {
		const span = { selection: { fromUs: 30e6, toUs: 80e6 } };
		expect(judgementOf(expected('unavailable', { between: [0.5, 0.7] }, span))).toMatchObject({
			seen: 0.6,
			verdict: 'pass',
			text: '60%',
		});
		expect(judgementOf(expected('unavailable', { below: 0.6 }, span)).verdict).toBe('fail');
		expect(judgementOf(expected('recovered', { below: 81e6 }))).toMatchObject({ verdict: 'pass', text: '+80s' });
		expect(judgementOf(expected('collapsed', { equals: { value: 0, tolerance: 0 } }))).toMatchObject({
			verdict: 'pass',
			text: 'no',
		});
	});

	it('that never happened fails, unless never was wanted', () => {
		const quiet = outcomeOf({ toUs: 120e6, fill: () => ({ born: 100, succeeded: 100 }) });
		expect(judgementOf(expected('detected', { below: 60e6 }), quiet)).toMatchObject({
			verdict: 'fail',
			text: 'never happened',
		});
		expect(judgementOf(expected('detected', { never: true }), quiet).verdict).toBe('pass');
		expect(judgementOf(expected('detected', { never: true }))).toMatchObject({ verdict: 'fail', text: '+45s' });
		expect(judgementOf(expected('revert-after', { never: true }), quiet).verdict).toBe('pass');
	});

	it('that measured nothing fails with a reason, for every bound', () => {
		const empty = outcomeOf({ toUs: 120e6 });
		for (const bound of [{ below: 1 }, { above: 0 }, { never: true }]) {
			const judged = judgementOf(expected('unavailable', bound), empty);
			expect(judged).toMatchObject({ seen: null, verdict: 'no-data', text: 'no samples' });
			expect(overall([judged.verdict])).toBe('fail');
		}
		const place = { selection: { where: { platform: 'older' } } };
		expect(judgementOf(expected('recovered', { never: true }, place)).verdict).toBe('no-data');
		expect(judgementOf(expected('request-p99', { below: 1e6 }))).toMatchObject({ verdict: 'no-data' });
	});
});

describe('versus another run', () => {
	/** Loses `lost` of 1000 requests, and `failed` first attempts. */
	const losing = (lost: number): Outcome =>
		outcomeOf({ toUs: 1e6, fill: () => ({ born: 1000, lost_by_birth: lost, first_failed_by_birth: 2 * lost }) });
	const runs = new Map([
		['as-it-happened', losing(205)],
		['as-it-happened/no-change', losing(5)],
		['/no-change', losing(4)],
		['calm', losing(0)],
	]);
	const other = (variant: string): Outcome => {
		const found = runs.get(variant);
		if (found === undefined) throw new Error(`no run ${variant}`);
		return found;
	};
	const second = { fromUs: 0, toUs: 1e6, where: {} };
	const against = (variant: string, as: Versus['as'], that = 'lost') =>
		expected(that, { above: 1 }, { versus: { variant, as }, selection: second });

	it('ratio and difference compare the quantity itself', () => {
		expect(judgementOf(against('as-it-happened', 'ratio'), losing(41), other).seen).toBeCloseTo(0.2, 12);
		expect(judgementOf(against('no-change', 'ratio'), losing(8), other)).toMatchObject({
			seen: 2,
			verdict: 'pass',
			text: 'x2',
		});
		expect(judgementOf(against('as-it-happened', 'difference'), losing(5), other)).toMatchObject({ text: '-20%' });
		expect(judgementOf(against('calm', 'ratio'), losing(0), other).verdict).toBe('no-data');
		expect(judgementOf(against('calm', 'ratio'), losing(1), other).seen).toBe(Number.POSITIVE_INFINITY);
	});

	it('times fewer compares the excess over the no-change twins, by counts', () => {
		expect(judgementOf(against('as-it-happened', 'times-fewer'), losing(14), other)).toMatchObject({
			seen: 20,
			text: 'x20',
		});
		expect(judgementOf(against('as-it-happened', 'times-fewer', 'unavailable'), losing(14), other).seen).toBe(20);
		expect(judgementOf(against('as-it-happened', 'times-fewer'), losing(4), other)).toMatchObject({
			seen: Number.POSITIVE_INFINITY,
			verdict: 'pass',
			text: 'all',
		});
		expect(timesFewer(0, 0)).toBeNull();
		expect(timesFewer(4, -2)).toBe(-0.5);
		expect(timesFewer(null, 7)).toBeNull();
	});

	it('lists the runs it needs once each', () => {
		expect(needed([expected('lost', { above: 0 })])).toEqual([]);
		expect(needed([against('no-change', 'ratio'), against('calm', 'ratio'), against('calm', 'difference')])).toEqual([
			'/no-change',
			'calm',
		]);
		expect(needed([against('as-it-happened', 'times-fewer')])).toEqual([
			'as-it-happened',
			'as-it-happened/no-change',
			'/no-change',
		]);
	});
});
