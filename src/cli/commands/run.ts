/** `retrystorm run FILE`: replays variants, judges them, prints the story and writes the results. */

import { type Command, Option } from 'commander';
import { engineFor } from '../../engines/engine-for.js';
import { type InlineOptions, inlineExecutor } from '../../executors/inline.js';
import type { Size } from '../../experiment/replicate/replications.js';
import { compareDraws, type Observe } from '../../experiment/run/determinism.js';
import { type Replayed, replay } from '../../experiment/run/replay.js';
import { Bug, EXIT, type ExitCode, UserError } from '../../kernel/errors.js';
import { hasClock } from '../../metrics/definitions/format.js';
import type { Scenario } from '../../scenario/load.js';
import { type ExperimentFlags, withExperimentFlags } from '../flags/experiment-flags.js';
import { formatFlag, outFlag, positive, readSeed, readShareBelow, repeatable, seedFlag } from '../flags/flags.js';
import { rerunLine } from '../flags/rerun-line.js';
import type { RunOptions } from '../flags/run-options.js';
import { loadVariants, type Variants } from '../flags/variant-flags.js';
import { scenarioFile } from '../input/shipped-scenarios.js';
import { complain, verdictExit } from '../output/exit.js';
import { readText } from '../output/files.js';
import { printed } from '../output/print.js';
import { runFolders, writeResults } from '../output/results.js';
import { warnOfSkippedExpectations } from '../output/skipped-expectations.js';
import { stopTexts } from '../output/stop-texts.js';
import { writeData } from '../output/terminal-output.js';
import { styleFor } from '../output/terminal-style.js';
import { interruptible } from '../progress/interrupt.js';
import { progressLine } from '../progress/line.js';
import { replicateVariants } from './replicate.js';

export function runCommand(root: Command): void {
	const run = root
		.command('run')
		.description('run a scenario, judge its expectations, write the results')
		.argument('<file>', 'a scenario (YAML or JSON) or the name of a shipped one; - reads standard input', scenarioFile)
		.addOption(repeatable('--variant <name>', 'variant to run, or all; may be repeated'))
		.addOption(seedFlag('integer from 0 up to 2^53'))
		.addOption(repeatable('--set <path=value>', 'change one field, e.g. clients.apps.timeout=2s; may be repeated'))
		.addOption(outFlag('where results go (default: results/NAME/VARIANT/SEED)'))
		.option('--no-results', 'write no files')
		.option('--no-report', 'write no report.html')
		.addOption(formatFlag())
		.option('-q, --quiet', 'no progress, no notes; the verdicts stay')
		.option('--explain', 'run the first variant without retries too, and say what its retries did')
		.option('--check-determinism', 'run twice and name the first draw that differs')
		.addOption(
			new Option('--reps <n>', 'replications: seeds N, N + 1, ...').argParser(positive).conflicts('untilHalfwidth'),
		)
		.option('--until-halfwidth <share>', 'replications until P(collapsed) is known within so much, e.g. 5%')
		.addOption(new Option('--max-reps <n>', 'most of these').argParser(positive).default(10_000))
		.exitOverride()
		.action(runAction);
	withExperimentFlags(run);
}

async function runAction(file: string, options: RunOptions & ExperimentFlags, command: Command): Promise<void> {
	const seed = readSeed(options.seed, command);
	const text = await readText(file);
	const variants = loadVariants(text, options.variant, { file, set: options.set });
	if (options.format === 'csv' && variants.names.length > 1) {
		throw new UserError(
			`error: --format csv prints one run, found ${variants.names.length}; one --variant would do`,
			EXIT.usage,
		);
	}
	if (!options.quiet) {
		warn(variants);
		warnOfSkippedExpectations(file, variants.names.map(variants.load));
	}
	const size = sizeOf(options);
	if (size !== null) {
		const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
		process.exitCode = await replicateVariants({ file, text, variants, seed, size, options, style });
		return;
	}
	const folders = options.results ? runFolders(variants.names.map(variants.load), seed, options) : new Map();
	const { replayed, wallMs } = await runAll(variants, seed, options);
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	// Only the first variant is explained.
	const rerun = (variant: string): string =>
		rerunLine(file, variant, { ...options, explain: variant === variants.names[0] ? options.explain : undefined });
	const write = options.format === 'text' ? (piece: string) => process.stdout.write(piece) : writeData;
	for (const piece of printed(replayed, options.format, rerun, style)) write(piece);
	const written = !options.results || writeResults(replayed, { text, wallMs, rerun, folders, options });
	process.stderr.write(stopTexts(replayed));
	process.exitCode = written ? exitCode(replayed) : EXIT.unexpected;
	if (options.checkDeterminism) for (const name of variants.names) proveDeterminism(variants.load(name), seed);
}

async function runAll(
	{ names, load }: Variants,
	seed: number,
	{ quiet, explain }: Pick<RunOptions, 'quiet' | 'explain'>,
): Promise<{ replayed: Replayed[]; wallMs: ReadonlyMap<string, number> }> {
	const { world } = load(names[0]);
	const line = progressLine(
		quiet === true,
		hasClock({ ...world, fromUs: 0, toUs: world.horizonUs }) ? world.clockUs : null,
	);
	const wallMs = new Map<string, number>();
	const onEnd: InlineOptions['onEnd'] = (trial, _, ms) => wallMs.set(trial.label, ms);
	const plan = { load, variants: names, seed, twins: names.length > 1, explain: explain === true };
	try {
		const replayed = await interruptible((signal) =>
			replay(plan, inlineExecutor({ onProgress: line.onProgress, signal, onEnd })),
		);
		return { replayed, wallMs };
	} finally {
		line.clear();
	}
}

function exitCode(replayed: readonly Replayed[]): ExitCode {
	const stops = replayed.flatMap(({ outcome, others }) =>
		[outcome, ...others.map((other) => other.outcome)].flatMap(({ stopped }) => stopped ?? []),
	);
	if (stops.some(({ limit }) => limit === 'signal')) return EXIT.interrupted;
	if (stops.length > 0) return EXIT.limit;
	return verdictExit(replayed.flatMap(({ judgements }) => judgements.map(({ verdict }) => verdict)));
}

function warn({ names, load }: Variants): void {
	const lines = new Set(names.flatMap((name) => load(name).warnings.map(({ text }) => text)));
	for (const line of lines) complain(line);
}

/** How many replications are asked for; null: one run, told in full. */
function sizeOf({ reps, untilHalfwidth, maxReps, checkDeterminism, explain }: RunOptions): Size | null {
	if (reps === undefined && untilHalfwidth === undefined) return null;
	if (explain)
		throw new UserError('error: --explain explains one run; leave --reps and --until-halfwidth out', EXIT.usage);
	if (checkDeterminism) {
		throw new UserError(
			'error: --check-determinism runs one seed twice, found replications; either would do',
			EXIT.usage,
		);
	}
	if (untilHalfwidth === undefined) return { runs: reps as number };
	return { halfWidth: readShareBelow('--until-halfwidth', untilHalfwidth, 0.5, '5%'), most: maxReps };
}

/** @throws Bug when two runs of one seed draw differently */
function proveDeterminism({ world, variant }: Scenario, seed: number): void {
	const make = (observe: Observe) => engineFor(world, seed, 'discrete', { observe });
	const found = compareDraws(make, make);
	if (!found.same) {
		const [one, two] = [found.first, found.second].map((draw) => JSON.stringify(draw));
		throw new Bug(`two runs of ${variant} with seed ${seed} differ; the first draw that does: ${one} against ${two}`);
	}
	process.stderr.write(`deterministic: ${variant}, ${found.draws.toLocaleString('en-US')} draws, the same twice\n`);
}
