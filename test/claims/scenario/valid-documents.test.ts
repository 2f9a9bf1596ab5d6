/** What is shipped is fit to be shown: free of mistakes and warnings, with expectations. That they hold, test/cli/shipped.test.ts says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../../src/executors/inline.js';
import { replay } from '../../../src/experiment/run/replay.js';
import { runReport } from '../../../src/report/run/text.js';
import { checkScenario, loadScenario } from '../../../src/scenario/load.js';
import { BASE } from '../../../src/scenario/variants.js';
import { ROOT } from '../../cli/cli.js';
import { isCaveat } from '../../support/caveats.js';

/** The line by which editors find the schema, from a file so deep in scenarios/. */
const modeline = (name: string): string =>
	`# yaml-language-server: $schema=${'../'.repeat(name.split(/[\\/]/).length)}dist/schema.json`;
const names = readdirSync(join(ROOT, 'scenarios'), { recursive: true, encoding: 'utf8' }).filter((name) =>
	/\.(yaml|yml|json)$/.test(name),
);

it('the four of the issue are there', () => {
	for (const name of ['december-5', 'december-5-record', 'hello', 'metastable'])
		expect(names).toContain(`${name}.yaml`);
});

describe.each(names)('%s', (name) => {
	const file = join('scenarios', name);
	const text = readFileSync(join(ROOT, file), 'utf8');
	const { errors, warnings, variants } = checkScenario(text, { file });
	const load = (variant: string) => loadScenario(text, { file, variant });

	it('names its schema and opens with a comment that says what it tells', () => {
		const lines = text.split('\n');
		expect(lines[0]).toBe(modeline(name));
		expect(lines[1]).toMatch(/^# \S.{20,}/);
	});

	// That a full queue waits about as long as a timeout is what some of the incidents are about.
	it('is free of mistakes and warnings, but for what presets and queues have to say of themselves', () => {
		const ours = warnings.filter(({ text }) => !isCaveat(text) && !/is within 20% of the timeout of/.test(text));
		expect([...errors, ...ours].map((issue) => issue.text)).toEqual([]);
	});

	it('expects something of every variant', () => {
		for (const variant of [BASE, ...variants]) expect(load(variant).expectations.length, variant).toBeGreaterThan(0);
	});
});

it.each([
	['hello.yaml', 'base', []],
	['december-5.yaml', 'canary', ['from="08:46"', 'until="08:48:30"', 'expect=null']],
])('the report of %s, %s, keeps to 80 columns', async (name, variant, set) => {
	const text = readFileSync(join(ROOT, 'scenarios', name), 'utf8');
	const load = (other: string) => loadScenario(text, { file: name, variant: other, set });
	const [run] = await replay({ load, variants: [variant], seed: 1, twins: false }, inlineExecutor());
	const { outcome, scenario, judgements } = run;
	const report = runReport({ outcome, world: scenario.world, judgements, rerun: null });
	expect(report.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
});

it('hello is fifteen lines at most', () => {
	const text = readFileSync(join(ROOT, 'scenarios/hello.yaml'), 'utf8');
	expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
});

describe('December 5', () => {
	const read = (name: string) => readFileSync(join(ROOT, 'scenarios', name), 'utf8');

	it.each(['december-5.yaml', 'december-5-record.yaml'])(
		'%s says which account it tells and whose its numbers are',
		(name) => {
			const head = read(name).split(/^[^#]/m)[0];
			expect(head).toMatch(name.includes('record') ? /THE PUBLIC RECORD/ : /THE STORY/);
			for (const word of ['published', 'assumed', 'calibrated']) expect(head).toContain(`# ${word}`);
		},
	);

	it('has the variants of the issue', () => {
		const { variants } = checkScenario(read('december-5.yaml'), { file: 'december-5.yaml' });
		expect(variants).toEqual(
			expect.arrayContaining([
				'as-it-happened',
				'staging',
				'canary',
				'auto-revert',
				'corrected',
				'no-retries',
				'polite-clients',
			]),
		);
	});
});
