/** `retrystorm run FILE`: replays variants, judges them, prints the story and writes the results. */
import type { Command } from 'commander';
import { engineFor } from '../engines/simulate.js';
import { inlineExecutor } from '../executors/inline.js';
import { compareDraws, type Observe } from '../experiment/determinism.js';
import { type Replayed, replay } from '../experiment/replay.js';
import type { Size } from '../experiment/replications.js';
import { allHold } from '../experiment/verdict.js';
import { Bug, EXIT, type ExitCode, UserError } from '../kernel/check.js';
import { parseShare } from '../kernel/units.js';
import { hasClock } from '../metrics/format.js';
import type { Scenario } from '../scenario/load.js';
import type { ExperimentFlags } from './experiment.js';
import { readText } from './files.js';
import { complain } from './finish.js';
import { printed } from './print.js';
import { progressLine } from './progress.js';
import { replicateVariants } from './replicate.js';
import { rerunLine } from './rerun.js';
import { writeResults } from './results.js';
import type { RunOptions } from './run-options.js';
import { stopTexts } from './stops.js';
import { styleFor } from './style.js';
import { loadVariants, type Variants } from './variants.js';

export async function runCommand(file: string, options: RunOptions & ExperimentFlags, command: Command): Promise<void> {
	const seed = readSeed(options.seed, command.getOptionValueSource('seed') === 'env' ? 'RETRYSTORM_SEED' : '--seed');
	const text = await readText(file);
	const variants = loadVariants(text, options.variant, { file, set: options.set });
	if (options.format === 'csv' && variants.names.length > 1) {
		throw new UserError(
			`error: --format csv prints one run, found ${variants.names.length}; one --variant would do`,
			EXIT.usage,
		);
	}
	if (!options.quiet) warn(variants);
	const size = sizeOf(options);
	if (size !== null) {
		const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
		process.exitCode = await replicateVariants({ file, text, variants, seed, size, options, style });
		return;
	}
	const { replayed, wallMs } = await runAll(variants, seed, options.quiet === true);
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	const rerun = (variant: string): string => rerunLine(file, variant, options);
	for (const piece of printed(replayed, options.format, rerun, style)) process.stdout.write(piece);
	const kept = !options.results || writeResults(replayed, { text, wallMs, options });
	process.stderr.write(stopTexts(replayed));
	process.exitCode = kept ? exitCode(replayed) : EXIT.unexpected;
	if (options.checkDeterminism) for (const name of variants.names) proveDeterminism(variants.load(name), seed);
}

async function runAll(
	{ names, load }: Variants,
	seed: number,
	quiet: boolean,
): Promise<{ replayed: Replayed[]; wallMs: ReadonlyMap<string, number> }> {
	const interrupt = new AbortController();
	// The second signal finds no handler of ours, and ends the process at once.
	const abort = (): void => interrupt.abort();
	process.once('SIGINT', abort);
	process.once('SIGTERM', abort);
	const { world } = load(names[0]);
	const line = progressLine(quiet, hasClock({ ...world, fromUs: 0, toUs: world.horizonUs }) ? world.clockUs : null);
	const wallMs = new Map<string, number>();
	const executor = inlineExecutor({
		onProgress: line.onProgress,
		signal: interrupt.signal,
		onEnd: (trial, _, ms) => wallMs.set(trial.label, ms),
	});
	try {
		return { replayed: await replay({ load, variants: names, seed, twins: names.length > 1 }, executor), wallMs };
	} finally {
		line.clear();
		process.off('SIGINT', abort);
		process.off('SIGTERM', abort);
	}
}

function exitCode(replayed: readonly Replayed[]): ExitCode {
	const stops = replayed.flatMap(({ outcome, others }) =>
		[outcome, ...others.map((other) => other.outcome)].flatMap(({ stopped }) => stopped ?? []),
	);
	if (stops.some(({ limit }) => limit === 'signal')) return EXIT.interrupted;
	if (stops.length > 0) return EXIT.limit;
	return replayed.every(({ judgements }) => allHold(judgements)) ? EXIT.ok : EXIT.expectationFailed;
}

function warn({ names, load }: Variants): void {
	const lines = new Set(names.flatMap((name) => load(name).warnings.map(({ text }) => text)));
	for (const line of lines) complain(line);
}

/** How many replications are asked for; null: one run, told in full. */
function sizeOf({ reps, untilHalfwidth, maxReps, checkDeterminism }: RunOptions): Size | null {
	if (reps === undefined && untilHalfwidth === undefined) return null;
	if (checkDeterminism) {
		throw new UserError(
			'error: --check-determinism runs one seed twice, found replications; either would do',
			EXIT.usage,
		);
	}
	if (untilHalfwidth === undefined) return { runs: reps as number };
	return { halfWidth: readHalfWidth(untilHalfwidth), most: maxReps };
}

function readHalfWidth(text: string): number {
	try {
		const halfWidth = parseShare(text);
		if (halfWidth > 0 && halfWidth < 0.5) return halfWidth;
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
	}
	throw new UserError(
		`error: --until-halfwidth: found ${JSON.stringify(text)}, a share above 0% and below 50% would do, e.g. 5%`,
		EXIT.usage,
	);
}

export function readSeed(text: string, from: string): number {
	const seed = Number(text);
	if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
	throw new UserError(
		`error: ${from}: found ${JSON.stringify(text)}, an integer from 0 up to 2^53 would do`,
		EXIT.usage,
	);
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
