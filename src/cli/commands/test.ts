/** `retrystorm test FILE...`: scenario files as a test suite for CI, their expectations judged over replications. */
import { type Command, Option } from 'commander';
import { CORES } from '../../executors/threads.js';
import { runSuites, type Suite, type SuiteResult } from '../../experiment/replicate/suite.js';
import { caseOf } from '../../experiment/task/case.js';
import { EXIT, type ExitCode, UserError } from '../../kernel/errors.js';
import { toJson } from '../../report/files/json.js';
import { junit } from '../../report/suite/junit.js';
import { suiteJson, suiteReport } from '../../report/suite/text.js';
import { InvalidScenario } from '../../scenario/document/issue.js';
import { checkScenario } from '../../scenario/load.js';
import { BASE } from '../../scenario/variants.js';
import { experiment } from '../flags/experiment-flags.js';
import { positive, readSeed, repeatable, seedFlag } from '../flags/flags.js';
import { loadVariants } from '../flags/variant-flags.js';
import { scenarioFiles } from '../input/shipped-scenarios.js';
import { complain, failureExit, verdictExit } from '../output/exit.js';
import { readText, writeText } from '../output/files.js';
import { warnOfSkippedExpectations } from '../output/skipped-expectations.js';
import { styleFor } from '../output/terminal-style.js';
import { VERSION } from '../output/version.js';
import { PROGRESS_MODES, type ProgressMode } from '../progress/batch.js';

/** The flags, as commander gives them. */
interface TestOptions {
	readonly variant?: readonly string[];
	readonly reps?: number;
	readonly seed: string;
	readonly workers: number;
	readonly junit?: string;
	readonly format: 'text' | 'json';
	readonly progress: ProgressMode;
	readonly quiet?: true;
}

export function testCommand(root: Command): void {
	root
		.command('test')
		.description('run scenarios as a test suite: every variant, replicated as its file says, judged over all runs')
		.argument('<file...>', 'scenarios or the name of a shipped one; - reads standard input', scenarioFiles)
		.addOption(repeatable('--variant <name>', 'variant to run (default: all of a file); may be repeated'))
		.addOption(new Option('--reps <n>', 'runs of each variant, in place of what its file says').argParser(positive))
		.addOption(seedFlag('of the first runs; the next ones have n + 1, ...'))
		.addOption(new Option('--workers <n>', 'runs side by side').argParser(positive).default(CORES, 'all cores'))
		.option('--junit <file>', 'write a report that CI systems read')
		.addOption(new Option('--format <format>', 'text or json').choices(['text', 'json']).default('text'))
		.addOption(new Option('--progress <mode>', 'on standard error').choices([...PROGRESS_MODES]).default('auto'))
		.option('-q, --quiet', 'no progress, no warnings; the verdicts stay')
		.exitOverride()
		.action(testAction);
}

async function testAction(files: readonly string[], options: TestOptions, command: Command): Promise<void> {
	const seed = readSeed(options.seed, command);
	const suites = await loadSuites(files, options);
	const last = seed + Math.max(...suites.map(({ replications }) => replications)) - 1;
	if (!Number.isSafeInteger(last)) {
		throw new UserError(
			`error: --seed: found ${seed}, one that leaves seeds below 2^53 for all runs would do`,
			EXIT.usage,
		);
	}
	const results = await runAll(suites, seed, options);
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	process.stdout.write(
		options.format === 'json' ? toJson(suiteJson(results, seed, VERSION)) : suiteReport(results, style),
	);
	process.exitCode = exitCode(results);
	if (options.junit !== undefined) writeText(options.junit, junit(results, seed));
}

/**
 * Reads all files before anything runs.
 * @throws UserError with every mistake of every file and variant (exit 104); exit 2 where one cannot be read
 */
async function loadSuites(files: readonly string[], options: TestOptions): Promise<Suite[]> {
	const suites: Suite[] = [];
	const faults: UserError[] = [];
	for (const file of new Set(files)) {
		try {
			suites.push(...suitesOf(file, await readText(file), options));
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			faults.push(error);
		}
	}
	if (faults.length === 0) return suites;
	const unreadable = faults.some(({ exit }) => exit === EXIT.usage);
	throw new UserError(faults.map(({ message }) => message).join('\n'), unreadable ? EXIT.usage : EXIT.invalid);
}

function suitesOf(file: string, text: string, { variant = ['all'], reps, quiet, format }: TestOptions): Suite[] {
	const { errors, warnings } = checkScenario(text, { file });
	if (errors.length > 0) throw new InvalidScenario(errors);
	if (quiet === undefined) for (const warning of warnings) complain(warning.text);
	const { names, load } = loadVariants(text, variant, { file, set: [] });
	if (quiet === undefined && format === 'text') warnOfSkippedExpectations(file, names.map(load));
	return names.map((name) => {
		const scenario = load(name);
		const of = caseOf(name === BASE ? file : `${file}, ${name}`, scenario, load);
		return { file, of, replications: reps === undefined ? scenario.replications : reps };
	});
}

/** On all cores; what is finished when a signal comes is judged. */
function runAll(suites: readonly Suite[], seed: number, flags: TestOptions): Promise<SuiteResult[]> {
	const total = suites.reduce((sum, { replications }) => sum + replications, 0);
	return experiment(
		{ dir: null, design: NO_JOURNAL, total, flags },
		(laboratory) => runSuites(suites, seed, laboratory),
		(results) => results,
	);
}

/** A suite is as short as a CI job: nothing is kept of one that was interrupted. */
const NO_JOURNAL = { hash: '', about: '' };

function exitCode(results: readonly SuiteResult[]): ExitCode {
	const kinds = results.flatMap(({ failures }) => failures.map(({ failure }) => failure.kind));
	return failureExit(kinds) ?? verdictExit(results.flatMap(({ judged }) => judged.map(({ verdict }) => verdict)));
}
