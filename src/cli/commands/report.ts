/**
 * `retrystorm report DIR...`: makes report.html again from the files in a folder, the same bytes: summary.json has the
 * figures, page.json what else the page shows. Nothing runs. A page of several runs reads the folders of each.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT, UserError } from '../../kernel/errors.js';
import type { Json } from '../../report/files/json.js';
import type { ChoicePage, PageData } from '../../report/page-data.js';
import type { RunExtra, RunPart } from '../../report/run/page-data.js';
import { EXTRA_FILE, SUMMARY } from '../output/file-names.js';
import { writeText } from '../output/files.js';
import { PAGE_FILE, pageText } from '../output/page.js';
import type { SharedRuns } from '../output/results.js';

const HELP = `
A folder is one that run, compare, sweep, merge, map or gate has written: with summary.json and page.json, or with the
page.json of several variants. Its report.html is written anew; nothing is run.`;

export function reportCommand(root: Command): void {
	root
		.command('report')
		.description('make report.html again from the files in a folder of results')
		.argument('<dir...>', 'folders of results')
		.option('-q, --quiet', 'no notes')
		.addHelpText('after', HELP)
		.exitOverride()
		.action(report);
}

/** All folders are read before anything is written. */
function report(dirs: string[], { quiet }: { readonly quiet?: true }): void {
	const pages = dirs.map((dir) => ({ file: join(dir, PAGE_FILE), text: pageText(readPage(dir)) }));
	for (const { file, text } of pages) {
		writeText(file, text);
		if (quiet === undefined) process.stderr.write(`report: ${file}\n`);
	}
}

type Extra = RunExtra | SharedRuns | ChoicePage | Exclude<PageData, { readonly kind: 'runs' }>;

/** @throws UserError (exit 2) with what is wrong with the folder */
function readPage(dir: string): PageData {
	const extra = readExtra(dir);
	if (extra.kind === 'choice' || extra.kind === 'sweep') return extra;
	if (extra.kind === 'runs') {
		const { kind, version, folders, beside } = extra;
		return { kind, version, runs: folders.map((folder) => readRun(join(dir, folder))), beside };
	}
	if (extra.kind === 'run') {
		const run = readRun(dir);
		return { kind: 'runs', version: versionOf(run.summary), runs: [run], beside: null };
	}
	return { ...extra, summary: readSummary(dir) } as PageData;
}

function readRun(dir: string): RunPart {
	const extra = readExtra(dir);
	if (extra.kind !== 'run') throw refused(dir, `found a page of kind ${extra.kind}, where that of a run would do`);
	return { ...extra, summary: readSummary(dir) };
}

const KINDS: readonly string[] = [
	'run',
	'runs',
	'choice',
	'replications',
	'comparison',
	'measured',
	'sweep',
	'map',
	'gate',
];

function readExtra(dir: string): Extra {
	const found = readJson(dir, EXTRA_FILE);
	if (found !== null && typeof found === 'object' && 'kind' in found && KINDS.includes(String(found.kind)))
		return found as Extra;
	throw refused(dir, `found a ${EXTRA_FILE} that is none of ours`);
}

function readSummary(dir: string): Json {
	const found = readJson(dir, SUMMARY) as Json;
	if (found === null || typeof found !== 'object' || Array.isArray(found))
		throw refused(dir, `found a ${SUMMARY} that is none of ours`);
	return found;
}

const versionOf = (summary: Json): string => String((summary as { readonly version?: Json }).version);

function readJson(dir: string, name: string): unknown {
	const file = join(dir, name);
	if (!existsSync(file)) {
		const what = existsSync(dir) ? `found no ${name} in it` : 'there is no such folder';
		throw refused(dir, what);
	}
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		throw refused(dir, `${name} cannot be read: ${(error as Error).message}`);
	}
}

const refused = (dir: string, what: string): UserError =>
	new UserError(
		`${dir}: error: ${what}; a folder that run, compare, sweep, map or gate has written would do`,
		EXIT.usage,
	);
