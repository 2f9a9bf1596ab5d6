/** What a fuzzer tries: a maker of inputs from a seed, and a reader that must bear whatever it is given. */
import type { Picker } from '../reference/families/picker.js';

export interface Target {
	readonly name: string;
	/** the same text for the same picker */
	make(pick: Picker): string;
	/** @throws what is our bug: anything but a complaint about the input */
	take(text: string): void | Promise<void>;
}
