/** `retrystorm check FILE...`: every mistake of every file and variant at once, and what the world will be like. */
import { EXIT } from '../kernel/check.js';
import { checkScenario } from '../scenario/load.js';
import { readText } from './files.js';

export function checkCommand(files: string[], options: { format: 'text' | 'json' }): void {
	const checked = files.map((file) => ({ file, ...checkScenario(readText(file), { file }) }));
	if (options.format === 'json') process.stdout.write(`${JSON.stringify(checked, null, 2)}\n`);
	else for (const one of checked) printChecked(one);
	if (checked.some(({ errors }) => errors.length > 0)) process.exitCode = EXIT.invalid;
}

type Checked = { file: string } & ReturnType<typeof checkScenario>;

function printChecked({ file, errors, warnings, variants }: Checked): void {
	for (const issue of [...errors, ...warnings]) process.stderr.write(`${issue.text}\n`);
	if (errors.length > 0) {
		process.stdout.write(`${file}: ${count(errors.length, 'error')}\n`);
		return;
	}
	const also = warnings.length > 0 ? `, ${count(warnings.length, 'warning')}` : '';
	process.stdout.write(`${file}: ok, ${count(variants.length, 'variant')}${also}\n`);
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
