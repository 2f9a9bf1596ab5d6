/**
 * `npm run studies`: runs every published study and writes results/studies/README.md, published figures beside measured
 * ones. `node test/record/studies.mjs STUDY...` prints the tables of some studies and writes nothing.
 *
 * The published side is results/studies/published.json, a row a figure: a quantity of a variant, what is done with each
 * run's value (`minus`, `per`), the statistic over the runs, and what it is compared with.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { caseOf, loadScenario, openLaboratory, proportion, quantity, studentMean } from 'retrystorm';
import { show } from './show.mjs';
import { number, seconds } from './units.mjs';

const ROOT = join(import.meta.dirname, '../..');
const RECORD = join(ROOT, 'results/studies');
const rows = JSON.parse(readFileSync(join(RECORD, 'published.json'), 'utf8'));

const asked = process.argv.slice(2);
const measured = await measure(rows.filter(({ study }) => asked.length === 0 || asked.includes(study)));
const tables = tablesOf(measured);
if (asked.length > 0) process.stdout.write(`${tables}\n`);
else
	writeFileSync(join(RECORD, 'README.md'), `${readFileSync(join(RECORD, 'head.md'), 'utf8').trimEnd()}\n\n${tables}\n`);
if (measured.some(({ agrees }) => agrees === false)) process.exitCode = 99;

/** Rows of one study and variant share their runs: run k has seed k. */
async function measure(all) {
	const laboratory = openLaboratory({ workers: 2 });
	const groups = grouped(all);
	const found = [];
	for (const group of groups.values()) {
		const of = caseFor(group);
		const runs = Math.max(...group.map(({ replications }) => replications));
		const results = await laboratory.run(Array.from({ length: runs }, (_, k) => ({ of, seed: 1 + k })));
		for (const [at, row] of group.entries()) {
			const values = results.slice(0, row.replications).map((result) => {
				if ('failure' in result) throw new Error(`${groupOf(row)}: ${result.failure.message}`);
				return derived(row, result.digest.judgements[at].seen);
			});
			found.push({ ...row, ...compared(row, values) });
		}
	}
	await laboratory.close();
	return found;
}

function groupOf({ study, variant }) {
	return `${study}, ${variant}`;
}

function grouped(all) {
	const groups = new Map();
	for (const row of all) groups.set(groupOf(row), [...(groups.get(groupOf(row)) ?? []), row]);
	return groups;
}

/** The study's world with the rows as its expectations: a run's digest then holds a value for each. */
function caseFor(group) {
	const [{ study, variant }] = group;
	const file = join(ROOT, 'scenarios/studies', `${study}.yaml`);
	const text = readFileSync(file, 'utf8');
	const expect = group.map(({ quantity: that, over, where, versus }) => ({
		that,
		over,
		where,
		versus,
		...bound(that, versus),
	}));
	const load = (name) =>
		loadScenario(text, { file, variant: name, set: name === variant ? [`expect=${JSON.stringify(expect)}`] : [] });
	return caseOf(groupOf(group[0]), load(variant), load);
}

/** Some bound of the quantity's kind: only what is seen matters. */
function bound(that, versus) {
	const zero = { share: '0%', rate: '0/s', duration: '0s', instant: '0s', factor: 'x0', count: 0 };
	const { kind } = quantity(that);
	if (versus !== undefined) return { above: 0 };
	return kind === 'boolean' ? { equals: true } : { above: zero[kind] };
}

function derived({ minus, per }, seen) {
	if (seen === null) return null;
	return (seen - (minus === undefined ? 0 : seconds(minus))) / (per ?? 1);
}

/** The statistic of a row over its runs, and whether it agrees with what is published (null where nothing is). */
function compared(row, values) {
	const known = values.filter((value) => value !== null);
	const runs = values.length;
	const { mean, sd, interval } = row.statistic === 'probability' ? shareOf(known, runs) : meanOf(known);
	const error = sd / Math.sqrt(runs);
	return { runs, mean, sd, interval, agrees: agreement(row, { mean, sd, error, interval }) };
}

function shareOf(known, runs) {
	const { share, interval } = proportion(known.filter((value) => value === 1).length, runs);
	return { mean: share, sd: Math.sqrt(share * (1 - share)), interval };
}

function meanOf(known) {
	const { mean, sd, interval } = studentMean(known);
	return { mean, sd: sd ?? 0, interval: interval ?? { low: mean, high: mean } };
}

/** Four standard errors of both sides, and what rounding allows. */
function agreement({ published, publishedRuns, allowance, statistic }, { mean, sd, error, interval }) {
	if (published === null) return null;
	const bias = allowance === undefined ? 0 : number(allowance);
	if ('above' in published) return interval.low > number(published.above);
	if ('below' in published) return interval.high < number(published.below);
	if ('between' in published) {
		const [low, high] = published.between.map(number);
		return mean + 4 * error >= low && mean - 4 * error <= high;
	}
	const value = number(published.value);
	const spread = statistic === 'probability' ? Math.sqrt(value * (1 - value)) : sd;
	const theirs = publishedRuns === undefined ? 0 : spread / Math.sqrt(publishedRuns);
	return Math.abs(mean - value) <= 4 * Math.hypot(error, theirs) + bias + 1e-12;
}

function tablesOf(all) {
	const studies = [...new Set(all.map(({ study }) => study))];
	return studies
		.map((study) =>
			tableOf(
				study,
				all.filter((row) => row.study === study),
			),
		)
		.join('\n\n');
}

function tableOf(study, lines) {
	const header = ['figure', 'row', 'variant', 'published', 'source', 'measured', 'runs', ''];
	const cells = lines.map((row) => [
		row.figure,
		row.id,
		row.variant,
		show.published(row),
		row.source,
		show.measured(row),
		row.runs,
		row.agrees === null ? '' : row.agrees ? 'agrees' : 'DIFFERS',
	]);
	const line = (texts) => `| ${texts.join(' | ')} |`.replace(/ {2,}\|/g, ' |');
	return [`## ${study}`, '', line(header), `|${'---|'.repeat(header.length)}`, ...cells.map(line)].join('\n');
}
