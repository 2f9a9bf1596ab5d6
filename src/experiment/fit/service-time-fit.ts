/** Service times by class, from durations at low load: of attempts that found a free worker, in the calm part of the log. */
import { type Mean, studentMean } from '../statistics/mean-interval.js';
import { type FittedLaw, fitLaw } from './distribution-fit.js';
import { type ClassTally, ROW } from './observe/class-counts.js';

export interface ServiceFound {
	readonly law: FittedLaw;
	/** us */
	readonly mean: Mean;
	/** what makes these durations services: "that found fewer than 4 under way" */
	readonly which: string;
}

/** Fewer durations have no law. */
const LEAST = 30;

export interface LowLoad {
	readonly calm: (second: number) => boolean;
	/** attempts that found fewer than this under way had a free worker; null: not known */
	readonly workers: number | null;
	/** the clock is fine enough to know what was under way */
	readonly fine: boolean;
}

/** Null where there are too few durations. */
export function serviceOf({ durations }: ClassTally, { calm, workers, fine }: LowLoad): ServiceFound | null {
	const rows = Array.from({ length: durations.size }, (_, row) => ({
		us: durations.at(row, ROW.durationUs),
		found: durations.at(row, ROW.found),
		second: durations.at(row, ROW.second),
	})).filter(({ second }) => calm(second));
	if (rows.length < LEAST) return null;
	const limit = !fine ? null : workers !== null ? workers : quietHalf(rows.map(({ found }) => found));
	const free = limit === null ? rows : rows.filter(({ found }) => found < limit);
	if (free.length < LEAST) return null;
	const values = free.map(({ us }) => us);
	const which =
		limit === null
			? 'of the calm part of the log, waits included: its clock is too coarse to tell'
			: workers !== null
				? `that found fewer than ${workers} under way, and so a free worker`
				: `that found fewer than ${limit} under way, the quieter half`;
	return { law: fitLaw(values), mean: studentMean(values), which };
}

/** Below this number under way lies half of them, or more. */
function quietHalf(found: readonly number[]): number {
	const sorted = found.toSorted((a, b) => a - b);
	return sorted[Math.floor((sorted.length - 1) / 2)] + 1;
}
