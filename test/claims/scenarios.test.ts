/** What is shipped keeps its word: every variant of every scenario is free of warnings, and its expectations hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../src/executors/inline.js';
import { replay } from '../../src/experiment/replay.js';
import { runReport } from '../../src/report/terminal.js';
import { BASE } from '../../src/scenario/edit.js';
import { checkScenario, loadScenario } from '../../src/scenario/load.js';
import { ROOT } from '../cli/cli.js';

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

	it('is free of mistakes and warnings', () => {
		expect([...errors, ...warnings].map((issue) => issue.text)).toEqual([]);
	});

	it('expects something of every variant', () => {
		for (const variant of [BASE, ...variants]) expect(load(variant).expectations.length, variant).toBeGreaterThan(0);
	});

	it('keeps its word', async () => {
		const all = [BASE, ...variants];
		const replayed = await replay({ load, variants: all, seed: 1, twins: false }, inlineExecutor());
		const broken = replayed.flatMap(({ scenario, outcome, judgements }) => [
			...(outcome.stopped === null ? [] : [`${scenario.variant} was stopped by limits.${outcome.stopped.limit}`]),
			...judgements
				.filter(({ verdict }) => verdict !== 'pass')
				.map(({ expectation, text: seen }) => `${scenario.variant}: ${expectation.text}: ${seen}`),
		]);
		expect(broken).toEqual([]);
		const wide = replayed
			.map(({ scenario: { world }, outcome, judgements }) => runReport({ outcome, world, judgements, rerun: null }))
			.flatMap((report) => report.split('\n').filter((line) => [...line].length > 80));
		expect(wide, 'lines above 80 columns').toEqual([]);
	});
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
