/** The record of the published studies is what its command writes: one of its tables is measured again, byte for byte; in the long tests all. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const record = readFileSync(join(ROOT, 'results/studies/README.md'), 'utf8');
const rows: { study: string }[] = JSON.parse(readFileSync(join(ROOT, 'results/studies/published.json'), 'utf8'));
const studies = readdirSync(join(ROOT, 'scenarios/studies'))
	.map((file) => file.replace('.yaml', ''))
	.sort();

describe('the record of the studies', () => {
	it('has every study, and no figure that differs', () => {
		expect([...new Set(rows.map(({ study }) => study))].sort()).toEqual(studies);
		for (const study of studies) expect(record).toContain(`\n## ${study}\n`);
		expect(record).not.toContain('DIFFERS');
		expect(record.match(/\| agrees \|/g)?.length).toBeGreaterThan(80);
	});

	it('is what `npm run studies` measures', async () => {
		const some = process.env.RECORDS === 'all' ? studies : ['hotos-2021-thresholds'];
		const script = join(ROOT, 'test/record/studies.mjs');
		const { stdout } = await promisify(execFile)(process.execPath, [script, ...some]);
		for (const table of stdout.trimEnd().split('\n\n## ')) expect(record).toContain(table);
	}, 1_800_000);
});
