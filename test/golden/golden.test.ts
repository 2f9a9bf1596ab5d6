/**
 * Golden files prove sameness, never rightness: a small seeded run must give the bytes it gave before. They do not
 * argue; `UPDATE_GOLDENS=1` rewrites them (see the README here), and the diff is for a person to read.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../src/executors/inline.js';
import { replay } from '../../src/experiment/run/replay.js';
import { toJson } from '../../src/report/files/json.js';
import { loadScenario } from '../../src/scenario/load.js';
import { ROOT } from '../cli/cli.js';
import { summary } from "../../src/report/run/summary.js";
import { decisionsCsv } from "../../src/report/run/tables.js";

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const UPDATE = process.env.UPDATE_GOLDENS === '1';

/** Short enough for well under a second each. */
const RUNS = [
	{ file: 'hello.yaml', variant: 'base', seed: 1, set: [] },
	{ file: 'hello.yaml', variant: 'base', seed: 2, set: [] },
	{ file: 'december-5.yaml', variant: 'canary', seed: 1, set: ['from="08:46"', 'until="08:48:30"', 'expect=null'] },
];

describe.each(RUNS)('$file, $variant, seed $seed', ({ file, variant, seed, set }) => {
	const text = readFileSync(join(ROOT, 'scenarios', file), 'utf8');
	const load = (name: string) => loadScenario(text, { file, variant: name, set });
	const folder = join(import.meta.dirname, version, `${file.replace('.yaml', '')}-${variant}-${seed}`);

	it('gives the bytes it gave before', async () => {
		const [run] = await replay({ load, variants: [variant], seed, twins: false }, inlineExecutor());
		const { outcome, scenario, judgements } = run;
		compare(join(folder, 'summary.json'), toJson(summary(outcome, scenario.world, judgements, version)));
		compare(join(folder, 'decisions.csv'), decisionsCsv(outcome));
	});
});

function compare(file: string, text: string): void {
	if (UPDATE) {
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
	}
	const before = existsSync(file) ? readFileSync(file, 'utf8') : `(no golden yet: UPDATE_GOLDENS=1 npx vitest run test/golden)`;
	expect(text, file).toBe(before);
}
