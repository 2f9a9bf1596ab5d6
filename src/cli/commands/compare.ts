/** `retrystorm compare A B [C...]`: branches under the same seeds, what differs once luck is taken out, and a gate for CI. */

import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
	type Comparison,
	type ComparisonSide,
	compare,
	distinctCases,
	runSides,
	type Seeds,
	seedsOf,
	sharedSeeds,
} from '../../experiment/compare/compare.js';
import { type RegressionDecision, regressionDecision } from '../../experiment/compare/regression-decision.js';
import { fingerprint } from '../../experiment/task/world-identity.js';
import { EXIT, type ExitCode, UserError } from '../../kernel/errors.js';
import { comparisonJson, differencesCsv } from '../../report/compare/files.js';
import { compareReport } from '../../report/compare/text.js';
import { worldNotes } from '../../report/compare/world-notes.js';
import { toJson } from '../../report/files/json.js';
import type { Style } from '../../report/text/style.js';
import { type CompareArgument, readCompareArguments } from '../flags/compare-arguments.js';
import { CONFIDENCE, type CompareFlags, readOptions, rerunLine, TOLERANCE } from '../flags/compare-flags.js';
import { experiment, type Settle, withExperimentFlags } from '../flags/experiment-flags.js';
import { formatFlag, outFlag, positive, readSeed, repeatable, seedFlag } from '../flags/flags.js';
import { asFlag, fieldsFlag, logFormatFlag } from '../flags/log-flags.js';
import { type CompareRequest, filesOf, pageOf, summaryFile } from '../output/compare-files.js';
import { complain, failureExit } from '../output/exit.js';
import { pageFiles } from '../output/page.js';
import { lockAndWrite } from '../output/result-folder.js';
import { withSets } from '../output/result-folders.js';
import { styleFor } from '../output/terminal-style.js';
import { VERSION } from '../output/version.js';
import { compareMeasured, MEASURED_RUNS } from './measure.js';

const HELP = `
A and B are scenario files, FILE:VARIANT, names of variants of the file before them, or folders of run --reps.

Exit codes with --fail-on regression:
  99   a measure is worse: its whole interval is, and not all of it within the tolerance
  3    none is, but an interval straddles no difference and reaches beyond the tolerance
  0    every measure is better, or within the tolerance

P(collapsed), P(cascaded), P(recovered) count too: worse when the whole interval is, undecided
while no interval says so but some seed went wrong that was well in the baseline.

--measured FILE: one branch beside real attempts, bucket by bucket of the scenario (record: { bucket }). FILE is any log that fit
reads, or JSON lines with t (s), ms, attempt (1: the first of its request) and code (0: the client gave up; 429 and 503: rejected;
other 5xx: error). Where both have a date, they are aligned by it, else by the first attempt. The
band is where one further run falls with --confidence: order statistics of --reps runs (default ${MEASURED_RUNS}), not the interval of a
mean. expect: { that: coverage, between: [90%, 100%] } is asked then, and only then: 99 where it fails.`;

export function compareCommand(root: Command): void {
	const command = root
		.command('compare')
		.description('compare branches under the same seeds: paired differences, and what pairing gained')
		.argument('<runs...>', 'the baseline, and one or more to compare with it')
		.addOption(seedFlag('first seed'))
		.addOption(
			new Option('--reps <n>', 'replications: seeds N, N + 1, ...')
				.argParser(positive)
				.default(20, '20, or 199 with --measured'),
		)
		.addOption(repeatable('--set <path=value>', 'change one field of every file; may be repeated'))
		.addOption(
			new Option(
				'--measured <file>',
				'hold one branch beside a recording (a log of each kind that fit reads, or JSON lines of attempts)',
			).conflicts(['failOn', 'measure']),
		)
		.addOption(asFlag())
		.addOption(logFormatFlag())
		.addOption(fieldsFlag())
		.option('--any-order', 'lines of the recording may go back by more than an hour')
		.addOption(repeatable('--measure <name>', 'tell and judge this in place of the headlines; may be repeated'))
		.option('--tolerance <share>', 'so much worse, relative to the baseline, is no regression', TOLERANCE)
		.option('--confidence <share>', 'of every interval', CONFIDENCE)
		.addOption(new Option('--fail-on <what>', 'end with 99, or 3 when undecided').choices(['regression']))
		.addOption(outFlag('where results go (default: results/compare/NAMES-from-SEED)'))
		.option('--no-results', 'write no files')
		.option('--no-report', 'write no report.html')
		.addOption(formatFlag())
		.option('-q, --quiet', 'no progress, no notes')
		.addHelpText('after', HELP)
		.exitOverride()
		.action(compareAction);
	withExperimentFlags(command);
}

async function compareAction(args: string[], flags: CompareFlags, command: Command): Promise<void> {
	const first = readSeed(flags.seed, command);
	const options = readOptions(flags);
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	if (flags.measured !== undefined) {
		const runs = command.getOptionValueSource('reps') === 'default' ? MEASURED_RUNS : flags.reps;
		const request = { file: flags.measured, args, seed: first, runs, level: options.confidence };
		process.exitCode = await compareMeasured({ ...request, flags: { ...flags, reps: runs }, style });
		return;
	}
	if (args.length < 2) {
		throw new UserError('error: found one run, a second to compare with it would do', EXIT.usage);
	}
	const contestants = await readCompareArguments(args, flags.set);
	if (flags.quiet === undefined) {
		warn(contestants);
		const folders = contestants.flatMap((one) => (one.kind === 'results' ? [one] : []));
		const origins = folders.map(({ dir, manifest }) => ({ label: dir, scenario: manifest.scenario ?? null }));
		if (origins.length > 1) for (const note of worldNotes(origins)) complain(note);
	}
	const request: CompareRequest = { args, seeds: { first, runs: flags.reps }, flags };
	checkSeeds(contestants, request.seeds);
	const dir = folderOf(contestants, request);
	const comparison = await compareSides(contestants, request, dir, (sides, write) => {
		const found = compare(sides, options);
		const page = dir !== null && flags.report ? pageOf(found, contestants, request) : null;
		write({ ...filesOf(found, contestants), ...pageFiles(page), ...summaryFile(found) });
		return found;
	});
	process.stdout.write(printed(comparison, request, style));
	if (dir !== null && flags.quiet === undefined) process.stderr.write(`results: ${dir}\n`);
	process.exitCode = exitCode(comparison, flags.failOn === 'regression');
}

/** Runs what is to be run, all of it in one experiment. The number of runs is no part of it: a longer one goes on. */
async function compareSides(
	contestants: readonly CompareArgument[],
	{ args, seeds, flags }: CompareRequest,
	dir: string | null,
	settle: Settle<readonly ComparisonSide[], Comparison>,
): Promise<Comparison> {
	const cases = contestants.flatMap((one) => (one.kind === 'scenario' ? [one.of] : []));
	if (cases.length === 0) {
		const sides = contestants.flatMap((one) => (one.kind === 'results' ? [one.side] : []));
		return settle(sides, (files) => {
			if (dir !== null) lockAndWrite(dir, files, flags.restart === true);
		});
	}
	const distinct = distinctCases(cases);
	const design = {
		hash: fingerprint(['compare', distinct.map(({ key }) => key), seeds.first]),
		about: `compare ${args.join(' ')} from seed ${seeds.first}`,
	};
	const plan = { dir, design, total: distinct.length * seeds.runs, flags };
	return await experiment(
		plan,
		(laboratory) => runSides(cases, seeds, laboratory),
		(fresh, write) =>
			settle(
				contestants.map((one) => (one.kind === 'results' ? one.side : fresh[cases.indexOf(one.of)])),
				write,
			),
	);
}

/** Whoever shares no seed with the baseline would run for nothing. */
function checkSeeds(contestants: readonly CompareArgument[], seeds: Seeds): void {
	const seedsFor = (one: CompareArgument): Seeds => (one.kind === 'results' ? seedsOf(one.side) : seeds);
	const say = (one: CompareArgument): string => {
		const { first, runs } = seedsFor(one);
		return `${one.label} with seeds ${first} to ${first + runs - 1}`;
	};
	const [baseline, ...others] = contestants;
	for (const other of others) {
		if (sharedSeeds(seedsFor(baseline), seedsFor(other)).runs > 0) continue;
		throw new UserError(
			`error: found ${say(baseline)}, and ${say(other)}; seeds that both have would do (--seed, --reps)`,
			EXIT.usage,
		);
	}
}

/** @throws UserError where the folder is that of what is compared: its results would be lost */
function folderOf(contestants: readonly CompareArgument[], { seeds, flags }: CompareRequest): string | null {
	if (!flags.results) return null;
	const [baseline] = contestants;
	const first = baseline.kind === 'results' ? baseline.side.firstSeed : seeds.first;
	const names = contestants.map(({ label }) => label.replaceAll(/[^\w.-]+/g, '-').replace(/-$/, '')).join('-vs-');
	const short = names.length <= LONGEST_NAME ? names : `${names.slice(0, LONGEST_NAME)}-${fingerprint(names)}`;
	const dir =
		flags.out === undefined ? join('results', 'compare', `${withSets(short, flags.set)}-from-${first}`) : flags.out;
	if (contestants.some((one) => one.kind === 'results' && resolve(one.dir) === resolve(dir))) {
		throw new UserError(`error: --out: found ${dir}, which is compared itself; another folder would do`, EXIT.usage);
	}
	return dir;
}

/** Of a folder, well below what file systems take. */
const LONGEST_NAME = 150;

function printed(comparison: Comparison, { args, flags }: CompareRequest, style: Style): string {
	if (flags.format === 'json') return toJson(comparisonJson(comparison, VERSION));
	if (flags.format === 'csv') return differencesCsv(comparison);
	return compareReport(comparison, rerunLine(args, flags), style);
}

function exitCode(comparison: Comparison, failOnRegression: boolean): ExitCode {
	const sides = [comparison.baseline, ...comparison.others.map(({ side }) => side)];
	const failed = failureExit(sides.flatMap(({ failures }) => failures.map(({ kind }) => kind)));
	if (failed !== null) return failed;
	return failOnRegression ? DECISION_EXIT[regressionDecision(comparison).verdict] : EXIT.ok;
}

const DECISION_EXIT: Readonly<Record<RegressionDecision['verdict'], ExitCode>> = {
	pass: EXIT.ok,
	fail: EXIT.expectationFailed,
	inconclusive: EXIT.inconclusive,
};

function warn(contestants: readonly CompareArgument[]): void {
	const warnings = contestants.flatMap((one) => (one.kind === 'scenario' ? one.scenario.warnings : []));
	for (const text of new Set(warnings.map((warning) => warning.text))) complain(text);
}
