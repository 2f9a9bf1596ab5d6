/** `retrystorm policies [ID]`: the retry policies that people really run, as a list, or one of them explained. */
import { type Command, Option } from 'commander';
import { RETRY_PRESETS, type RetryPreset } from '../../catalog/retries.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { toJson } from '../../report/files/json.js';
import { policiesCsv, policyJson, policyRow } from '../../report/policies/files.js';
import { policySheet } from '../../report/policies/sheet.js';
import { policyList, policyPage } from '../../report/policies/text.js';
import { suggest } from '../../scenario/document/did-you-mean.js';
import { policyHint } from '../../scenario/document/policy-hint.js';
import { formatFlag } from '../flags/flags.js';
import { styleFor } from '../output/terminal-style.js';

interface PoliciesFlags {
	readonly family?: string;
	readonly format: 'text' | 'json' | 'csv';
}

const HELP = `
Each policy was read in the source of the version that is named. One that is opt-in does nothing until somebody configures it.`;

export function policiesCommand(root: Command): void {
	root
		.command('policies')
		.description('list the retry policies that clients, proxies and browsers really run, or explain one of them')
		.argument('[id]', 'the policy to explain: its fields as YAML, its arithmetic, what to know, its sources')
		.addOption(new Option('--family <name>', 'only these, e.g. sdk'))
		.addOption(formatFlag())
		.addHelpText('after', HELP)
		.exitOverride()
		.action(policiesAction);
}

function policiesAction(id: string | undefined, { family, format }: PoliciesFlags, command: Command): void {
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	if (id !== undefined) {
		if (family !== undefined)
			throw new UserError(`error: --family: found beside ${id}; one of them would do`, EXIT.usage);
		const sheet = policySheet(presetOf(id));
		if (format === 'json') process.stdout.write(toJson(policyJson(sheet)));
		else process.stdout.write(format === 'csv' ? policiesCsv([sheet]) : policyPage(sheet, style));
		return;
	}
	const sheets = presetsOf(family).map(policySheet);
	if (format === 'json') process.stdout.write(toJson(sheets.map(policyRow)));
	else process.stdout.write(format === 'csv' ? policiesCsv(sheets) : policyList(sheets, style));
}

/** @throws UserError (exit 2) that names the nearest id */
function presetOf(id: string): RetryPreset {
	const preset = RETRY_PRESETS.get(id);
	if (preset !== undefined) return preset;
	throw new UserError(`error: policies: found ${JSON.stringify(id)}, ${policyHint(id)}`, EXIT.usage);
}

/** @throws UserError (exit 2) on a family that there is not */
function presetsOf(family: string | undefined): RetryPreset[] {
	const all = [...RETRY_PRESETS.values()];
	if (family === undefined) return all;
	const own = all.filter((preset) => preset.family === family);
	if (own.length > 0) return own;
	const families = [...new Set(all.map((preset) => preset.family))];
	throw new UserError(`error: --family: found ${JSON.stringify(family)}, ${suggest(family, families)}`, EXIT.usage);
}
