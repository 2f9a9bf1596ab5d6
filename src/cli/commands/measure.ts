/** `retrystorm compare FILE --measured RECORDING`: real attempts beside the band in which a run of the scenario would fall. No command of its own. */

import { join } from 'node:path';
import { type Alignment, align } from '../../experiment/measure/alignment.js';
import { type JudgedRecording, judgeRecording } from '../../experiment/measure/judge-recording.js';
import { type MeasuredVsPredicted, measuredVsPredicted } from '../../experiment/measure/measured-vs-predicted.js';
import { seriesOfRecording, spanOfRecording } from '../../experiment/measure/recording.js';
import { branchOf } from '../../experiment/replicate/branch-statistics.js';
import { digestsOf, failuresOf, type Replications, replicate } from '../../experiment/replicate/replications.js';
import { fewestRuns } from '../../experiment/statistics/prediction-band.js';
import { type Case, seriesCaseOf } from '../../experiment/task/case.js';
import { fingerprint } from '../../experiment/task/world-identity.js';
import { EXIT, type ExitCode, UserError } from '../../kernel/errors.js';
import { formatShare } from '../../kernel/units.js';
import { formatSpan } from '../../metrics/definitions/format.js';
import { toJson } from '../../report/files/json.js';
import { type MeasureHead, measureCsv, measureJson } from '../../report/measure/files.js';
import { measurePage } from '../../report/measure/page.js';
import { measureReport } from '../../report/measure/text.js';
import type { Style } from '../../report/text/style.js';
import { readCompareArguments, type ScenarioArgument } from '../flags/compare-arguments.js';
import { type CompareFlags, rerunLine } from '../flags/compare-flags.js';
import { experiment, type Settle } from '../flags/experiment-flags.js';
import { type RecordingFile, readRecording } from '../input/recording-file.js';
import { complain, failureExit, verdictExit } from '../output/exit.js';
import { pageFiles } from '../output/page.js';
import { provenance } from '../output/provenance.js';
import { withSets } from '../output/result-folders.js';
import { VERSION } from '../output/version.js';

/** Runs where nobody says how many: ranks 5 and 195 of them are a band of 95 % to the letter. */
export const MEASURED_RUNS = 199;

export interface MeasureRequest {
	readonly args: readonly string[];
	/** the recording */
	readonly file: string;
	readonly seed: number;
	readonly runs: number;
	/** of the band, 0..1 */
	readonly level: number;
	readonly flags: CompareFlags;
	readonly style: Style;
	/** what was read of it already; null: the file is opened */
	readonly read?: RecordingFile;
}

/** @returns the exit code */
export async function compareMeasured(request: MeasureRequest): Promise<ExitCode> {
	checkRuns(request);
	const branch = await oneBranch(request);
	const { world, warnings, recordingExpectations: expectations } = branch.scenario;
	if (request.flags.quiet === undefined) for (const { text } of warnings) complain(text);
	const read = request.read === undefined ? await readRecording(request.file, request.flags) : request.read;
	const placed = alignedBoth(request, branch, read);
	const dir = folderOf(request, branch);
	const comparison = await run(request, seriesCaseOf(branch.label, branch.scenario), dir, (found, write) => {
		const about = aboutOf(request, branch, { ...read, placed }, found);
		const digests = digestsOf(found).filter(({ series }) => series !== undefined);
		const runs = digests.flatMap(({ series }) => (series === undefined ? [] : [series]));
		if (runs.length < fewestRuns(request.level)) return { about, runs: runs.length };
		const recorded = seriesOfRecording(read.recording, world.bucketUs, placed.buckets, placed);
		const said = measuredVsPredicted(recorded, runs, request.level, digests.map(branchOf), placed.first);
		const judged = judgeRecording(expectations, said);
		if (dir !== null) write(filesOf(request, branch, about, said, judged));
		return { about, said, judged };
	});
	const { about } = comparison;
	const broken = failureExit(about.failures.map(({ kind }) => kind));
	if ('runs' in comparison) {
		for (const { seed, message } of about.failures) complain(`seed ${seed}: ${message}`);
		complain(`error: found ${comparison.runs} runs that came to their end, ${fewestRuns(request.level)} would do`);
		return broken === null ? EXIT.unexpected : broken;
	}
	const { said, judged } = comparison;
	process.stdout.write(printed(request, about, said, judged));
	if (dir !== null && request.flags.quiet === undefined) process.stderr.write(`results: ${dir}\n`);
	return broken === null ? verdictExit(judged.map(({ verdict }) => verdict)) : broken;
}

function checkRuns({ runs, level }: MeasureRequest): void {
	const fewest = fewestRuns(level);
	if (runs >= fewest) return;
	const why = `so few runs have no band in which one further falls with ${formatShare(level)}`;
	throw new UserError(`error: --reps: found ${runs}, but ${why}; ${fewest} or more would do`, EXIT.usage);
}

async function oneBranch({ args, flags }: MeasureRequest): Promise<ScenarioArgument> {
	const would = 'one scenario FILE or FILE:VARIANT would do';
	if (args.length !== 1) {
		throw new UserError(
			`error: --measured holds one branch beside a recording, found ${args.length}; ${would}`,
			EXIT.usage,
		);
	}
	const [one] = await readCompareArguments(args, flags.set);
	if (one.kind === 'scenario') return one;
	throw new UserError(
		`error: --measured: found results in ${one.dir}, which do not keep every bucket; ${would}`,
		EXIT.usage,
	);
}

/** @throws UserError where the two have no bucket in common, or buckets of the scenario do not begin with its window */
function alignedBoth(
	{ file }: MeasureRequest,
	{ scenario: { world } }: ScenarioArgument,
	{ recording }: RecordingFile,
): Alignment {
	const { warmUpUs, bucketUs } = world;
	if (warmUpUs % bucketUs !== 0) {
		const found = `found a warm-up of ${formatSpan(warmUpUs)} with buckets of ${formatSpan(bucketUs)}`;
		throw new UserError(`error: --measured: ${found}, a whole number of them would do`, EXIT.usage);
	}
	const placed = align(recording, world);
	if (placed.buckets > placed.first) return placed;
	const length = formatSpan(spanOfRecording(recording).lengthS * 1e6);
	throw new UserError(
		`${file}: error: found ${length} of attempts, at least one bucket of ${formatSpan(bucketUs)} (record: { bucket }) would do`,
		EXIT.usage,
	);
}

/** The number of runs is no part of the design: a longer experiment goes on where a shorter one ended. */
function run<R>(
	{ args, seed, runs, flags }: MeasureRequest,
	of: Case,
	dir: string | null,
	settle: Settle<Replications, R>,
): Promise<R> {
	const about = `compare ${args.join(' ')} --measured, from seed ${seed}`;
	const design = { hash: fingerprint(['measured', of.key, seed]), about };
	return experiment(
		{ dir, design, total: runs, flags },
		(laboratory) => replicate([of], { firstSeed: seed, size: { runs } }, laboratory),
		([found], write) => settle(found, write),
	);
}

function folderOf({ seed, flags }: MeasureRequest, { name, variant }: ScenarioArgument): string | null {
	if (!flags.results) return null;
	return flags.out === undefined
		? join('results', name, withSets(variant, flags.set), `measured-from-${seed}`)
		: flags.out;
}

function aboutOf(
	{ file, seed, runs, level }: MeasureRequest,
	branch: ScenarioArgument,
	read: AlignedFile,
	found: Replications,
): MeasureHead {
	const { attempts, unreadable } = read.recording;
	return {
		label: branch.label,
		version: VERSION,
		level,
		seeds: { first: seed, runs },
		recording: { file, sha256: read.sha256, attempts, unreadable },
		notes: notesOn(read, branch),
		failures: failuresOf(found).map(({ seed, failure: { kind, message } }) => ({ seed, kind, message })),
	};
}

interface AlignedFile extends RecordingFile {
	readonly placed: Alignment;
}

/** What of the recording is not compared, and what of it looks odd. */
function notesOn(
	{ recording, complaints, notes, placed }: AlignedFile,
	{ scenario: { world } }: ScenarioArgument,
): string[] {
	const { fromS, lengthS } = spanOfRecording(recording);
	const endS = fromS + lengthS - placed.originS;
	const windowS = (world.horizonUs - world.warmUpUs) / 1e6;
	const bucketS = world.bucketUs / 1e6;
	const [recorded, simulated] = [formatSpan(endS * 1e6), formatSpan(windowS * 1e6)];
	return [
		...(recording.unreadable === 0
			? []
			: [`${recording.unreadable} of ${recording.lines} lines are no attempt (${complaints.join('; ')})`]),
		...notes,
		...(placed.note === null ? [] : [placed.note]),
		...(endS > windowS + bucketS
			? [`the recording goes on for ${recorded}, the scenario for ${simulated}: the rest is left out`]
			: []),
		...(endS < windowS - bucketS
			? [`the recording ends after ${recorded}, the scenario after ${simulated}: the rest is left out`]
			: []),
	];
}

function filesOf(
	{ args, flags }: MeasureRequest,
	branch: ScenarioArgument,
	about: MeasureHead,
	said: MeasuredVsPredicted,
	judged: readonly JudgedRecording[],
): Record<string, string> {
	const { name, variant, scenario, text } = branch;
	const { seeds, level, recording } = about;
	const run = { tool: 'retrystorm', version: VERSION, name, variant, seeds, level, recording };
	const json = toJson(measureJson(about, said, judged));
	const rerun = rerunLine(args, flags);
	const page = flags.report ? measurePage({ about, scenario, comparison: said, judged, rerun }) : null;
	return {
		'measured.csv': measureCsv(said),
		'measured.json': json,
		'manifest.json': toJson({ ...run, ...provenance(scenario, text) }),
		...pageFiles(page),
		'summary.json': json,
	};
}

function printed(
	{ args, flags, style }: MeasureRequest,
	about: MeasureHead,
	said: MeasuredVsPredicted,
	judged: readonly JudgedRecording[],
): string {
	if (flags.format === 'json') return toJson(measureJson(about, said, judged));
	if (flags.format === 'csv') return measureCsv(said);
	return measureReport({ about, comparison: said, judged, rerun: rerunLine(args, flags) }, style);
}
