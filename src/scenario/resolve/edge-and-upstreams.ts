/** Regions, platforms and node groups, with every switch filled in. */
import { MILLISECOND } from '../../kernel/units.js';
import { type Distribution, meanUs } from '../../model/distributions/distribution.js';
import type { NodeGroup, ShedRule } from '../../model/node-group.js';
import { SERVER_ERROR, UNAVAILABLE } from '../../model/reply.js';
import type { Region, RequestClass } from '../../model/world.js';
import { IDEMPOTENT } from '../schema/traffic.js';
import type { ResolveContext } from './context.js';
import type { GroupPlan } from './node-groups.js';
import { replyOf } from './reply-kinds.js';
import { addUp } from './shares.js';

/** What a group has where no level says otherwise (MODEL section 2, defaults first). */
const DEFAULTS = {
	nodes: 1,
	workers: 16,
	queue: { kind: 'places', places: 200 },
	discipline: 'fifo',
	lifoAbove: 100,
	onFull: 'reject',
	abandoned: 'serve',
	rejectCost: 0,
	crashed: 'refuse',
	cutOff: 'refuse',
	serviceDecided: 'progress',
	perInFlight: 0,
	standby: false,
} as const;

const MAX_NODES = 100_000;

export function buildClasses({ doc, classes }: ResolveContext): readonly RequestClass[] {
	return classes.list.map((name) => {
		const written = doc.classes?.[name];
		return written === undefined
			? plainClass(name)
			: {
					name,
					priority: written.priority,
					errorProbability: written.errors,
					errorReply: { cause: written.status, retryAfterUs: null },
					method: written.method,
					idempotent: written.idempotent === undefined ? IDEMPOTENT.includes(written.method) : written.idempotent,
				};
	});
}

/** A class that the file names nowhere but in a mix. */
function plainClass(name: string): RequestClass {
	return { name, priority: 0, errorProbability: 0, errorReply: SERVER_ERROR, method: 'GET', idempotent: true };
}

/**
 * The groups of all regions, nodes numbered through.
 * @param startShares class shares of fresh requests when the run starts, over all populations
 */
export function buildGroups(draft: ResolveContext, startShares: readonly number[]): NodeGroup[] {
	let firstNode = 0;
	const groups = draft.plans.map((plan) => {
		const group = buildGroup(draft, plan, firstNode, startShares);
		firstNode += group.nodes;
		return group;
	});
	if (firstNode > MAX_NODES)
		draft.problems.error(['edge'], `found ${firstNode} nodes in all, at most ${MAX_NODES} would do`);
	return groups;
}

function buildGroup(
	draft: ResolveContext,
	plan: GroupPlan,
	firstNode: number,
	startShares: readonly number[],
): NodeGroup {
	const { fields } = plan;
	const service = servicePerClass(draft, plan);
	const {
		shed,
		codel,
		crash,
		coldStart,
		fullReply,
		platform: _platform,
		traffic: _traffic,
		service: _service,
		...given
	} = fields;
	const { queue, nodes, workers, rejectCost, ...switches } = { ...DEFAULTS, ...given };
	if (switches.discipline === 'processor-sharing') warnOfWaiting(draft, plan);
	return {
		...{ name: plan.name, region: draft.regions.list.indexOf(plan.region) },
		platform: draft.platforms.list.indexOf(plan.platform),
		firstNode,
		nodes,
		workers,
		queueLimit:
			queue.kind === 'places' ? queue.places : placesFor(draft, plan, queue.us, workers, service, startShares),
		...switches,
		codel: codel === undefined ? null : { targetUs: codel.target, intervalUs: codel.interval },
		fullReply: fullReply === undefined ? UNAVAILABLE : replyOf(fullReply),
		rejectCostUs: rejectCost,
		crashWork: crash === undefined ? 'lost' : crash.work,
		shed: Object.entries(shed ?? {}).map(([name, rule]): ShedRule => {
			const path = [...plan.path('shed'), name];
			const [fromUs, toUs] =
				rule.during === undefined ? [0, draft.time.horizonUs] : draft.time.span(rule.during, [...path, 'during']);
			return {
				queueAbove: rule.queueAbove === undefined ? null : rule.queueAbove,
				utilisationAbove: rule.utilisationAbove === undefined ? null : rule.utilisationAbove,
				classes: draft.classes.mask(rule.classes, [...path, 'classes']),
				retriesOnly: rule.retriesOnly,
				share: rule.share,
				reply: replyOf(rule.reply),
				fromUs,
				toUs,
			};
		}),
		service,
		coldStart: coldStart === undefined ? null : { forUs: coldStart.for, factor: coldStart.factor },
	};
}

/** Where nobody waits, what is done to those who wait does nothing. */
function warnOfWaiting({ problems }: ResolveContext, plan: GroupPlan): void {
	const { codel, abandoned } = plan.fields;
	const useless = (field: 'codel' | 'abandoned', what: string, instead: string): void =>
		problems.warning(
			plan.path(field),
			`nobody waits under processor-sharing: ${what} does nothing; ${instead} would do`,
		);
	if (codel !== undefined) useless('codel', 'codel', 'shed');
	if (abandoned === 'drop-at-dequeue' || abandoned === 'cancel-queued') {
		useless('abandoned', `${abandoned} at the node`, 'cancel-in-service');
	}
}

/** A class's own law, else the group's. */
function servicePerClass({ doc, problems, classes }: ResolveContext, plan: GroupPlan): Distribution[] {
	return classes.list.map((name) => {
		const own = doc.classes?.[name]?.service;
		const law = own === undefined ? plan.fields.service : own;
		if (law === undefined) {
			const path = doc.classes?.[name] === undefined ? [] : ['classes', name];
			const rests = [
				['edge', 'service'],
				['edge', 'groups'],
				['classes', name],
			];
			problems.error(path, `missing: service time; edge: { service: { exponential: 10ms } } would do`, rests);
			return { kind: 'constant', us: 0 };
		}
		const path = own === undefined ? plan.path('service') : ['classes', name, 'service'];
		if (meanUs(law) < MILLISECOND) {
			problems.warning(
				path,
				`mean service of ${meanUs(law)}us: times are whole microseconds, below 1ms they lose precision`,
			);
		}
		return law;
	});
}

/** ceil(time x workers / mean service): as many places as the node empties in that time, over the region's mix at the start. */
function placesFor(
	{ problems }: ResolveContext,
	plan: GroupPlan,
	us: number,
	workers: number,
	service: readonly Distribution[],
	startShares: readonly number[],
): number {
	const mean = service.reduce((sum, law, c) => sum + startShares[c] * meanUs(law), 0);
	if (!(mean > 0)) {
		problems.error(plan.path('queue'), 'a queue as a time needs a service time; a number of places would do', [
			['classes'],
			['edge', 'service'],
		]);
		return 0;
	}
	const places = (us * workers) / mean;
	// 3520.0000000000005 places are 3520: what is whole but for the last bits of a float is not rounded up.
	return Math.ceil(places - places * 1e-12 - 1e-9);
}

export function buildRegions(draft: ResolveContext, shares: readonly number[]): Region[] {
	const { doc, problems, regions } = draft;
	return regions.list.map((name, r) => {
		const written = doc.regions?.[name]?.failover;
		const path = ['regions', name, 'failover'];
		const failover = written === undefined ? [] : regions.indices(written, path);
		if (failover.includes(r)) problems.error(path, `found ${name} itself, other regions would do`);
		return { name, share: shares[r], failover, platformShares: platformShares(draft, name) };
	});
}

/** A spare has no traffic of its own, and stands by for nodes that have. */
function checkSpare(problems: ResolveContext['problems'], plan: GroupPlan, here: readonly GroupPlan[]): void {
	if (plan.fields.traffic !== undefined)
		problems.error(plan.path('traffic'), 'a group with `standby: true` has no traffic of its own; leave it out');
	if (here.some(({ platform }) => platform === plan.platform)) return;
	const labels = [...new Set(here.map(({ platform }) => platform))];
	const would = labels.length === 0 ? 'a group without `standby`' : `platform: ${labels.join(' or platform: ')}`;
	problems.error(
		plan.path('standby'),
		`no group serves platform ${plan.platform} in ${plan.region} that it could stand by for; ${would} would do`,
	);
}

/** Share of the region's traffic that lives on each platform: groups of one platform add up, platforms to 100 %. */
function platformShares({ problems, platforms, plans }: ResolveContext, region: string): readonly number[] {
	const all = plans.filter((plan) => plan.region === region);
	const here = all.filter(({ fields }) => fields.standby !== true);
	for (const plan of all) if (plan.fields.standby === true) checkSpare(problems, plan, here);
	const labels = [...new Set(here.map((plan) => plan.platform))];
	const given = here.filter((plan) => plan.fields.traffic !== undefined);
	const sums = labels.map((label) =>
		given.filter((plan) => plan.platform === label).reduce((sum, plan) => sum + Number(plan.fields.traffic), 0),
	);
	const level = here.some((plan) => plan.path('traffic')[0] === 'regions')
		? ['regions', region, 'groups']
		: ['edge', 'groups'];
	const missing = here.filter((plan) => !given.some((other) => other.platform === plan.platform));
	if (labels.length === 1 && given.length === 0) sums[0] = 1;
	else if (missing.length > 0) {
		for (const plan of missing) {
			const own = [...level, plan.name];
			problems.error(
				own,
				`missing: \`traffic\`, the share of the traffic that lives on ${plan.platform}, such as 28%, would do`,
			);
		}
		return platforms.list.map(() => 0);
	}
	const shares = addUp(sums, level, 'traffic shares of the platforms', problems);
	return platforms.list.map((label) => (labels.includes(label) ? shares[labels.indexOf(label)] : 0));
}
