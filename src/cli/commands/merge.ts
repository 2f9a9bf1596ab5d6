/**
 * `retrystorm merge DIR...`: puts the shards of a sweep together. It reads what the shards say of their points, not their
 * journals: three small files per folder are all that has to be brought to one place, and nothing is computed again.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { statOf } from '../../executors/disk.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { mergeSweeps, type Part } from '../../report/sweep/merge.js';
import type { SweepPage } from '../../report/sweep/page-data.js';
import { readSummary } from '../../report/sweep/summary.js';
import { labelOf } from '../../scenario/variants.js';
import { formatFlag, outFlag } from '../flags/flags.js';
import { readResultFile } from '../input/result-file.js';
import { EXTRA_FILE, JOURNAL, MANIFEST, SUMMARY } from '../output/file-names.js';
import { readPageRecord } from '../output/page-record.js';
import { lockAndWrite } from '../output/result-folder.js';
import { checkShown, giveSweep, type Output, sweepFiles, sweepFolder } from '../output/sweep-results.js';
import { styleFor } from '../output/terminal-style.js';
import { VERSION } from '../output/version.js';

interface MergeOptions {
	readonly show?: string;
	readonly out?: string;
	/** false with --no-results */
	readonly results: boolean;
	/** false with --no-report */
	readonly report: boolean;
	readonly format: 'text' | 'json' | 'csv';
	readonly quiet?: true;
}

/** Adds the command. */
export function mergeCommand(root: Command): void {
	root
		.command('merge')
		.description('put the shards of a sweep together: the same bytes as from one machine')
		.argument('<dir...>', "the shards' folders, as sweep --shard has written them")
		.addOption(new Option('--show <quantity>', 'what the picture shows (default: what the sweep was asked for)'))
		.addOption(outFlag('where results go (default: where one machine would write them)'))
		.option('--no-results', 'write no files')
		.option('--no-report', 'write no report.html')
		.addOption(formatFlag())
		.option('-q, --quiet', 'no notes')
		.exitOverride()
		.action(mergeFolders);
}

async function mergeFolders(folders: string[], options: MergeOptions, command: Command): Promise<void> {
	const parts = readParts(folders);
	const summary = mergeSweeps(parts, VERSION);
	const show = options.show ?? summary.show;
	checkShown(show, summary.quantities);
	const dir = options.results ? sweepFolder(options.out, summary) : null;
	const output: Output = {
		dir,
		format: options.format,
		show,
		rerun: null,
		quiet: options.quiet === true,
		page: options.report ? pageOf(parts[0].folder, labelOf(summary)) : null,
		style: styleFor(command.optsWithGlobals<{ color: boolean }>().color),
	};
	if (dir !== null) lockAndWrite(dir, sweepFiles(summary, parts[0].manifest, output), 'no such flag');
	process.exitCode = giveSweep(summary, output);
}

/** Who the sweep is about, as a shard's page has it; null where it has none. The command is that of one machine. */
function pageOf(folder: string, label: string): Output['page'] {
	const file = join(folder, EXTRA_FILE);
	if (statOf(file) === null) return null;
	const { about, account, asked, rerun, assumptions } = readPage(file);
	const whole = rerun === null ? null : rerun.replace(/ --shard \S+$/, '');
	return { about: { label, about, account, asked, rerun: whole }, assumptions };
}

/** @throws UserError (exit 2) where it is damaged */
function readPage(file: string): SweepPage {
	let why = 'it does not fit its checksum: it was damaged or edited';
	try {
		const record = readPageRecord(readResultFile(file));
		if (record === 'no checksum') why = 'an older version made it, which wrote no checksum';
		else if (record !== null) return record.extra as SweepPage;
	} catch (error) {
		why = (error as Error).message;
	}
	throw new UserError(`${file}: error: cannot be read: ${why}; --no-report does without`, EXIT.usage);
}

/** @throws UserError (exit 2) with every folder that has no result to take */
function readParts(folders: readonly string[]): Part[] {
	const read = folders.map(readPart);
	const wrong = read.filter((part) => typeof part === 'string');
	if (wrong.length > 0) throw new UserError(wrong.join('\n'), EXIT.usage);
	return read.filter((part) => typeof part !== 'string');
}

/** @returns what is wrong with the folder, where something is */
function readPart(folder: string): Part | string {
	const [summaryFile, manifestFile] = [join(folder, SUMMARY), join(folder, MANIFEST)];
	if (!existsSync(summaryFile)) {
		const begun = existsSync(join(folder, JOURNAL));
		return `${folder}: error: found no ${SUMMARY}${begun ? ': this shard has not come to its end, sweep --resume ends it' : ', a folder that sweep has written would do'}`;
	}
	try {
		const summary = readSummary(readResultFile(summaryFile));
		if (summary === null) return `${summaryFile}: error: found no summary of a sweep, or one that was cut off`;
		return { folder, summary, manifest: readResultFile(manifestFile) };
	} catch (error) {
		return `${folder}: error: cannot be read: ${(error as Error).message}`;
	}
}
