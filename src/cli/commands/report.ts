/**
 * `retrystorm report DIR...`: makes report.html again from the files in a folder, the same bytes: summary.json has the
 * figures, page.json what else the page shows. Nothing runs. A page of several runs reads the folders of each.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { statOf } from '../../executors/disk.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import type { Json } from '../../report/files/json.js';
import { markdownOf } from '../../report/markdown.js';
import type { ChoicePage, PageData } from '../../report/page-data.js';
import type { RunExtra, RunPart } from '../../report/run/page-data.js';
import { withSharedSwitches } from '../../report/run/shared-switches.js';
import { readResultFile } from '../input/result-file.js';
import { EXTRA_FILE, SUMMARY } from '../output/file-names.js';
import { writeText } from '../output/files.js';
import { PAGE_FILE, pageText } from '../output/page.js';
import { readPageRecord } from '../output/page-record.js';
import type { SharedRuns } from '../output/results.js';
import { VERSION } from '../output/version.js';

const HELP = `
A folder is one that run, compare, sweep, merge, map or gate has written: with summary.json and page.json, or with the
page.json of several variants. Its report.html is written anew; nothing is run.`;

export function reportCommand(root: Command): void {
	root
		.command('report')
		.description('make report.html again from the files in a folder of results, or print it as Markdown')
		.argument('<dir...>', 'folders of results')
		.addOption(
			new Option('--format <format>', 'html writes report.html, md prints Markdown to paste')
				.choices(['html', 'md'])
				.default('html'),
		)
		.option('-q, --quiet', 'no notes')
		.addHelpText('after', HELP)
		.exitOverride()
		.action(report);
}

/** All folders are read before anything is written. */
function report(dirs: string[], { quiet, format }: { readonly quiet?: true; readonly format: 'html' | 'md' }): void {
	if (format === 'md') {
		process.stdout.write(dirs.map(markdownIn).join('\n'));
		return;
	}
	const pages = dirs.map((dir) => ({ file: join(dir, PAGE_FILE), text: pageText(readPage(dir)) }));
	for (const { file, text } of pages) {
		writeText(file, text);
		if (quiet === undefined) process.stderr.write(`report: ${file}\n`);
	}
}

/** @throws UserError (exit 2) where the page has no report in words */
function markdownIn(dir: string): string {
	const text = markdownOf(readPage(dir));
	if (text === null)
		throw refused(dir, 'found a page without a report in words, where that of a run or an experiment would do');
	return text;
}

type Extra = RunExtra | SharedRuns | ChoicePage | Exclude<PageData, { readonly kind: 'runs' }>;

/** @throws UserError (exit 2) with what is wrong with the folder */
function readPage(dir: string): PageData {
	const { extra, summary } = readFolder(dir);
	if (extra.kind === 'choice' || extra.kind === 'sweep') return extra;
	if (extra.kind === 'runs') {
		const { kind, version, folders, beside } = extra;
		return { kind, version, runs: withSharedSwitches(folders.map((folder) => readRun(join(dir, folder)))), beside };
	}
	if (extra.kind === 'run')
		return { kind: 'runs', version: VERSION, runs: [{ ...extra, summary: summary() }], beside: null };
	return { ...extra, summary: summary() } as PageData;
}

function readRun(dir: string): RunPart {
	const { extra, summary } = readFolder(dir);
	if (extra.kind !== 'run') throw refused(dir, `found a page of kind ${extra.kind}, where that of a run would do`);
	return { ...extra, summary: summary() };
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

interface Folder {
	readonly extra: Extra;
	/** @throws UserError where it is none, or another than the page was made of */
	readonly summary: () => Json;
}

function readFolder(dir: string): Folder {
	const text = readThere(dir, EXTRA_FILE);
	const kind: unknown = Object(parsed(dir, EXTRA_FILE, text)).kind;
	if (!KINDS.includes(String(kind))) throw refused(dir, `found a ${EXTRA_FILE} that is none of ours`);
	const record = readPageRecord(text);
	if (record === 'no checksum')
		throw refused(dir, `${EXTRA_FILE} was made by an older version, which wrote no checksum; run the experiment again`);
	if (record === null) {
		const what = 'it was damaged or edited; the command that made it makes it again';
		throw refused(dir, `${EXTRA_FILE} does not fit its checksum: ${what}`);
	}
	const extra = record.extra as Extra;
	if ('version' in extra) assertVersion(dir, EXTRA_FILE, extra.version);
	const summary = (): Json => {
		const found = parsed(dir, SUMMARY, readThere(dir, SUMMARY)) as Json;
		if (found === null || typeof found !== 'object' || Array.isArray(found))
			throw refused(dir, `found a ${SUMMARY} that is none of ours`);
		assertVersion(dir, SUMMARY, (found as { readonly version?: Json }).version);
		if (!record.belongsTo(found)) throw refused(dir, `${SUMMARY} is not the one that ${EXTRA_FILE} was written beside`);
		return found;
	};
	return { extra, summary };
}

function assertVersion(dir: string, file: string, version: unknown): void {
	if (version === VERSION) return;
	throw refused(
		dir,
		`${file} is of ${typeof version === 'string' ? `version ${version}` : 'no version'}, this is version ${VERSION}`,
	);
}

/** A symbolic link is not followed. */
function readThere(dir: string, name: string): string {
	const file = join(dir, name);
	if (statOf(file) === null) {
		const what = existsSync(dir) ? `found no ${name} in it` : 'there is no such folder';
		throw refused(dir, what);
	}
	try {
		return readResultFile(file);
	} catch (error) {
		throw refused(dir, `${name} cannot be read: ${(error as Error).message}`);
	}
}

function parsed(dir: string, name: string, text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw refused(dir, `${name} cannot be read: ${(error as Error).message}`);
	}
}

const refused = (dir: string, what: string): UserError =>
	new UserError(
		`${dir}: error: ${what}; a folder that run, compare, sweep, map or gate has written would do`,
		EXIT.usage,
	);
