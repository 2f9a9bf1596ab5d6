/** What the arguments of `compare` mean, which labels tell them apart, and which folders are refused, with the reason. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCompareArguments } from '../../../../src/cli/flags/compare-arguments.js';
import { VERSION } from '../../../../src/cli/output/version.js';
import { inlineLaboratory } from '../../../../src/executors/inline.js';
import { runSides } from '../../../../src/experiment/compare/compare.js';
import { replicationSummary } from '../../../../src/experiment/replicate/branch-statistics.js';
import { replicate } from '../../../../src/experiment/replicate/replications.js';
import { UserError } from '../../../../src/kernel/errors.js';
import { toJson } from '../../../../src/report/files/json.js';
import { bandsCsv, replicateJson, replicationsCsv } from '../../../../src/report/replicate/files.js';
import { SMALL, scratch } from '../../../cli/cli.js';
import { smallCase } from '../../../support/experiment-builder.js';

const cwd = scratch({ 'small.yaml': SMALL, 'other.yaml': SMALL.replace('name: small', 'name: other') });
const at = (name: string): string => join(cwd, name);
const [small, other] = [at('small.yaml'), at('other.yaml')];
mkdirSync(at('calm'));

/** Leaves a folder as `run --reps` does. */
async function leave(dir: string, variant: string, firstSeed: number): Promise<void> {
	const plan = { firstSeed, size: { runs: 4 } };
	const [found] = await replicate([smallCase(variant)], plan, inlineLaboratory());
	mkdirSync(at(dir));
	writeFileSync(at(`${dir}/summary.json`), toJson(replicateJson(replicationSummary(found), [], VERSION)));
	writeFileSync(at(`${dir}/replications.csv`), replicationsCsv(found));
	writeFileSync(at(`${dir}/bands.csv`), bandsCsv(replicationSummary(found)));
	const { warmUpUs, bucketUs } = found.of.world;
	const manifest = { name: 'small', variant, case: found.of.key, world: { warmUpUs, bucketUs } };
	writeFileSync(at(`${dir}/manifest.json`), toJson(manifest));
}
await leave('of-base', 'base', 3);
await leave('of-calm', 'calm', 5);

const labels = async (...args: string[]) => (await readCompareArguments(args, undefined)).map(({ label }) => label);
const refusal = async (...args: string[]) => {
	const error = await readCompareArguments(args, undefined).catch((caught) => caught);
	expect(error).toBeInstanceOf(UserError);
	return { exit: (error as UserError).exit, text: (error as UserError).message.replaceAll(`${cwd}/`, '') };
};

describe('arguments', () => {
	it('are files, variants of a file, or of the file before', async () => {
		expect(await labels(small, 'calm')).toEqual(['small', 'calm']);
		expect(await labels(`${small}:calm`, `${small}:proud`, 'base')).toEqual(['calm', 'proud', 'small']);
		expect(await labels(small, 'calm', other, 'proud')).toEqual(['small', 'calm', 'other', 'proud']);
		const found = await readCompareArguments([small, 'calm', other, 'proud'], ['traffic.rate=100/s']);
		expect(found.map((one) => one.kind === 'scenario' && [one.scenario.file, one.variant])).toEqual([
			[small, 'base'],
			[small, 'calm'],
			[other, 'base'],
			[other, 'proud'],
		]);
	});

	it('that come before any file mean the first', async () => {
		expect(await labels('calm', other, small)).toEqual(['calm', 'other', 'small']);
	});

	it('are told apart by as little as it takes', async () => {
		expect(await labels(`${small}:calm`, `${other}:calm`, small)).toEqual(['small, calm', 'other, calm', 'small']);
		expect(await labels(small, small, 'calm')).toEqual(['small (1)', 'small (2)', 'calm']);
		expect(await labels(at('of-calm'), small, 'proud')).toEqual(['calm', 'small', 'proud']);
		expect(await labels(at('of-calm'), at('of-base'), small)).toEqual(['calm', 'small (1)', 'small (2)']);
		const [one] = await readCompareArguments([small, small], undefined);
		expect(one.kind === 'scenario' && one.of.label).toBe('small (1)');
	});

	it('are variants before they are folders of that name', async () => {
		const back = process.cwd();
		process.chdir(cwd);
		try {
			expect(await labels('small.yaml', 'calm')).toEqual(['small', 'calm']);
			expect(await refusal('small.yaml', './calm')).toMatchObject({
				exit: 2,
				text: /^\.\/calm: error: found no summary/,
			});
		} finally {
			process.chdir(back);
		}
	});

	it('are cases that run nothing for their expectations, so that variants with other expectations are the same run', async () => {
		const [base, proud] = await readCompareArguments([small, 'proud'], undefined);
		expect(base.kind === 'scenario' && base.of).toMatchObject({ expectations: [], others: [] });
		expect(base.kind === 'scenario' && proud.kind === 'scenario' && base.of.key === proud.of.key).toBe(true);
	});

	it.each([
		[['small.yaml', 'clam'], 104, 'small.yaml: error: found "clam", which is no variant here; did you mean calm?'],
		[['small.yaml:clam', 'base'], 104, 'did you mean calm?'],
		[['calm', 'proud'], 2, 'calm: error: found no scenario file whose variant it could be, one before it would do'],
		[['gone.yaml', 'small.yaml'], 2, 'gone.yaml: error: cannot be read: there is no such file, and no such folder'],
		[
			['small.yaml', 'gone.yaml:calm'],
			2,
			'gone.yaml: error: cannot be read: there is no such file, and no such folder',
		],
	])('%j', async (args, exit, says) => {
		const found = await refusal(...args.map((arg) => (arg.includes('.') ? at(arg) : arg)));
		expect(found.exit).toBe(exit);
		expect(found.text).toContain(says);
	});
});

describe('folders', () => {
	it('give the values of the runs that left them, to the last digit', async () => {
		const [saved] = await readCompareArguments([at('of-calm'), small], undefined);
		const [fresh] = await runSides([smallCase('calm')], { first: 5, runs: 4 }, inlineLaboratory());
		expect(saved.kind === 'results' && saved.side.runs).toEqual(fresh.runs);
		expect(saved.kind === 'results' && saved.side.curves).toEqual(fresh.curves);
		expect(saved.kind === 'results' && saved.side).toMatchObject({ label: 'calm', firstSeed: 5, failures: [] });
	});

	const version = (text: string) => text.replace(/"version": "[^"]+"/, '"version": "9.9.9"');
	it.each([
		['of another version', 'summary.json', version, `found results of version 9.9.9, and this is ${VERSION}`],
		[
			'that are partial',
			'summary.json',
			swap('"partial": false', '"partial": true'),
			'found an experiment that was interrupted',
		],
		['of another kind', 'summary.json', swap('"replications"', '"sweep"'), 'found results of kind "sweep"'],
		['of one run', 'summary.json', swap('"kind"', '"sort"'), 'found results of a single run'],
		['that are no JSON', 'summary.json', (text: string) => text.slice(10), 'found a summary.json that is none'],
		['without seeds', 'summary.json', swap('"first"', '"fist"'), 'found a summary.json that is none'],
		['without a name', 'manifest.json', swap('"name"', '"nome"'), 'found a manifest.json that is none'],
		['cut short', 'replications.csv', (text: string) => text.replace(/\n6,[^\n]*/, ''), 'other seeds than 3 to 6'],
		[
			'with a short line',
			'replications.csv',
			swap(',\n4,', '\n4,'),
			'found a damaged replications.csv (Invalid Record Length',
		],
		[
			'with an odd value',
			'replications.csv',
			(text: string) => text.replace(/\n4,[^,]*/, '\n4,much'),
			'with "much" for unavailable, seed 4',
		],
		['with an odd truth', 'replications.csv', swap(',false,', ',1,'), 'with "1" for cascaded, seed 3'],
		[
			'short of a column',
			'replications.csv',
			swap('seed,unavailable', 'seed,available'),
			'without unavailable, seed 3',
		],
	])('%s are refused', async (what, name, spoil, why) => {
		const dir = at(what.replaceAll(' ', '-'));
		cpSync(at('of-base'), dir, { recursive: true });
		const text = readFileSync(join(dir, name), 'utf8');
		expect(spoil(text)).not.toBe(text);
		writeFileSync(join(dir, name), spoil(text));
		const found = await refusal(dir, small);
		expect(found.exit).toBe(2);
		expect(found.text).toContain(why);
		expect(found.text).toMatch(/^[\w-]+: error: found .*; results of run --reps by this version would do$/);
	});

	it('that are none, or not finished, are refused', async () => {
		expect((await refusal(at('calm'), small)).text).toBe(
			'calm: error: found no summary.json in it; a folder of run --reps would do',
		);
		mkdirSync(at('begun'));
		writeFileSync(at('begun/journal.ndjson'), '');
		expect((await refusal(at('begun'), small)).text).toContain('in it: its experiment did not come to its end;');
	});
});

function swap(one: string, another: string): (text: string) => string {
	return (text) => text.replace(one, another);
}
