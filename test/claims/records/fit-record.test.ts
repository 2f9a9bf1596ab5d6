/** The record of fits and forecasts is what its command writes, byte for byte, and says where a forecast is no better than a naive one. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

it('results/fit is what `npm run fit-record` writes', async () => {
	const record = readFileSync(join(ROOT, 'results/fit/README.md'), 'utf8');
	const head = readFileSync(join(ROOT, 'results/fit/head.md'), 'utf8');
	const env = { ...process.env, PRINT: 'yes' };
	const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'test/record/fit.mjs')], { env });
	expect(record).toBe(`${head.trimEnd()}\n\n${stdout}`);
	expect(stdout).toContain('| no better |');
	// Beside the mean and the same time last week none of these traces is forecast better: on some a naive one is ahead.
	expect(stdout).toContain('| worse |');
}, 180_000);
