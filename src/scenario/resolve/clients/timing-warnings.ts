/** What only the whole world shows of clients and nodes together: a queue as long as a timeout, and a failover that nothing uses. */
import { formatDuration } from '../../../kernel/units.js';
import { meanUs } from '../../../model/distributions/distribution.js';
import type { NodeGroup } from '../../../model/node-group.js';
import type { World } from '../../../model/world.js';
import type { ResolveContext } from '../context.js';

/** The wait in a full queue is close to a timeout within this share of it. */
const CLOSE = 0.2;

/** Notes before any run, once the world is whole. */
export function warnOfTiming(context: ResolveContext, world: World): void {
	warnOfQueues(context, world);
	warnOfFailover(context, world);
	warnOfSpares(context, world);
}

/** Near a timeout of its clients a full queue serves in time or too late by chance: small changes of anything turn the result. */
function warnOfQueues({ problems }: ResolveContext, world: World): void {
	// Of groups that are alike but for their size one is enough.
	const noted = new Set<string>();
	for (const group of world.groups) {
		const fullUs = waitWhenFullUs(group, world.mixes[0].shares);
		for (const { name, timeout, timeoutClock, share } of world.populations) {
			if (timeout?.kind !== 'constant' || timeoutClock !== 'per-attempt' || share === 0) continue;
			if (!(Math.abs(fullUs - timeout.us) <= CLOSE * timeout.us)) continue;
			const text = `the wait in a full queue, ${group.queueLimit} places x mean service / ${group.workers} workers = ${formatDuration(Math.round(fullUs))}, is within 20% of the timeout of ${name} (${formatDuration(timeout.us)}): small changes decide whether it is served in time`;
			if (noted.has(name)) continue;
			noted.add(name);
			problems.warning(problems.isWritten(['edge', 'queue']) ? ['edge', 'queue'] : ['edge'], text);
		}
	}
}

/** Infinity for a queue without a limit, where no newcomer is turned away. */
function waitWhenFullUs({ queueLimit, workers, service, discipline }: NodeGroup, shares: readonly number[]): number {
	if (queueLimit === 0 || discipline === 'processor-sharing') return Number.POSITIVE_INFINITY;
	const meanServiceUs = service.reduce((sum, law, c) => (shares[c] > 0 ? sum + shares[c] * meanUs(law) : sum), 0);
	return (queueLimit * meanServiceUs) / workers;
}

/** A spare serves where something takes other nodes out, or walks past them. */
function warnOfSpares({ plans, problems }: ResolveContext, { failover, populations }: World): void {
	const isRead =
		failover !== null ||
		populations.some(({ layers }) =>
			layers.some(
				({ target, breaker }) =>
					target === 'next-node' ||
					(breaker !== null && (breaker.kind === 'consecutive-ejection' || breaker.scope === 'host')),
			),
		);
	if (isRead) return;
	for (const plan of plans.filter(({ fields }) => fields.standby === true))
		problems.warning(
			plan.path('standby'),
			'has no effect: nothing takes other nodes out of rotation; edge: { failover: { after: 10s } } would do',
		);
}

/** An order of failover is read where nodes leave the rotation, and by retries that go to the next region. */
function warnOfFailover({ doc, problems }: ResolveContext, { failover, regions, populations }: World): void {
	const isRead =
		failover !== null || populations.some(({ layers }) => layers.some(({ target }) => target === 'next-region'));
	if (isRead) return;
	for (const { name } of regions) {
		const order = doc.regions?.[name]?.failover;
		if (order === undefined || order.length === 0) continue;
		problems.warning(
			['regions', name, 'failover'],
			'has no effect: without edge.failover no node leaves the rotation, and no retry has target: next-region; edge: { failover: { after: 10s } } would use it',
		);
	}
}
