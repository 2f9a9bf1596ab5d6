/** The record of the published studies is what its command writes: a few of its tables are measured again, byte for byte. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const record = readFileSync(join(ROOT, 'results/studies/README.md'), 'utf8');
const rows: { study: string }[] = JSON.parse(readFileSync(join(ROOT, 'results/studies/published.json'), 'utf8'));

describe('the record of the studies', () => {
	it('has every study, and no figure that differs', () => {
		const studies = readdirSync(join(ROOT, 'scenarios/studies')).map((file) => file.replace('.yaml', ''));
		expect([...new Set(rows.map(({ study }) => study))].sort()).toEqual(studies.sort());
		for (const study of studies) expect(record).toContain(`\n## ${study}\n`);
		expect(record).not.toContain('DIFFERS');
		expect(record.match(/\| agrees \|/g)?.length).toBeGreaterThan(80);
	});

	it('is what `npm run studies` measures', async () => {
		const studies = ['hotos-2021-thresholds', 'good-retry-bad-retry'];
		const script = join(ROOT, 'test/record/studies.mjs');
		const { stdout } = await promisify(execFile)(process.execPath, [script, ...studies]);
		for (const table of stdout.trimEnd().split('\n\n## ')) expect(record).toContain(table);
	}, 180_000);
});
