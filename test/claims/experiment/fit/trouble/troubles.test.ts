/** The trouble in logs whose truth is known: when it began and ended, what it was and how deep; and none where there was none. All sixty of each kind: test/long/troubles.test.ts. */
import { describe, expect, it } from 'vitest';
import type { Trouble } from '../../../../../src/experiment/fit/trouble/troubles.js';
import { troublesIn } from '../../../../support/found-troubles.js';
import { excerpt, NOON } from '../../../../support/logs.js';
import { stormLog, stormOf } from '../../../../support/storms.js';

const only = (troubles: readonly Trouble[]): Trouble => {
	expect(troubles.length).toBe(1);
	return troubles[0];
};

describe('a fall of capacity', () => {
	it.each([4, 9])('of storm %i: its kind, its start and end within 2 s, its depth', (seed) => {
		const storm = stormOf(seed, 'capacity');
		const one = only(troublesIn(stormLog(storm)));
		if (one.kind !== 'capacity') throw new Error(one.kind);
		expect(Math.abs(one.found.startS - NOON - storm.fromS)).toBeLessThan(2);
		expect(Math.abs(one.found.endS - NOON - storm.toS)).toBeLessThan(2);
		expect(Math.abs(one.found.speed / storm.speed - 1)).toBeLessThan(0.25);
		expect(one.found.intervals.speed.low).toBeLessThan(storm.speed);
		expect(one.found.intervals.speed.high).toBeGreaterThan(storm.speed);
	});

	it('of the testbed, from its access log: a quarter of the speed for 40 s, and 150 places', () => {
		const one = only(troublesIn(excerpt('testbed-a/access.ndjson.gz')));
		if (one.kind !== 'capacity') throw new Error(one.kind);
		const { speed, startS, endS, intervals, abandoned } = one.found;
		expect(Math.abs(speed - 0.25)).toBeLessThan(0.02);
		expect(Math.abs(endS - startS - 40)).toBeLessThan(1);
		expect(intervals.queue.low).toBeLessThan(150);
		expect(intervals.queue.high).toBeGreaterThan(150);
		expect(abandoned).toBe('serve');
	}, 60_000);
});

describe('errors of the server', () => {
	it.each([2, 3])('of storm %i: their share, from when to when', (seed) => {
		const storm = stormOf(seed, 'errors');
		const one = only(troublesIn(stormLog(storm)));
		if (one.kind !== 'errors') throw new Error(one.kind);
		expect(one.status).toBe(500);
		expect(Math.abs(one.found.startS - NOON - storm.fromS)).toBeLessThan(2);
		expect(Math.abs(one.found.endS - NOON - storm.toS)).toBeLessThan(2);
		expect(Math.abs(Number(one.found.share.share) - storm.errors)).toBeLessThan(0.08);
	});
});

describe('no trouble', () => {
	it.each([1, 2, 3])('is found in calm log %i', (seed) => {
		expect(troublesIn(stormLog(stormOf(seed, 'calm')))).toEqual([]);
	});

	it('is told of a log that does not say how attempts ended', () => {
		const lines = stormLog(stormOf(4, 'capacity')).map((line) => line.replace(/"code":\d+/, '"code":200'));
		expect(troublesIn(lines)).toEqual([]);
	});
});

describe('a log that cannot be looked at', () => {
	it('for it has no calm part is told as a whole, with the reason, and not as calm', () => {
		const storm = { ...stormOf(4, 'errors'), fromS: 0, toS: 150, errors: 0.5 };
		const one = only(troublesIn(stormLog(storm)));
		if (one.kind !== 'unexplained') throw new Error(one.kind);
		expect(one.why).toContain('no calm part');
		expect(one.fromS).toBeLessThanOrEqual(NOON + 1);
		expect(one.toS).toBeGreaterThan(NOON + 148);
		expect(one.failed).toBeGreaterThan(one.of / 3);
	});

	it('for its attempts were not kept is told stretch by stretch; a calm one has none', () => {
		const storm = stormOf(2, 'errors');
		const one = only(troublesIn(stormLog(storm), 1000));
		if (one.kind !== 'unexplained') throw new Error(one.kind);
		expect(one.why).toContain('not kept');
		expect(Math.abs(one.fromS - NOON - storm.fromS)).toBeLessThan(3);
		expect(troublesIn(stormLog(stormOf(1, 'calm')), 1000)).toEqual([]);
	});
});
