/**
 * What a world looks like once it has collapsed, so that a run can begin there: every queue full of work for nobody, and
 * as many clients in back-off as keep it so.
 */

import { meanUs } from './distributions/distribution.js';
import type { HeldAtStart, Start } from './initial-state.js';
import type { NodeGroup } from './node-group.js';
import type { Population } from './population.js';
import { waitsOf } from './retry/expected-waits.js';
import { type ArrivalLaw, classShares, rateAt, type Source, stationary } from './traffic.js';
import type { World } from './world.js';

/** How long a queue without limit keeps whom it admits, where no client has a timeout. */
const LONG_US = 10e6;

/**
 * - Nodes: all places (workers + queue) hold abandoned work, or live work where the edge cancels what is abandoned. A
 *   queue without limit holds as much as its workers do in twice the longest timeout of any population.
 * - Clients in back-off, for each population (Little's law): fresh requests per second x time that one spends in back-off
 *   if every attempt is rejected at once, which is the sum over its waits of times x mean delay (`retry/expected-waits.ts`). For
 *   one layer of n attempts and a back-off of mean d that is rate x (n - 1) d: the attempts beyond the first at full
 *   amplification, times the mean back-off.
 */
export function collapsedStart(world: World): Start {
	return {
		held: world.groups.map((group) => collapsedNode(world, group)),
		backoff: world.populations.map((population, p) => {
			const ratePerSecond = world.sources
				.filter((source) => source.population === p)
				.reduce((sum, source) => sum + startRate(world.arrivals, source, world.horizonUs), 0);
			const us = waitsOf(population.layers, givesUpUs(population)).reduce((sum, w) => sum + w.times * w.meanUs, 0);
			return Math.round((ratePerSecond * us) / 1e6);
		}),
	};
}

/** When a request gives up whatever comes, on average: us from its birth, Infinity for never. */
export function givesUpUs({ timeout, timeoutClock, patience }: Population): number {
	const wholeUs = timeout === null || timeoutClock === 'per-attempt' ? Number.POSITIVE_INFINITY : meanUs(timeout);
	return patience === null ? wholeUs : Math.min(wholeUs, meanUs(patience));
}

function collapsedNode(world: World, group: NodeGroup): HeldAtStart {
	if (group.standby) return { abandoned: 0, live: 0 };
	const queue = group.queueLimit === Number.POSITIVE_INFINITY ? longQueue(world, group) : group.queueLimit;
	const places = group.workers + queue;
	return cancelsHeld(group) ? { abandoned: 0, live: places } : { abandoned: places, live: 0 };
}

/** True where an attempt does not stay in the node's line once its client has left. */
export function cancelsHeld({ abandoned, discipline }: NodeGroup): boolean {
	return abandoned === 'cancel-in-service' || (abandoned === 'cancel-queued' && discipline !== 'processor-sharing');
}

/** So many attempts that their service takes twice the longest timeout. */
function longQueue({ mixes, populations }: World, { workers, service }: NodeGroup): number {
	const meanServiceUs = populations.reduce((sum, { share, classes }) => {
		if (share === 0) return sum;
		return sum + share * classShares(mixes[0].shares, classes).reduce((mean, s, c) => mean + s * meanUs(service[c]), 0);
	}, 0);
	const timeoutsUs = populations.map(({ timeout }) => (timeout === null ? 0 : 2 * meanUs(timeout)));
	const keepsUs = Math.max(...timeoutsUs) === 0 ? LONG_US : Math.max(...timeoutsUs);
	return meanServiceUs === 0 ? 0 : Math.ceil((keepsUs * workers) / meanServiceUs);
}

/** Fresh requests per second of a source as the run begins; of recorded arrivals the first interval, or the mean. */
export function startRate(law: ArrivalLaw, { curve, share }: Source, horizonUs: number): number {
	switch (law.kind) {
		case 'curve':
			return rateAt(curve, 0);
		case 'mmpp': {
			const shares = stationary(law.switchPerSecond);
			return rateAt(curve, 0) * law.ratesPerSecond.reduce((sum, rate, phase) => sum + rate * shares[phase], 0);
		}
		case 'counts':
			return law.counts.length === 0 ? 0 : (share * law.counts[0]) / (law.intervalUs / 1e6);
		case 'instants':
			return (share * law.atUs.length) / (horizonUs / 1e6);
	}
}
