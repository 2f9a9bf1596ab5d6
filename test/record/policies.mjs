/**
 * `npm run policies`: every retry policy that is on by default in each outage of scenarios/outage.yaml, 40 runs each (run k
 * has seed k), into results/policies: rows.csv, a line a policy and outage, and README.md, made of it and reading.md.
 *
 *     node test/record/policies.mjs ID...                prints the lines of some policies, writes nothing
 *     node test/record/policies.mjs --pages              the page alone, from rows.csv
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { caseOf, loadScenario, openLaboratory, policyFields, proportion, RETRY_PRESETS, studentMean } from 'retrystorm';
import { filled, tableOf } from './policies-show.mjs';

const ROOT = join(import.meta.dirname, '../..');
const FILE = 'scenarios/outage.yaml';
const RUNS = 40;
/** Kinds of outage, and the variants that have them. */
const OUTAGES = { refused: 'base', 'answers-503': 'answers-503', hangs: 'hangs' };
const text = readFileSync(join(ROOT, FILE), 'utf8');
const at = (file) => join(ROOT, 'results/policies', file);

/** What needs nobody to ask for it and comes with a number of tries; and to compare with, no retries at all. */
const policies = [
	{ id: 'no-retries', tries: 1, repeats: 'request', retry: '{ attempts: 1 }' },
	...[...RETRY_PRESETS.values()]
		.map((preset) => ({ preset, fields: policyFields(preset) }))
		.filter(({ preset, fields }) => preset.enabledByDefault && fields.attempts !== undefined)
		.map(({ preset: { id, scope }, fields }) => ({ id, tries: triesOf(fields), repeats: scope, retry: id })),
];

const { values: flags, positionals: ids } = parseArgs({
	options: { pages: { type: 'boolean', default: false } },
	allowPositionals: true,
});

if (flags.pages) writePage();
else if (ids.length > 0) process.stdout.write(await measured(ids.map(policyCalled)));
else {
	writeFileSync(at('rows.csv'), await measured(policies));
	writePage();
}

function triesOf({ attempts, target }) {
	return attempts === 'unlimited' && target === 'next-node' ? 'nodes' : attempts;
}

function policyCalled(id) {
	const policy = policies.find((one) => one.id === id);
	if (policy === undefined)
		throw new Error(`${id} is no policy that is on by default; results/policies/rows.csv has them`);
	return policy;
}

/** Every policy in every outage under every seed, summed up, as CSV. */
async function measured(some) {
	const cells = some.flatMap((policy) => {
		return Object.entries(OUTAGES).map(([outage, variant]) => ({ policy, outage, of: caseFor(policy, variant) }));
	});
	const { run, close } = openLaboratory({ workers: 2 });
	const results = await run(cells.flatMap(({ of }) => Array.from({ length: RUNS }, (_, k) => ({ of, seed: 1 + k }))));
	await close();
	return stringify(
		cells.map((cell, i) => summed(cell, results.slice(i * RUNS, (i + 1) * RUNS))),
		{ header: true },
	);
}

function caseFor({ id, retry }, variant) {
	const load = (name) => loadScenario(text, { file: FILE, variant: name, set: [`clients.apps.retry=${retry}`] });
	return caseOf(`${id}, ${variant}`, load(variant), load);
}

/** Shares with Wilson's interval, means with Student's, at 95 %; the time to recover is that of the runs that did. */
function summed({ policy, outage }, results) {
	const runs = results.map((result) => {
		if ('failure' in result) throw new Error(`${policy.id}, ${outage}: ${result.failure.message}`);
		return result.digest.values;
	});
	const mean = (name, unit = 1) => {
		return studentMean(runs.flatMap(({ [name]: value }) => (value === null ? [] : [value / unit])));
	};
	// A run that cannot tell whether it stays down is no run that recovered.
	const decided = runs.filter(({ collapsed }) => collapsed !== null);
	const collapse = proportion(decided.filter(({ collapsed }) => collapsed === 1).length, decided.length);
	return {
		policy: policy.id,
		tries: policy.tries,
		repeats: policy.repeats,
		outage,
		runs: RUNS,
		...columns('amplification', mean('amplification')),
		...columns('peak_amplification', mean('peak-amplification')),
		recovered: runs.filter(({ 'recovery-after-trigger': us }) => us !== null).length,
		...columns('recovered_after_s', mean('recovery-after-trigger', 1e6)),
		...columns('collapsed', { mean: collapse.share, interval: collapse.interval }),
	};
}

function columns(name, { mean, interval }) {
	return {
		[name]: digits(mean),
		[`${name}_low`]: digits(interval?.low ?? mean),
		[`${name}_high`]: digits(interval?.high ?? mean),
	};
}

function digits(x) {
	return x === null || x === undefined ? '' : Number(x.toPrecision(6));
}

function writePage() {
	const rows = parse(readFileSync(at('rows.csv')), { columns: true, cast: true });
	const reading = filled(readFileSync(at('reading.md'), 'utf8'), rows);
	writeFileSync(at('README.md'), `${reading.trimEnd()}\n\n${tableOf(rows)}`);
}
