/** A sweep does not average over a collapse: where some runs of a point collapse and others do not, means stand apart by branch. */
import { expect, it } from 'vitest';
import { pointsCsv } from '../../../src/report/sweep/csv.js';
import { sweepPage } from '../../../src/report/sweep/page.js';
import { cellOf } from '../../../src/report/sweep/picture-cells.js';
import { sweepReport } from '../../../src/report/sweep/text.js';
import { swept } from '../../support/sweep-builder.js';

const LOADS = { path: 'traffic.rate', values: ['80/s', '90/s', '100/s'] };
/** Never, in five of twenty runs, always. */
const summary = swept({
	axes: [LOADS],
	hits: ({ index }) => [0, 5, 20][index],
	amplification: ({ index }) => [1, 1.2, 4][index],
	collapsed: () => 4,
});
const csvOf = (of: typeof summary): string[][] =>
	[...pointsCsv(of)]
		.join('')
		.trim()
		.split('\n')
		.map((line) => line.split(','));

it('in the table: a mean for each branch, and none for both', () => {
	const text = sweepReport({ summary, show: 'amplification', rerun: null });
	expect(text).toMatch(/90\/s +25%.* x1\.2\d*±\S+ \| x4\S*±\S+ collapsed/);
	expect(text).not.toMatch(/x2\.6/);
	expect(text).toMatch(/80\/s +0%.* x1±/);
});

it('in summary.json: no mean of the point, and the branches with theirs', () => {
	const [calm, both] = summary.points.map(({ figures }) => figures.amplification);
	expect(calm).toMatchObject({ mean: 1 });
	expect(calm).not.toHaveProperty('branches');
	expect(both).toMatchObject({ mean: null, interval: null });
	expect(both.branches?.map(({ branch, mean }) => [branch, mean])).toEqual([
		['collapsed', 4],
		['not collapsed', 1.2],
	]);
});

it('in points.csv: a line for each branch of such a point', () => {
	const [head, ...lines] = csvOf(summary);
	const [at, branch] = [head.indexOf('amplification'), head.indexOf('branch')];
	expect(lines.map((line) => [line[0], line[at], line[branch]])).toEqual([
		['80/s', '1', ''],
		['90/s', '', ''],
		['90/s', '4', 'collapsed'],
		['90/s', '1.2', 'not collapsed'],
		['100/s', '4', ''],
	]);
});

it('in planes and on the page: no colour for a mean that no run has', () => {
	expect(summary.points.map((row) => cellOf([row], 'amplification'))).toEqual([1, 'branches', 4]);
	expect(cellOf(summary.points, 'amplification')).toBe('branches');
	expect(cellOf([summary.points[1]], 'collapsed')).toBe(0.25);
	const head = { label: 'plane', rerun: '', pages: [] } as unknown as Parameters<typeof sweepPage>[1];
	const picture = sweepPage(summary, head, null).pictures.find(({ name }) => name === 'amplification');
	expect(picture?.line?.values).toEqual([1, null, 4]);
	expect(picture?.line?.branches).toEqual([
		{ branch: 'collapsed', values: [null, 4, null] },
		{ branch: 'not collapsed', values: [null, 1.2, null] },
	]);
});
