/** Recordings of attempts: what a line says, what is no recording, and how a run is held beside one. */
import { describe, expect, it } from 'vitest';
import { judgeRecording } from '../../../../src/experiment/measure/judge-recording.js';
import { measuredVsPredicted } from '../../../../src/experiment/measure/measured-vs-predicted.js';
import { bucketsOf, seriesOfRecording } from '../../../../src/experiment/measure/recording.js';
import { UserError } from '../../../../src/kernel/errors.js';
import { COUNT_SERIES, type RunSeries } from '../../../../src/metrics/reading/attempt-series.js';
import { AttemptReader } from '../../../../src/readers/recording/recorded-attempts.js';
import { measuredText } from '../../../../src/report/measure/files.js';

const S = 1e6;
const read = (lines: readonly (object | string)[]) => {
	const reader = new AttemptReader('a.ndjson');
	for (const line of lines) reader.line(typeof line === 'string' ? line : JSON.stringify(line));
	return reader;
};
const at = (t: number, more: object = {}) => ({ t, attempt: 1, code: 200, ms: 10, ...more });

describe('a line', () => {
	it.each([
		[{ code: 200 }, 'ok'],
		[{ code: 404 }, 'ok'],
		[{ code: 429 }, 'rejected'],
		[{ code: 503 }, 'rejected'],
		[{ code: 500 }, 'error'],
		[{ code: 502 }, 'error'],
		[{ code: 0 }, 'timeout'],
		[{ code: 499 }, 'timeout'],
		[{ code: 0, outcome: 'refused' }, 'refused'],
		[{ code: 503, outcome: 'error' }, 'error'],
	])('with %j ended %s', (more, ended) => {
		const { steps } = seriesOfRecording(read([at(100, more), at(101)]).end(), S, 1);
		expect(COUNT_SERIES.filter((name) => name !== 'attempts' && steps[name][0] === 1)).toEqual([ended]);
	});

	it('counts as sent where it began and as ended where it ended, in any order of lines', () => {
		const recording = read([at(101.9, { ms: 200, attempt: 2 }), at(100), at(103)]).end();
		const { steps, firstAttempts } = seriesOfRecording(recording, S, bucketsOf(recording, S));
		expect(steps.attempts).toEqual([1, 1, 0]);
		expect(steps.ok).toEqual([1, 0, 1]);
		expect(steps.p50[1]).toBeNull();
		expect(firstAttempts).toEqual([1, 0, 0]);
	});

	it('that cannot be read is passed over and told, up to one in twenty', () => {
		const good = Array.from({ length: 40 }, (_, i) => at(i));
		const reader = read(['nonsense', ...good, at(1, { ms: -3 })]);
		expect(reader.end()).toMatchObject({ attempts: 40, lines: 42, unreadable: 2 });
		expect(reader.complaints).toEqual(['line 1: no JSON', 'line 42: ms is negative (-3)']);
	});
});

describe('no recording', () => {
	it.each([
		[[], 'found no attempt, two or more'],
		[[at(1)], 'found one attempt, two or more'],
		[[at(1), at(2), at(3, { ms: -1 })], 'found 1 of 3 lines that are no attempt (line 3: ms is negative (-1))'],
		[[at(1), at(2), at(3, { t: 'now' })], 'line 3: t is no time'],
		[[at(1), at(2), at(3, { outcome: 'lost' })], 'neither code nor outcome says how it ended'],
		[[at(1), at(2, { attempt: 0 })], 'attempt is no number from 1 up'],
		[[at(1), at(1e9)], 'days between first and last attempt (a clock that jumped?)'],
		[[at(1, { attempt: 2 }), at(2, { attempt: 2 })], 'found no first attempt'],
	])('%j: %s', (lines, message) => {
		expect(() => read(lines).end()).toThrow(UserError);
		expect(() => read(lines).end()).toThrow(message);
	});
});

describe('beside runs', () => {
	const series = (attempts: readonly number[], first = attempts): RunSeries => ({
		stepUs: S,
		steps: {
			attempts,
			ok: attempts,
			rejected: attempts.map(() => 0),
			timeout: attempts.map(() => 0),
			error: attempts.map(() => 0),
			refused: attempts.map(() => 0),
			p50: attempts.map(() => null),
			p99: attempts.map(() => null),
		},
		firstAttempts: first,
	});
	// Runs of 1 to 39 attempts in either bucket: the band is all of it.
	const runs = Array.from({ length: 39 }, (_, i) => series([i + 1, i + 1]));
	const found = measuredVsPredicted(series([40, 20], [20, 20]), runs, 0.95);
	const [attempts, , rejected] = found.measures;

	it('says bucket by bucket on which side of the band it lies', () => {
		expect(attempts.bins).toEqual([
			{ measured: 40, predicted: 20, band: { low: 1, high: 39 }, place: 'above' },
			{ measured: 20, predicted: 20, band: { low: 1, high: 39 }, place: 'inside' },
		]);
		expect(found.level).toBe(0.95);
	});

	it('tells buckets in which nothing happens on either side from busy ones', () => {
		expect(attempts).toMatchObject({ inside: { hits: 1, of: 2 }, busy: { hits: 1, of: 2 } });
		expect(rejected).toMatchObject({ inside: { hits: 2, of: 2 }, busy: { hits: 0, of: 0 } });
	});

	it('sums up: bias against the mean run, amplification of the whole recording', () => {
		expect(attempts.total).toEqual({
			measured: 60,
			predicted: 40,
			branch: null,
			band: { low: 2, high: 78 },
			bias: -1 / 3,
		});
		expect(found.amplification).toMatchObject({ measured: 1.5, predicted: 1, bias: -1 / 3 });
	});

	it('leaves out what was not measured', () => {
		const p50 = found.measures.find(({ name }) => name === 'p50');
		expect(p50).toMatchObject({ inside: { hits: 0, of: 0 }, total: { measured: null, bias: null } });
	});

	it('keeps or breaks what is promised of it: coverage is the least of all counts', () => {
		const bound = { above: null, below: null, equals: null, between: [0.9, 1] as const, never: false };
		const seen = (that: string) => judgeRecording([{ text: that, that, bound }], found)[0];
		expect(seen('coverage')).toMatchObject({ measured: 0.5, verdict: 'fail' });
		expect(seen('coverage-rejected')).toMatchObject({ measured: 1, verdict: 'pass' });
		expect(seen('coverage-p50')).toMatchObject({ measured: null, verdict: 'no-data' });
		expect(seen('amplification-error').measured).toBeCloseTo(1 / 3, 12);
	});

	it('says how sharp the band is: its width, and the interval score with what lies outside', () => {
		// 38 wide in both buckets; 40 lies 1 above 39, times 2 / 5 %.
		expect(attempts.sharpness.width).toBe(38);
		expect(attempts.sharpness.score).toBeCloseTo((38 + 40 + 38) / 2, 9);
		expect(attempts.sharpness.measured).toBe(30);
		const bound = { above: null, below: 0.5, equals: null, between: null, never: false };
		const seen = (that: string) => judgeRecording([{ text: that, that, bound }], found)[0];
		expect(seen('sharpness-attempts').measured).toBeCloseTo(38 / 30, 12);
		expect(seen('interval-score').measured).toBeCloseTo(58 / 30, 12);
		expect(seen('sharpness')).toMatchObject({ verdict: 'fail' });
	});

	it('a band from 0 to 971 holds everything, and earns nothing', () => {
		const wide = Array.from({ length: 39 }, (_, i) => {
			const of = series([100, 100]);
			return { ...of, steps: { ...of.steps, refused: [i * 25.55, i * 25.55] } };
		});
		const said = measuredVsPredicted(series([100, 100]), wide, 0.95);
		const bound = { above: null, below: 0.5, equals: null, between: null, never: false };
		const all = { ...bound, below: null, above: 0.99 };
		const seen = (that: string, of: typeof bound | typeof all = bound) =>
			judgeRecording([{ text: that, that, bound: of }], said)[0];
		expect(seen('coverage', all)).toMatchObject({ measured: 1, verdict: 'undecided' });
		expect(seen('sharpness').measured).toBeCloseTo(9.71, 2);
		expect(seen('sharpness').verdict).toBe('fail');
		// Nothing was measured of it: its own unit is gone.
		expect(seen('sharpness-refused')).toMatchObject({ measured: null, verdict: 'no-data' });
	});

	describe('of which some collapse', () => {
		// Amplification 1.27 to 1.29 in twenty runs, 1.78 to 1.8 in nineteen.
		const ends = Array.from({ length: 39 }, (_, i) => (i < 20 ? ('not collapsed' as const) : ('collapsed' as const)));
		const bistable = ends.map((end, i) => series([1000, (end === 'collapsed' ? 2580 : 1560) + (i % 20)], [1000, 1000]));
		const bound = { above: null, below: 0.05, equals: null, between: null, never: false };
		const judged = (sent: number) => {
			const said = measuredVsPredicted(series([1000, sent], [1000, 1000]), bistable, 0.95, ends);
			const text = 'amplification-error below 5%';
			return { said, one: judgeRecording([{ text, that: 'amplification-error', bound }], said)[0] };
		};

		it('compares with the branch that is nearest, not with a mean that no run has', () => {
			const { said, one } = judged(1570);
			expect(said.amplification.branch).toBe('not collapsed');
			expect(Math.abs(Number(said.amplification.bias))).toBeLessThan(0.001);
			expect(one).toMatchObject({ verdict: 'pass', withinBand: false });
			expect(judged(2590).said.amplification.branch).toBe('collapsed');
		});

		it('passes what lies inside the band of one run, and says so; outside it fails', () => {
			const { one } = judged(1800);
			expect(one.measured).toBeGreaterThan(0.05);
			expect(one).toMatchObject({ verdict: 'pass', withinBand: true });
			expect(measuredText(one)).toMatch(/^8\.\d+%, but inside the band of one run: not told from luck$/);
			expect(judged(4000).one).toMatchObject({ verdict: 'fail', withinBand: false });
		});
	});
});
