/** What a fit may not be sure of: bursts, silence, storms that fill a log, intervals of a few requests, clusters of retries. */
import { describe, expect, it } from 'vitest';
import { Streams } from '../../../../src/kernel/random.js';
import { writeScenario } from '../../../../src/readers/logs/scenario/scenario.js';
import { combined, found, NOON } from '../../../support/logs.js';

/** Seconds of a Markov-modulated Poisson process: two rates, each for an exponential time. */
function modulated(
	u: () => number,
	rates: readonly [number, number],
	meansS: readonly [number, number],
	seconds: number,
): number[] {
	const times: number[] = [];
	let [t, state] = [0, u() < meansS[0] / (meansS[0] + meansS[1]) ? 0 : 1];
	while (t < seconds) {
		const end = Math.min(seconds, t - Math.log(1 - u()) * meansS[state]);
		if (rates[state] > 0)
			for (let at = t - Math.log(1 - u()) / rates[state]; at < end; at += -Math.log(1 - u()) / rates[state])
				times.push(at);
		t = end;
		state = 1 - state;
	}
	return times;
}

const log = (times: readonly number[]) => times.map((t) => combined(NOON + Math.floor(t)));

describe('the interval of a rate', () => {
	it('covers the true rate in nine of ten logs of bursty traffic, whose pauses are no hole', () => {
		const u = new Streams(21).uniform('bursts');
		let [covered, holes] = [0, 0];
		const cases: readonly (readonly [readonly [number, number], readonly [number, number]])[] = [
			[
				[2, 40],
				[20, 10],
			],
			[
				[0, 30],
				[30, 15],
			],
			[
				[5, 60],
				[60, 30],
			],
			[
				[10, 20],
				[10, 10],
			],
		];
		for (let k = 0; k < 20; k++) {
			const [rates, means] = cases[k % cases.length];
			const { rate, series } = found(log(modulated(u, rates, means, 1800)));
			const truth = (rates[0] * means[0] + rates[1] * means[1]) / (means[0] + means[1]);
			if (rate.interval !== null && rate.interval.low <= truth && truth <= rate.interval.high) covered++;
			holes += series.gaps.length;
		}
		expect(covered).toBeGreaterThanOrEqual(18);
		expect(holes).toBe(0);
	});
});

describe('a baseline', () => {
	it('is not identifiable where a storm fills the larger part', () => {
		const u = new Streams(22).uniform('storm');
		const lines = Array.from({ length: 24_000 }, (_, i) =>
			combined(NOON + Math.floor(i / 20), { status: i > 6000 && u() < 0.9 ? 503 : 200 }),
		);
		const stormy = found(lines);
		expect(stormy.baseline.why).toMatch(/^no calm part: .*baseline is not identifiable$/);
		expect(stormy.classes[0].errors).toBe(null);
		expect(writeScenario(stormy, { traffic: 'counts', windowUs: null })).toMatch(/errors: 0% +# assumed: no calm part/);
	});

	it('is without bias at one request an interval', () => {
		const u = new Streams(23).uniform('few');
		const lines = Array.from({ length: 30_000 }, (_, i) => combined(NOON + 2 * i, { status: u() < 0.03 ? 503 : 200 }));
		const { classes } = found(lines, { everyS: 2 });
		expect(Math.abs(Number(classes[0].errors?.share) - 0.03)).toBeLessThan(4 * Math.sqrt((0.03 * 0.97) / 30_000));
	});
});

describe('what is first', () => {
	it('is only said where it is known', () => {
		const lines = Array.from({ length: 500 }, (_, i) => combined(NOON + i));
		expect(writeScenario(found(lines), { traffic: 'counts', windowUs: null })).toContain(
			'# Attempts (which of them are first ones is not known): 1/s',
		);
	});
});

describe('the mix', () => {
	it('does not change when one client repeats the same request many times', () => {
		const u = new Streams(24).uniform('clusters');
		const lines = Array.from({ length: 7200 }, (_, i) => {
			const path = u() < 0.3 ? '/a' : '/b';
			return Array.from({ length: u() < 0.1 ? 30 : 1 }, () => combined(NOON + Math.floor(i / 2), { path }));
		}).flat();
		expect(found(lines).mixes.length).toBeLessThanOrEqual(2);
	});
});
