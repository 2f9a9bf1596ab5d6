/** `preset: argo` in a rollout: the fields of the preset, with the author's own laid over them. */
import { ROLLOUT_PRESET_NAMES, ROLLOUT_PRESETS, type RolloutPresetName } from '../catalog/rollouts.js';
import { merge } from './edit.js';
import { InvalidScenario, issueAt } from './issue.js';
import { suggest } from './nearest.js';
import type { Entry, MapSource, Origin, SourceNode } from './source.js';

/**
 * The document with every preset written out. What comes from one stands, for mistakes, where it was named.
 * @throws InvalidScenario on the name of no preset
 */
export function withPresets(doc: MapSource, file: string): MapSource {
	const rollouts = doc.entries.get('rollouts');
	if (rollouts?.node.kind !== 'map') return doc;
	const entries = new Map<string, Entry>();
	for (const [name, entry] of rollouts.node.entries) {
		entries.set(name, { ...entry, node: expanded(entry.node, `rollouts.${name}.preset`, file) });
	}
	return {
		...doc,
		entries: new Map(doc.entries).set('rollouts', { ...rollouts, node: { ...rollouts.node, entries } }),
	};
}

function expanded(node: SourceNode, path: string, file: string): SourceNode {
	if (node.kind !== 'map') return node;
	const named = node.entries.get('preset')?.node;
	if (named === undefined) return node;
	const { at } = named;
	const found = named.kind === 'scalar' ? String(named.value) : 'no name';
	if (!isPreset(found)) {
		const message = `found "${found}", which is no preset of a rollout; ${suggest(found, ROLLOUT_PRESET_NAMES)}`;
		throw new InvalidScenario([
			issueAt('error', { file, line: at.line, column: at.column, set: at.set }, path, message),
		]);
	}
	const own = { ...node, entries: new Map([...node.entries].filter(([key]) => key !== 'preset')) };
	return merge(written(ROLLOUT_PRESETS[found].fields, at), own);
}

const isPreset = (name: string): name is RolloutPresetName => ROLLOUT_PRESET_NAMES.some((known) => known === name);

/** Plain data as a tree whose every value was written at one place. */
function written(value: unknown, at: Origin): SourceNode {
	if (Array.isArray(value)) return { kind: 'list', at, items: value.map((item) => written(item, at)) };
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
		return { kind: 'scalar', at, value };
	const entries = Object.entries(Object(value)).map(([key, item]): [string, Entry] => [
		key,
		{ keyAt: at, node: written(item, at) },
	]);
	return { kind: 'map', at, entries: new Map(entries) };
}
