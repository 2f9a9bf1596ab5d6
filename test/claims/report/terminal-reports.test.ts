/** Reports: everything is said, within 80 columns, the same every time, and readable by other programs. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/experiment/task/judge.js';
import type { Expectation } from '../../../src/metrics/expectation.js';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { MEASURES } from '../../../src/metrics/recording/counters.js';
import { toJson } from '../../../src/report/files/json.js';
import { sideBySide } from '../../../src/report/run/side-by-side.js';
import { manifest, summary } from '../../../src/report/run/summary.js';
import { decisionsCsv, isoTime, timeseriesChunks, timeseriesCsv } from '../../../src/report/run/tables.js';
import { runReport, verdictReport } from '../../../src/report/run/text.js';
import { foldedLog, timeline } from '../../../src/report/run/timeline.js';
import { expectationLines } from '../../../src/report/text/expectation-lines.js';
import { axis, resample, sparkline } from '../../../src/report/text/sparkline.js';
import type { Style } from '../../../src/report/text/style.js';
import { wrap } from '../../../src/report/text/text-table.js';
import { decision, outcomeOf, RULES, stormCells, stormOutcome, WORLD } from '../../support/outcome-builder.js';

const world = { ...RULES, markers: [{ atUs: 55e6, text: 'status page: investigating' }] };
/** The storm of the builder, pushed at 08:47:00. */
const dated = { name: 'december-5', variant: 'as-it-happened', date: '2025-12-05', clockUs: 31_590e6 };
const storm = stormOutcome(dated);
const calm = outcomeOf({ toUs: 120e6, fill: () => stormCells(0) });

const promise = (text: string, below: number, where = {}): Expectation => ({
	text,
	that: 'unavailable',
	selection: { fromUs: 30e6, toUs: 80e6, where },
	versus: null,
	bound: { above: null, below, equals: null, between: null, never: false },
	requiredProbability: null,
});
const judgements = judge(
	[
		promise('unavailable below 70%', 0.7),
		promise('unavailable below 5%', 0.05),
		promise('older below 5%', 0.05, { platform: 'older' }),
	],
	storm,
	world,
	() => storm,
);
const RERUN = 'retrystorm run scenarios/december-5.yaml --seed 7';
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => [...line].length));

describe('the report of one run', () => {
	const text = runReport({ outcome: storm, world, judgements, rerun: RERUN });

	it('tells the verdicts', () => {
		const flat = text.replace(/\s+/g, ' ');
		expect(flat).toContain('december-5, as-it-happened, seed 7 2025-12-05 08:46:30 to 08:48:30 UTC');
		expect(flat).toContain(
			'not collapsed (goodput ends at 100% of demand); CASCADED: the whole edge lost 50% at worst',
		);
		expect(flat).toContain('recovered 08:47:50');
		expect(flat).toContain('first-attempt failures 25%, 60% while impaired; 30s of full outage');
		expect(flat).toContain(
			'lost 2,500 requests (20.8%) = 500 direct + 2,000 failed for other reasons (full queues, timeouts, errors of their class); 1,000 saved by a retry',
		);
		expect(flat).toContain('x1.63 attempts per first attempt, peak x2.5 at 08:47:00; 38.5% of attempts are retries');
		expect(flat).toContain('detected after 15s, mitigated after 40s, recovered after 50s');
	});

	it('marks expectations with what was seen', () => {
		expect(text).toMatch(/ {2}✓ unavailable below 70% +60%\n/);
		expect(text).toMatch(/ {2}✗ unavailable below 5% +60%\n/);
		expect(text).toMatch(/ {2}✗ older below 5% +no samples: this place was not recorded\n/);
	});

	it('marks what one run cannot tell with a sign and a colour of its own', () => {
		const text = 'no; one run cannot tell: --reps 299 or more could';
		const judgement = { ...judgements[0], verdict: 'inconclusive', text } as const;
		const tagged: Style = (kind, piece) => `<${kind}>${piece}`;
		expect(expectationLines(judgement, tagged)).toEqual([`<open>  ? unavailable below 70%${text.padStart(55)}`]);
		const { expectations } = JSON.parse(toJson(summary(storm, world, [judgement], '1')));
		expect(expectations).toMatchObject([{ verdict: 'inconclusive', seen: judgement.seen, seenText: text }]);
	});

	it('lists the events in order, on the clock', () => {
		const timelineText = text.slice(text.indexOf('TIMELINE'), text.indexOf('CURVES'));
		const found = [...timelineText.matchAll(/^ {2}(\d\d:\d\d:\d\d) {3}(.+)$/gm)].map(([, at, what]) => `${at} ${what}`);
		const marks = [
			'08:47:00 patch: push',
			'08:47:00 first failure caused by the change',
			'08:47:00 half of all attempts are retries',
			'08:47:03 saturation: first full queue, on older',
			'08:47:15 patch: detected',
			'08:47:20 patch: incident declared',
			'08:47:25 [status page: investigating]',
			'08:47:30 patch: decision to roll back',
			'08:47:32 patch: revert by people starts',
			'08:47:32 patch: revert, wave 1 of 2',
			'08:47:36 patch: revert, wave 2 of 2',
			'08:47:40 patch: reverted',
			'08:47:50 recovered',
		];
		const positions = marks.map((mark) => found.findIndex((line) => line.startsWith(mark)));
		expect(positions).not.toContain(-1);
		expect(positions).toEqual([...positions].sort((a, b) => a - b));
	});

	it('draws curves whose storm is in the middle, and ends with the rerun line', () => {
		const [, drawn] = /amplification +([▁▂▃▄▅▆▇█ ]+) x1\.\.x2\.5/.exec(text) ?? [];
		expect(drawn).toMatch(/^▁{10}█{16}.*▁+$/);
		expect(text).toMatch(/goodput +█+[▁-▇]+█+ 0\/s\.\.100\/s/);
		expect(text.trimEnd().endsWith(`again: ${RERUN}`)).toBe(true);
	});

	it('keeps to 80 columns with names of any length, and writes plain text only', () => {
		const long = 'a-name-without-a-blank-'.repeat(8);
		const wild = stormOutcome({ name: long, variant: long });
		const esc = { ...world, platforms: [long], markers: [{ atUs: 1e6, text: `\u001b[2J${long}` }] };
		const out = runReport({ outcome: wild, world: esc, judgements, rerun: null });
		expect(widest(out)).toBeLessThanOrEqual(80);
		expect(out).not.toContain('\u001b');
		expect(widest(text)).toBeLessThanOrEqual(80);
	});

	it('may be coloured without moving a letter', () => {
		const tagged: Style = (kind, piece) => `<${kind}>${piece}</${kind}>`;
		const coloured = runReport({ outcome: storm, world, judgements, rerun: RERUN }, tagged);
		expect(coloured).not.toBe(text);
		expect(coloured.replace(/<\/?(title|good|bad|open|dim)>/g, '')).toBe(text);
	});

	it('says that a run was stopped, and counts from the window where there is no clock', () => {
		const stopped = stormOutcome({ stopped: { limit: 'inFlight', bound: 1_000_000, atUs: 119e6 } });
		const out = runReport({ outcome: stopped, world, judgements: [], rerun: null });
		expect(out).toContain('STOPPED by limits.inFlight = 1,000,000 at +119s');
		expect(out).toMatch(/ {2}\+45s +patch: detected/);
		expect(out).not.toContain('EXPECTATIONS');
	});

	it('does not judge an end that was not reached', () => {
		const cells = () => ({ born: 100, first_attempts: 100, attempts: 100 });
		const gone = outcomeOf({ toUs: 120e6, fill: cells });
		const of = (outcome: Outcome) => runReport({ outcome, world, judgements: [], rerun: null });
		expect(of(gone)).toContain('COLLAPSED');
		const out = of({ ...gone, stopped: { limit: 'wall', bound: 9, atUs: 119e6 } });
		expect(out).not.toContain('COLLAPSED');
		expect(out.replace(/\s+/g, ' ')).toContain('collapse undecided: the run was stopped before its end');
	});

	it('tells in the timeline what was decided, and below it only what was read', () => {
		const below = text.slice(text.indexOf('READINGS'));
		expect(below).toContain('auto-revert until 08:47:14: 2 looks, 60% to 62%, limit 70%');
		expect(below).not.toMatch(/wave|declared|reverted/);
		expect(text.match(/incident declared/g)).toHaveLength(1);
	});

	it('has a short form: the verdict and the expectations', () => {
		const short = verdictReport({ outcome: storm, world, judgements, rerun: RERUN });
		const lines = short.split('\n');
		expect(lines[0]).toBe('  december-5, as-it-happened, seed 7');
		expect(short).toContain('CASCADED');
		for (const line of lines.slice(1, -1)) expect(text).toContain(line);
		expect(short).not.toContain('TIMELINE');
	});

	it('splits no loss where there is no change, and names no detection where no check watches', () => {
		const alone = stormOutcome({ changes: [], decisions: [] });
		const flat = runReport({ outcome: alone, world, judgements: [], rerun: null }).replace(/\s+/g, ' ');
		expect(flat).toContain('lost 2,500 requests (20.8%); 1,000 saved by a retry');
		expect(flat).not.toContain('detected');
	});

	it('states that there is no expectation', () => {
		const empty = outcomeOf({ toUs: 60e6 });
		expect(runReport({ outcome: empty, world, judgements: [], rerun: null })).toContain('nobody asked for anything');
	});
});

describe('the story', () => {
	it('speaks of a platform where only there half of the attempts were retries', () => {
		const places = [{ platform: 'older' }, { platform: 'newer' }];
		const outcome = stormOutcome({ places, fill: (b, { platform }) => stormCells(platform === 'older' ? b : 0) });
		const texts = timeline(outcome, world).map((moment) => moment.text);
		expect(texts).toContain('half of all attempts on older are retries');
	});

	it('folds looks that decided nothing, between two decisions', () => {
		const lines = foldedLog(storm.decisions);
		expect(lines.map((line) => line.decision.what)).toEqual(
			storm.decisions.map((d) => d.what).filter((what, i) => what !== 'measured' || i === 1),
		);
		expect(lines[1]).toMatchObject({ fromUs: 40e6, toUs: 44e6, text: '2 looks, 60% to 62%, limit 70%' });
		const apart = [decision(1, 'measured'), decision(2, 'passed'), decision(3, 'measured')];
		expect(foldedLog(apart)).toHaveLength(3);
	});
});

describe('charts', () => {
	it('go from the lowest to the highest block and stay blank where nothing was measured', () => {
		expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, null], 9, 0, 7)).toBe('▁▂▃▄▅▆▇█ ');
		expect(sparkline([5, 5], 2, 5, 5)).toBe('▁▁');
		expect(resample([1, 3, null, 5], 2)).toEqual([2, 5]);
		expect(resample([1, 2], 4)).toEqual([1, 1, 2, 2]);
		expect(resample([], 4)).toEqual([]);
	});

	it('label the quarters', () => {
		const clock = { date: null, clockUs: 31_200e6, fromUs: 0, toUs: 2400e6 };
		expect(axis(clock, 48)).toBe('08:40       08:50       09:00       09:10  09:20');
		expect(axis(clock, 48)).toHaveLength(48);
		// One without room is left out, but never the end.
		expect(axis({ date: null, clockUs: 30_600e6, fromUs: 0, toUs: 3000e6 }, 49)).toMatch(
			/^08:30 +08:42:30 +08:55 +09:20$/,
		);
	});

	it('wrap at blanks', () => {
		expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
		expect(wrap('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl']);
	});
});

describe('side by side', () => {
	const losing = (lost: number): Outcome =>
		outcomeOf({ toUs: 1e6, fill: () => ({ born: 1000, lost_by_birth: lost }), triggers: storm.triggers });
	const twin = losing(5);
	const column = (label: string, lost: number) => ({ label, outcome: losing(lost), world, twin });
	const cellsOf = (text: string, label: string): string[] => {
		const line = text.split('\n').find((l) => l.startsWith(`  ${label}`));
		return line === undefined
			? []
			: line
					.slice(20)
					.trim()
					.split(/\s{2,}|\s(?=\S)/);
	};

	it('counts times fewer by the excess over the twin, and closes with one sentence', () => {
		const text = sideBySide([
			column('as-it-happened', 205),
			column('canary', 6),
			column('worse', 405),
			column('none', 5),
		]);
		expect(cellsOf(text, 'lost requests')).toEqual(['205', '6', '405', '5']);
		expect(cellsOf(text, 'times fewer lost')).toEqual(['1', '200', '0.5', 'all']);
		expect(text.replace(/\s+/g, ' ')).toContain(
			'Against as-it-happened, canary cut lost requests by 99.5% and none by 100% (beyond what is lost without any rollout); worse lost 2 times as many.',
		);
	});

	it('repeats the first column at the head of every block, within 80 columns', () => {
		const names = ['first', 'b', 'c', 'd', 'e', 'f', 'g', 'a-variant-with-a-very-long-name'];
		const text = sideBySide(names.map((name, i) => column(name, 10 + i)));
		const heads = text.split('\n').filter((line) => /^ {20,}\S/.test(line));
		expect(heads.map((line) => line.trim().split(/\s+/))).toEqual([
			['first', 'b', 'c', 'd'],
			['first', 'e', 'f', 'g'],
			['first', 'a-variant-wi…'],
		]);
		expect(widest(text)).toBeLessThanOrEqual(80);
	});

	it('leaves out the rows on changes where there are none, and adds one on limits where one has stopped a run', () => {
		const plain = (outcome: Outcome) => ({ label: outcome.variant, outcome, world, twin: null });
		const quiet = { ...losing(3), changes: [] };
		expect(sideBySide([plain(quiet), plain(quiet)])).not.toMatch(/direct|exposure|detected|reverted|stopped by/);
		const stopped = { ...quiet, stopped: { limit: 'events' as const, bound: 9, atUs: 5e5 } };
		expect(cellsOf(sideBySide([plain(quiet), plain(stopped)]), 'stopped by')).toEqual(['-', 'events']);
	});

	it('tells exposure, recovery and a first column without damage', () => {
		const text = sideBySide([
			{ label: 'calm', outcome: calm, world, twin: calm },
			{ label: 'storm', outcome: storm, world, twin: calm },
		]);
		expect(text).toMatch(/ {2}exposure +- +100%, 40s\n/);
		expect(text).toMatch(/ {2}recovered +no impact +08:47:50\n/);
		expect(text).toContain('calm lost nothing to its change');
	});
});

describe('csv', () => {
	it('has one row for each bucket of the window and place, one column for each measure and one for who is open', () => {
		const outcome = stormOutcome({
			...dated,
			fromUs: 20e6,
			places: [{ platform: 'older' }, { platform: 'a "new", one' }],
			fill: (b, { platform }) => ({ born: b * (platform === 'older' ? 1 : 10), backoff_us: 0.5 }),
		});
		const lines = timeseriesCsv(outcome).trimEnd().split('\n');
		expect(lines).toHaveLength(1 + 100 * 2);
		expect(lines[0]).toBe(`time,offset_s,platform,${MEASURES.map(({ name }) => name).join(',')},open_by_birth`);
		expect(lines[1]).toMatch(/^2025-12-05T08:46:50Z,0,older,20,0,/);
		expect(lines[2]).toMatch(/^2025-12-05T08:46:50Z,0,"a ""new"", one",200,0,/);
		expect(lines[200]).toMatch(/^2025-12-05T08:48:29Z,99,"a ""new"", one",1190,0,.*,0\.5,0$/);
	});

	it('leaves the time out without a date, and is the same every time', () => {
		const text = timeseriesCsv(stormOutcome());
		expect(text.startsWith('offset_s,born,')).toBe(true);
		expect(timeseriesCsv(stormOutcome())).toBe(text);
		expect([...timeseriesChunks(stormOutcome())].join('')).toBe(text);
	});

	it('writes decisions with empty cells for what was not read', () => {
		const lines = decisionsCsv(storm).trimEnd().split('\n');
		expect(lines[0]).toBe('time,offset_s,rollout,stage,by,check,what,seen,limit,samples,outcome,counter,text');
		expect(lines[1]).toBe('2025-12-05T08:47:00Z,30,patch,everywhere,plan,,push,,,,,,"stage everywhere, held for 0s"');
		expect(lines[2]).toBe('2025-12-05T08:47:10Z,40,patch,,auto-revert,,measured,0.6,0.7,2500,,,one look');
		expect(lines).toHaveLength(1 + storm.decisions.length);
	});

	it('passes midnight', () => {
		expect(isoTime('2025-12-31', 24 * 3600e6 + 500_000)).toBe('2026-01-01T00:00:00.500Z');
	});
});

describe('json', () => {
	const text = toJson(summary(storm, world, judgements, '0.1.0'));
	const read = JSON.parse(text);

	it('says what the text says', () => {
		expect(read).toMatchObject({
			schema: 1,
			name: 'december-5',
			seed: 7,
			version: '0.1.0',
			partial: false,
			lostRequests: { total: 2500, direct: 500, collateral: 2000, saved: 1000 },
			verdicts: { collapsed: false, cascaded: true, recovered: true },
		});
		expect(read.figures).toMatchObject({ unavailable: 0.25, 'peak-amplification': 2.5 });
		expect(read.milestones.recovered).toEqual({ offsetSeconds: 80, time: '2025-12-05T08:47:50Z' });
		expect(read.seconds['time-to-detect']).toBe(15);
		expect(read.figures.amplification).toBe(1.625);
		expect(read.expectations.map((e: { verdict: string }) => e.verdict)).toEqual(['pass', 'fail', 'no-data']);
	});

	it('is the same bytes every time, without a trace of the machine', () => {
		expect(toJson(summary(stormOutcome(dated), world, judgements, '0.1.0'))).toBe(text);
		expect(text.endsWith('}\n')).toBe(true);
	});

	it('marks a run that was stopped as partial, for every cause of the stop', () => {
		const at = (limit: 'wall' | 'events') => stormOutcome({ stopped: { limit, bound: 9, atUs: 100e6 } });
		const partial = (outcome: Outcome) => JSON.parse(toJson(summary(outcome, world, [], '0'))).partial;
		expect([partial(at('wall')), partial(at('events')), partial(storm)]).toEqual([true, true, false]);
	});

	it('prints every switch in force in the manifest, infinities in words', () => {
		const scenario = { name: 'december-5', edge: { workers: 16, missing: undefined } };
		const input = { version: '0.1.0', scenarioSha256: 'abc', scenario, world: WORLD, outcome: storm };
		const printed = JSON.parse(toJson(manifest(input)));
		expect(printed).toMatchObject({
			tool: 'retrystorm',
			seed: 7,
			scenarioSha256: 'abc',
			scenario: { edge: { workers: 16 } },
		});
		expect(printed.world.groups[0]).toMatchObject({ queueLimit: 'unlimited', abandoned: 'serve', onFull: 'reject' });
		expect(printed.world.sources).toEqual([{ region: 0, population: 0, share: 1 }]);
		expect(toJson(manifest(input))).not.toMatch(/null[,\n].*queueLimit|NaN|Infinity/);
	});
});
