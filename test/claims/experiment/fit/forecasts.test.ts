/** Forecasts: chosen by rolling origin among naive ones too, never better than a constant that beats them, with intervals that cover. */
import { describe, expect, it } from 'vitest';
import { type Backtest, backtest } from '../../../../src/experiment/fit/backtest.js';
import { Streams } from '../../../../src/kernel/random.js';

const HOUR = 3600;

/** Counts by the hour: a mean, and noise of that of Poisson counts. */
function found(hours: number, meanAt: (hour: number) => number, seed = 1, noise = 1): Backtest {
	const uniform = new Streams(seed).uniform('counts');
	const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
	const counts = Array.from({ length: hours }, (_, i) =>
		Math.max(0, Math.round(meanAt(i) + noise * Math.sqrt(meanAt(i)) * normal())),
	);
	const result = backtest({ fromS: 0, everyS: HOUR, counts, missing: counts.map(() => false) }, 0.6);
	if (result === null) throw new Error('too short');
	return result;
}

const day = (hour: number): number => 1000 + 800 * Math.sin((2 * Math.PI * hour) / 24);
const week = (hour: number): number => (Math.floor(hour / 24) % 7 < 5 ? day(hour) : 300);
const naive = ({ naive: all }: Backtest, name: string): number => Number(all.find((one) => one.name === name)?.mae);
const covered = ({ intervals }: Backtest, level: number): number =>
	Number(intervals?.find((one) => one.level === level)?.covered);

describe('the choice', () => {
	it('is a constant where nothing else is there, and that is no better than the mean', () => {
		const flat = found(480, () => 1000);
		expect(flat.fitted.name).toBe('a constant rate');
		expect(flat.finding).toBe('no better');
		expect(naive(flat, 'the mean')).toBe(flat.fitted.mae);
	});

	it('is a week that repeats, where one does; the same time last week stands beside it', () => {
		const weekly = found(8 * 168, week);
		expect(weekly.fitted.name).toMatch(/^a week that repeats/);
		expect(weekly.finding).toBe('better');
		expect(naive(weekly, 'the same time last week')).toBeLessThan(0.5 * naive(weekly, 'the same time yesterday'));
		expect(naive(weekly, 'the same time last week')).toBeLessThan(0.2 * naive(weekly, 'the mean'));
	});

	it('may be a naive one, and is then no better than itself', () => {
		const exact = found(14 * 24, day, 1, 0);
		expect(exact.fitted.mae).toBeLessThan(1e-6);
		expect(exact.finding).toBe('no better');
	});

	it.each([1, 2, 3, 4, 5, 6])('is never better where a constant beats it: a level that jumps, seed %i', (seed) => {
		const uniform = new Streams(seed).uniform('levels');
		const levels = Array.from({ length: 40 }, () => 200 + 1800 * uniform());
		const jumps = found(480, (hour) => levels[Math.floor(hour / 12) % 40], seed);
		const best = Math.min(naive(jumps, 'the mean'), naive(jumps, 'the last value'));
		if (best <= jumps.fitted.mae) expect(jumps.finding).not.toBe('better');
	});
});

describe('the intervals', () => {
	it('cover what they say, of a constant and of a week, on average over seeds', () => {
		for (const meanAt of [() => 1000, week]) {
			const all = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => found(8 * 168, meanAt, seed));
			const mean = (level: number): number => all.reduce((sum, one) => sum + covered(one, level), 0) / all.length;
			expect(Math.abs(mean(0.95) - 0.95)).toBeLessThan(0.03);
			expect(Math.abs(mean(0.5) - 0.5)).toBeLessThan(0.08);
		}
	});

	it('show that they are too narrow where the rest is of another kind', () => {
		const shifted = found(480, (hour) => (hour < 300 ? 1000 : 2000));
		expect(covered(shifted, 0.95)).toBeLessThan(0.1);
	});

	it('are unknown where too few errors are known', () => {
		expect(found(26, () => 1000).intervals).toBe(null);
	});
});
