/** The metrics of an Argo analysis: templates looked up by name, one after the other, with the arguments of the rollout put in. */

import type { Field } from '../manifest/field.js';
import type { Resource } from '../manifest/resources.js';
import type { Answers } from '../rollouts/import-answers.js';

export interface ArgoMetric {
	readonly name: string;
	/** arguments are put in */
	readonly field: Field;
	/** what its template is called */
	readonly of: string;
	readonly dryRun: boolean;
	/** arguments whose values nobody knows, of those that it speaks of */
	readonly unknown: readonly string[];
}

/** What stands for the hashes of the two versions, which a cluster puts in; no author writes this. */
export const LATEST_HASH = '<hash of the new version>';
export const STABLE_HASH = '<hash of the version before>';

const ARGUMENT = /\{\{\s*(?:args|inputs)\.([\w.-]+)\s*\}\}/g;

/**
 * @param analysis `spec.strategy.canary.analysis`, or a step's
 * @throws InvalidScenario for a template that is not among those given
 */
export function argoMetrics(analysis: Field, resources: readonly Resource[], answers: Answers): ArgoMetric[] {
	const templates = templatesOf(analysis, resources, new Set());
	const values = argumentValues([...templates.map(({ body }) => body.dig('spec.args')), analysis.get('args')], answers);
	const dry = [analysis, ...templates.map(({ body }) => body.get('spec'))].flatMap(dryRunNames);
	return templates.flatMap((template) =>
		template.body
			.dig('spec.metrics')
			.items()
			.map((written) => metric(written, template, values, dry)),
	);
}

function metric(
	written: Field,
	{ kind, name: template }: Resource,
	values: Values,
	dry: readonly string[],
): ArgoMetric {
	const unknown = new Set<string>();
	const field = written.mapped((text) =>
		text.replace(ARGUMENT, (whole, name: string) => {
			const value = values.get(name);
			if (value !== undefined) return value;
			unknown.add(name);
			return whole;
		}),
	);
	const name = field.get('name').needed('the name of a metric');
	return {
		name,
		field,
		of: `${kind} ${template}`,
		dryRun: dry.some((each) => covers(each, name)),
		unknown: [...unknown],
	};
}

/** Each once, whoever names it. */
function templatesOf(from: Field, resources: readonly Resource[], seen: Set<Resource>): Resource[] {
	const listed = from.get('templates').items();
	// A field of its own in versions before 0.9.
	const named = from.get('templateName').given ? [from, ...listed] : listed;
	return named.flatMap((reference) => {
		const name = reference.get('templateName').needed('the name of a template');
		const kind = reference.get('clusterScope').flag() ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
		const found = resources.find((each) => each.kind === kind && each.name === name);
		if (found === undefined) {
			const at = reference.get('templateName');
			throw at.refused(`found no ${kind} ${name} among the files given, its file beside this one would do`);
		}
		if (seen.has(found)) return [];
		seen.add(found);
		return [found, ...templatesOf(found.body.get('spec'), resources, seen)];
	});
}

type Values = ReadonlyMap<string, string>;

/** Later lists win, as a rollout's arguments do over a template's defaults; flags win over all. */
function argumentValues(lists: readonly Field[], answers: Answers): Values {
	const values = new Map<string, string>();
	for (const each of lists.flatMap((list) => list.items())) {
		const name = each.get('name').needed('the name of an argument');
		const value = each.get('value').text();
		const hash = each.dig('valueFrom.podTemplateHashValue').text();
		if (value !== null) values.set(name, value);
		else if (hash !== null) values.set(name, hash === 'Latest' ? LATEST_HASH : STABLE_HASH);
	}
	for (const [name, value] of answers.args) values.set(name, value);
	return values;
}

const dryRunNames = (from: Field): string[] =>
	from
		.get('dryRun')
		.items()
		.map((each) => each.get('metricName').needed('the name of a metric, or an expression for several'));

/** The names of metrics in `dryRun` are expressions. */
function covers(pattern: string, name: string): boolean {
	try {
		return new RegExp(`^(?:${pattern})$`).test(name);
	} catch {
		return pattern === name;
	}
}
