/**
 * The twin in which nobody tries again: every layer of every population, people included, sends once, and no copies. What
 * the world loses beyond this twin, its retries have added; what it loses less, they have saved.
 */
import type { Population } from './population.js';
import type { World } from './world.js';

/** The same arrivals, places, changes and faults; clients that a start finds in back-off would only send retries. */
export function withoutRetries(world: World): World {
	const { populations, start } = world;
	return {
		...world,
		populations: populations.map(sendsOnce),
		start: start === null ? null : { ...start, backoff: start.backoff.map(() => 0) },
	};
}

/** True of a world in which some client may send more than one attempt of a request. */
export const hasRetries = ({ populations }: Pick<World, 'populations'>): boolean =>
	populations.some(({ layers }) =>
		layers.some(
			({ attempts, attemptsFor, hedge }) =>
				attempts > 1 || hedge !== null || attemptsFor.some((own) => own.attempts > 1),
		),
	);

const sendsOnce = (population: Population): Population => ({
	...population,
	layers: population.layers.map((layer) => ({ ...layer, attempts: 1, attemptsFor: [], hedge: null })),
});
