/** A sweep as text: heat maps that say their numbers, bars, slices, and a table; never wider than a terminal. */
import { describe, expect, it } from 'vitest';
import { readList, readRange, type SweepPoint } from '../../../src/experiment/sweep/axes.js';
import { pointsCsv } from '../../../src/report/sweep/csv.js';
import { sweepReport } from '../../../src/report/sweep/text.js';
import { heatMap, linearScale, shareScale } from '../../../src/report/text/heat-map.js';
import { swept } from '../../support/sweep-builder.js';

const range = (text: string) => readRange(text.split(' '));
const RATE = range('traffic.rate 100/s 400/s 100/s');
const WORKERS = range('edge.workers 2 6 2');
const report = (summary: ReturnType<typeof swept>, show = 'collapsed'): string =>
	sweepReport({ summary, show, rerun: null });
/** More load, fewer workers, more collapses. */
const tipping = ({ values: [rate, workers] }: SweepPoint): number =>
	Math.max(0, Math.min(20, Math.round(10 + Number.parseInt(rate, 10) / 12 - 7 * Number(workers))));
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => [...line].length));

it('a plane, told whole', () => {
	expect(report(swept({ axes: [RATE, WORKERS], hits: tipping }))).toBe(`\
  plane: 12 points x 20 replications (seeds 1 to 20)
  traffic.rate   100/s, 200/s, 300/s, 400/s
  edge.workers   2, 4, 6

  P(COLLAPSED)
  ↓ traffic.rate   → edge.workers
        2     4     6
  100/s ░  20 ·   0 ·   0
  200/s ▒  65 ·   0 ·   0
  300/s █ 100 ▒  35 ·   0
  400/s █ 100 ▓  75 ░   5

  · 0%   ░ below 33%   ▒ 33% to 67%   ▓ above 67%   █ 100%

  POINTS
   rate  workers  P(collapsed)         held  verdict  amplification
  100/s        2  20% [8.1%, 41.6%]   16/20  fail          x1.5±1.3
  100/s        4  0% [0%, 13.9%]      20/20  pass          x1.5±1.3
  100/s        6  0% [0%, 13.9%]      20/20  pass          x1.5±1.3
  200/s        2  65% [43.3%, 81.9%]   7/20  fail          x1.5±1.3
  200/s        4  0% [0%, 13.9%]      20/20  pass          x1.5±1.3
  200/s        6  0% [0%, 13.9%]      20/20  pass          x1.5±1.3
  300/s        2  100% [86.1%, 100%]   0/20  fail          x1.5±1.3
  300/s        4  35% [18.1%, 56.7%]  13/20  fail          x1.5±1.3
  300/s        6  0% [0%, 13.9%]      20/20  pass          x1.5±1.3
  400/s        2  100% [86.1%, 100%]   0/20  fail          x1.5±1.3
  400/s        4  75% [53.1%, 88.8%]   5/20  fail          x1.5±1.3
  400/s        6  5% [0.9%, 23.6%]    19/20  fail          x1.5±1.3
`);
});

describe('heat maps', () => {
	const labels = (n: number): string[] => Array.from({ length: n }, (_, i) => `${i + 1}ms`);
	const plane = (rows: number, columns: number, value: (i: number, j: number) => number) =>
		heatMap({
			down: { name: 'edge.queue', labels: labels(rows) },
			across: { name: 'clients.apps.timeout', labels: labels(columns) },
			cells: Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => value(i, j))),
			scale: shareScale,
		});

	it('leave numbers out where there is no room, and name the columns that have some', () => {
		expect(plane(3, 40, (i, j) => (i + j < 15 ? 0 : i + j > 30 ? 1 : 0.5)).join('\n')).toBe(`\
  ↓ edge.queue   → clients.apps.timeout
      1ms 5ms 9ms 13ms 18ms 23ms 28ms 33ms
  1ms ···············▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒█████████
  2ms ··············▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒██████████
  3ms ·············▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒███████████

  · 0%   ░ below 33%   ▒ 33% to 67%   ▓ above 67%   █ 100%`);
	});

	it.each([1, 2, 7, 13, 20, 36, 73, 74, 75, 200])('of %i columns have all of them, within 80 letters', (columns) => {
		const lines = plane(2, columns, () => 1);
		expect(widest(lines.join('\n'))).toBeLessThanOrEqual(80);
		const cells = lines.filter((line) => / 1ms [█ ]/.test(line)).join('');
		const shades = cells.match(/█+/g)?.map((run) => run.length) ?? [];
		const perCell = shades.reduce((sum, run) => sum + run, 0) / columns;
		expect([1, 2, 3, 4]).toContain(perCell);
	});

	it('tell failures, and what could not be told, from nothing', () => {
		const lines = heatMap({
			down: { name: 'a', labels: ['x'] },
			across: { name: 'b', labels: ['1', '2', '3', '4'] },
			cells: [[0.5, 'failed', 'unknown', 'absent']],
			scale: shareScale,
		});
		expect(lines[2]).toBe('  x ▒ 50 !    ?');
		expect(lines.slice(4).join(' ')).toMatch(/! failed +\? undecided: no run could tell$/);
	});

	it('say never and always only of never and always', () => {
		const { brief, shade } = shareScale;
		expect([0, 1e-9, 0.004, 0.5, 0.996, 1 - 1e-9, 1].map(brief)).toEqual(['0', '1', '1', '50', '99', '99', '100']);
		expect([0, 1e-9, 1 / 3, 2 / 3, 0.7, 1 - 1e-9, 1].map(shade).join('')).toBe('·░▒▒▓▓█');
	});

	it('of a figure share its span into five, and name the edges', () => {
		const scale = linearScale([1, 6], (value) => `x${value}`);
		expect([1, 1.99, 2, 3.5, 4, 5.5, 6].map(scale.shade).join('')).toBe('··░▒▓██');
		expect(scale.legend.map((parts) => parts.join(' '))).toEqual([
			'· x1 to x2',
			'░ to x3',
			'▒ to x4',
			'▓ to x5',
			'█ to x6',
		]);
		expect(linearScale([2, 2], String).legend).toEqual([['▒', '2 everywhere']]);
		expect(linearScale([], String).legend).toEqual([]);
	});
});

describe('sweeps', () => {
	it('over one axis are bars, dark as far as they surely reach', () => {
		const text = report(swept({ axes: [RATE], hits: ({ index }) => [0, 5, 20, null][index] as number }));
		expect(text.split('\n').slice(3, 10)).toEqual([
			'  P(COLLAPSED)',
			'  100/s  ░░░░░░░                                              0% [0%, 13.9%]',
			'  200/s  ██████░░░░░░░░░░░░░░░░░░                             25% [11.2%, 46.9%]',
			'  300/s  ████████████████████████████████████████████░░░░░░░  100% [86.1%, 100%]',
			'  400/s                                                       undecided',
			'',
			'  █ up to its interval   ░ within it   a full bar is 100%',
		]);
		const figure = report(
			swept({ axes: [RATE], hits: () => 0, amplification: ({ index }) => 1 + index }),
			'amplification',
		);
		expect(figure).toMatch(/AMPLIFICATION\n {2}100\/s {2}░+ +x1±1\.3\n/);
		expect(figure).toContain('a full bar is x5.27');
	});

	it('over three axes are slices, the first ones shown', () => {
		const axes = [range('limits.events 1 8 1'), RATE, WORKERS];
		const text = report(swept({ axes, hits: () => 3 }));
		expect(text.match(/^ {2}limits\.events = \d$/gm)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `  limits.events = ${n}`));
		expect(text).toContain('and 2 more slices (points.csv, --format csv)');
		expect(text).toContain('and 56 more points (points.csv, --format csv)');
	});

	it('of a Latin hypercube are gathered over two axes, and a table over three', () => {
		const stretch = range('traffic.rate 100/s 500/s');
		const hits = ({ values: [rate] }: SweepPoint): number => (Number.parseFloat(rate) < 300 ? 0 : 20);
		const design = { kind: 'lhs', points: 16, seed: 1 } as const;
		const two = report(swept({ axes: [stretch, WORKERS], design, hits }));
		const map = two.split('\n').slice(5, 11);
		expect(map[1]).toMatch(/^ +2 +4 +6$/);
		expect(map.slice(2, 4).join('')).toMatch(/^ {2}100\/s\+[ ·0]+ {2}200\/s\+[ ·0]+$/);
		expect(map.slice(4).join('')).toMatch(/^ {2}300\/s\+[ █01]+ {2}400\/s\+[ █01]+$/);
		const three = report(swept({ axes: [stretch, WORKERS, range('edge.queue 10 20 1')], design, hits }));
		expect(three).not.toContain('COLLAPSED');
		expect(three.match(/^ +[\d.]+\/s +\d +\d\d {2}/gm)).toHaveLength(16);
	});

	it('show a point whose runs failed', () => {
		const text = report(swept({ axes: [RATE, WORKERS], hits: ({ index }) => (index === 5 ? undefined : 0) }));
		expect(text).toContain(
			'FAILED at traffic.rate=200/s, edge.workers=6: 1 of its runs; seed 7: stopped\n  by limits.events',
		);
		expect(text).toContain('  200/s · 0 · 0 !\n');
	});

	it('with long names, many axes and long values keep within 80 letters', () => {
		const long = [...'abcdefghi'].map((name) =>
			readList(
				`clients.a-population-with-a-long-name-${name}.retry.backoff.base`,
				'100000000ms,{ exponential: 123456ms }',
			),
		);
		for (const axes of [1, 2, 3, 5, 9]) {
			for (const show of ['collapsed', 'cascaded', 'amplification', 'time-to-detect']) {
				const text = report(swept({ axes: long.slice(0, axes), hits: () => 1 }), show);
				expect(widest(text)).toBeLessThanOrEqual(80);
				expect(text).toContain('P(collapsed)');
			}
		}
	});
});

it('points.csv: axes first, then how often it collapsed, then the figures', () => {
	const summary = swept({ axes: [RATE, WORKERS], hits: ({ index }) => (index === 1 ? undefined : 20) });
	const [head, first, second, ...rest] = [...pointsCsv(summary)].join('').split('\n');
	expect(head).toBe(
		'traffic.rate,edge.workers,hits,n,undecided,low,high,amplification,amplification_low,amplification_high,' +
			'time-to-detect,time-to-detect_low,time-to-detect_high,held,held_n,verdict,failed,failure,' +
			'held_undecided,open_requests,open_runs,why,needed_seconds,amplification_undecided,time-to-detect_undecided,branch',
	);
	expect(first).toMatch(/^100\/s,2,20,20,0,0\.86089\d+,1,1\.5,0\.229\d+,2\.770\d+,,,,0,20,fail,0,,0,0,0,,,0,0,$/);
	expect(second).toBe('100/s,4,0,0,0,,,,,,,,,0,0,pass,1,stopped by limits.events,0,0,0,,,0,0,');
	expect(rest).toHaveLength(11);
});

it('calls a figure in its picture what the table calls it', () => {
	const summary = swept({ axes: [RATE], hits: () => 0 });
	const row = { runs: 20, mean: 0.5, interval: [0.4, 0.6] as const };
	const points = summary.points.map((point) => ({ ...point, figures: { ...point.figures, unavailable: row } }));
	const text = report({ ...summary, quantities: ['unavailable'], points }, 'unavailable');
	expect(text).toContain('FIRST-ATTEMPT FAILURES');
	expect(text).not.toMatch(/^ *unavailable/im);
});
