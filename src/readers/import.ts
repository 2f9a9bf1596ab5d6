/**
 * From what others wrote to a scenario, and to the list of all that was understood, assumed, could not be expressed, or must be
 * asked: rollouts (Argo, Flagger, with the templates that they name), or retries as clients, meshes and proxies are told them.
 * Texts come in and a text goes out.
 */

import type { Issue } from '../scenario/document/issue.js';
import { checkScenario, loadScenario } from '../scenario/load.js';
import { BASE } from '../scenario/variants.js';
import { hasCanary, importArgo } from './argo/rollout.js';
import { importFlagger } from './flagger/canary.js';
import { importK6, isK6, k6Options } from './load-tests/k6-scenarios.js';
import { eachOf } from './manifest/collect-errors.js';
import { type Embedded, embeddedIn, holdsTexts } from './manifest/embedded.js';
import type { Field } from './manifest/field.js';
import { type Note, Notebook, oneLine } from './manifest/provenance-notes.js';
import {
	allResources,
	type Given,
	nothingIn,
	type Resource,
	readDocuments,
	resourcesOf,
} from './manifest/resources.js';
import { refuseTemplate } from './manifest/templates.js';
import { refuseForeignText, refuseUnknown } from './manifest/unknown.js';
import { importObjectives, isObjectives } from './objectives/objectives.js';
import { importRetries } from './retries/import.js';
import { Ledger } from './retries/policy/ledger.js';
import { isPlainText, isRetries, readRetries } from './retries/recognise-system.js';
import type { Answers } from './rollouts/import-answers.js';
import { type Base, layInto } from './rollouts/rollout-overlay.js';
import { worldAround } from './rollouts/rollout-world.js';
import type { Imported } from './rollouts/stage-lines.js';

export interface ImportResult {
	/** a scenario file */
	readonly text: string;
	/** its variants that were imported; `base` for the scenario itself */
	readonly variants: readonly string[];
	readonly notes: readonly Note[];
	/** what the scenario, as it was written, is refused for */
	readonly errors: readonly Issue[];
}

/** A scenario with what was laid into it. */
export type OverlaidScenario = Pick<ImportResult, 'text' | 'variants'>;

/** Each is a variant. */
export const MAX_IMPORTED = 50;

/**
 * Reads manifests and configurations: with a base its variants, one for each rollout or policy found; without one a scenario
 * for the first, and a variant for each further one.
 * @param given at least one; templates, clusters and rules are looked up by name in all of them
 * @throws InvalidScenario (exit 104) for another kind of file, a template that is missing, a field of no use, and a base that
 * is no scenario
 */
export function importManifests(given: readonly Given[], base: Given | null, answers: Answers): ImportResult {
	const files = given.map(({ file, text }) => ({ file, text: k6Options(text) ?? text }));
	for (const each of files) {
		refuseTemplate(each);
		if (!isPlainText(each.text)) refuseForeignText(each);
	}
	const notes = new Notebook();
	const { texts, documents } = opened(files, notes);
	if (holdsRetries(texts, documents, notes)) {
		const written = importRetries(readRetries(texts, documents, notes), files[0].file, base);
		const errors = checked(written.text, base, notes);
		return { ...written, errors, notes: byLine(notes.notes, files) };
	}
	if (documents.some(isK6)) {
		const ledger = new Ledger(notes);
		const written = importK6(documents, files[0].file, base, ledger);
		for (const document of documents.filter((each) => !isK6(each)))
			ledger.unexpressed(document, 'a document without scenarios of k6; it is left out');
		return { ...written, errors: checked(written.text, base, notes), notes: byLine(notes.notes, files) };
	}
	if (documents.some(isObjectives) && !documents.some(isRollout)) {
		const ledger = new Ledger(notes);
		const written = importObjectives(documents, files[0].file, base, ledger);
		for (const document of documents.filter((each) => !isObjectives(each)))
			ledger.unexpressed(document, 'a document without objectives; it is left out');
		return { ...written, errors: checked(written.text, base, notes), notes: byLine(notes.notes, files) };
	}
	refuseUnknown(files, documents);
	const written = importRollouts(allResources(documents), files[0].file, base, answers, notes);
	return { ...written, errors: checked(written.text, base, notes), notes: notes.notes };
}

/** What was given, with the files inside ConfigMaps and Secrets as files of their own. */
function opened(
	files: readonly Given[],
	notes: Notebook,
): { readonly texts: readonly Given[]; readonly documents: readonly Field[] } {
	const texts: Given[] = files.filter(({ text }) => isPlainText(text));
	const documents: Field[] = [];
	for (const { file, documents: found } of readDocuments(files.filter(({ text }) => !isPlainText(text)))) {
		const source = files.find((given) => given.file === file)?.text ?? '';
		for (const document of found) {
			const inner = holdsTexts(document) ? embeddedIn(document, source, isPlainText, notes) : NOTHING;
			texts.push(...inner.texts);
			documents.push(...(inner.texts.length + inner.documents.length > 0 ? inner.documents : [document]));
		}
	}
	return { texts, documents };
}

const NOTHING: Embedded = { texts: [], documents: [] };

/** In the order of the text; what is not about one of the files stands last. */
function byLine(notes: readonly Note[], files: readonly Given[]): Note[] {
	const order = new Map(files.map(({ file }, i) => [oneLine(file), i]));
	const rank = ({ at }: Note): [number, number] => {
		const cut = at.lastIndexOf(':');
		return [order.get(at.slice(0, cut)) ?? files.length, Number(at.slice(cut + 1))];
	};
	// What stands in a block that several policies share would be told once for each of them.
	const once = new Map(notes.map((note) => [`${note.at} ${note.kind} ${note.text}`, note]));
	return [...once.values()].toSorted((a, b) => {
		const [[fileA, lineA], [fileB, lineB]] = [rank(a), rank(b)];
		return fileA - fileB || lineA - lineB;
	});
}

const isRollout = (document: Field): boolean =>
	resourcesOf(document).some(({ kind }) => kind === 'Rollout' || kind === 'Canary');

/** Beside a rollout retries are left out: its manifests may hold the routes that it splits. */
function holdsRetries(texts: readonly Given[], documents: readonly Field[], notes: Notebook): boolean {
	// A rollout may be long, and is no retry configuration: it is not searched for one.
	const known = documents.filter((document) => !isRollout(document) && isRetries(document));
	if (known.length + texts.length === 0) return false;
	if (!documents.some(isRollout)) return true;
	const left = 'retries beside a rollout are left out: imported alone they are a scenario, or a variant, of their own';
	for (const { place } of [...known, ...texts.map(({ file }) => ({ place: `${file}:1` }))])
		notes.unexpressed({ place }, left);
	return false;
}

function importRollouts(
	resources: readonly Resource[],
	file: string,
	base: Given | null,
	answers: Answers,
	notes: Notebook,
): OverlaidScenario {
	const strict = resources.map((resource) => ({ ...resource, body: resource.body.strictly }));
	const imported = eachOf(strict, (resource) => importOne(resource, strict, answers, notes)).flat();
	for (const { body } of strict) tellLeftover(body, notes);
	if (imported.length === 0) throw nothingIn(file, found(resources));
	if (imported.length > MAX_IMPORTED) {
		throw nothingIn(file, `${imported.length} rollouts, of which at most ${MAX_IMPORTED} fit into one scenario`);
	}
	if (base === null) {
		const [first, ...further] = imported;
		const under = { file: first.file, text: worldAround(first, imported, notes), world: null };
		const { text, variants } = laid(under, further, notes);
		return { text, variants: [BASE, ...variants] };
	}
	const { world } = loadScenario(base.text, { file: base.file });
	return laid({ ...base, world }, imported, notes);
}

/** The base with a variant for each. */
function laid(base: Base, all: readonly Imported[], notes: Notebook): OverlaidScenario {
	return all.reduce<OverlaidScenario>(
		({ text: under, variants }, each) => {
			const { text, variant } = layInto({ ...base, text: under }, each, notes);
			return { text, variants: [...variants, variant] };
		},
		{ text: base.text, variants: [] },
	);
}

/** Of a resource that was read; what nobody names says nothing here, as a Service beside a rollout. */
function tellLeftover(body: Field, notes: Notebook): void {
	if (!body.readKeys?.size) return;
	for (const key of ['apiVersion', 'kind']) body.get(key).taken();
	const metadata = body.get('metadata');
	for (const key of ['name', 'namespace', 'generateName']) metadata.get(key).taken();
	for (const field of body.leftover()) {
		const text = `${field.path}: not read by this import; it is left out`;
		if (/^(?:metadata|status)\b|\.address$/.test(field.path)) notes.folded(field, text);
		else notes.unexpressed(field, text);
	}
}

function importOne(resource: Resource, resources: readonly Resource[], answers: Answers, notes: Notebook): Imported[] {
	const { kind, group } = resource;
	if (kind === 'Rollout' && /^$|argoproj/.test(group)) {
		if (hasCanary(resource)) return [importArgo(resource, resources, answers, notes)];
		notes.unexpressed(resource.body, `Rollout ${resource.name} has no \`strategy.canary\`; it is left out`);
	}
	if (kind === 'Canary' && /^$|flagger/.test(group)) return [importFlagger(resource, resources, answers, notes)];
	return [];
}

/** What there was instead. */
function found(resources: readonly Resource[]): string {
	const kinds = [...new Set(resources.map(({ kind }) => kind))];
	if (kinds.includes('Rollout')) return 'a Rollout without `strategy.canary` (blueGreen is not imported)';
	return `${kinds.slice(0, 5).join(', ')}${kinds.length > 5 ? ', ...' : ''} alone`;
}

/** The scenario is read once more as `check` would: what is wrong with it, but for what was wrong with the base already. */
function checked(text: string, base: Given | null, notes: Notebook): readonly Issue[] {
	const file = 'the scenario';
	const said = ({ path, message }: Issue): string => `${path}: ${message}`;
	const before = base === null ? [] : checkScenario(base.text, { file }).warnings.map(said);
	const { errors, warnings } = checkScenario(text, { file });
	for (const issue of warnings.filter((each) => !before.includes(said(each))))
		notes.assumed({ place: `${file}:${issue.line}` }, `a warning: ${said(issue)}`);
	for (const issue of errors)
		notes.unexpressed({ place: `${file}:${issue.line}` }, `it cannot be run as it is: ${said(issue)}`);
	return errors;
}
