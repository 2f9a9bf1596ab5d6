/**
 * The engine against the reference simulator, over random worlds of each family. The seed is that of the day and is
 * printed; REFERENCE_SEED, REFERENCE_FAMILY and REFERENCE_WORLDS ask for others.
 */
import { describe, expect, it } from 'vitest';
import { disagreements, families, LEFT_OUT, seedOfTheDay } from './agreement.js';

const seed = seedOfTheDay();
const worlds = (exact: boolean): number => {
	const given = process.env.REFERENCE_WORLDS;
	return given !== undefined ? Number(given) : exact ? 5 : 1;
};
console.log(`reference: REFERENCE_SEED=${seed}`);
for (const [name, reason] of LEFT_OUT) console.log(`reference: left out: ${name}: ${reason}`);

describe('the engine agrees with the reference', () => {
	it.each(families().map((family) => [family.name, family] as const))('%s', (_, family) => {
		expect(disagreements(family, seed, worlds(family.exact)).join('\n\n')).toBe('');
	});
});
