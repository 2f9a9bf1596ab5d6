/**
 * The engine against the reference simulator, over random worlds of each family. The seed is printed;
 * REFERENCE_SEED (a number, or today), REFERENCE_FAMILY and REFERENCE_WORLDS ask for others.
 */
import { describe, expect, it } from 'vitest';
import { disagreements, families, firstSeed, LEFT_OUT } from './agreement.js';

const seed = firstSeed();
const worlds = (exact: boolean): number => {
	const given = process.env.REFERENCE_WORLDS;
	return given !== undefined ? Number(given) : exact ? 3 : 1;
};
console.log(`reference: REFERENCE_SEED=${seed}`);
for (const [name, reason] of LEFT_OUT) console.log(`reference: left out: ${name}: ${reason}`);

describe('the engine agrees with the reference', () => {
	it.each(families().map((family) => [family.name, family] as const))('%s', (_, family) => {
		expect(disagreements(family, seed, worlds(family.exact)).join('\n\n')).toBe('');
	});
});
