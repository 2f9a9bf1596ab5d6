/**
 * Every shipped scenario is its own test: `retrystorm test` over it. In CI a tenth of the runs that the file says, and of the
 * longest file some of its variants; all runs of all variants in the long tests, which set SHIPPED_RUNS=all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.js';
import { isCaveat } from '../support/caveats.js';
import { ROOT, retrystorm } from './cli.js';

const ALL = process.env.SHIPPED_RUNS === 'all';

const files = readdirSync(join(ROOT, 'scenarios'), { recursive: true, encoding: 'utf8' })
	.filter((name) => /\.(yaml|yml|json)$/.test(name))
	.map((name) => join('scenarios', name));

/** What CI runs of a file whose variants take longer than all other files together. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
	'scenarios/december-5.yaml': ['as-it-happened', 'staging', 'auto-revert'],
};

interface Suite {
	readonly label: string;
	readonly failures: readonly { readonly message: string }[];
	readonly expectations: readonly { readonly text: string; readonly verdict: string; readonly seenText: string }[];
}

/** A tenth, and at least two, of many runs; one of a file that asks for one. */
function sampleOf(file: string): number {
	const { replications } = loadScenario(readFileSync(join(ROOT, file), 'utf8'), { file });
	return Math.min(replications, Math.max(2, Math.ceil(replications / 10)));
}

const argumentsFor = (file: string): string[] =>
	ALL ? [file] : [file, '--reps', `${sampleOf(file)}`, ...(SAMPLES[file] ?? []).flatMap((name) => ['--variant', name])];

/** A tenth of the runs is too few to decide a probability: then it may be undecided, and nothing else may. */
const isAllowed = ({ text, verdict }: Suite['expectations'][number]): boolean =>
	verdict === 'pass' || (!ALL && verdict === 'inconclusive' && text.startsWith('P('));

// That a full queue waits about as long as a timeout is what some of the incidents are about.
const isOfQueue = (line: string): boolean => /is within 20% of the timeout of/.test(line);

describe('retrystorm test scenarios', () => {
	it.each(files)('%s: every expectation holds, without an unknown warning', { timeout: 1_800_000 }, async (file) => {
		const { code, out, err } = await retrystorm([
			...['test', ...argumentsFor(file), '--format', 'json', '--progress', 'none'],
		]);
		const suites: readonly Suite[] = JSON.parse(out).suites;
		expect(suites.length).toBeGreaterThan(0);
		const broken = suites.flatMap(({ label, failures, expectations }) => [
			...failures.map(({ message }) => `${label}: ${message}`),
			...expectations
				.filter((one) => !isAllowed(one))
				.map(({ text, verdict, seenText }) => `${label}: ${verdict}: ${text}: ${seenText}`),
		]);
		expect(broken).toEqual([]);
		const undecided = suites.some(({ expectations }) => expectations.some(({ verdict }) => verdict !== 'pass'));
		const warnings = err.split('\n').filter((line) => line !== '' && !isCaveat(line) && !isOfQueue(line));
		expect({ code, warnings }).toEqual({ code: undecided ? 3 : 0, warnings: [] });
	});
});
