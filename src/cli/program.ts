/** The command line as a table of contents: a command is the file of its name in `commands/`. */
import { Command } from 'commander';
import { checkCommand } from './commands/check.js';
import { compareCommand } from './commands/compare.js';
import { completionCommand } from './commands/completion.js';
import { fieldsCommand } from './commands/fields.js';
import { fitCommand } from './commands/fit.js';
import { gateCommand } from './commands/gate.js';
import { importCommand } from './commands/import.js';
import { mapCommand } from './commands/map.js';
import { mergeCommand } from './commands/merge.js';
import { metricsCommand } from './commands/metrics.js';
import { mixCommand } from './commands/mix.js';
import { newCommand } from './commands/new.js';
import { policiesCommand } from './commands/policies.js';
import { reportCommand } from './commands/report.js';
import { runCommand } from './commands/run.js';
import { scenariosCommand } from './commands/scenarios.js';
import { schemaCommand } from './commands/schema.js';
import { sweepCommand } from './commands/sweep.js';
import { testCommand } from './commands/test.js';
import { VERSION } from './output/version.js';

/** In the order of the help. Each declares its arguments and flags, and what it does. */
const COMMANDS: readonly ((root: Command) => void)[] = [
	runCommand,
	compareCommand,
	gateCommand,
	sweepCommand,
	mergeCommand,
	mapCommand,
	testCommand,
	checkCommand,
	scenariosCommand,
	schemaCommand,
	fieldsCommand,
	metricsCommand,
	newCommand,
	reportCommand,
	importCommand,
	fitCommand,
	mixCommand,
	policiesCommand,
	completionCommand,
];

const EXIT_CODES = `
Exit codes:
  0    ran; every expectation holds
  1    unexpected: our bug, or a file that could not be written
  2    usage; a file that cannot be read
  3    inconclusive or undecided: more replications, or longer runs, would decide
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

	for (const declare of COMMANDS) declare(root);
	return root;
}
