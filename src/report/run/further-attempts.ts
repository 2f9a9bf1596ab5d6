/** What attempts after the first are called in a world: copies of hedged calls go out although nothing has failed. */
import type { World } from '../../model/world.js';

type Senders = Pick<World, 'populations'>;

/** "retries", "copies of hedged calls", or both */
export const furtherAttempts = (world: Senders): string => WORDS[kindOf(world)].many;

/** "a retry", "a copy", or either */
export const anotherAttempt = (world: Senders): string => WORDS[kindOf(world)].one;

/** In one word, where it begins a clause. */
export const further = (world: Senders): string => WORDS[kindOf(world)].short;

const WORDS = {
	retries: { many: 'retries', one: 'a retry', short: 'retries' },
	copies: { many: 'copies of hedged calls', one: 'a copy', short: 'copies' },
	both: { many: 'retries or copies of hedged calls', one: 'a retry or a copy', short: 'retries and copies' },
} as const;

function kindOf({ populations }: Senders): keyof typeof WORDS {
	const layers = populations.flatMap((population) => population.layers);
	if (!layers.some(({ hedge }) => hedge !== null)) return 'retries';
	const retries = layers.some(
		({ attempts, attemptsFor }) => attempts > 1 || attemptsFor.some((own) => own.attempts > 1),
	);
	return retries ? 'both' : 'copies';
}
