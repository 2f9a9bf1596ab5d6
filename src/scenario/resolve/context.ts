/** What the builders share: the document, its mistakes, its timeline and its names. */
import type { IssueCollector } from '../document/issue-collector.js';
import type { Document } from '../schema/document.js';
import { NameIndex } from './name-index.js';
import { type GroupPlan, groupPlans } from './node-groups.js';
import { Timeline } from './run-instants.js';

export interface ResolveContext {
	readonly doc: Document;
	readonly problems: IssueCollector;
	readonly time: Timeline;
	readonly classes: NameIndex;
	readonly mixes: NameIndex;
	readonly regions: NameIndex;
	readonly platforms: NameIndex;
	readonly groups: NameIndex;
	readonly populations: NameIndex;
	readonly changes: NameIndex;
	readonly layers: NameIndex;
	/** what an expectation may be compared with */
	readonly variants: NameIndex;
	/** the node groups of all regions, in the order of the world */
	readonly plans: readonly GroupPlan[];
}

export function resolveContext(doc: Document, problems: IssueCollector, variants: readonly string[]): ResolveContext {
	const names = (what: string, list: readonly string[], ...at: string[][]): NameIndex =>
		new NameIndex(what, [...new Set(list)], problems, at);
	const keys = (map: Record<string, unknown> | undefined, otherwise: string[] = []): string[] =>
		map === undefined || Object.keys(map).length === 0 ? otherwise : Object.keys(map);
	const regions = keys(doc.regions, ['world']);
	const plans = groupPlans(doc, regions);
	const layers = Object.values(doc.clients ?? {}).flatMap(({ retry, layers }) =>
		retry !== undefined ? ['retry'] : keys(layers, ['none']),
	);
	return {
		doc,
		problems,
		time: new Timeline(doc, problems),
		classes: names('class', keys(doc.classes, ['request']), ['classes']),
		mixes: names('mix', keys(doc.mixes), ['mixes']),
		regions: names('region', regions, ['regions']),
		platforms: names(
			'platform',
			plans.map((plan) => plan.platform),
			['edge', 'groups'],
		),
		groups: names(
			'node group',
			plans.map((plan) => plan.name),
			['edge', 'groups'],
		),
		populations: names('client population', keys(doc.clients, ['clients']), ['clients']),
		changes: names('change', keys(doc.changes), ['changes']),
		layers: names('retry layer', layers, ['clients']),
		variants: names('variant', variants, ['variants']),
		plans,
	};
}
