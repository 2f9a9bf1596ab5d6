/**
 * `npm run december-5`: staging against production under every canary and revert of results/december-5/rules.yaml, 20
 * replications each (run k has seed k), into runs.csv, a line a run; then the pages made of it: rows.csv, README.md and report.html.
 *
 *     npm run december-5 -- --restart                    forgets what an interrupted study has done
 *     node test/record/december-5.mjs --pages [DIR]      the pages alone, from runs.csv, into DIR
 *     node test/record/december-5.mjs --runs 2 ROW...    prints the lines of some runs, writes nothing
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { journaled, openJournal, openLaboratory, reportHtml } from 'retrystorm';
import { studyPage } from './december-5-page.mjs';
import { caseFor, rows, rules, WORLDS } from './december-5-rows.mjs';
import { filled, tableOf } from './december-5-show.mjs';
import { rowsCsv, summed } from './december-5-sums.mjs';

const RECORD = join(import.meta.dirname, '../../results/december-5');
const at = (file) => join(RECORD, file);
const { values: flags, positionals: names } = parseArgs({
	options: {
		runs: { type: 'string', default: '20' },
		pages: { type: 'boolean', default: false },
		restart: { type: 'boolean', default: false },
	},
	allowPositionals: true,
});
const runs = Number(flags.runs);
const { version: VERSION } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

if (flags.pages) writePages(names[0]);
else if (names.length > 0) process.stdout.write(await measured(names.map(rowCalled), null));
else {
	mkdirSync(RECORD, { recursive: true });
	writeFileSync(at('runs.csv'), await measured(rows, journal()));
	writePages(RECORD);
}

function rowCalled(name) {
	const row = rows.find((one) => one.name === name);
	if (row === undefined) throw new Error(`no row is called ${name}; results/december-5/rules.yaml has the names`);
	return row;
}

/** Every row in every world under every seed, as CSV. */
async function measured(some, memory) {
	const tasks = some.flatMap((row) =>
		WORLDS.flatMap((world) => {
			const of = caseFor(row, world);
			return Array.from({ length: runs }, (_, k) => ({ row: row.name, world, of, seed: 1 + k }));
		}),
	);
	const { run, close } = openLaboratory({ workers: 2 });
	let done = 0;
	const results = await (memory === null ? run : journaled(run, memory))(tasks, () => {
		if (memory !== null && ++done % 240 === 0) process.stderr.write(`${done} of ${tasks.length} runs\n`);
	});
	memory?.close();
	await close();
	return stringify(
		tasks.map((task, index) => lineOf(task, results[index])),
		{ header: true },
	);
}

function lineOf({ row, world, seed }, result) {
	if ('failure' in result) throw new Error(`${row}, ${world}, seed ${seed}: ${result.failure.message}`);
	const { values } = result.digest;
	const seconds = (name) => (values[name] === null ? '' : values[name] / 1e6);
	return {
		row,
		world,
		seed,
		tripped_after_s: seconds('time-to-verdict'),
		reverted_after_s: seconds('revert-after'),
		lost_requests: values['lost-by-birth'],
		exposed_first_attempts: Number((values.exposed ?? 0).toPrecision(6)),
	};
}

/** The study goes on where it was interrupted, if nothing that decides it has changed. */
function journal() {
	const hash = rows.flatMap((row) => WORLDS.map((world) => caseFor(row, world).key)).join('');
	const design = { hash, about: 'staging against production on December 5' };
	return openJournal(at('journal.ndjson'), { version: VERSION, design, resume: !flags.restart });
}

function writePages(dir = RECORD) {
	const sums = summed(rows, parse(readFileSync(at('runs.csv')), { columns: true, cast: true }));
	writeFileSync(join(dir, 'rows.csv'), rowsCsv(sums));
	const reading = filled(readFileSync(at('reading.md'), 'utf8'), sums);
	writeFileSync(join(dir, 'README.md'), `${reading.trimEnd()}\n\n${tableOf(sums)}`);
	const page = studyPage(sums, rules, readFileSync(at('reading.md'), 'utf8'), VERSION);
	const template = readFileSync(join(import.meta.dirname, '../../dist/report-page.html'), 'utf8');
	writeFileSync(join(dir, 'report.html'), reportHtml(template, page));
}
