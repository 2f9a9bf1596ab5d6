/** The scenarios that come with the package, by name: `hello`, `studies/lifo-against-fifo`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const FOLDER = fileURLToPath(new URL('../../../scenarios/', import.meta.url));
const EXTENSION = '.yaml';
/** What a name on the command line may look like; anything else is a path. */
const SHIPPED_NAME = /^[\w-]+(\/[\w-]+)?$/;

export interface ShippedScenario {
	readonly name: string;
	/** a path from the folder that the command was started in */
	readonly file: string;
	readonly about: string;
	readonly variants: readonly string[];
}

/** In the order of their names, those of the top folder first. */
export function shippedScenarios(): ShippedScenario[] {
	return shippedNames().map((name) => {
		const file = pathOf(name);
		const text = readFileSync(file, 'utf8');
		const { about, variants } = parse(text) as { about?: string; variants?: object };
		return {
			name,
			file: relative('', file),
			about: about === undefined ? firstComment(text) : about.trim(),
			variants: variants === undefined ? [] : Object.keys(variants),
		};
	});
}

export function shippedNames(): string[] {
	const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(EXTENSION));
	const names = files.map((file) => file.slice(0, -EXTENSION.length).split(sep).join('/'));
	const depth = (name: string): number => name.split('/').length;
	return names.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

/** The file that an argument means: a file of that name first, else the shipped scenario, else what stands there. */
export function scenarioFile(argument: string): string {
	if (existsSync(argument) || !SHIPPED_NAME.test(argument)) return argument;
	const file = pathOf(argument);
	return existsSync(file) ? relative('', file) : argument;
}

/** The same of each of several, for arguments that may be repeated. */
export const scenarioFiles = (argument: string, before: readonly string[] | undefined): string[] => [
	...(before === undefined ? [] : before),
	scenarioFile(argument),
];

/** The first line of its head, but for what editors read. */
function firstComment(text: string): string {
	const found = /^# (?!yaml-language-server)(.+)$/m.exec(text);
	return found === null ? '' : found[1];
}

const pathOf = (name: string): string => join(FOLDER, ...name.split('/')) + EXTENSION;
