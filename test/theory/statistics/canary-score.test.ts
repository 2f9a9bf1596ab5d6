/** Kayenta's judge, rule by rule. */
import { describe, expect, it, test } from 'vitest';
import { judgeScore, type Scored, score } from '../../../src/model/gates/canary-score.js';
import type { MetricClass } from '../../../src/model/gates/mann-whitney.js';

const check = (name: string, group: string, result: MetricClass, over: Partial<Scored> = {}): Scored => ({
	name,
	group,
	class: result,
	critical: false,
	required: false,
	...over,
});

describe('a score', () => {
	test.each([
		{ what: 'all pass', results: [check('a', 'g', 'pass'), check('b', 'g', 'pass')], value: 100 },
		{ what: 'high and low both count against it', results: ['high', 'low', 'pass', 'pass'], value: 50 },
		{ what: 'no data counts neither way', results: ['pass', 'pass', 'high', 'nodata'], value: 200 / 3 },
		{
			what: 'no data counts against it where it is required',
			results: [
				check('a', 'g', 'pass'),
				check('b', 'g', 'pass'),
				check('c', 'g', 'high'),
				check('d', 'g', 'nodata', { required: true }),
			],
			value: 50,
		},
		{ what: 'half of them without data fail', results: ['pass', 'nodata'], value: 0 },
		{ what: 'less than half do not', results: ['pass', 'pass', 'nodata'], value: 100 },
		{
			what: 'a critical one fails alone',
			results: [check('a', 'g', 'pass'), check('b', 'g', 'pass'), check('c', 'g', 'low', { critical: true })],
			value: 0,
		},
		{
			what: 'a critical one without data fails too',
			results: [check('a', 'g', 'pass'), check('b', 'g', 'pass'), check('c', 'g', 'nodata', { critical: true })],
			value: 0,
		},
		{
			what: 'a critical one that passes is one of many',
			results: [check('a', 'g', 'pass', { critical: true }), check('b', 'g', 'high')],
			value: 50,
		},
	])('$what: $value', ({ results, value }) => {
		const all = results.map((one, i) => (typeof one === 'string' ? check(`m${i}`, 'g', one as MetricClass) : one));
		expect(score(all, { weights: {} }).value).toBeCloseTo(value, 10);
	});

	const THREE = [
		check('errors', 'errors', 'high'),
		check('p50', 'latency', 'pass'),
		check('p99', 'latency', 'low'),
		check('cpu', 'saturation', 'pass'),
	];

	it('weighs groups: those without a weight share the rest', () => {
		// 60% x 0 + 20% x 50 + 20% x 100
		const { value, groups } = score(THREE, { weights: { errors: 60 } });
		expect(value).toBeCloseTo(30, 10);
		expect(groups.map(({ name, value, weight }) => [name, value, Number(weight.toFixed(9))])).toEqual([
			['errors', 0, 0.6],
			['latency', 50, 0.2],
			['saturation', 100, 0.2],
		]);
		expect(score(THREE, { weights: { errors: 50, latency: 25, saturation: 25 } }).value).toBeCloseTo(37.5, 10);
		expect(score(THREE, { weights: {} }).value).toBeCloseTo(50, 10);
	});

	it('a group without data scores 100', () => {
		const { value } = score([...THREE, check('disk', 'disk', 'nodata')], { weights: {} });
		expect(value).toBeCloseTo((0 + 50 + 100 + 100) / 4, 10);
	});

	it('says why', () => {
		expect(score([check('a', 'g', 'high', { critical: true })], { weights: {} }).reason).toBe(
			'a is critical and came out as high',
		);
		expect(score([check('a', 'g', 'pass'), check('b', 'g', 'nodata')], { weights: {} }).reason).toBe(
			'1 of 2 checks had no data',
		);
		expect(score(THREE, { weights: {} }).reason).toBe('2 of 4 checks passed, weighed by group');
		expect(() => score(THREE, { weights: { errors: 80, latency: 30 } })).toThrow(/110/);
	});
});

describe('what a score means, at 75 and 95', () => {
	test.each([
		{ value: 74.9, last: false, verdict: 'failed' },
		{ value: 75, last: false, verdict: 'marginal' },
		{ value: 94.9, last: false, verdict: 'marginal' },
		{ value: 95, last: false, verdict: 'passed' },
		{ value: 74.9, last: true, verdict: 'failed' },
		{ value: 94.9, last: true, verdict: 'failed' },
		{ value: 95, last: true, verdict: 'passed' },
	])('$value, last: $last: $verdict', ({ value, last, verdict }) => {
		expect(judgeScore({ value }, { marginal: 75, pass: 95, last })).toBe(verdict);
	});
});
