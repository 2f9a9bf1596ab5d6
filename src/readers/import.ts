/**
 * From what others wrote (Argo Rollouts, Flagger Canaries, with the templates that they name) to a scenario, and to the list
 * of all that was understood, assumed, could not be expressed, or must be asked. Texts come in and a text goes out.
 */
import { BASE } from '../scenario/edit.js';
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

/** Each is a variant. */
const MAX_ROLLOUTS = 50;

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
	if (imported.length > MAX_ROLLOUTS) {
		throw nothingIn(
			files[0].file,
			`${imported.length} rollouts, of which at most ${MAX_ROLLOUTS} fit into one scenario`,
		);
	}
	if (base === null) {
		const [first, ...further] = imported;
		const under = { file: first.file, text: worldAround(first, imported, notes), world: null };
		const { text, variants } = laid(under, further, notes);
		return { text, variants: [BASE, ...variants], notes: notes.notes };
	}
	const { world } = loadScenario(base.text, { file: base.file });
	return { ...laid({ ...base, world }, imported, notes), notes: notes.notes };
}

/** The base with a variant for each. */
function laid(base: Base, all: readonly Imported[], notes: Notebook): Omit<ImportResult, 'notes'> {
	return all.reduce<Omit<ImportResult, 'notes'>>(
		({ text: under, variants }, each) => {
			const { text, variant } = layInto({ ...base, text: under }, each, notes);
			return { text, variants: [...variants, variant] };
		},
		{ text: base.text, variants: [] },
	);
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
