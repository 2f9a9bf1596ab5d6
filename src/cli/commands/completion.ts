/** `retrystorm completion bash|zsh|fish`: a script that completes commands, their flags and their arguments. */
import { Argument, type Command } from 'commander';
import { RETRY_PRESETS } from '../../catalog/retries.js';
import { METRIC_NAMES } from '../../report/reference/metric-entry.js';
import { type Completion, SHELLS, type Shell, shellScript } from '../../report/reference/shell-scripts.js';
import { shippedNames } from '../input/shipped-scenarios.js';

const HELP = `
bash: source <(retrystorm completion bash)
zsh:  source <(retrystorm completion zsh)
fish: retrystorm completion fish | source`;

export function completionCommand(root: Command): void {
	root
		.command('completion')
		.description('print a script that completes commands, flags and names in a shell')
		.addArgument(new Argument('<shell>', 'the shell').choices([...SHELLS]))
		.addHelpText('after', HELP)
		.exitOverride()
		.action((shell: Shell) => {
			process.stdout.write(shellScript(shell, root.commands.map(completionOf)));
		});
}

/** Files are completed by the shell itself. */
function completionOf(command: Command): Completion {
	return {
		command: command.name(),
		help: command.summary() === '' ? command.description() : command.summary(),
		flags: command.options.flatMap(({ long, short }) => [long, short].filter((flag) => flag != null)),
		choices: Object.fromEntries(
			command.options.flatMap(({ long, argChoices }) => (long != null && argChoices ? [[long, argChoices]] : [])),
		),
		names: namesFor(command),
	};
}

function namesFor(command: Command): readonly string[] {
	const [first] = command.registeredArguments;
	if (first?.argChoices !== undefined) return first.argChoices;
	switch (command.name()) {
		case 'policies':
			return [...RETRY_PRESETS.keys()];
		case 'metrics':
			return METRIC_NAMES;
		case 'run':
		case 'check':
		case 'test':
		case 'gate':
		case 'sweep':
		case 'map':
		case 'compare':
			return shippedNames();
		default:
			return [];
	}
}
