/** The properties of a scenario file for a terminal, 80 columns. */
import type { Field } from '../../scenario/schema/field-list.js';
import { plain, type Style } from '../text/style.js';
import { WIDTH, wrap } from '../text/text-table.js';

/** @returns with a line feed at its end */
export function fieldList(fields: readonly Field[], style: Style = plain): string {
	const head = `${fields.length} fields. NAME is a name of your own; those of one place: retrystorm fields PATH`;
	const lines = wrap(head, WIDTH - 2).map((line) => style('dim', `  ${line}`));
	let top = '';
	for (const field of fields) {
		const [first] = field.path.split('.');
		if (first !== top) lines.push('');
		top = first;
		lines.push(style('title', `  ${field.path}`), ...wrap(describe(field), WIDTH - 6).map((line) => `      ${line}`));
	}
	return `${lines.join('\n')}\n`;
}

function describe({ type, standard, help, kind, likePath }: Field): string {
	const parts = [
		kind === null ? '' : `(${kind})`,
		type,
		standard === null ? '' : `(default ${standard})`,
		help === '' ? '' : `- ${help}`,
		likePath === null ? '' : `- fields as those of ${likePath}`,
	];
	return parts.filter((part) => part !== '').join(' ');
}
