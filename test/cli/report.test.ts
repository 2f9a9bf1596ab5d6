/** `report` makes report.html again from the files of a folder, the same bytes; what is none of ours is refused, with the reason. */
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pageRecord } from '../../src/cli/output/page-record.js';
import { PLACE } from '../../src/report/html.js';
import { ROOT, retrystorm, SMALL, scratch } from './cli.js';

const GATED = SMALL.replace(
	'faults:',
	'changes: { patch: { fails: 40% } }\nrollouts: { patch: { at: 1s, stages: { all: { hold: 2s, gate: { above: 10%, window: 1s, every: 1s } } } } }\nfaults:',
);
const cwd = scratch({ 'small.yaml': SMALL, 'gated.yaml': GATED });
const go = (line: string) => retrystorm(line.split(' '), { cwd });
const page = (...path: string[]): string => readFileSync(join(cwd, ...path, 'report.html'), 'utf8');

const RECORDED = join(ROOT, 'scenarios/real/testbed-a');

const FOLDERS = {
	one: 'run small.yaml',
	several: 'run small.yaml --variant calm --variant proud',
	reps: 'run small.yaml --reps 3',
	'reps-several': 'run small.yaml --reps 3 --variant calm --variant proud',
	pairs: 'compare small.yaml calm --reps 3',
	measured: `compare ${RECORDED}.yaml --measured ${RECORDED}/attempts.ndjson.gz --reps 39`,
	grid: 'sweep small.yaml -P traffic.rate 100/s 200/s 100/s -L edge.workers 4,8 --reps 2',
	plane: 'map small.yaml --x traffic.rate 100/s 400/s 3 --y clients.apps.timeout 200ms 2s 3 --reps 6 --set faults=null',
	gate: 'gate gated.yaml --reps 2',
} as const;

beforeAll(async () => {
	for (const [out, line] of Object.entries(FOLDERS)) {
		const { err } = await go(`${line} -o ${out} -q`);
		expect(err, out).not.toContain('error');
	}
	await go(`${FOLDERS.grid} -o shards --shard 0/2 -q`);
	await go(`${FOLDERS.grid} -o shards --shard 1/2 -q`);
	await go('merge shards/shard-0-of-2 shards/shard-1-of-2 -o merged -q');
}, 120_000);

describe('report', () => {
	it.each([...Object.keys(FOLDERS), 'several/calm', 'merged', 'shards/shard-0-of-2'])(
		'makes that of %s again, the same bytes',
		async (dir) => {
			const before = page(dir);
			rmSync(join(cwd, dir, 'report.html'));
			const { code, out, err } = await go(`report ${dir}`);
			expect({ code, out, err }).toEqual({ code: 0, out: '', err: `report: ${dir}/report.html\n` });
			expect(page(dir) === before).toBe(true);
		},
	);

	it.each(Object.keys(FOLDERS).filter((dir) => dir !== 'grid' && dir !== 'plane'))(
		'prints that of %s as Markdown: what the page opens with, and the command',
		async (dir) => {
			const { code, out, err } = await go(`report ${dir} --format md`);
			expect({ code, err }).toEqual({ code: 0, err: '' });
			expect(out).toMatch(/^(# |\*\*)/);
			expect(out).toContain('| figure | value |');
			expect(out).toContain('Run again: `retrystorm ');
			// A table has as many cells in each line.
			for (const table of out.match(/(^\|.*\n)+/gm) ?? []) {
				const cells = table
					.trim()
					.split('\n')
					.map((line) => line.match(/(?<!\\)\|/g)?.length);
				expect(new Set(cells).size).toBe(1);
			}
		},
	);

	it('makes that of several folders, also when they have moved', async () => {
		cpSync(join(cwd, 'several'), join(cwd, 'moved/several'), { recursive: true });
		const before = page('several');
		for (const dir of ['moved/several', 'one']) writeFileSync(join(cwd, dir, 'report.html'), 'old');
		expect(await go('report moved/several one -q')).toEqual({ code: 0, out: '', err: '' });
		expect(page('moved/several') === before).toBe(true);
		expect(page('one')).toContain('<html');
	});

	it('is the same from shards put together as from one machine', () => {
		expect(page('merged') === page('grid')).toBe(true);
	});

	it.each([
		['gone', 'gone: error: there is no such folder'],
		['empty', 'empty: error: found no page.json in it'],
		['foreign', 'foreign: error: found a page.json that is none of ours'],
		['torn', 'torn: error: page.json cannot be read: '],
		['headless', 'headless: error: found no summary.json in it'],
		['listed', 'listed: error: found a summary.json that is none of ours'],
		['lonely', 'lonely/calm: error: there is no such folder'],
	])('refuses %s, and writes nothing', async (dir, says) => {
		for (const one of ['empty', 'foreign', 'torn', 'headless', 'listed', 'lonely'])
			mkdirSync(join(cwd, one), { recursive: true });
		writeFileSync(join(cwd, 'foreign/page.json'), '{"kind":"blog"}');
		writeFileSync(join(cwd, 'torn/page.json'), '{"kind":"ru');
		for (const one of ['headless', 'listed']) cpSync(join(cwd, 'gate/page.json'), join(cwd, one, 'page.json'));
		writeFileSync(join(cwd, 'listed/summary.json'), '[]');
		cpSync(join(cwd, 'several/page.json'), join(cwd, 'lonely/page.json'));
		const before = page('one');
		const { code, out, err } = await go(`report one ${dir}`);
		expect({ code, out }).toEqual({ code: 2, out: '' });
		expect(err).toContain(says);
		expect(err).toContain('a folder that run, compare, sweep, map or gate has written would do');
		expect(page('one') === before).toBe(true);
	});

	it.each([
		['cut in the middle', (text: string) => text.slice(0, text.length >> 1), 'page.json cannot be read: '],
		[
			'a field of another type',
			(text: string) => text.replace(/"version":"[^"]*"/, '"version":7'),
			'does not fit its checksum',
		],
		['a field that is gone', (text: string) => text.replace(/"version":"[^"]*",/, ''), 'does not fit its checksum'],
		['a number that was edited', (text: string) => text.replace(/:(\d)/, ':9$1'), 'does not fit its checksum'],
		['a number as its checksum', (text: string) => text.replace(/"crc":"\w+"/, '"crc":1'), 'does not fit its checksum'],
		['nothing but its kind', (text: string) => `{${/"kind":"\w+"/.exec(text)?.[0]}}`, 'was made by an older version'],
		[
			'a folder of an older version, which wrote no checksum',
			(text: string) => text.replace(/"crc":"\w+","summaryCrc":"\w+",/, ''),
			'was made by an older version, which wrote no checksum; run the experiment again',
		],
		['null', () => 'null', 'none of ours'],
		['empty', () => '', 'page.json cannot be read: '],
	])(
		'refuses a page.json that is damaged: %s',
		async (_, damage, says) => {
			for (const dir of Object.keys(FOLDERS)) {
				const broken = join(cwd, 'broken');
				rmSync(broken, { recursive: true, force: true });
				cpSync(join(cwd, dir), broken, { recursive: true });
				const file = join(broken, 'page.json');
				const [whole, html] = [readFileSync(file, 'utf8'), page('broken')];
				const damaged = damage(whole);
				if (damaged === whole) continue;
				writeFileSync(file, damaged);
				const { code, out, err } = await go('report broken');
				expect({ code, out }, err).toEqual({ code: 2, out: '' });
				expect(err).toContain(says);
				expect(page('broken') === html).toBe(true);
			}
		},
		120_000,
	);

	it('refuses a page.json and a summary.json of another version, or of two runs, and follows no symbolic link', async () => {
		const broken = (name: string, change: (dir: string) => void): Promise<{ err: string }> => {
			cpSync(join(cwd, 'reps'), join(cwd, name), { recursive: true });
			change(join(cwd, name));
			return go(`report ${name}`);
		};
		const edit = (dir: string, name: string, from: RegExp, to: string): void =>
			writeFileSync(join(dir, name), readFileSync(join(dir, name), 'utf8').replace(from, to));
		const older = await broken('older', (dir) => {
			const { crc: _, summaryCrc: __, ...extra } = JSON.parse(readFileSync(join(dir, 'page.json'), 'utf8'));
			const summary = JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8'));
			writeFileSync(join(dir, 'page.json'), pageRecord({ ...extra, version: '0.0.1' }, summary));
		});
		expect(older.err).toContain('page.json is of version 0.0.1, this is version ');
		const summary = await broken('summary', (dir) =>
			edit(dir, 'summary.json', /"version": "[^"]*"/, '"version": "0.0.1"'),
		);
		expect(summary.err).toContain('summary.json is of version 0.0.1, this is version ');
		const edited = await broken('edited', (dir) => edit(dir, 'summary.json', /: (\d+)(,?\n)/, ': 9$1$2'));
		expect(edited.err).toContain('summary.json is not the one that page.json was written beside');
		const linked = await broken('linked', (dir) => {
			rmSync(join(dir, 'page.json'));
			symlinkSync(join(cwd, 'reps/page.json'), join(dir, 'page.json'));
		});
		expect(linked.err).toContain('is a symbolic link, which is not followed');
	});

	it('asks for a folder', async () => {
		expect(await go('report')).toMatchObject({ code: 2, out: '' });
	});
});

describe('pages', () => {
	it('are below 300 KB but for their data', () => {
		const template = statSync(join(ROOT, 'dist/report-page.html')).size;
		expect(template).toBeLessThan(300_000);
		const open = PLACE.slice(0, PLACE.indexOf('null'));
		for (const dir of Object.keys(FOLDERS)) {
			const html = page(dir);
			const from = html.indexOf(open) + open.length;
			const data = html.slice(from, html.indexOf('</script>', from));
			expect(html.length - data.length, dir).toBeLessThan(300_000);
			expect(data.length, dir).toBeLessThan(300_000);
		}
	});

	it('are left out with --no-report, with all that only they need', async () => {
		for (const [out, line] of Object.entries(FOLDERS)) await go(`${line} -o plain-${out} -q --no-report`);
		for (const out of Object.keys(FOLDERS)) {
			for (const file of ['report.html', 'page.json'])
				expect(() => statSync(join(cwd, `plain-${out}`, file)), `${out}/${file}`).toThrow('ENOENT');
		}
	});
});
