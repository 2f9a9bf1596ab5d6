/** `retrystorm check FILE...`: every mistake of every file and variant at once, and what the world will be like. */
import { type Command, Option } from 'commander';
import { EXIT, UserError } from '../../kernel/errors.js';
import { formatShare } from '../../kernel/units.js';
import { type Checked, checkScenario, loadScenario } from '../../scenario/load.js';
import { type MixReport, mixReport } from '../../scenario/resolve.js';
import { scenarioFiles } from '../input/shipped-scenarios.js';
import { complain } from '../output/exit.js';
import { readText } from '../output/files.js';

type FileChecked = { readonly file: string } & (
	| (Checked & { readonly mixes: readonly MixReport[] })
	| { readonly unreadable: string }
);

export function checkCommand(root: Command): void {
	root
		.command('check')
		.description('validate scenarios and every variant in them, without running')
		.argument('<file...>', 'scenarios or the name of a shipped one; - reads standard input', scenarioFiles)
		.addOption(new Option('--format <format>', 'text or json').choices(['text', 'json']).default('text'))
		.exitOverride()
		.action(checkAction);
}

/** A file that cannot be read does not keep the others from being looked at; it decides the exit code. */
async function checkAction(files: string[], options: { format: 'text' | 'json' }): Promise<void> {
	const checked: FileChecked[] = [];
	for (const file of files) {
		const one = await checkFile(file);
		checked.push(one);
		if (options.format === 'text') printChecked(one);
	}
	if (options.format === 'json') process.stdout.write(`${JSON.stringify(checked, null, 2)}\n`);
	if (checked.some((one) => 'unreadable' in one)) process.exitCode = EXIT.usage;
	else if (checked.some((one) => 'errors' in one && one.errors.length > 0)) process.exitCode = EXIT.invalid;
}

async function checkFile(file: string): Promise<FileChecked> {
	try {
		const text = await readText(file);
		const checked = checkScenario(text, { file });
		const mixes = checked.errors.length > 0 ? [] : mixReport(loadScenario(text, { file }).world);
		return { file, ...checked, mixes };
	} catch (error) {
		if (error instanceof UserError) return { file, unreadable: error.message };
		throw error;
	}
}

function printChecked(one: FileChecked): void {
	if ('unreadable' in one) {
		complain(one.unreadable);
		return;
	}
	const { file, errors, warnings, variants, mixes } = one;
	for (const issue of [...errors, ...warnings]) complain(issue.text);
	if (errors.length > 0) {
		process.stdout.write(`${file}: ${count(errors.length, 'error')}\n`);
		return;
	}
	const also = warnings.length > 0 ? `, ${count(warnings.length, 'warning')}` : '';
	process.stdout.write(`${file}: ok, ${count(variants.length, 'variant')}${also}\n`);
	for (const line of mixes.flatMap(mixLine)) process.stdout.write(`${line}\n`);
}

/** What a population makes while a mix is in force; a single class needs no line. */
function mixLine({ population, mix, shares }: MixReport): string[] {
	if (shares.length === 1) return [];
	return [`  ${population} under ${mix}: ${shares.map((s) => `${s.class} ${formatShare(s.share)}`).join(', ')}`];
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
