/** Limits that a condition implies: found where it turns, whatever arithmetic stands around the result. */
import { describe, expect, it } from 'vitest';
import { parseCondition } from '../../../../src/readers/promql/condition-parser.js';
import { argoVerdicts, limitsAlong } from '../../../../src/readers/promql/limits.js';

/** Of the share of failures, where the query gives from `good` (no failures) to `bad` (all fail). */
function failsAbove(success: string, good: number, bad: number): number {
	const quantity = (result: number) => (result - good) / (bad - good);
	return limitsAlong(argoVerdicts(parseCondition(success), null), { from: good, to: bad, quantity }).fails.value;
}

describe('a success condition on a share', () => {
	it.each([
		['(1 - result[0]) * 100 < 5', 1, 0, 0.05],
		['100 - result[0] * 100 < 2.5', 1, 0, 0.025],
		['1 - result[0] <= 0.01', 1, 0, 0.01],
		['result[0] * 100 >= 95', 1, 0, 0.05],
		['result[0] >= 0.95', 1, 0, 0.05],
		['result[0] / 100 > 0.9', 100, 0, 0.1],
		['result[0] * 2 + result[0] < 0.3', 0, 1, 0.1],
		['result[0] * 0.3 < 0.1', 0, 1, 1 / 3],
		['result[0] * result[0] < 0.25', 0, 1, 0.5],
		['result[0] - 0.01 < 0', 0, 1, 0.01],
		['asInt(result[0] * 100) < 5', 0, 1, 0.05],
	])('%s', (condition, good, bad, limit) => {
		expect(failsAbove(condition, good, bad)).toBeCloseTo(limit, 11);
	});

	it('that turns twice is not a limit', () => {
		expect(() => failsAbove('result[0] < 0.2 || result[0] > 0.37', 0, 1)).toThrow('does not only get worse');
		expect(() => failsAbove('(result[0] - 0.3) * (result[0] - 0.43) > 0', 0, 1)).toThrow('does not only get worse');
	});

	it('that never turns is said to fail on nothing, or on everything', () => {
		expect(() => failsAbove('result[0] < 2', 0, 1)).toThrow('fails on nothing');
		expect(() => failsAbove('result[0] < 0', 0, 1)).toThrow('fails whatever is seen');
	});
});
