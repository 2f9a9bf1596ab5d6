/**
 * Worlds in which the machines of real clients are watched: calls at given instants to a server that answers within a
 * millisecond, so that whatever else takes time is the client's doing.
 */

import type { Outcome } from '../../src/metrics/outcome.js';
import { column, MEASURES } from '../../src/metrics/recording/counters.js';
import type { Cause } from '../../src/model/retry/cause.js';
import type { World } from '../../src/model/world.js';
import { build, constant, fault, type Plan, requestClass, run, S } from './world-builder.js';

/** Instants in seconds: so many, from one on, so far apart. */
export const every = (gapS: number, count: number, fromS = 0): number[] =>
	Array.from({ length: count }, (_, k) => Math.round((fromS + k * gapS) * S) / S);

/** The same instant, so many times. */
export const together = (count: number, atS = 0): number[] => new Array<number>(count).fill(atS);

export interface Story extends Omit<Plan, 'rate'> {
	/** when calls are made, in seconds, in order of time */
	readonly calls: readonly number[];
	/** a status that every call is answered with; without one all goes well */
	readonly answers?: Exclude<Cause, 'refused' | 'reset' | 'timeout' | 'suppressed' | 'open'>;
	/** spans in which every call is answered 500, in seconds */
	readonly broken?: readonly (readonly [fromS: number, toS: number])[];
}

/** The world of a story: by default a server with room for all, which takes a millisecond. */
export function world({ calls, answers, broken = [], over, edge, bucketS = 1, ...plan }: Story): World {
	const fails =
		answers === undefined ? {} : { errorProbability: 1, errorReply: { cause: answers, retryAfterUs: null } };
	return build({
		...plan,
		bucketS,
		rate: 1,
		edge: { service: [constant(0.001)], workers: 1_000_000, ...edge },
		over: {
			arrivals: { kind: 'instants', atUs: calls.map((s) => Math.round(s * S)) },
			classes: [requestClass(fails)],
			faults: broken.map(([fromS, toS], k) =>
				fault(
					fromS,
					toS,
					{ kind: 'error', probability: 1, reply: { cause: '500', retryAfterUs: null } },
					{ name: `broken-${k}` },
				),
			),
			...over,
		},
	});
}

export const play = (story: Story, seed = 1): Outcome => run(world(story), seed);

/** Counts of a measure by time bucket, over all places. */
export function series({ cells, buckets, places }: Outcome, measure: string): number[] {
	const at = column(measure);
	return Array.from({ length: buckets }, (_, bucket) =>
		places.reduce((sum, _place, p) => sum + cells[(bucket * places.length + p) * MEASURES.length + at], 0),
	);
}

/** Buckets in which something of a measure happened: [start in seconds, count]. */
export const when = (outcome: Outcome, measure = 'attempts'): [number, number][] =>
	series(outcome, measure).flatMap((count, bucket): [number, number][] =>
		count === 0 ? [] : [[Math.round((bucket * outcome.bucketUs) / 1000) / 1000, count]],
	);
