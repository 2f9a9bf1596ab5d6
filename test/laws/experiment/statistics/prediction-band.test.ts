/** The band of one further run: its ranks, its level, and that a further value falls into it as often as it says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	bandLevel,
	bandRank,
	fewestRuns,
	predictionBand,
} from '../../../../src/experiment/statistics/prediction-band.js';
import { Streams } from '../../../../src/kernel/random.js';

describe('the band of order statistics', () => {
	it.each([
		[39, 0.95, 1],
		[38, 0.95, 0],
		[199, 0.95, 5],
		[19, 0.9, 1],
		[199, 0.99, 1],
	])('of %i runs at %d has rank %i', (runs, level, rank) => {
		expect(bandRank(runs, level)).toBe(rank);
	});

	it('exists from as many runs on as it says, and never before', () => {
		fc.assert(
			fc.property(fc.double({ min: 0.5, max: 0.999, noNaN: true }), (level) => {
				const fewest = fewestRuns(level);
				expect(bandRank(fewest, level)).toBeGreaterThanOrEqual(1);
				expect(bandRank(fewest - 1, level)).toBe(0);
				expect(bandLevel(fewest, level)).toBeGreaterThanOrEqual(level - 1e-9);
			}),
		);
	});

	it('holds one further value as often as its level states, for every distribution', () => {
		const uniform = new Streams(7).uniform('values');
		const [runs, trials] = [59, 20_000];
		const draws = (): number => uniform() ** 4;
		let hits = 0;
		for (let i = 0; i < trials; i++) {
			const band = predictionBand(Array.from({ length: runs }, draws), 0.95);
			const next = draws();
			hits += Number(band !== null && next >= band.low && next <= band.high);
		}
		const level = bandLevel(runs, 0.95);
		expect(level).toBeCloseTo(58 / 60, 12);
		expect(Math.abs(hits / trials - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / trials));
	});

	it('is none of too few values', () => {
		expect(predictionBand(new Array(38).fill(1), 0.95)).toBeNull();
		expect(predictionBand(new Array(39).fill(1), 0.95)).toEqual({ low: 1, high: 1 });
	});
});
