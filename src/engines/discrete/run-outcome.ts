/** What a run yields, read from its parts once it is over; and what is read as its measured window ends. */
import type { Latency, Outcome } from '../../metrics/outcome.js';
import { LATENCIES } from '../../metrics/outcome.js';
import { MAX_LAYERS, MEASURES } from '../../metrics/recording/counters.js';
import { placesOf } from '../../metrics/recording/dimensions.js';
import { COARSE_BINS } from '../../metrics/recording/histogram.js';
import { openFirstAttempts } from './open-first-attempts.js';
import type { RunParts } from './run-parts.js';

/** What stands for the whole measured window, and goes on growing in a cool-down. */
export type WindowEnd = Pick<Outcome, 'latency' | 'retriesOf' | 'exposure' | 'inSystemUs'> & {
	readonly workerUs: Outcome['windowWorkerUs'];
};

/** How a run has ended. */
export interface RunEnd {
	readonly seed: number;
	/** events that the loop has run */
	readonly looped: number;
	readonly stopped: Outcome['stopped'];
	readonly endUs: number;
	/** read as the measured window ended; null where the run ended with it, or before */
	readonly windowEnd: WindowEnd | null;
}

/** What is read as the measured window ends. */
export function readWindow(parts: RunParts, nowUs: number): WindowEnd {
	const { world, edges, recorder, nodeControl, audit } = parts;
	const { numberInSystem } = edges.state;
	const places = placesOf(world).list;
	return {
		latency: byLatency((l) => places.map((_, place) => recorder.latencies.data(l, place))),
		retriesOf: retriesOf(parts),
		exposure: nodeControl.exposure.at(nowUs),
		inSystemUs: numberInSystem === null ? null : numberInSystem.close(nowUs).map((column) => column.slice()),
		workerUs: audit.workerUs(nowUs),
	};
}

/** Events handled: the ends of stays that were looked ahead are some, too. */
export const eventsOf = ({ lookahead }: Pick<RunParts, 'lookahead'>, looped: number): number =>
	looped + (lookahead === null ? 0 : lookahead.counted);

/** @throws Bug when the audit does not balance */
export function outcomeOf(parts: RunParts, { seed, looped, stopped, endUs, windowEnd }: RunEnd): Outcome {
	const { world, recorder, edges, room, adoption } = parts;
	const toUs = Math.min(endUs, world.horizonUs);
	const fromUs = Math.min(world.warmUpUs, toUs);
	adoption.fill();
	const audit = auditOf(parts, fromUs, endUs);
	const places = placesOf(world).list;
	const buckets = Math.ceil(world.horizonUs / world.bucketUs);
	const hedged = world.populations.some(({ layers }) => layers[0].hedge !== null);
	const grid = { buckets, places: places.length, bucketUs: world.bucketUs, hedged };
	const window = windowEnd === null ? readWindow(parts, toUs) : windowEnd;
	// What happens in a cool-down counts where its requests were born; nothing else of it is measured.
	const isMeasured = (us: number): boolean => us < toUs || (us === toUs && windowEnd === null);
	const untilEnd = (us: number): number | null => (isMeasured(us) ? us : null);
	const { passages } = edges.state;
	return {
		name: world.name,
		variant: world.variant,
		seed,
		engine: 'discrete',
		date: world.date,
		clockUs: world.clockUs,
		bucketUs: world.bucketUs,
		fromUs,
		toUs,
		stopped,
		// Read after the cut, which has counted the last stays that were looked ahead.
		events: eventsOf(parts, looped),
		places,
		buckets,
		cells: recorder.counted.subarray(0, buckets * places.length * MEASURES.length),
		openFirst: openFirstAttempts(grid, parts.requests, parts.attempts, parts.rings, parts.lookahead),
		latency: window.latency,
		latencyByBucket: byLatency((l) => recorder.latencies.ofBuckets(l).subarray(0, buckets * COARSE_BINS)),
		adoption: adoption.everywhere.subarray(0, buckets * world.changes.length),
		adoptionByRegion: adoption.byRegion.subarray(0, buckets * world.changes.length * world.regions.length),
		changes: world.changes.map((c) => c.name),
		retriesOf: window.retriesOf,
		exposure: window.exposure,
		inSystemUs: window.inSystemUs,
		groups: world.groups.map((g) => g.name),
		passages: {
			firstErrorUs: untilEnd(edges.laws.firstErrorUs),
			queueFullUs: Array.from(passages.fullUs, untilEnd),
			queueDrainedUs: Array.from(passages.drainedUs, untilEnd),
			firstFullDrainedUs: Array.from(passages.firstFullDrainedUs, untilEnd),
		},
		decisions: room.decisions.filter(({ atUs }) => isMeasured(atUs)),
		triggers: room.triggers(toUs),
		windowWorkerUs: window.workerUs,
		audit,
	};
}

/** Cuts what is under way at the end, closes what counts, and checks the conservation. */
function auditOf({ world, recorder, clients, requests, audit }: RunParts, fromUs: number, endUs: number) {
	// A run stopped during its warm-up has measured nothing: what is audited is the whole run so far.
	const auditedFromUs = endUs < world.warmUpUs ? 0 : fromUs;
	const firstBucket = Math.floor(auditedFromUs / world.bucketUs);
	const underWayUs = audit.cut(auditedFromUs, firstBucket, endUs);
	clients.lifecycle.closeQueued(endUs);
	recorder.close();
	const balance = audit.audit(firstBucket, underWayUs, endUs);
	clients.layers.audit(
		requests,
		world.sources.map(({ population }) => population),
		endUs,
	);
	return balance;
}

/** Sources are told apart by region, too; here those of a population are one. */
function retriesOf({ world: { populations, sources }, clients }: RunParts): Float64Array {
	const sums = new Float64Array(populations.length * MAX_LAYERS);
	sources.forEach(({ population }, source) => {
		for (let layer = 0; layer < MAX_LAYERS; layer++)
			sums[population * MAX_LAYERS + layer] += clients.sends.retries[source * MAX_LAYERS + layer];
	});
	return sums;
}

const byLatency = <T>(read: (latency: Latency) => T): Record<Latency, T> =>
	Object.fromEntries(LATENCIES.map((latency) => [latency, read(latency)])) as Record<Latency, T>;
