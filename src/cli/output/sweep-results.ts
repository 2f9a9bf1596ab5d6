/** Where the results of a sweep go, and what standard output gets: the same for one machine, a shard, and shards put together. */

import { join } from 'node:path';
import { ENDS } from '../../experiment/replicate/branch-statistics.js';
import type { TaskFailure } from '../../experiment/task/task.js';
import { EXIT, type ExitCode, UserError } from '../../kernel/errors.js';
import { namesOf } from '../../metrics/definitions/metrics.js';
import type { Assumptions, PageHead } from '../../report/page/parts.js';
import { pointsCsv } from '../../report/sweep/csv.js';
import { sweepPage } from '../../report/sweep/page.js';
import { type SweepSummary, summaryText } from '../../report/sweep/summary.js';
import { sweepReport } from '../../report/sweep/text.js';
import type { Style } from '../../report/text/style.js';
import { suggest } from '../../scenario/document/did-you-mean.js';
import { failureExit } from './exit.js';
import { MANIFEST, SUMMARY } from './file-names.js';
import { pageFiles } from './page.js';
import type { Files } from './result-folder.js';
import { writeData } from './terminal-output.js';

export interface Output {
	/** null writes no files */
	readonly dir: string | null;
	readonly format: 'text' | 'json' | 'csv';
	readonly show: string;
	readonly rerun: string | null;
	readonly quiet: boolean;
	readonly style: Style;
	/** who the page is about; null writes none */
	readonly page: { readonly about: PageHead; readonly assumptions: Assumptions | null } | null;
}

/** @param manifest the text of its file */
export function sweepFiles(
	summary: SweepSummary,
	manifest: string,
	{ show, page }: Pick<Output, 'show' | 'page'>,
): Files {
	const drawn = page === null ? null : sweepPage({ ...summary, show }, page.about, page.assumptions);
	const files = { 'points.csv': pointsCsv(summary), [MANIFEST]: manifest, ...pageFiles(drawn) };
	return { ...files, [SUMMARY]: summaryText(summary) };
}

/** Prints. @returns the exit code */
export function giveSweep(summary: SweepSummary, output: Output): ExitCode {
	const { dir, format, show, rerun, quiet, style } = output;
	const pieces = format === 'json' ? summaryText(summary) : pointsCsv(summary);
	if (format === 'text') process.stdout.write(sweepReport({ summary, show, rerun }, style));
	else for (const piece of pieces) writeData(piece);
	if (dir !== null && !quiet) process.stderr.write(`results: ${dir}\n`);
	process.stderr.write(shortfallText(summary));
	if (summary.points.some(({ interrupted }) => interrupted > 0)) return EXIT.interrupted;
	return (
		failureExit(summary.points.flatMap(({ failures }) => failures.map(({ kind }) => kind as TaskFailure['kind']))) ??
		EXIT.ok
	);
}

/** What keeps a sweep from being whole, for those who do not read its text. */
function shortfallText({ points }: SweepSummary): string {
	const cut = points.filter(({ interrupted }) => interrupted > 0).length;
	const failed = points.filter(({ failures }) => failures.length > 0).length;
	return [
		...(cut > 0 ? [`interrupted: ${cut} of ${points.length} points are unfinished; sweep --resume goes on`] : []),
		...(failed > 0
			? [`failed: runs at ${failed} of ${points.length} points; summary.json and points.csv say which`]
			: []),
	]
		.map((line) => `${line}\n`)
		.join('');
}

/** A folder of its own for every sweep, and in it for every shard: no job of an array writes over another's results. */
export function sweepFolder(out: string | undefined, of: Pick<SweepSummary, 'name' | 'variant' | 'design' | 'shard'>) {
	const { name, variant, design, shard } = of;
	const whole = out ?? join('results', name, variant, `sweep-${design.hash.slice(0, 8)}`);
	return shard === null ? whole : join(whole, `shard-${shard.index}-of-${shard.of}`);
}

/** @throws UserError (exit 2) for a quantity that has no picture here */
export function checkShown(show: string, quantities: readonly string[]): void {
	const known = [...ENDS, ...quantities];
	if (known.includes(show)) return;
	throw new UserError(`error: --show: found ${JSON.stringify(show)}, ${suggest(show, namesOf(known))}`, EXIT.usage);
}
