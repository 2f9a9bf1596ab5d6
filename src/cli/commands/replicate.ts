/** `retrystorm run FILE --reps N`: replicates variants, judges all runs together and writes the figures. No command of its own. */

import { join } from 'node:path';
import { type ReplicationSummary, replicationSummary } from '../../experiment/replicate/branch-statistics.js';
import { type JudgedExpectation, judgeReplications } from '../../experiment/replicate/probabilistic-expectations.js';
import { type Replications, replicate, type Size } from '../../experiment/replicate/replications.js';
import { type Case, caseOf } from '../../experiment/task/case.js';
import { fingerprint } from '../../experiment/task/world-identity.js';
import { EXIT, type ExitCode } from '../../kernel/errors.js';
import { type Json, toJson } from '../../report/files/json.js';
import { clockOf } from '../../report/page/about.js';
import { bandsCsv, replicateJson, replicationsCsv } from '../../report/replicate/files.js';
import { replicatePage } from '../../report/replicate/page.js';
import type { ReplicatePage } from '../../report/replicate/page-data.js';
import { judgedRuns, replicateReport } from '../../report/replicate/text.js';
import { closingJudgement, type Judged, KIND_OF } from '../../report/text/judgement.js';
import type { Style } from '../../report/text/style.js';
import type { Scenario } from '../../scenario/load.js';
import { labelOf } from '../../scenario/variants.js';
import { type ExperimentFlags, experiment } from '../flags/experiment-flags.js';
import { rerunLine } from '../flags/rerun-line.js';
import type { RunOptions } from '../flags/run-options.js';
import type { Variants } from '../flags/variant-flags.js';
import { failureExit, verdictExit } from '../output/exit.js';
import { SUMMARY } from '../output/file-names.js';
import { pageFiles, sharedFolder, writeChoice } from '../output/page.js';
import { provenance } from '../output/provenance.js';
import { ownFolder, setNames, withSets } from '../output/result-folders.js';
import { writeData } from '../output/terminal-output.js';
import { VERSION } from '../output/version.js';

export interface ReplicateRequest {
	readonly file: string;
	/** the scenario file */
	readonly text: string;
	readonly variants: Variants;
	readonly seed: number;
	readonly size: Size;
	readonly options: RunOptions & ExperimentFlags;
	readonly style: Style;
}

/** One experiment per variant, each with a folder of its own. @returns the exit code of the worst */
export async function replicateVariants(request: ReplicateRequest): Promise<ExitCode> {
	const { variants, options } = request;
	const codes: ExitCode[] = [];
	const summaries: Json[] = [];
	const pages: ReplicatePage[] = [];
	const done: Judged[] = [];
	for (const name of variants.names) {
		const scenario = variants.load(name);
		const folder = folderOf(request, scenario);
		const dir = folder === null ? null : ownFolder(folder, { scenario, seed: request.seed }, options);
		const { found, said, judged, summary, page } = await one(request, scenario, dir);
		if (page !== null) pages.push(page);
		if (options.format === 'csv') writeData(replicationsCsv(found));
		else if (options.format === 'json') summaries.push(summary);
		else process.stdout.write(`${codes.length > 0 ? '\n' : ''}${reportOf(request, scenario, said, judged)}`);
		if (dir !== null && options.quiet === undefined) process.stderr.write(`results: ${dir}\n`);
		codes.push(exitCode(said, judged));
		done.push(judgedRuns(said, judged));
		if (codes.includes(EXIT.interrupted)) break;
	}
	if (done.length > 1 && options.format === 'text') {
		const { text, tone } = closingJudgement(done);
		process.stdout.write(`\n  ${request.style(KIND_OF[tone], text)}\n`);
	}
	if (pages.length > 1) writeChoice(choiceFolder(request), pages, options);
	if (options.format === 'json') process.stdout.write(toJson(summaries.length === 1 ? summaries[0] : summaries));
	return worst(codes);
}

interface ReplicateResult {
	readonly found: Replications;
	readonly said: ReplicationSummary;
	readonly judged: readonly JudgedExpectation[];
	readonly summary: Json;
	/** null where none is written */
	readonly page: ReplicatePage | null;
}

function one(request: ReplicateRequest, scenario: Scenario, dir: string | null): Promise<ReplicateResult> {
	const { variants, seed, size, options } = request;
	const of = caseOf(labelOf(scenario), scenario, variants.load);
	const plan = {
		dir,
		design: designOf(request, of),
		total: 'runs' in size ? size.runs : null,
		flags: options,
	};
	return experiment(
		plan,
		(laboratory) => replicate([of], { firstSeed: seed, size }, laboratory),
		([found], write) => {
			const said = replicationSummary(found);
			const judged = judgeReplications(scenario.expectations, found.results);
			const summary = replicateJson(said, judged, VERSION);
			const page = options.report && options.results ? pageOf(request, scenario, found, said, judged) : null;
			write({ ...filesOf(request, scenario, found, said), ...pageFiles(page), [SUMMARY]: toJson(summary) });
			return { found, said, judged, summary, page };
		},
	);
}

/** The number of runs is no part of it: a longer experiment goes on where a shorter one ended. */
function designOf({ file, seed }: ReplicateRequest, of: Case) {
	return { hash: fingerprint(['replications', of.key, seed]), about: `run ${file}, ${of.label}, from seed ${seed}` };
}

function folderOf({ variants, seed, options }: ReplicateRequest, scenario: Scenario): string | null {
	if (!options.results) return null;
	const { out, set } = options;
	const own = out !== undefined && variants.names.length > 1 ? join(out, scenario.variant) : out;
	const leaf = `replications-from-${seed}`;
	return own === undefined ? join('results', scenario.name, withSets(scenario.variant, set), leaf) : own;
}

function reportOf(
	request: ReplicateRequest,
	{ variant, world }: Scenario,
	said: ReplicationSummary,
	judged: readonly JudgedExpectation[],
): string {
	return replicateReport(
		{ answer: said, judged, clock: clockOf(world), rerun: again(request, variant) },
		request.style,
	);
}

function again({ file, options }: ReplicateRequest, variant: string): string {
	const size = options.reps === undefined ? `--until-halfwidth ${options.untilHalfwidth}` : `--reps ${options.reps}`;
	return `${rerunLine(file, variant, options)} ${size}`;
}

function pageOf(
	request: ReplicateRequest,
	scenario: Scenario,
	found: Replications,
	said: ReplicationSummary,
	judged: readonly JudgedExpectation[],
): ReplicatePage {
	const rerun = again(request, scenario.variant);
	return replicatePage({ scenario, found, said, judged, rerun, version: VERSION });
}

/** Of the page with all variants on it. */
function choiceFolder({ variants, seed, options }: ReplicateRequest): string {
	if (options.out !== undefined) return options.out;
	return sharedFolder(
		variants.load(variants.names[0]).name,
		[...variants.names, ...setNames(options.set)],
		`replications-from-${seed}`,
	);
}

function filesOf(
	{ text }: ReplicateRequest,
	scenario: Scenario,
	found: Replications,
	said: ReplicationSummary,
): Record<string, string> {
	return {
		'replications.csv': replicationsCsv(found),
		'bands.csv': bandsCsv(said),
		'manifest.json': toJson({
			tool: 'retrystorm',
			version: VERSION,
			name: scenario.name,
			variant: scenario.variant,
			seeds: said.seeds,
			case: found.of.key,
			...provenance(scenario, text),
		}),
	};
}

function exitCode({ failures }: ReplicationSummary, judged: readonly JudgedExpectation[]): ExitCode {
	return failureExit(failures.map(({ failure }) => failure.kind)) ?? verdictExit(judged.map(({ verdict }) => verdict));
}

const SEVERITY: readonly ExitCode[] = [
	EXIT.interrupted,
	EXIT.unexpected,
	EXIT.limit,
	EXIT.expectationFailed,
	EXIT.inconclusive,
];

const worst = (codes: readonly ExitCode[]): ExitCode => SEVERITY.find((code) => codes.includes(code)) ?? EXIT.ok;
