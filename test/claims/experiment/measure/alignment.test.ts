/** A log of any kind beside a run: laid on the clock of the scenario, and only what it tells is compared. */
import { describe, expect, it } from 'vitest';
import { Collector } from '../../../../src/experiment/fit/observe/collector.js';
import { LogRecorder } from '../../../../src/experiment/fit/observe/log-recorder.js';
import { align } from '../../../../src/experiment/measure/alignment.js';
import { measuredVsPredicted } from '../../../../src/experiment/measure/measured-vs-predicted.js';
import { seriesOfRecording } from '../../../../src/experiment/measure/recording.js';
import { LogFeed } from '../../../../src/readers/logs/feed.js';
import { attempt, combined, excerpt, NOON } from '../../../support/logs.js';

const S = 1e6;
const world = (more: object = {}) => ({
	date: '2026-11-23',
	clockUs: 12 * 3600 * S,
	warmUpUs: 0,
	horizonUs: 20 * S,
	bucketUs: 5 * S,
	...more,
});

function recorded(lines: readonly string[]) {
	const collector = new Collector(null);
	const recorder = new LogRecorder(collector);
	const feed = new LogFeed(recorder, 'a.log', { anyOrder: false });
	for (const line of lines) feed.line(line);
	feed.end();
	collector.end();
	return recorder.end();
}

/** Ten attempts a second. */
const steady = (fromS: number, seconds: number, code = 200) =>
	Array.from({ length: 10 * seconds }, (_, i) => attempt({ t: fromS + i / 10, req: i, attempt: 1, code, ms: 20 }));

describe('a recording on the clock of a scenario', () => {
	it('lies where both clocks say, and a bucket that it does not cover whole is not compared', () => {
		const { recording } = recorded(steady(NOON + 7, 20));
		const placed = align(recording, world());
		expect(placed).toMatchObject({ byClock: true, first: 2, buckets: 4, originS: NOON });
		expect(placed.note).toContain('begins 7s after the scenario; the first 2 buckets');
		const { steps, firstAttempts } = seriesOfRecording(recording, 5 * S, placed.buckets, placed);
		expect(steps.attempts).toEqual([null, null, 50, 50]);
		expect(steps.ok[2]).toBe(50);
		expect(firstAttempts.slice(2)).toEqual([50, 50]);
	});

	it('that begins before it counts from where the scenario begins', () => {
		const { recording } = recorded(steady(NOON - 3, 20));
		const placed = align(recording, world());
		expect(placed).toMatchObject({ byClock: true, first: 0, buckets: 3 });
		expect(seriesOfRecording(recording, 5 * S, placed.buckets, placed).steps.attempts).toEqual([50, 50, 50]);
		expect(placed.note).toContain('3s before the scenario');
	});

	it('the measured window begins after the warm-up', () => {
		const { recording } = recorded(steady(NOON, 20));
		expect(align(recording, world({ warmUpUs: 5 * S })).originS).toBe(NOON + 5);
	});

	it.each([
		['no date', { date: null }, null],
		['another day', { date: '2026-11-25' }, 'no time in common'],
	])('with %s it begins at the first attempt', (_, more, note) => {
		const { recording } = recorded(steady(NOON + 7, 20));
		const placed = align(recording, world(more));
		expect(placed).toMatchObject({ byClock: false, first: 0, buckets: 4, originS: NOON + 7 });
		if (note === null) expect(placed.note).toBeNull();
		else expect(placed.note).toContain(note);
	});

	it('sums and amplification leave out the buckets before it, of the runs as well', () => {
		const { recording } = recorded(steady(NOON + 5, 15));
		const placed = align(recording, world());
		const own = seriesOfRecording(recording, 5 * S, placed.buckets, placed);
		const run = seriesOfRecording(recorded(steady(NOON, 20)).recording, 5 * S, 4);
		const said = measuredVsPredicted(
			own,
			Array.from({ length: 39 }, () => run),
			0.95,
			undefined,
			placed.first,
		);
		const [attempts] = said.measures;
		expect(attempts.total).toMatchObject({ measured: 150, predicted: 150, bias: 0 });
		expect(attempts.inside).toEqual({ hits: 3, of: 3 });
		expect(attempts.bins[0]).toMatchObject({ measured: null, place: null });
		expect(said.amplification).toMatchObject({ measured: 1, predicted: 1 });
	});
});

describe('what a log does not tell', () => {
	it('a log of seconds without durations still has attempts and outcomes', () => {
		const lines = Array.from({ length: 100 }, (_, i) =>
			combined(NOON + Math.floor(i / 5), { status: i % 10 === 0 ? 503 : 200 }),
		);
		const { recording } = recorded(lines);
		const { steps } = seriesOfRecording(recording, 5 * S, 4);
		expect(steps.attempts).toEqual([25, 25, 25, 25]);
		expect(steps.rejected.reduce((sum: number, n) => sum + Number(n), 0)).toBe(10);
		expect(steps.p50).toEqual([null, null, null, null]);
	});

	it('a log without any attempt that was given up says that it may not write them', () => {
		const steadily = recorded(steady(NOON, 20));
		expect(steadily.notes.join(' ')).toContain('written as given up');
		const given = recorded([...steady(NOON, 20), attempt({ t: NOON + 20, req: 999, attempt: 1, code: 0, ms: 400 })]);
		expect(given.notes.join(' ')).not.toContain('written as given up');
	});

	it('counts are spread over the buckets that they cover', () => {
		const rows = [
			'time,requests',
			...[0, 1, 2, 3].map((i) => `${new Date((NOON + 60 * i) * 1000).toISOString()},${600 + i}`),
		];
		const { recording, notes } = recorded(rows);
		expect(recording.tells).toMatchObject({ ends: false, firsts: false });
		const { steps } = seriesOfRecording(recording, 60 * S, 4, { originS: NOON, first: 0 });
		for (const [i, n] of steps.attempts.entries()) expect(n).toBeCloseTo(600 + i, 6);
		expect(steps.ok).toEqual([null, null, null, null]);
		expect(notes.join(' ')).toContain('outcomes are not compared');
		expect(notes.join(' ')).toContain('which attempts are first ones is not known');
	});

	it('of a log that names clients alone, retries are those who ask again after a failure', () => {
		const { recording, notes } = recorded(excerpt('testbed-a/access.ndjson.gz'));
		const firsts = Array.from(recording.first).reduce((sum, one) => sum + one, 0);
		// The client side counted 26,105 of 31,372.
		expect(Math.abs(firsts / 26_105 - 1)).toBeLessThan(0.01);
		expect(notes.join(' ')).toContain('estimated, by who asks again');
	});
});
