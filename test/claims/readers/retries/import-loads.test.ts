/** Imported retries as the loader takes them: each fixture is a scenario that loads, on its own and laid into a base. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importManifests } from '../../../../src/readers/import.js';
import { readAnswers } from '../../../../src/readers/rollouts/import-answers.js';
import { checkScenario, loadScenario } from '../../../../src/scenario/load.js';
import { fixture, importFixture } from './support.js';

const FILES = readdirSync(join(import.meta.dirname, '../../../fixtures/import/retries'));

/** One field of each kind that imports write. */
const PROBE = `name: probe
duration: 60s
traffic: { rate: 10/s }
edge: { service: 10ms }
clients:
  apps:
    retry: { attempts: 2, on: [503, reset], overall: { after: 1s, checked: always }, retryAfter: { mode: replace } }
`;
const refused = checkScenario(PROBE, { file: 'probe' }).errors.map(({ path, message }) => `${path}: ${message}`);
const skipped = refused.length > 0;
if (skipped)
	console.warn(`imported retries are not loaded: the schema refuses the policies they write yet (${refused[0]})`);

describe.skipIf(skipped)('imported retries load', () => {
	it.each(FILES)('%s on its own, every variant', (file) => {
		const { text, errors, variants } = importFixture(file);
		expect(errors.map((issue) => issue.text)).toEqual([]);
		for (const variant of variants) expect(loadScenario(text, { file, variant }).world.populations).toHaveLength(1);
	});

	it.each(FILES)('%s laid into a shipped scenario', (file) => {
		const base = readFileSync(join(import.meta.dirname, '../../../../scenarios/december-5.yaml'), 'utf8');
		const { errors } = importManifests([fixture(file)], { file: 'december-5.yaml', text: base }, readAnswers({}));
		expect(errors.map((issue) => issue.text)).toEqual([]);
	});
});
