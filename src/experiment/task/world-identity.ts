/** Which world a name means, when two worlds run alike, and a short name for anything that is plain data. */
import { assert } from '../../kernel/errors.js';
import { NO_CHANGE, NO_TRIGGER } from '../../metrics/expectation.js';
import type { World } from '../../model/world.js';
import { fnv1a } from '../../scenario/fnv1a.js';
import type { Scenario } from '../../scenario/load.js';

const TWIN = `/${NO_CHANGE}`;
const CALM = `/${NO_TRIGGER}`;

/** The world behind a name of `needed`: a variant's, or its twin's. @param load gives a variant's scenario, '' the own one */
export function worldOf(name: string, load: (variant: string) => Scenario): World {
	if (name.endsWith(CALM)) {
		const { noTrigger } = load(name.slice(0, -CALM.length));
		assert(noTrigger !== null, `the scenario behind ${name} has no twin without triggers`);
		return noTrigger;
	}
	return name.endsWith(TWIN) ? load(name.slice(0, -TWIN.length)).noChange : load(name).world;
}

/** Equal for worlds that run alike: the variant's name, and what is only said about a world, do not make it distinct. */
export const sameRun = (world: World): string => canonical({ ...world, variant: null, verdicts: null, markers: null });

/**
 * A short name for plain data: 64 bits in hex, the same on every machine. Among n different values the chance that any
 * two share a name is about n^2 / 2^65: 3 in 10^8 for a million of them. It guards against mix-ups, not against forgers.
 */
export const fingerprint = (value: unknown): string => fnv1a(canonical(value));

/** Plain data as text: keys in order of the alphabet, and words for the numbers that JSON has none for. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_, part: unknown) => {
		if (typeof part === 'number') return Number.isFinite(part) ? part : String(part);
		if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
		return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
	});
}
