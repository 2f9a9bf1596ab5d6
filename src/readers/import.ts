/**
 * From what others wrote (Argo Rollouts, Flagger Canaries, with the templates that they name) to a scenario, and to the list
 * of all that was understood, assumed, could not be expressed, or must be asked. Texts come in and a text goes out.
 */
import { loadScenario } from '../scenario/load.js';
import type { Answers } from './answers.js';
import { hasCanary, importArgo } from './argo.js';
import { importFlagger } from './flagger.js';
import { type Given, nothingIn, type Resource, readResources } from './manifest.js';
import { type Note, Notebook } from './notes.js';
import { type Base, layInto } from './overlay.js';
import type { Imported } from './stages.js';
import { worldAround } from './world.js';

export interface ImportResult {
	/** a scenario file */
	readonly text: string;
	/** its variants that were imported; `base` for the scenario itself */
	readonly variants: readonly string[];
	readonly notes: readonly Note[];
}

/**
 * Reads manifests: with a base its variants, one for each rollout found; without one a scenario for the first, and a variant
 * for each further one.
 * @param files at least one; templates are looked up by name in all of them
 * @throws InvalidScenario (exit 104) for another kind of file, a template that is missing, a field of no use, and a base that
 * is no scenario
 */
export function importManifests(files: readonly Given[], base: Given | null, answers: Answers): ImportResult {
	const resources = readResources(files);
	const notes = new Notebook();
	const imported = resources.flatMap((resource) => importOne(resource, resources, answers, notes));
	if (imported.length === 0) throw nothingIn(files[0].file, found(resources));
	if (base === null)
		return withFurther(worldAround(imported[0], imported, notes), ['base'], imported.slice(1), notes, {
			file: imported[0].file,
			measuredUs: null,
		});
	const { world } = loadScenario(base.text, { file: base.file });
	return withFurther(base.text, [], imported, notes, { file: base.file, measuredUs: world.horizonUs - world.warmUpUs });
}

function withFurther(
	text: string,
	variants: readonly string[],
	further: readonly Imported[],
	notes: Notebook,
	base: Omit<Base, 'text'>,
): ImportResult {
	const laid = further.reduce(
		(before, each) => {
			const { text, variant } = layInto({ ...base, text: before.text }, each, notes);
			return { text, variants: [...before.variants, variant] };
		},
		{ text, variants },
	);
	return { ...laid, notes: notes.notes };
}

function importOne(resource: Resource, resources: readonly Resource[], answers: Answers, notes: Notebook): Imported[] {
	const { kind, group } = resource;
	if (kind === 'Rollout' && /^$|argoproj/.test(group) && hasCanary(resource)) {
		return [importArgo(resource, resources, answers, notes)];
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
