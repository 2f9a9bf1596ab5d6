/**
 * What the arguments of `compare` mean: `FILE`, `FILE:VARIANT`, the bare name of a variant of the file named before (else
 * of the first file), or the folder of a `run --reps`.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, caseOf } from '../../experiment/task/case.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { readResults, type Source } from '../../report/compare/saved-runs.js';
import { readSource } from '../../scenario/document/yaml-source.js';
import type { Scenario } from '../../scenario/load.js';
import { NAME } from '../../scenario/schema/quantity-fields.js';
import { BASE, variantNames } from '../../scenario/variants.js';
import { readResultFile } from '../input/result-file.js';
import { scenarioFile } from '../input/shipped-scenarios.js';
import { JOURNAL } from '../output/file-names.js';
import { readText } from '../output/files.js';
import { VERSION } from '../output/version.js';
import { loadVariants, type Variants } from './variant-flags.js';

export type CompareArgument = ScenarioArgument | ResultsArgument;

/** What is to be run. */
export interface ScenarioArgument {
	readonly kind: 'scenario';
	/** like no other's */
	readonly label: string;
	readonly name: string;
	readonly variant: string;
	readonly scenario: Scenario;
	/** without expectations: nothing is judged, and the worlds they compare with need not run */
	readonly of: Case;
	/** the scenario file */
	readonly text: string;
}

/** What has run. */
export interface ResultsArgument extends Source {
	readonly kind: 'results';
	readonly label: string;
	readonly dir: string;
}

/**
 * In the order of the arguments, with labels that tell them apart.
 * @throws UserError for an argument that names nothing; InvalidScenario with the mistakes of a file
 */
export async function readCompareArguments(
	given: readonly string[],
	set: string[] | undefined,
): Promise<CompareArgument[]> {
	const args = given.map((arg, i) => (i === 0 ? shippedFirst(arg) : arg));
	const texts = new Map<string, string>();
	for (const file of new Set(args.flatMap((arg) => fileOf(arg) ?? []))) texts.set(file, await readText(file));
	const meant = meanings(args, texts);
	const loads = new Map<string, Variants['load']>();
	for (const [file, text] of texts) {
		const variants = meant.flatMap((one) => ('file' in one && one.file === file ? [one.variant] : []));
		if (variants.length > 0) loads.set(file, loadVariants(text, variants, { file, set }).load);
	}
	const found = meant.map((one): CompareArgument => ('dir' in one ? readFolder(one.dir) : fromFile(one, loads, texts)));
	return distinctlyLabelled(found);
}

/** The first argument may name a shipped scenario, with a variant or without one; later bare names are variants. */
function shippedFirst(arg: string): string {
	const { file, variant } = split(arg);
	return variant === null || existsSync(arg) ? scenarioFile(arg) : `${scenarioFile(file)}:${variant}`;
}

type ArgumentMeaning = { readonly file: string; readonly variant: string } | { readonly dir: string };

/** The file that an argument names by itself: `FILE` or `FILE:VARIANT`. */
function fileOf(arg: string): string | null {
	if (arg === '-' || isFile(arg)) return arg;
	const { file, variant } = split(arg);
	return variant !== null && !existsSync(arg) && (file === '-' || isFile(file)) ? file : null;
}

/** At the last colon, where what follows can be the name of a variant. */
function split(arg: string): { readonly file: string; readonly variant: string | null } {
	const colon = arg.lastIndexOf(':');
	const variant = arg.slice(colon + 1);
	return colon > 0 && NAME.test(variant) ? { file: arg.slice(0, colon), variant } : { file: arg, variant: null };
}

function meanings(args: readonly string[], texts: ReadonlyMap<string, string>): ArgumentMeaning[] {
	const found: ArgumentMeaning[] = [];
	let [before] = texts.keys();
	for (const arg of args) {
		const one = meaning(arg, before, texts);
		if ('file' in one) before = one.file;
		found.push(one);
	}
	return found;
}

/** @param before the file named before, undefined where the arguments name none */
function meaning(arg: string, before: string | undefined, texts: ReadonlyMap<string, string>): ArgumentMeaning {
	const named = before !== undefined && NAME.test(arg) ? { file: before, variant: arg } : null;
	// A folder that happens to be called like a variant is meant as ./NAME.
	if (named !== null && [BASE, ...variantsOf(named.file, texts)].includes(arg)) return named;
	if (existsSync(arg) && statSync(arg).isDirectory()) return { dir: arg };
	const file = fileOf(arg);
	if (file !== null) return { file, variant: file === arg ? BASE : String(split(arg).variant) };
	if (named !== null) return named;
	const [what, why] = NAME.test(arg)
		? [arg, 'found no scenario file whose variant it could be, one before it would do']
		: [split(arg).file, 'cannot be read: there is no such file, and no such folder'];
	throw new UserError(`${what}: error: ${why}`, EXIT.usage);
}

const variantsOf = (file: string, texts: ReadonlyMap<string, string>): string[] =>
	variantNames(readSource(String(texts.get(file)), file));

function fromFile(
	{ file, variant }: { readonly file: string; readonly variant: string },
	loads: ReadonlyMap<string, Variants['load']>,
	texts: ReadonlyMap<string, string>,
): CompareArgument {
	const [load, text] = [loads.get(file), texts.get(file)];
	if (load === undefined || text === undefined) throw new UserError(`${file}: error: was not read`, EXIT.unexpected);
	const scenario = load(variant);
	const { name } = scenario;
	const label = labelOf({ name, variant });
	const of = caseOf(label, { ...scenario, expectations: [] }, load);
	return { kind: 'scenario', label, name, variant, scenario, of, text };
}

function readFolder(dir: string): CompareArgument {
	const has = (name: string): boolean => existsSync(join(dir, name));
	const source = readResults({ dir, has, read: (name) => readPart(dir, name) }, VERSION);
	return { kind: 'results', label: labelOf(source), dir, ...source };
}

function readPart(dir: string, name: string): string {
	const file = join(dir, name);
	if (existsSync(file)) return readPartAt(dir, file);
	const unfinished = existsSync(join(dir, JOURNAL)) ? ': its experiment did not come to its end' : '';
	throw new UserError(
		`${dir}: error: found no ${name} in it${unfinished}; a folder of run --reps would do`,
		EXIT.usage,
	);
}

function readPartAt(dir: string, file: string): string {
	try {
		return readResultFile(file);
	} catch (error) {
		throw new UserError(`${dir}: error: cannot be read: ${(error as Error).message}`, EXIT.usage);
	}
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** Names of variants alone where they differ, else with the scenario's; what is still alike is numbered. */
function distinctlyLabelled(found: readonly CompareArgument[]): CompareArgument[] {
	const count = (among: readonly CompareArgument[], label: string): number =>
		among.filter((one) => one.label === label).length;
	const fuller = found.map((one) => {
		const { name, variant, label } = one;
		return count(found, label) === 1 || variant === BASE ? one : { ...one, label: `${name}, ${variant}` };
	});
	return fuller.map((one, i) => {
		const nth = count(fuller.slice(0, i + 1), one.label);
		return labelled(one, count(fuller, one.label) === 1 ? one.label : `${one.label} (${nth})`);
	});
}

const labelOf = ({ name, variant }: { readonly name: string; readonly variant: string }): string =>
	variant === BASE ? name : variant;

/** With the label wherever it is told. */
function labelled(one: CompareArgument, label: string): CompareArgument {
	if (one.kind === 'results') return { ...one, label, side: { ...one.side, label } };
	return { ...one, label, of: { ...one.of, label } };
}
