/** The flags of `retrystorm compare`: as commander gives them, as numbers, and back as a command line. */
import { type CompareOptions, DEFAULTS } from '../../experiment/compare/compare.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { formatShare, parseShare } from '../../kernel/units.js';
import { keyOf, namesOf, QUANTITIES } from '../../metrics/definitions/metrics.js';
import { suggest } from '../../scenario/document/did-you-mean.js';
import type { LogFlags } from '../input/logs.js';
import type { ExperimentFlags } from './experiment-flags.js';
import { quoted } from './rerun-line.js';

export interface CompareFlags extends ExperimentFlags, Omit<LogFlags, 'quiet' | 'classes'> {
	readonly seed: string;
	readonly reps: number;
	readonly set?: string[];
	/** a recording */
	readonly measured?: string;
	readonly measure?: readonly string[];
	/** as they were written: 1%, 95% */
	readonly tolerance: string;
	readonly confidence: string;
	readonly failOn?: 'regression';
	readonly out?: string;
	/** false with --no-results */
	readonly results: boolean;
	/** false with --no-report */
	readonly report: boolean;
	readonly format: 'text' | 'json' | 'csv';
}

/** What stands where nothing was said. */
export const [TOLERANCE, CONFIDENCE] = [DEFAULTS.tolerance, DEFAULTS.confidence].map((share) => formatShare(share));

/** @throws UserError for a share that is none, and for a measure that is not known, or neither amount nor time */
export function readOptions({ tolerance, confidence, measure = DEFAULTS.measures }: CompareFlags): CompareOptions {
	const numbers = QUANTITIES.filter(({ kind }) => kind !== 'boolean' && kind !== 'instant').map(({ name }) => name);
	const measures = measure.map(keyOf);
	for (const [i, name] of measures.entries()) {
		if (numbers.includes(name)) continue;
		const known = suggest(measure[i], namesOf(numbers));
		throw new UserError(`error: --measure: found ${JSON.stringify(measure[i])}; ${known}`, EXIT.usage);
	}
	const sure = readShare('--confidence', confidence);
	if (sure === 0 || sure === 1) {
		throw new UserError(
			`error: --confidence: found ${confidence}, more than 0% and less than 100% would do`,
			EXIT.usage,
		);
	}
	return { tolerance: readShare('--tolerance', tolerance), confidence: sure, measures: [...new Set(measures)] };
}

function readShare(flag: string, text: string): number {
	try {
		return parseShare(text);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		throw new UserError(`error: ${flag}: ${error.message}`, EXIT.usage);
	}
}

/** The command that compares again, quoted for a POSIX shell. */
export function rerunLine(args: readonly string[], flags: CompareFlags): string {
	const words = ['retrystorm', 'compare', ...args, '--seed', flags.seed, '--reps', String(flags.reps)];
	for (const [name, values = []] of [
		['--set', flags.set],
		['--measured', flags.measured === undefined ? [] : [flags.measured]],
		['--as', flags.as === undefined ? [] : [flags.as]],
		['--log-format', flags.logFormat === undefined ? [] : [flags.logFormat]],
		['--fields', flags.fields === undefined ? [] : [flags.fields]],
		['--measure', flags.measure],
		['--tolerance', flags.tolerance === TOLERANCE ? [] : [flags.tolerance]],
		['--confidence', flags.confidence === CONFIDENCE ? [] : [flags.confidence]],
	] as const) {
		words.push(...values.flatMap((value) => [name, value]));
	}
	if (flags.anyOrder !== undefined) words.push('--any-order');
	return words.map(quoted).join(' ');
}
