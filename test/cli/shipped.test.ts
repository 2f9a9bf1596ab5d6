/** Every shipped scenario is its own test: `retrystorm test` over all of them, once, with as many runs as each file says. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isCaveat } from '../support/caveats.js';
import { type Ended, ROOT, retrystorm } from './cli.js';

const files = readdirSync(join(ROOT, 'scenarios'), { recursive: true, encoding: 'utf8' })
	.filter((name) => /\.(yaml|yml|json)$/.test(name))
	.map((name) => join('scenarios', name));

interface Told {
	readonly file: string;
	readonly label: string;
	readonly failures: readonly { readonly message: string }[];
	readonly expectations: readonly { readonly text: string; readonly verdict: string; readonly seenText: string }[];
}

let ended: Ended;
/** A minute of both cores, when nobody else wants them. */
beforeAll(async () => {
	ended = await retrystorm(['test', ...files, '--format', 'json', '--progress', 'none']);
}, 600_000);

describe('retrystorm test scenarios', () => {
	it.each(files)('%s keeps its word', (file) => {
		const suites: readonly Told[] = JSON.parse(ended.out).suites;
		const own = suites.filter((suite) => suite.file === file);
		expect(own.length).toBeGreaterThan(0);
		const broken = own.flatMap(({ label, failures, expectations }) => [
			...failures.map(({ message }) => `${label}: ${message}`),
			...expectations
				.filter(({ verdict }) => verdict !== 'pass')
				.map(({ text, verdict, seenText }) => `${label}: ${verdict}: ${text}: ${seenText}`),
		]);
		expect(broken).toEqual([]);
	});

	it('ends with 0, and without a word of warning, but for what presets and queues have to say of themselves', () => {
		// That a full queue waits about as long as a timeout is what some of the incidents are about.
		const isOfQueue = (line: string): boolean => /is within 20% of the timeout of/.test(line);
		const err = ended.err.split('\n').filter((line) => line !== '' && !isCaveat(line) && !isOfQueue(line));
		expect({ code: ended.code, err }).toEqual({ code: 0, err: [] });
	});
});
