/** Which node groups each region has, and at which of the three levels (region, group, edge) each of their fields is written. */

import type { Path } from '../document/yaml-source.js';
import type { Document } from '../schema/document.js';
import type { GroupFields } from '../schema/edge.js';

export interface GroupPlan {
	readonly name: string;
	readonly region: string;
	readonly platform: string;
	/** fields of all levels, the nearest one first; none of them deeper than a field, so a law is never half of one and half of another */
	readonly fields: GroupFields;
	/** where a field is written */
	readonly path: (field: keyof GroupFields) => Path;
}

/** Region by region, and in each the groups of `edge.groups` first, then its own. */
export function groupPlans(doc: Document, regions: readonly string[]): GroupPlan[] {
	return regions.flatMap((region) => {
		const own = doc.regions?.[region]?.groups;
		const shared = doc.edge.groups;
		const written = [...Object.keys(shared ?? {}), ...Object.keys(own ?? {})];
		const names = written.length === 0 ? ['edge'] : [...new Set(written)];
		const plans = names.map((name): GroupPlan => {
			const levels: { at: Path; fields: GroupFields | undefined }[] = [
				{ at: ['regions', region, 'groups', name], fields: own?.[name] },
				{ at: ['edge', 'groups', name], fields: shared?.[name] },
				{ at: ['edge'], fields: edgeFields(doc) },
			];
			const [nearest, middle, farthest] = levels.map((level) => given(level.fields));
			const fields: GroupFields = { ...farthest, ...middle, ...nearest };
			return {
				name,
				region,
				platform: fields.platform === undefined ? name : fields.platform,
				fields,
				path: (field) => {
					const level = levels.find(({ fields: some }) => some?.[field] !== undefined);
					return level === undefined ? ['edge'] : [...level.at, field];
				},
			};
		});
		return plans.map((plan) => besides(plan, plans));
	});
}

/** A spare that names no platform stands by for the only one there is. */
function besides(plan: GroupPlan, plans: readonly GroupPlan[]): GroupPlan {
	if (plan.fields.standby !== true || plan.fields.platform !== undefined) return plan;
	const served = new Set(plans.filter(({ fields }) => fields.standby !== true).map(({ platform }) => platform));
	const [only] = served;
	return served.size === 1 ? { ...plan, platform: only } : plan;
}

/** A group takes everything of `edge` but what is the world's alone. */
function edgeFields(doc: Document): GroupFields {
	const { choice: _choice, failover: _failover, groups: _groups, ...fields } = doc.edge;
	return fields;
}

function given(fields: GroupFields | undefined): GroupFields {
	return fields === undefined
		? {}
		: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
