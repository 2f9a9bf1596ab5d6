/** What the builders share: the document, its mistakes, its timeline and its names. */
import type { Problems } from '../document/issue-collector.js';
import type { Document } from '../schema/document.js';
import { Names } from './name-index.js';
import { type GroupPlan, groupPlans } from './node-groups.js';
import { Timeline } from './timeline.js';

export interface Draft {
	readonly doc: Document;
	readonly problems: Problems;
	readonly time: Timeline;
	readonly classes: Names;
	readonly mixes: Names;
	readonly regions: Names;
	readonly platforms: Names;
	readonly groups: Names;
	readonly populations: Names;
	readonly changes: Names;
	readonly layers: Names;
	/** what an expectation may be compared with */
	readonly variants: Names;
	/** the node groups of all regions, in the order of the world */
	readonly plans: readonly GroupPlan[];
}

export function draft(doc: Document, problems: Problems, variants: readonly string[]): Draft {
	const names = (what: string, list: readonly string[], ...at: string[][]): Names =>
		new Names(what, [...new Set(list)], problems, at);
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
