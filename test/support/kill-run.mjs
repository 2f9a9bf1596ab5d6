/**
 * An experiment over a journal, through the package's own exports, for `claims/cli/kill.test.ts` to kill: rounds of
 * replications, each of a case that the results before it decide. Prints the results when it comes to its end.
 *
 * node test/support/kill-run.mjs JOURNAL SCENARIO
 */
import { readFileSync } from 'node:fs';
import { caseOf, fingerprint, journaled, loadScenario, openJournal, openLaboratory } from 'retrystorm';

const ROUNDS = 8;
const SEEDS = 20;

const [file, scenario] = process.argv.slice(2);
const text = readFileSync(scenario, 'utf8');
const design = { hash: fingerprint([text, ROUNDS, SEEDS]), about: `${ROUNDS} rounds of ${scenario}` };
const journal = openJournal(file, { version: 'any', design, resume: true });
const { run } = openLaboratory({ workers: 2 });
const ask = journaled(run, journal);

const results = [];
let rate = 200;
for (let round = 0; round < ROUNDS; round++) {
	const load = (variant) => loadScenario(text, { file: scenario, variant, set: [`traffic.rate=${rate}/s`] });
	const of = caseOf(`${rate}/s`, load('base'), load);
	const found = await ask(Array.from({ length: SEEDS }, (_, k) => ({ of, seed: 1 + k })));
	const born = found.reduce((sum, { digest }) => sum + digest.values.born, 0);
	rate = 200 + (born % 50);
	results.push(...found);
}
journal.close();
process.stdout.write(results.map((result) => `${JSON.stringify(result)}\n`).join(''));
