/** Changes and faults: what happens to requests and nodes, and where. */
import type { Change } from '../../../model/change.js';
import type { Fault, FaultEffect } from '../../../model/fault.js';
import type { NodeGroup } from '../../../model/node-group.js';
import type { Path } from '../../document/yaml-source.js';
import type { Document } from '../../schema/document.js';
import type { ResolveContext } from '../context.js';
import { replyOf } from '../reply-kinds.js';

export function buildChanges({ doc, problems, classes, regions, platforms }: ResolveContext): Change[] {
	return Object.entries(doc.changes ?? {}).map(([name, written]): Change => {
		const path = ['changes', name];
		const { match, cost, errorCost, crashes } = written;
		if (written.calls < 1) {
			problems.error([...path, 'calls'], `found x${written.calls}, at least x1 would do: the request itself is one`);
		}
		return {
			name,
			classes: classes.mask(match.class, [...path, 'match', 'class']),
			regions: regions.mask(match.region, [...path, 'match', 'region']),
			platforms: platforms.mask(match.platform, [...path, 'match', 'platform']),
			nodeShare: match.nodes,
			requestShare: match.requests,
			failProbability: written.fails,
			failReply: { cause: written.status, retryAfterUs: null },
			shedReply: replyOf(written.shedReply),
			costFactor: cost,
			errorCostFactor: errorCost === undefined ? cost : errorCost,
			shedProbability: written.sheds,
			calls: written.calls,
			crash: crashes === undefined ? null : { probability: crashes.probability, restartUs: crashes.restart },
			onset: written.onset,
			aboveLoad: written.aboveLoad,
			failOpen: written.failOpen,
		};
	});
}

type FaultFields = NonNullable<Document['faults']>[string];

export function buildFaults(draft: ResolveContext, groups: readonly NodeGroup[]): Fault[] {
	return Object.entries(draft.doc.faults ?? {}).map(([name, written]): Fault => {
		const path = ['faults', name];
		const { problems, time } = draft;
		const fromUs = time.event(written.at, [...path, 'at']);
		if (written.for === 0) problems.error([...path, 'for'], 'found 0s, a fault that lasts some time would do');
		return {
			name,
			fromUs,
			toUs: fromUs + written.for,
			scope: scopeOf(draft, written, path, groups),
			effect: effectOf(written),
		};
	});
}

function scopeOf(
	draft: ResolveContext,
	{ where, traffic }: FaultFields,
	path: Path,
	groups: readonly NodeGroup[],
): Fault['scope'] {
	const at = (field: string): Path => [...path, 'where', field];
	const regions = draft.regions.mask(where.region, at('region'));
	const platforms = draft.platforms.mask(where.platform, at('platform'));
	const names = draft.groups.mask(where.group, at('group'));
	const mask = names === null ? null : groups.map((group) => names[draft.groups.list.indexOf(group.name)]);
	const chosen = groups.filter(
		(group, g) => regions?.[group.region] !== false && platforms?.[group.platform] !== false && mask?.[g] !== false,
	);
	if (chosen.length === 0) {
		const known = [at('region'), at('platform'), at('group')];
		draft.problems.error(
			[...path, 'where'],
			'no node is there: no group is in that region, on that platform and of that name',
			known,
		);
	}
	const { node } = where;
	const having = node === undefined ? [] : chosen.filter((group) => node < group.nodes);
	if (node !== undefined && having.length === 0 && chosen.length > 0 && traffic === undefined) {
		const most = Math.max(...chosen.map((group) => group.nodes)) - 1;
		draft.problems.error(at('node'), `found node ${node}, ${most === 0 ? '0' : `0 to ${most}`} would do`);
	}
	return {
		regions,
		platforms,
		groups: mask,
		nodes: node === undefined ? null : having.map((group) => group.firstNode + node),
		nodeShare: where.nodes === undefined ? 1 : where.nodes,
	};
}

/** The schema has seen to it that there is exactly one. */
function effectOf({ crash, speed, latency, errors, status, partition, traffic }: FaultFields): FaultEffect {
	if (crash === true) return { kind: 'crash' };
	if (partition === true) return { kind: 'partition' };
	if (speed !== undefined) return { kind: 'speed', factor: speed };
	if (latency !== undefined) return { kind: 'latency', factor: latency };
	if (errors !== undefined) return { kind: 'error', probability: errors, reply: { cause: status, retryAfterUs: null } };
	return { kind: 'traffic', factor: Number(traffic) };
}
