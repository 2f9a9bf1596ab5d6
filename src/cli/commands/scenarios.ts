/** `retrystorm scenarios`: those that come with the package, by the names that commands take. */
import { type Command, Option } from 'commander';
import { jsonOf, toJson } from '../../report/files/json.js';
import { scenarioList } from '../../report/reference/scenarios-text.js';
import { shippedScenarios } from '../input/shipped-scenarios.js';
import { styleFor } from '../output/terminal-style.js';

export function scenariosCommand(root: Command): void {
	root
		.command('scenarios')
		.description('list the scenarios that come with retrystorm: run, check and the others take their names')
		.addOption(new Option('--format <format>', 'text or json').choices(['text', 'json']).default('text'))
		.exitOverride()
		.action(scenariosAction);
}

function scenariosAction({ format }: { format: 'text' | 'json' }, command: Command): void {
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	const shipped = shippedScenarios();
	process.stdout.write(format === 'json' ? toJson(jsonOf(shipped)) : scenarioList(shipped, style));
}
