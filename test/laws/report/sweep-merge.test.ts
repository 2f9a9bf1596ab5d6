/** However the points of a sweep are shared, overlaps included, put together they are the whole again; what does not fit is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRange } from '../../../src/experiment/sweep/axes.js';
import { parseShard, shardOf } from '../../../src/experiment/sweep/designs.js';
import { mergeSweeps, type Part } from '../../../src/report/sweep/merge.js';
import { readSummary, type SweepSummary, summaryText } from '../../../src/report/sweep/summary.js';
import { RUNS, swept } from '../../support/sweep-builder.js';

const whole = swept({
	axes: [readRange(['edge.workers', '1', '5', '1']), readRange(['edge.queue', '10', '30', '10'])],
	hits: ({ index }) => (index === 4 ? undefined : (7 * index) % (RUNS + 1)),
	amplification: ({ index }) => 1 + index / 7,
});
const textOf = (summary: SweepSummary): string => [...summaryText(summary)].join('');
const manifest = JSON.stringify({ tool: 'retrystorm', seeds: whole.seeds, scenarioSha256: 'a' });

/** As it comes back from the file of a shard. */
function part(of: string, change: (summary: SweepSummary) => SweepSummary = (same) => same): Part {
	const shard = parseShard(of);
	const text = textOf(change({ ...whole, shard, points: shardOf(whole.points, shard) }));
	const summary = readSummary(text);
	if (summary === null) throw new Error(`no summary: ${text}`);
	return { folder: `shard-${of}`, summary, manifest };
}
const merge = (...parts: Part[]): SweepSummary => mergeSweeps(parts, '0.1.0');

it('shards in any number and order, with overlaps, give the bytes of the whole', () => {
	const some = fc.record({
		of: fc.integer({ min: 1, max: 20 }),
		others: fc.array(fc.constantFrom('1/2', '2/3', '0/7', '1/1'), { maxLength: 3 }),
		seed: fc.nat(),
	});
	fc.assert(
		fc.property(some, ({ of, others, seed }) => {
			const numbers = Array.from({ length: of }, (_, i) => `${i}/${of}`);
			const parts = [...numbers, ...others].map((name) => part(name));
			const shuffled = parts.map((p, i) => ({ p, at: (seed * (i + 1)) % 101 })).sort((a, b) => a.at - b.at);
			expect(textOf(merge(...shuffled.map(({ p }) => p)))).toBe(textOf(whole));
		}),
		{ seed: 20_251_205, numRuns: 100 },
	);
});

describe('refused', () => {
	it('missing shards, by number', () => {
		expect(() => merge(part('1/4'), part('3/4'))).toThrow(
			/found 7 of 15 points; missing shards 0\/4, 2\/4 \(0\/4 is 4\/4/,
		);
		expect(() => merge(part('0/2'))).toThrow(/missing shard 1\/2$/);
	});

	it('missing points, where shards are of several numbers', () => {
		const lacking = shardOf(
			whole.points.map(({ point }) => point),
			{ index: 1, of: 2 },
		).filter((point) => !shardOf(whole.points, { index: 0, of: 3 }).some((row) => row.point === point));
		expect(() => merge(part('0/2'), part('0/3'))).toThrow(`missing points ${lacking.join(', ')}`);
	});

	it('another version, another design, other seeds: each with its folder', () => {
		const old = part('0/3', (s) => ({ ...s, version: '0.0.9' }));
		const other = part('1/3', (s) => ({ ...s, name: 'hill', design: { ...s.design, hash: 'f' } }));
		const more: Part = { ...part('2/3'), manifest: manifest.replace('"runs":20', '"runs":40') };
		const error = (() => {
			try {
				return merge(part('0/1'), old, other, more);
			} catch (thrown) {
				return thrown as Error & { exit: number };
			}
		})();
		expect(error).toMatchObject({ exit: 2 });
		expect('message' in error ? error.message.split('\n') : []).toEqual([
			'shard-0/3: error: found a sweep of version 0.0.9, 0.1.0 would do: they may run otherwise',
			expect.stringMatching(
				/^shard-1\/3: error: found another sweep \(hill: .*\) than in shard-0\/1 \(plane: edge.workers x edge.queue, 15 points from seed 1\)$/,
			),
			"shard-2/3: error: found other seeds in its manifest.json than in shard-0/1's",
		]);
	});

	it('a partial shard, with how much is open', () => {
		const cut = (s: SweepSummary): SweepSummary => ({
			...s,
			partial: true,
			points: s.points.map((row, i) => (i < 2 ? { ...row, interrupted: 1 } : row)),
		});
		expect(() => merge(part('0/3'), part('1/3', cut), part('2/3'))).toThrow(
			'shard-1/3: error: found shard 1/3 interrupted, with 2 of its 5 points unfinished',
		);
	});

	it('a point of which two folders say different things', () => {
		const lie = (s: SweepSummary): SweepSummary => ({
			...s,
			points: s.points.map((row) => (row.point === 6 ? { ...row, runs: 19 } : row)),
		});
		expect(() => merge(part('0/1'), part('1/1', lie))).toThrow(
			'shard-1/1: error: says otherwise of point 6 (edge.workers=3, edge.queue=10) than shard-0/1',
		);
	});
});

it('what is no summary of a sweep is not read as one', () => {
	const text = textOf(whole);
	expect(readSummary(text)).toEqual(whole);
	for (const bad of [
		'',
		'{',
		text.slice(0, -20),
		'[]',
		'null',
		'{"kind":"replications"}',
		text.replace('"schema": 1', '"schema": 9'),
	]) {
		expect(readSummary(bad)).toBeNull();
	}
});
