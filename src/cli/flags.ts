/** Values of flags that several commands read alike. */
import { InvalidArgumentError } from 'commander';

/** A whole number from 1 up. */
export function positive(text: string): number {
	const value = Number(text);
	if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
	throw new InvalidArgumentError('A whole number from 1 up would do.');
}
