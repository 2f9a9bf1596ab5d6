/**
 * How a version reaches the nodes of a stage, once it is pushed: all at once but for random delays, asked for by each node, batch
 * after batch with restarts, or by way of a source that is itself half upgraded. Pure: the uniforms are passed in.
 */
import { assert } from '../../kernel/errors.js';
import { type Distribution, quantile } from '../distributions/distribution.js';

export type Propagation = Push | Pull | Batches | Regenerate;

/** Sent to every node, each after a delay of its own. */
export interface Push {
	readonly kind: 'push';
	readonly delay: Distribution;
}

/** Each node asks every so often, at a phase of its own: it waits from nothing up to `everyUs`, evenly. */
export interface Pull {
	readonly kind: 'pull';
	readonly everyUs: number;
}

/**
 * Rolling: a batch of each group of nodes after the other, lowest numbers first; the next one starts when the last is ready.
 * As a Kubernetes Deployment does, so many nodes of a batch have their replacement started beside them (`surge`) and serve
 * until it is ready; the others are down while they restart, at most `unavailable` at a time. A replacement begins warm.
 */
export interface Batches {
	readonly kind: 'batches';
	/** of a group's nodes in the stage, all three 0..1 */
	readonly share: number;
	readonly surge: number;
	readonly unavailable: number;
	/** from its start until a replacement is ready; above 0 */
	readonly restartUs: number;
}

/**
 * A source makes a new file every so often, the first one at the push, and all nodes of the stage take each at once. Being
 * half upgraded it makes a bad one, with the change in it, with probability `bad`, and a good one otherwise. So Cloudflare's
 * bot-management file came and went every five minutes on 18 November 2025, while part of a database cluster was upgraded.
 */
export interface Regenerate {
	readonly kind: 'regenerate';
	readonly everyUs: number;
	readonly bad: number;
}

/** A node takes the version up at `atUs`; it is down over [downFromUs, atUs), or serves throughout where that is null. */
export interface Arrival {
	readonly node: number;
	readonly atUs: number;
	readonly downFromUs: number | null;
}

/** Nodes that are replaced together: those of one group that a stage reaches. */
export interface Cohort {
	/** all of them, of which shares are taken */
	readonly size: number;
	/** the ones that the version has yet to reach, ascending */
	readonly nodes: readonly number[];
}

/**
 * When a version pushed at `nowUs` reaches the nodes of a stage, in whole microseconds.
 * @param uniform draws a node's own delay; batches ask for none
 */
export function arrivals(
	propagation: Push | Pull | Batches,
	cohorts: readonly Cohort[],
	nowUs: number,
	uniform: (node: number) => number,
): Arrival[] {
	if (propagation.kind === 'batches') return cohorts.flatMap((cohort) => rolling(propagation, cohort, nowUs));
	const delayUs = quantile(delayOf(propagation));
	return cohorts
		.flatMap(({ nodes }) => nodes)
		.map((node) => ({ node, atUs: nowUs + Math.round(delayUs(uniform(node))), downFromUs: null }));
}

/**
 * From the push until half of a large stage has the version, roughly: batches one by one. Bad files come to all nodes at
 * once: when one has come in half of all cases, at the push or by one of the next files.
 */
export function medianDelayUs(propagation: Propagation): number {
	switch (propagation.kind) {
		case 'batches':
			return (Math.ceil(1 / propagation.share) * propagation.restartUs) / 2;
		case 'regenerate':
			return filesUntilBad(propagation.bad) * propagation.everyUs;
		default:
			return quantile(delayOf(propagation))(0.5);
	}
}

/** Good files before the first bad one, its median: the least n with 1 - (1 - bad)^(n + 1) at half or above. */
function filesUntilBad(bad: number): number {
	if (bad === 0) return Number.POSITIVE_INFINITY;
	return bad >= 0.5 ? 0 : Math.ceil(Math.log(0.5) / Math.log1p(-bad) - 1e-9) - 1;
}

/** Whether the file a half-upgraded source makes now carries the change, by one uniform. */
export const isBadFile = ({ bad }: Regenerate, u: number): boolean => u < bad;

function delayOf(propagation: Push | Pull): Distribution {
	return propagation.kind === 'push' ? propagation.delay : { kind: 'uniform', fromUs: 0, toUs: propagation.everyUs };
}

function rolling(batches: Batches, { size, nodes }: Cohort, nowUs: number): Arrival[] {
	assert(batches.restartUs > 0, `nodes restart within ${batches.restartUs} us`);
	const { batch, surge } = batchOf(batches, size);
	return nodes.map((node, i): Arrival => {
		const startUs = nowUs + Math.floor(i / batch) * batches.restartUs;
		return { node, atUs: startUs + batches.restartUs, downFromUs: i % batch < surge ? null : startUs };
	});
}

/**
 * Nodes of a batch, and how many of them keep serving until replaced. Rounded as Kubernetes rounds: surge up, unavailable
 * down, and one unavailable where both come to nothing, lest it never move.
 */
export function batchOf({ share, surge, unavailable }: Batches, size: number): { batch: number; surge: number } {
	const up = (part: number) => Math.ceil(size * part - 1e-9);
	const spare = up(surge);
	const down = Math.floor(size * unavailable + 1e-9);
	return { batch: Math.min(Math.max(1, up(share)), Math.max(1, spare + down)), surge: spare };
}
