/** Random worlds by the hundred thousand, in slices that each have a seed of their own. Run by `npm run test:long`. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { RANDOM_SEED } from '../support/random-seed.js';
import { anyWorld } from '../support/random-world.js';
import { assertRuns } from '../support/world-laws.js';

const SLICES = 20;
const WORLDS = Number(process.env.RANDOM_WORLDS ?? 100_000) / SLICES;
const HOUR_MS = 3_600_000;

describe('one random world of a hundred thousand', () => {
	for (let slice = 0; slice < SLICES; slice++) {
		const seed = RANDOM_SEED + 1e8 * (slice + 1);
		it(`finishes, and its books balance: ${WORLDS} of seed ${seed}`, { timeout: HOUR_MS }, () => {
			fc.assert(fc.property(anyWorld, fc.nat(1_000), assertRuns), { numRuns: WORLDS, seed });
		});
	}
});
