/**
 * What may stand beside `preset`, for the JSON Schema: the preset's fields lie under it, so that nothing is required, null deletes at
 * every depth, and a part of one of several kinds need not name its kind.
 */
import { Bug } from '../../kernel/errors.js';

type Node = Readonly<Record<string, unknown>>;

const SUFFIX = 'OverPreset';
const ref = (name: string): string => `#/definitions/${name}`;

/** The schema with another form of whatever takes a preset, and with budgets that need no kind. */
export function overPreset(schema: Node): Record<string, unknown> {
	const definitions = new Map(Object.entries(mapAt(schema, 'definitions')));
	definitions.set('budget', withDefaultKind(asMap(definitions.get('budget')), 'ratio-bucket'));
	const relax = relaxing(definitions);
	const policy = relax(asMap(definitions.get('policy')));
	const rollouts = mapAt(mapAt(schema, 'properties'), 'rollouts');
	const rollout = mapAt(rollouts, 'additionalProperties');
	definitions.set('rollout', rollout);
	definitions.set(`policy${SUFFIX}`, { ...policy, required: ['preset'] });
	definitions.set(`rollout${SUFFIX}`, { ...relax(rollout), required: ['preset', 'at'] });
	const either = (name: string): Node => ({ anyOf: [{ $ref: ref(name) }, { $ref: ref(`${name}${SUFFIX}`) }] });
	const wherePolicies = (value: unknown): unknown => {
		if (Array.isArray(value)) {
			const here = value.findIndex((one) => isMap(one) && one.$ref === ref('policy'));
			const list = value.map(wherePolicies);
			return here < 0 ? list : list.toSpliced(here + 1, 0, { $ref: ref(`policy${SUFFIX}`) });
		}
		if (!isMap(value)) return value;
		return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, wherePolicies(one)]));
	};
	const properties = asMap(wherePolicies(mapAt(schema, 'properties')));
	return {
		...schema,
		properties: { ...properties, rollouts: { ...rollouts, additionalProperties: either('rollout') } },
		definitions: Object.fromEntries(definitions),
	};
}

/** Makes the form of a schema that lies over a preset; what it refers to gets such a form as well, under a name of its own. */
function relaxing(definitions: Map<string, unknown>): (node: Node) => Node {
	const reference = (target: unknown): unknown => {
		const name = String(target).slice(ref('').length);
		const known = definitions.get(name);
		if (!JSON.stringify(known).includes('"properties"')) return target;
		const made = `${name}${SUFFIX}`;
		if (!definitions.has(made)) {
			// Known by its name before it is made: laws hold laws.
			definitions.set(made, {});
			definitions.set(made, relax(asMap(known)));
		}
		return ref(made);
	};
	const relax = (node: Node): Node => {
		const { required: _, oneOf, ...rest } = node;
		const out: Record<string, unknown> = { ...rest };
		if (oneOf !== undefined) out.anyOf = oneOf;
		for (const list of ['anyOf', 'allOf']) if (Array.isArray(out[list])) out[list] = out[list].map((one) => relax(one));
		if (out.$ref !== undefined) out.$ref = reference(out.$ref);
		if (isMap(out.properties)) {
			out.properties = Object.fromEntries(
				Object.entries(out.properties).map(([key, one]) => [key, orNull(relax(asMap(one)))]),
			);
		}
		if (isMap(out.additionalProperties)) out.additionalProperties = orNull(relax(out.additionalProperties));
		return out;
	};
	return relax;
}

function orNull(node: Node): Node {
	const { description, ...rest } = node;
	return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] };
}

/** Of several kinds one is meant where none is written. */
function withDefaultKind(node: Node, kind: string): Node {
	if (!Array.isArray(node.oneOf)) throw new Bug('the kinds of budget are no list');
	const oneOf = node.oneOf.map((form: Node) => {
		if (mapAt(mapAt(form, 'properties'), 'kind').const !== kind || !Array.isArray(form.required)) return form;
		return { ...form, required: form.required.filter((field) => field !== 'kind') };
	});
	return { ...node, oneOf };
}

const isMap = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

function asMap(value: unknown): Node {
	if (isMap(value)) return value;
	throw new Bug('the JSON Schema lacks a part');
}

const mapAt = (node: Node, key: string): Node => asMap(node[key]);
