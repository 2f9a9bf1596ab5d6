/** The study of December 5 is what its command writes: some of its runs are made again, and its pages from the runs, to the byte of what they show. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { PLACE } from '../../../src/report/html.js';
import type { StudyPage } from '../../../src/report/study/page-data.js';

const ROOT = join(import.meta.dirname, '../../..');
const OPEN = PLACE.slice(0, PLACE.indexOf('null'));
/** What a page shows; the code around it is that of the build. */
const dataIn = (html: string): string => {
	const from = html.indexOf(OPEN) + OPEN.length;
	return html.slice(from, html.indexOf('</script>', from));
};
const RECORD = join(ROOT, 'results/december-5');
const record = (file: string): string => readFileSync(join(RECORD, file), 'utf8');
const study = (...words: string[]) =>
	promisify(execFile)(process.execPath, [join(ROOT, 'test/record/december-5.mjs'), ...words]);

const rows: { row: string; runs: string }[] = parse(record('rows.csv'), { columns: true });

describe('staging against production on December 5', () => {
	it('crosses every canary with every guard, in three worlds, 20 times each', () => {
		const lines: { row: string; world: string; seed: string }[] = parse(record('runs.csv'), { columns: true });
		expect(rows).toHaveLength(6 * 13 + 2);
		expect(new Set(rows.map(({ runs }) => runs))).toEqual(new Set(['20']));
		for (const { row } of rows) {
			for (const world of ['production', 'staging', 'clean']) {
				const seeds = lines.filter((line) => line.row === row && line.world === world).map(({ seed }) => Number(seed));
				expect(seeds).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
			}
		}
	});

	it('gives the same runs again', async () => {
		const more = process.env.RECORDS === 'all' ? ['region-90s/retry-10-2m', 'none/retry-5-2m'] : [];
		const some = ['nodes-5/caused-2-2m', ...more];
		const { stdout } = await study('--runs', '1', ...some);
		const [head, ...lines] = stdout.trimEnd().split('\n');
		const known = record('runs.csv').split('\n');
		expect(known[0]).toBe(head);
		expect(lines).toHaveLength(3 * some.length);
		for (const line of lines) expect(known).toContain(line);
	}, 600_000);

	it('makes its pages of the runs alone', async () => {
		const dir = mkdtempSync(join(tmpdir(), 'december-5-'));
		await study('--pages', dir);
		const made = (page: string): string => readFileSync(join(dir, page), 'utf8');
		for (const page of ['rows.csv', 'README.md']) expect(made(page)).toBe(record(page));
		expect(dataIn(made('report.html'))).toBe(dataIn(record('report.html')));
		rmSync(dir, { recursive: true });
	});

	it('draws on its page what rows.csv has', () => {
		const page: StudyPage = JSON.parse(dataIn(record('report.html')));
		const table: Record<string, string>[] = parse(record('rows.csv'), { columns: true });
		expect(page.rows.map(([name]) => name)).toEqual(rows.map(({ row }) => row));
		const columns = [
			'failed_requests',
			'reverted_after_s',
			'reverted_by_tool',
			'false_alarm_staging',
			'false_alarm_clean',
		];
		page.planes.forEach(({ down, across, cells }, p) => {
			// Of shares the page has how many of the runs.
			const times = p < 2 ? 1 : 20;
			cells.forEach((line, i) => {
				line.forEach((cell, j) => {
					const row = table.find((one) => one.row === `${across.labels[j]}/${down.labels[i]}`);
					const written = row === undefined ? '' : row[columns[p]];
					if (cell === 'unknown') expect(written).toBe('');
					else expect(cell).toBeCloseTo(times * Math.max(0, Number(written)), 6);
				});
			});
		});
		expect(page.planes).toHaveLength(columns.length);
	});

	it('names a row in every sentence of its reading', () => {
		const reading = record('README.md').split('## Reading')[1].split('`npm run')[0];
		const sentences = reading.split('\n').filter((line) => line.startsWith('- '));
		expect(sentences.length).toBeGreaterThan(10);
		for (const sentence of sentences) {
			const named = [...sentence.matchAll(/`([\w-]+\/[\w-]+)`/g)].map(([, row]) => row);
			expect(named.length, sentence).toBeGreaterThan(0);
			for (const name of named) expect(rows.map(({ row }) => row)).toContain(name);
		}
	});
});
