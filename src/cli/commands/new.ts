/** `retrystorm new [FILE]`: a working scenario to start from. */
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { NAME } from '../../scenario/schema/quantity-fields.js';
import { TEMPLATES, type TemplateKind, template } from '../../scenario/starter-template.js';
import { quoted } from '../flags/rerun-line.js';
import { writeText } from '../output/files.js';

interface NewOptions {
	readonly template: TemplateKind;
	readonly force?: true;
}

export function newCommand(root: Command): void {
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
		.action(newAction);
}

function newAction(file: string | undefined, { template: kind, force }: NewOptions): void {
	if (file === undefined || file === '-') {
		process.stdout.write(template(kind));
		return;
	}
	const name = basename(file).replace(/\.[^.]*$/, '');
	writeText(file, NAME.test(name) ? template(kind, name) : template(kind), force ? 'w' : 'wx');
	process.stderr.write(`wrote ${file}; run it with: retrystorm run ${quoted(file)}\n`);
}
