/** A metric of a Flagger Canary: one that Flagger has built in, or a template's query with its variables put in. */

import type { Field } from '../manifest/field.js';
import type { Resource } from '../manifest/resources.js';
import { rangeVerdicts } from '../promql/limits.js';
import type { CheckedMetric } from '../rollouts/query-check.js';
import { anyLabel, guessed } from '../rollouts/version-names.js';

/**
 * What the built-in metrics ask, in the shape of the queries that Flagger sends: success as a percentage of what the canary
 * answered without a 5xx code, and the 99 % quantile of its durations in milliseconds.
 */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
	[
		'request-success-rate',
		'sum(rate(istio_requests_total{destination_workload="{{ target }}",response_code!~"5.*"}[{{ interval }}])) / sum(rate(istio_requests_total{destination_workload="{{ target }}"}[{{ interval }}])) * 100',
	],
	[
		'request-duration',
		'histogram_quantile(0.99, sum(rate(istio_request_duration_milliseconds_bucket{destination_workload="{{ target }}"}[{{ interval }}])) by (le))',
	],
]);

const DEFAULT_WINDOW = '1m';

/** @throws InvalidScenario for a template that is not among those given */
export function flaggerWatched(metric: Field, canary: Resource, resources: readonly Resource[]): CheckedMetric {
	const name = metric.get('name').needed('the name of a metric');
	const { query, provider } = queryOf(metric, name, canary, resources);
	const { min, max, at } = rangeOf(metric, name);
	const target = canary.body.dig('spec.targetRef.name').text() ?? canary.name;
	return {
		name,
		at: metric.get('name'),
		query: query === null ? null : { text: filled(query.text, variablesOf(metric, canary, target)), at: query.at },
		builtIn: metric.get('templateRef').given || metric.get('query').given ? null : `Flagger's own ${name}`,
		unread:
			provider === null ? 'there is no query' : `its provider is ${provider}, and only queries to Prometheus are read`,
		verdicts: () => rangeVerdicts(min, max),
		limits: at,
		condition: [min === null ? [] : [`min: ${min}`], max === null ? [] : [`max: ${max}`]].flat().join(', '),
		versions: {
			canary: anyLabel(target, `${canary.body.dig('spec.service.name').text() ?? target}-canary`).concat(
				guessed('canary'),
			),
			stable: anyLabel(`${target}-primary`, `${canary.body.dig('spec.service.name').text() ?? target}-primary`),
		},
		otherwise: 'rollout',
	};
}

interface MetricRequest {
	readonly query: { readonly text: string; readonly at: Field } | null;
	readonly provider: string | null;
}

function queryOf(metric: Field, name: string, canary: Resource, resources: readonly Resource[]): MetricRequest {
	const reference = metric.get('templateRef');
	if (reference.given) return templateQuery(reference, canary, resources);
	const own = metric.get('query');
	const text = own.text();
	if (text !== null) return { query: { text, at: own }, provider: 'prometheus' };
	const builtIn = BUILT_IN.get(name);
	return { query: builtIn === undefined ? null : { text: builtIn, at: metric.get('name') }, provider: null };
}

function templateQuery(reference: Field, canary: Resource, resources: readonly Resource[]): MetricRequest {
	const name = reference.get('name').needed('the name of a MetricTemplate');
	const namespace = reference.get('namespace').text() ?? canary.namespace;
	const named = resources.filter((each) => each.kind === 'MetricTemplate' && each.name === name);
	const found = named.find((each) => each.namespace === namespace) ?? named[0];
	if (found === undefined) {
		const missing = `found no MetricTemplate ${name} among the files given, its file beside this one would do`;
		throw reference.get('name').refused(missing);
	}
	const provider = found.body.dig('spec.provider.type').text();
	const query = found.body.dig('spec.query');
	const text = query.text();
	return { query: text === null || provider !== 'prometheus' ? null : { text, at: query }, provider };
}

interface Range {
	readonly min: number | null;
	readonly max: number | null;
	readonly at: Field;
}

function rangeOf(metric: Field, name: string): Range {
	const range = metric.get('thresholdRange');
	if (range.given) return { min: range.get('min').number(), max: range.get('max').number(), at: range };
	// Before ranges a success rate had a least value, and everything else a greatest one.
	const at = metric.get('threshold');
	const limit = at.number();
	return name === 'request-success-rate' ? { min: limit, max: null, at } : { min: null, max: limit, at };
}

function variablesOf(metric: Field, canary: Resource, target: string): ReadonlyMap<string, string> {
	const { body } = canary;
	const or = (path: string, otherwise: string): string => body.dig(path).text() ?? otherwise;
	const own = metric
		.get('templateVariables')
		.entries()
		.map(([key, field]) => [`variables.${key}`, String(field.text())] as const);
	return new Map([
		['name', canary.name],
		['namespace', canary.namespace ?? 'default'],
		['target', target],
		['service', or('spec.service.name', target)],
		['ingress', or('spec.ingressRef.name', target)],
		['route', or('spec.routeRef.name', target)],
		['interval', metric.get('interval').text() ?? DEFAULT_WINDOW],
		...own,
	]);
}

const filled = (query: string, values: ReadonlyMap<string, string>): string =>
	query.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole);
