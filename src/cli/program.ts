/** The commands, their arguments and flags. */
import { Command, Option } from 'commander';
import { CORES } from '../executors/threads.js';
import { TEMPLATES, type TemplateKind } from '../scenario/starter-template.js';
import { checkCommand } from './commands/check.js';
import { compareCommand } from './commands/compare.js';
import { addFit } from './commands/fit.js';
import { gateCommand } from './commands/gate.js';
import { addImport } from './commands/import.js';
import { mapCommand } from './commands/map.js';
import { addMerge } from './commands/merge.js';
import { addMix } from './commands/mix.js';
import { newCommand } from './commands/new.js';
import { policiesCommand } from './commands/policies.js';
import { reportCommand } from './commands/report.js';
import { runCommand } from './commands/run.js';
import { schemaCommand } from './commands/schema.js';
import { addSweep } from './commands/sweep.js';
import { testCommand } from './commands/test.js';
import { withExperimentFlags } from './flags/experiment-flags.js';
import { formatFlag, outFlag, positive, repeatable, seedFlag } from './flags/flags.js';
import { VERSION } from './output/version.js';
import { PROGRESS_MODES } from './progress/batch.js';

const EXIT_CODES = `
Exit codes:
  0    ran; every expectation holds
  1    unexpected: our bug, or a file that could not be written
  2    usage; a file that cannot be read
  3    inconclusive: more replications would decide
  99   an expectation failed
  104  the scenario is invalid
  105  interrupted; partial results are kept and marked
  106  stopped by a named limit; partial results are kept and marked`;

export function program(): Command {
	const root = new Command('retrystorm')
		.description('Simulates edge retry amplification: replays incidents, tests retry policies and rollout rules.')
		.version(VERSION)
		.option('--no-color', 'plain text (NO_COLOR does the same)')
		.showSuggestionAfterError()
		.exitOverride()
		.addHelpText('after', EXIT_CODES);

	const run = root
		.command('run')
		.description('run a scenario, judge its expectations, write the results')
		.argument('<file>', 'a scenario (YAML or JSON); - reads standard input')
		.addOption(repeatable('--variant <name>', 'variant to run, or all; may be repeated'))
		.addOption(seedFlag('integer from 0 up to 2^53'))
		.addOption(repeatable('--set <path=value>', 'change one field, e.g. clients.apps.timeout=2s; may be repeated'))
		.addOption(outFlag('where results go (default: results/NAME/VARIANT/SEED)'))
		.option('--no-results', 'write no files')
		.option('--no-report', 'write no report.html')
		.addOption(formatFlag())
		.option('-q, --quiet', 'no progress, no notes; the verdicts stay')
		.option('--check-determinism', 'run twice and name the first draw that differs')
		.addOption(
			new Option('--reps <n>', 'replications: seeds N, N + 1, ...').argParser(positive).conflicts('untilHalfwidth'),
		)
		.option('--until-halfwidth <share>', 'replications until P(collapsed) is known within so much, e.g. 5%')
		.addOption(new Option('--max-reps <n>', 'most of these').argParser(positive).default(10_000))
		.exitOverride()
		.action(runCommand);
	withExperimentFlags(run);
	compareCommand(root);
	gateCommand(root);
	addSweep(root);
	addMerge(root);
	mapCommand(root);

	root
		.command('test')
		.description('run scenarios as a test suite: every variant, replicated as its file says, judged over all runs')
		.argument('<file...>', 'scenarios; - reads standard input')
		.addOption(repeatable('--variant <name>', 'variant to run (default: all of a file); may be repeated'))
		.addOption(new Option('--reps <n>', 'runs of each variant, in place of what its file says').argParser(positive))
		.addOption(seedFlag('of the first runs; the next ones have n + 1, ...'))
		.addOption(new Option('--workers <n>', 'runs side by side').argParser(positive).default(CORES, 'all cores'))
		.option('--junit <file>', 'write a report that CI systems read')
		.addOption(new Option('--format <format>', 'text or json').choices(['text', 'json']).default('text'))
		.addOption(new Option('--progress <mode>', 'on standard error').choices([...PROGRESS_MODES]).default('auto'))
		.option('-q, --quiet', 'no progress, no warnings; the verdicts stay')
		.exitOverride()
		.action(testCommand);

	root
		.command('check')
		.description('validate scenarios and every variant in them, without running')
		.argument('<file...>', 'scenarios; - reads standard input')
		.addOption(new Option('--format <format>', 'text or json').choices(['text', 'json']).default('text'))
		.exitOverride()
		.action(checkCommand);

	root
		.command('schema')
		.description('print the JSON Schema (draft-7) of scenario files')
		.exitOverride()
		.action(schemaCommand);

	root
		.command('new')
		.description('write a working scenario to start from')
		.argument('[file]', 'where to; standard output without it')
		.addOption(
			new Option('--template <kind>', 'what it is about')
				.choices([...TEMPLATES])
				.default('rollout' satisfies TemplateKind),
		)
		.option('-f, --force', 'overwrite a file that exists')
		.exitOverride()
		.action(newCommand);
	reportCommand(root);
	addImport(root);
	addFit(root);
	addMix(root);
	policiesCommand(root);

	return root;
}
