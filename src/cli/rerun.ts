/** The command that gives a run again, quoted for a POSIX shell. */
import type { RunOptions } from './run.js';

export function rerunLine(file: string, variant: string, options: Pick<RunOptions, 'seed' | 'set'>): string {
	const words = ['retrystorm', 'run', file];
	if (variant !== '') words.push('--variant', variant);
	words.push('--seed', options.seed);
	for (const set of options.set ?? []) words.push('--set', set);
	return words.map(quoted).join(' ');
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
