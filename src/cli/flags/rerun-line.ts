/** The command that gives a run again, quoted for a POSIX shell. */
import { BASE } from '../../scenario/variants.js';
import type { RunOptions } from './run-options.js';

export function rerunLine(
	file: string,
	variant: string,
	options: Pick<RunOptions, 'seed' | 'set' | 'explain'>,
): string {
	const words = ['retrystorm', 'run', file];
	if (variant !== BASE) words.push('--variant', variant);
	words.push('--seed', options.seed);
	for (const set of options.set ?? []) words.push('--set', set);
	if (options.explain) words.push('--explain');
	return words.map(quoted).join(' ');
}

/** A word as a POSIX shell reads it back. */
export const quoted = (word: string): string =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
