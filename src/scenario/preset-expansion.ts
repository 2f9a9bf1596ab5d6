/**
 * `preset: argo` in a rollout, `retry: aws-js-v3-standard-2026` or `{ preset: ..., attempts: 5 }` in a client: the fields of
 * the preset, with the author's own laid over them.
 */
import { caveatSummaryOf, caveats, policyFields, RETRY_PRESETS } from '../catalog/retries.js';
import { ROLLOUT_PRESETS } from '../catalog/rollouts.js';
import { exactNames } from '../model/retry/cause.js';
import { suggest } from './document/did-you-mean.js';
import { InvalidScenario, type Issue, issueAt } from './document/issue.js';
import type { IssueCollector } from './document/issue-collector.js';
import { policyHint } from './document/policy-hint.js';
import type { Entry, MapSource, Origin, Path, SourceNode } from './document/yaml-source.js';
import { merge } from './variants.js';

export interface ExpandedDocument {
	/** the document with every preset written out */
	readonly doc: MapSource;
	/** the retry policies that were named, and where */
	readonly policies: readonly { readonly path: Path; readonly id: string }[];
}

/**
 * What comes from a preset stands, for mistakes, where it was named.
 * @throws InvalidScenario on names of no preset, all at once
 */
export function withPresets(doc: MapSource, file: string): ExpandedDocument {
	const policies: { path: Path; id: string }[] = [];
	const issues: Issue[] = [];
	const named = (node: SourceNode, path: Path, kind: PresetKind): SourceNode => {
		const name = nameOf(node);
		if (name === null) return node;
		const fields = kind.fields(name.text);
		if (fields === undefined) {
			const { at } = name;
			const place = { file, line: at.line, column: at.column, set: at.set };
			const message = `found "${name.text}", which is no preset of ${kind.what}; ${kind.hint(name.text)}`;
			issues.push(issueAt('error', place, [...path, ...name.step].join('.'), message));
			return node;
		}
		if (kind === RETRIES) policies.push({ path, id: name.text });
		const own = node.kind === 'map' ? without(node, 'preset') : null;
		return own === null ? written(fields, name.at) : over(written(fields, name.at), own);
	};
	const rollouts = eachOf(doc, 'rollouts', (rollout, name) =>
		rollout.kind === 'map' ? named(rollout, ['rollouts', name], ROLLOUTS) : rollout,
	);
	const laid = eachOf(rollouts, 'clients', (client, name) => {
		if (client.kind !== 'map') return client;
		const path = ['clients', name];
		const one = eachAt(client, 'retry', (retry) =>
			namedOrPlain(retry, (node) => named(node, [...path, 'retry'], RETRIES)),
		);
		return eachOf(one, 'layers', (layer, key) =>
			namedOrPlain(layer, (node) => named(node, [...path, 'layers', key], RETRIES)),
		);
	});
	if (issues.length > 0) throw new InvalidScenario(issues);
	return { doc: laid, policies };
}

/** What whoever uses a retry preset should know: what its user has to ask for, and what the simulator cannot say. */
export function tellOfPresets(problems: IssueCollector, { policies, doc }: ExpandedDocument): void {
	for (const { path, id } of policies) {
		const preset = RETRY_PRESETS.get(id);
		if (preset === undefined) continue;
		const at = (node: SourceNode, step: string | number): SourceNode | undefined =>
			node.kind === 'map' ? node.entries.get(String(step))?.node : undefined;
		const policy = path.reduce<SourceNode | undefined>(
			(node, step) => (node === undefined ? node : at(node, step)),
			doc,
		);
		if (policy !== undefined && at(policy, 'attempts') === undefined) {
			problems.error(
				path,
				`missing: \`attempts\`, which ${id} leaves to whoever uses it; { preset: ${id}, attempts: 3 } would do`,
			);
		}
		if (!preset.enabledByDefault || caveats(preset).length > 0)
			problems.warning(path, `${id}: ${caveatSummaryOf(preset)}`);
	}
}

interface PresetKind {
	readonly what: string;
	hint(name: string): string;
	fields(name: string): unknown;
}

const ROLLOUTS: PresetKind = {
	what: 'a rollout',
	hint: (name) => suggest(name, Object.keys(ROLLOUT_PRESETS)),
	fields: (name) => Object.entries(ROLLOUT_PRESETS).find(([known]) => known === name)?.[1].fields,
};

const RETRIES: PresetKind = {
	what: 'a retry policy',
	hint: policyHint,
	fields: (name) => {
		const preset = RETRY_PRESETS.get(name);
		return preset === undefined ? undefined : inExactNames(policyFields(preset));
	},
};

/** A preset means the causes that it has, and no outcome. */
function inExactNames(fields: unknown): unknown {
	if (Array.isArray(fields)) return exactNames(fields.map(inExactNames) as (string | number)[]);
	if (typeof fields !== 'object' || fields === null) return fields;
	const keys = exactNames(Object.keys(fields));
	return Object.fromEntries(Object.values(fields).map((value, k) => [keys[k], inExactNames(value)]));
}

/** The preset that a node names: as the value of its `preset`, or (a retry policy) as all that it is. */
function nameOf(node: SourceNode): { text: string; at: Origin; step: readonly string[] } | null {
	if (node.kind === 'scalar') return { text: String(node.value), at: node.at, step: [] };
	if (node.kind !== 'map') return null;
	const named = node.entries.get('preset')?.node;
	if (named === undefined) return null;
	return { text: named.kind === 'scalar' ? String(named.value) : 'no name', at: named.at, step: ['preset'] };
}

/** Null deletes, and is for the schema to complain about; any other scalar is meant as a name. */
function namedOrPlain(node: SourceNode, lay: (node: SourceNode) => SourceNode): SourceNode {
	return node.kind === 'scalar' && typeof node.value !== 'string' ? node : lay(node);
}

/** Parts of a policy that are one of several kinds: a part of another kind takes the preset's place. */
const KINDS = new Map([
	['backoff', ['growth', 'drawn']],
	['budget', ['kind']],
	['limiter', ['kind']],
	['breaker', ['kind']],
	['hedge', ['kind']],
]);

/** The author's fields on top of the preset's. */
function over(under: SourceNode, own: MapSource): SourceNode {
	if (under.kind !== 'map') return own;
	const replaced = [...own.entries].filter(([key, { node }]) => {
		const kinds = KINDS.get(key);
		return kinds !== undefined && (node.kind !== 'map' || kinds.some((kind) => node.entries.has(kind)));
	});
	const remaining = replaced.reduce<MapSource>(
		(map, [key, { node }]) => (isNull(node) ? map : without(map, key)),
		under,
	);
	return merge(remaining, own);
}

const isNull = (node: SourceNode): boolean => node.kind === 'scalar' && node.value === null;

const without = (map: MapSource, gone: string): MapSource => ({
	...map,
	entries: new Map([...map.entries].filter(([key]) => key !== gone)),
});

function eachAt(map: MapSource, key: string, change: (node: SourceNode) => SourceNode): MapSource {
	const entry = map.entries.get(key);
	if (entry === undefined) return map;
	return { ...map, entries: new Map(map.entries).set(key, { ...entry, node: change(entry.node) }) };
}

/** Every value of the map at `key`, changed. */
function eachOf(map: MapSource, key: string, change: (node: SourceNode, name: string) => SourceNode): MapSource {
	return eachAt(map, key, (inner) => {
		if (inner.kind !== 'map') return inner;
		const entries = [...inner.entries].map(([name, entry]): [string, Entry] => [
			name,
			{ ...entry, node: change(entry.node, name) },
		]);
		return { ...inner, entries: new Map(entries) };
	});
}

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
