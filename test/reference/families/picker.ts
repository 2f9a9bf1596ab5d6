/** Picks the parts of a random scenario, the same ones for the same seed. */
import { newChance } from '../simulator/chance.js';

/** A scenario document, as an author would write it. */
export type Document = Record<string, unknown>;

export interface Picker {
	one<T>(...options: readonly T[]): T;
	whole(from: number, to: number): number;
	chance(probability: number): boolean;
	/** the fields, or none of them, as likely as not */
	maybe(fields: Document): Document;
}

export function newPicker(seed: number): Picker {
	const chance = newChance(seed);
	const picker: Picker = {
		one: (...options) => options[Math.floor(chance() * options.length)],
		whole: (from, to) => from + Math.floor(chance() * (to - from + 1)),
		chance: (probability) => chance() < probability,
		maybe: (fields) => (picker.chance(0.5) ? fields : {}),
	};
	return picker;
}

export interface Family {
	readonly name: string;
	/** a world without chance: both simulators must agree to the last count */
	readonly exact: boolean;
	make(pick: Picker): Document;
}

/** A family with chance, and the same without. */
export const both = (name: string, make: (pick: Picker, exact: boolean) => Document): Family[] => [
	{ name: `${name}, without chance`, exact: true, make: (pick) => make(pick, true) },
	{ name, exact: false, make: (pick) => make(pick, false) },
];

export const random = (name: string, make: (pick: Picker, exact: boolean) => Document): Family => ({
	name,
	exact: false,
	make: (pick) => make(pick, false),
});
