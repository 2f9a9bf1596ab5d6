/**
 * Sixty storms of known trouble of each kind and sixty calm logs: what is found of them, and how often an interval of what is found
 * covers the truth. Of 56 falls of capacity found (of 60; the others have no calm part and are told as unexplained) 47 depths were
 * covered, which is what the text of `fit` says: wrong fits, not narrow intervals, are the rest.
 */
import { describe, expect, it } from 'vitest';
import { SPEED_COVERAGE } from '../../src/experiment/fit/trouble/capacity-search.js';
import { troublesIn } from '../support/found-troubles.js';
import { NOON } from '../support/logs.js';
import { stormLog, stormOf } from '../support/storms.js';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 301);

describe('sixty storms', () => {
	it.each(['capacity', 'errors'] as const)(
		'of %s: 55 are found within 2 s, most of the intervals of those cover',
		(kind) => {
			let [found, told] = [0, 0];
			const covered = { start: 0, end: 0, depth: 0 };
			for (const seed of SEEDS) {
				const storm = stormOf(seed, kind);
				const one = troublesIn(stormLog(storm)).find((each) => each.kind === kind);
				if (one === undefined || one.kind === 'unexplained') continue;
				told++;
				const [fromS, toS] = [NOON + storm.fromS, NOON + storm.toS];
				if (Math.abs(one.found.startS - fromS) < 2 && Math.abs(one.found.endS - toS) < 2) found++;
				const [start, end, depth, truth] =
					one.kind === 'capacity'
						? [one.found.intervals.startS, one.found.intervals.endS, one.found.intervals.speed, storm.speed]
						: [one.found.start, one.found.end, one.found.share.interval, storm.errors];
				if (start.low <= fromS && fromS <= start.high) covered.start++;
				if (end.low <= toS && toS <= end.high) covered.end++;
				if (depth.low <= truth && truth <= depth.high) covered.depth++;
			}
			const enough = (share: number) => expect.toSatisfy((n: number) => n >= share * told);
			const depth = kind === 'capacity' ? SPEED_COVERAGE - 0.01 : 0.85;
			expect({ found, ...covered }).toEqual({
				found: expect.toSatisfy((n: number) => n >= 55),
				...{ start: enough(0.85), end: enough(0.85), depth: enough(depth) },
			});
		},
		3_600_000,
	);

	it('and none in sixty calm logs', () => {
		for (const seed of SEEDS) expect(troublesIn(stormLog(stormOf(seed, 'calm'))), `seed ${seed}`).toEqual([]);
	}, 3_600_000);
});
