/** Until half of a large stage has a version: the median, where bad files come to all nodes at once. */
import { describe, expect, it } from 'vitest';
import { medianDelayUs } from '../../../src/model/rollout/propagation.js';

const median = (bad: number) => medianDelayUs({ kind: 'regenerate', everyUs: 300, bad });

describe('files of a half-upgraded source', () => {
	it.each([
		[1, 0],
		[0.5, 0],
		[0.4, 300],
		[0.3, 300],
		[0.25, 600],
		[0.1, 1_800],
		[0.01, 68 * 300],
	])('bad with probability %f: the first bad one in half of all cases after %i us', (bad, us) => {
		expect(median(bad)).toBe(us);
		const by = (files: number) => 1 - (1 - bad) ** files;
		expect(by(us / 300 + 1)).toBeGreaterThanOrEqual(0.5);
		if (us > 0) expect(by(us / 300)).toBeLessThan(0.5);
	});

	it('never where none is bad', () => {
		expect(median(0)).toBe(Number.POSITIVE_INFINITY);
	});
});
