/** The command that gives a run again, quoted for a POSIX shell. */
import type { RunOptions } from './run-options.js';

const BASE = 'base';

export function rerunLine(file: string, variant: string, options: Pick<RunOptions, 'seed' | 'set'>): string {
	const words = ['retrystorm', 'run', file];
	if (variant !== '' && variant !== BASE) words.push('--variant', variant);
	words.push('--seed', options.seed);
	for (const set of options.set ?? []) words.push('--set', set);
	return words.map(quoted).join(' ');
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
