/** The record of the retry policies is what its command writes: the rows of one policy are measured again, byte for byte; in the long tests of three. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { policyFields, RETRY_PRESETS } from '../../../src/catalog/retries.js';

const ROOT = join(import.meta.dirname, '../../..');
const csv = readFileSync(join(ROOT, 'results/policies/rows.csv'), 'utf8');
const page = readFileSync(join(ROOT, 'results/policies/README.md'), 'utf8');
const lines = csv.trimEnd().split('\n').slice(1);

const onByDefault = [...RETRY_PRESETS.values()]
	.filter((preset) => preset.enabledByDefault && policyFields(preset).attempts !== undefined)
	.map(({ id }) => id);

describe('the record of the policies', () => {
	it('has every policy that is on by default, in each outage, of 40 runs', () => {
		const rows = lines.map((line) => line.split(','));
		for (const id of ['no-retries', ...onByDefault]) {
			const own = rows.filter(([policy]) => policy === id);
			expect(own.map(([, , , outage]) => outage)).toEqual(['refused', 'answers-503', 'hangs']);
			for (const [, , , , runs] of own) expect(Number(runs)).toBeGreaterThanOrEqual(40);
		}
		expect(rows.length).toBe(3 * (1 + onByDefault.length));
	});

	it('has a line of its page for each policy', () => {
		expect(page.match(/^\| `/gm)?.length).toBe(1 + onByDefault.length);
	});

	it('is what `npm run policies` measures', async () => {
		const script = join(ROOT, 'test/record/policies.mjs');
		const more = process.env.RECORDS === 'all' ? ['aws-js-v3-standard-2026', 'opossum'] : [];
		const some = ['p-retry', ...more];
		const { stdout } = await promisify(execFile)(process.execPath, [script, ...some]);
		const measured = stdout.trimEnd().split('\n').slice(1);
		expect(measured).toEqual(some.flatMap((id) => lines.filter((line) => line.startsWith(`${id},`))));
	}, 180_000);
});
