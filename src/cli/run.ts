/** `retrystorm run FILE`: replays variants, judges them, prints the story and writes the results. */

import type { Command } from 'commander';
import { engineFor } from '../engines/simulate.js';
import { inlineExecutor } from '../executors/inline.js';
import { compareDraws } from '../experiment/determinism.js';
import { type Replayed, replay } from '../experiment/replay.js';
import { allHold } from '../experiment/verdict.js';
import { EXIT, type ExitCode, UserError } from '../kernel/check.js';
import { timeseriesCsv } from '../report/csv.js';
import { summary, toJson } from '../report/json.js';
import { sideBySide } from '../report/side-by-side.js';
import { expectationLines, runReport, type Style } from '../report/terminal.js';
import { loadScenario, type Scenario } from '../scenario/load.js';
import { readText, writeAll } from './files.js';
import { progressLine } from './progress.js';
import { rerunLine } from './rerun.js';
import { folderOf, resultFiles } from './results.js';
import type { RunOptions } from './run-options.js';
import { styleFor } from './style.js';
import { VERSION } from './version.js';

export async function runCommand(file: string, options: RunOptions, command: Command): Promise<void> {
	const seed = readSeed(options.seed);
	const text = readText(file);
	const load = (variant: string): Scenario =>
		loadScenario(text, { file, variant: variant === '' ? undefined : variant, set: options.set });
	const variants = namedVariants(options.variant, load);
	if (options.format === 'csv' && variants.length > 1) {
		throw new UserError('error: --format csv prints one run: name one --variant (found several)', EXIT.usage);
	}
	if (!options.quiet) warn(variants.map(load));
	if (options.checkDeterminism) {
		for (const variant of variants) proveDeterminism(load(variant), seed);
	}
	const { replayed, wallMs } = await runAll(load, variants, seed, options.quiet === true);
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	const rerun = (variant: string): string => rerunLine(file, variant, options);
	process.stdout.write(print(replayed, options.format, rerun, style));
	if (options.results) {
		for (const one of replayed) {
			const dir = folderOf(options.out, one, replayed.length > 1);
			writeAll(dir, resultFiles(one, wallMs));
			if (!options.quiet) process.stderr.write(`results: ${dir}\n`);
		}
	}
	process.exitCode = exitCode(replayed);
}

async function runAll(
	load: (variant: string) => Scenario,
	variants: readonly string[],
	seed: number,
	quiet: boolean,
): Promise<{ replayed: Replayed[]; wallMs: Map<string, number> }> {
	const interrupt = new AbortController();
	const abort = (): void => interrupt.abort();
	process.once('SIGINT', abort);
	process.once('SIGTERM', abort);
	const clock = load(variants[0]).world;
	const line = progressLine(quiet, () => (clock.date === null ? null : clock.clockUs));
	const wallMs = new Map<string, number>();
	const executor = inlineExecutor({
		onProgress: line.onProgress,
		signal: interrupt.signal,
		onEnd: (trial, _, ms) => wallMs.set(trial.label, ms),
	});
	try {
		const replayed = await replay({ load, variants, seed, twins: variants.length > 1 }, executor);
		return { replayed, wallMs };
	} finally {
		line.clear();
		process.off('SIGINT', abort);
		process.off('SIGTERM', abort);
	}
}

/** The names to run: those given, every one for `all`, the file as it stands ('') for none. @throws UserError for an unknown one */
function namedVariants(given: string[] | undefined, load: (variant: string) => Scenario): string[] {
	if (given === undefined) return [''];
	const known = load('').variants;
	if (given.includes('all')) return known.length > 0 ? [...known] : [''];
	return [...new Set(given)];
}

function print(
	replayed: readonly Replayed[],
	format: RunOptions['format'],
	rerun: (variant: string) => string,
	style: Style,
): string {
	const [first, ...others] = replayed;
	if (format === 'csv') return timeseriesCsv(first.outcome);
	if (format === 'json') {
		const summaries = replayed.map((r) => summary(r.outcome, r.scenario.world, r.judgements, VERSION));
		return toJson(summaries.length === 1 ? summaries[0] : summaries);
	}
	const story = ({ outcome, scenario, judgements }: Replayed): string =>
		runReport({ outcome, world: scenario.world, judgements, rerun: rerun(scenario.variant) }, style);
	if (others.length === 0) return story(first);
	const verdicts = others.flatMap(({ scenario, judgements }) => [
		style('title', `  ${scenario.variant}`),
		...(judgements.length > 0 ? judgements.flatMap((j) => expectationLines(j, style)) : ['    no expectations']),
		'',
	]);
	const table = sideBySide(
		replayed.map(({ scenario, outcome, twin }) => ({ label: label(scenario), outcome, world: scenario.world, twin })),
		style,
	);
	return `${story(first)}\n\n${verdicts.join('\n')}\n${table}\n`;
}

const label = (scenario: Scenario): string => (scenario.variant === '' ? scenario.name : scenario.variant);

function exitCode(replayed: readonly Replayed[]): ExitCode {
	const stops = replayed.flatMap(({ outcome: { stopped } }) => (stopped === null ? [] : [stopped]));
	for (const stop of stops) process.stderr.write(stopText(stop));
	if (stops.some(({ limit }) => limit === 'signal')) return EXIT.interrupted;
	if (stops.length > 0) return EXIT.limit;
	return replayed.every(({ judgements }) => allHold(judgements)) ? EXIT.ok : EXIT.expectationFailed;
}

function stopText({ limit, bound, atUs }: { limit: string; bound: number; atUs: number }): string {
	const at = `after ${(atUs / 1e6).toFixed(3)} s of simulated time; results are partial and marked so`;
	if (limit === 'signal') return `interrupted ${at}\n`;
	const shown = limit === 'wall' ? `${bound / 1000} s` : bound.toLocaleString('en-US');
	return `stopped by limits.${limit} = ${shown} ${at}\n`;
}

function warn(scenarios: readonly Scenario[]): void {
	const lines = new Set(scenarios.flatMap((scenario) => scenario.warnings.map((warning) => warning.text)));
	for (const line of lines) process.stderr.write(`${line}\n`);
}

function readSeed(text: string): number {
	const seed = Number(text);
	if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
	throw new UserError(`error: --seed: found ${JSON.stringify(text)}, want an integer from 0 up to 2^53`, EXIT.usage);
}

function proveDeterminism({ world, variant }: Scenario, seed: number): void {
	const make = (observe: (stream: string, value: number) => void) => engineFor(world, seed, 'discrete', { observe });
	const found = compareDraws(make, make);
	if (found.same) {
		process.stderr.write(`${variant || 'run'}: ${found.draws.toLocaleString('en-US')} draws, the same twice\n`);
		return;
	}
	const { first, second } = found;
	throw new Error(
		`two runs of seed ${seed} differ from draw ${(first ?? second)?.number} on: ${JSON.stringify(first)} against ${JSON.stringify(second)}`,
	);
}
