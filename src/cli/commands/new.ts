/** `retrystorm new [FILE]`: a working scenario to start from. */
import { basename } from 'node:path';
import { NAME } from '../../scenario/schema/units.js';
import { type TemplateKind, template } from '../../scenario/starter-template.js';
import { quoted } from '../flags/rerun-line.js';
import { writeText } from '../output/files.js';

export interface NewOptions {
	readonly template: TemplateKind;
	readonly force?: true;
}

export function newCommand(file: string | undefined, { template: kind, force }: NewOptions): void {
	if (file === undefined || file === '-') {
		process.stdout.write(template(kind));
		return;
	}
	const name = basename(file).replace(/\.[^.]*$/, '');
	writeText(file, NAME.test(name) ? template(kind, name) : template(kind), force ? 'w' : 'wx');
	process.stderr.write(`wrote ${file}; run it with: retrystorm run ${quoted(file)}\n`);
}
