/** `retrystorm fields [PATH]`: the properties of a scenario file, all of them or those of one place. */
import type { Command } from 'commander';
import { EXIT, UserError } from '../../kernel/errors.js';
import { csv } from '../../report/files/csv.js';
import { jsonOf, toJson } from '../../report/files/json.js';
import { fieldList } from '../../report/reference/fields-text.js';
import { suggest } from '../../scenario/document/did-you-mean.js';
import { type Field, fieldsOf, namesBelow } from '../../scenario/schema/field-list.js';
import { formatFlag } from '../flags/flags.js';
import { styleFor } from '../output/terminal-style.js';

export function fieldsCommand(root: Command): void {
	root
		.command('fields')
		.description('list the fields of a scenario file, with type, default and meaning; with a path those below it')
		.argument('[path]', 'for example clients.apps.retry, or edge.queue')
		.addOption(formatFlag())
		.exitOverride()
		.action(fieldsAction);
}

function fieldsAction(
	path: string | undefined,
	{ format }: { format: 'text' | 'json' | 'csv' },
	command: Command,
): void {
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	const found = fieldsAt(path);
	if (format === 'json') process.stdout.write(toJson(jsonOf(found)));
	else process.stdout.write(format === 'csv' ? csv([COLUMNS, ...found.map(rowOf)]) : fieldList(found, style));
}

const COLUMNS = ['path', 'kind', 'type', 'default', 'help', 'fields_like'];

const rowOf = ({ path, kind, type, standard, help, likePath }: Field): (string | null)[] => [
	path,
	kind,
	type,
	standard,
	help,
	likePath,
];

/** @throws UserError (exit 2) that names what stands nearest */
function fieldsAt(path: string | undefined): Field[] {
	const found = fieldsOf(path);
	if (found !== undefined) return found;
	const parts = String(path).split('.');
	const known = parts.findIndex((_, i) => fieldsOf(parts.slice(0, i + 1).join('.')) === undefined);
	const above = parts.slice(0, known).join('.');
	const what = above === '' ? 'a scenario' : above;
	const hint = suggest(parts[known], namesBelow(above));
	throw new UserError(`error: fields: ${what} has no field ${JSON.stringify(parts[known])}; ${hint}`, EXIT.usage);
}
