/**
 * How far requests that are open when a run ends could still move what it says. A branch that answers nobody has lost nobody
 * yet: its shares by birth are over the few that are decided. Read off the quantities of the run, so that it says the
 * same of a run that is fresh and of one that was read from its file.
 */
import { LATENCIES } from '../../metrics/outcome.js';

/** Of one run, by quantity: times in seconds, true and false as 1 and 0; null where nothing was measured. */
export type RunValues = Readonly<Record<string, number | null>>;

/** The least and the greatest that a value could turn out as. */
export type OpenBounds = readonly [least: number, most: number];

/** Shares by birth, and what they count. */
const SHARES: ReadonlyMap<string, (run: RunValues) => number | null> = new Map([
	['unavailable', (run) => run['first-failed-by-birth']],
	['lost', (run) => run['lost-by-birth']],
	['lost-direct', (run) => run['lost-direct-by-birth']],
	['lost-collateral', (run) => less(run['lost-by-birth'], run['lost-direct-by-birth'])],
	['success-rate', (run) => run['succeeded-by-birth']],
]);

/** Times that open requests add to, in seconds; the budget is a share of such a time. */
const OUTAGES: ReadonlyMap<string, number> = new Map([
	['outage-minutes', 1],
	['error-budget', 1 / (30 * 24 * 3600 * 0.001)],
]);

/** The share of times that lie above a percentile; null for a mean, which one long time may move. */
const TAILS: ReadonlyMap<string, number | null> = new Map(
	LATENCIES.flatMap((latency) => [
		[`${latency}-p50`, 0.5] as const,
		[`${latency}-p90`, 0.1] as const,
		[`${latency}-p99`, 0.01] as const,
		[`${latency}-p999`, 0.001] as const,
		[`mean-${latency}-latency`, null] as const,
	]),
);

/** Of a mean: with fewer open than this, what is open is in flight as it is at any time. */
const IN_FLIGHT = 0.01;

/** @returns null where nothing is open, or nothing that is open has a part in it */
export function openBounds(name: string, run: RunValues): OpenBounds | null {
	const { born, 'open-requests': open } = run;
	const value = run[name];
	// What is missing was not measured: runs written by hand, or a quantity without samples.
	if (!isCount(born) || !isCount(open) || open === 0 || !Number.isFinite(value)) return null;
	const counted = SHARES.get(name)?.(run);
	if (isCount(counted)) return [counted / born, (counted + Math.min(open, born - counted)) / born];
	const known = Number(value);
	if (name.endsWith('-by-birth')) return [known, known + open];
	const scale = OUTAGES.get(name);
	const rate = run['arrival-rate'];
	if (scale !== undefined && isCount(rate) && rate > 0) {
		// As if requests came evenly: each stands for as much time as lies between two of them.
		const reach = (scale * open) / rate;
		return [Math.max(0, known - reach), known + reach];
	}
	const tail = TAILS.get(name);
	if (tail === undefined) return null;
	const times = timesOf(name, run);
	return open <= (isCount(times) ? times : born) * (tail === null ? IN_FLIGHT : tail)
		? null
		: [known, Number.POSITIVE_INFINITY];
}

/** How many requests have such a time; of the others each has one, or several. */
function timesOf(name: string, run: RunValues): number | null {
	if (name.includes('failure')) return run['lost-by-birth'];
	return name.includes('request') ? run['succeeded-by-birth'] : run.born;
}

/** How many requests the runs left open: in all, and of how many. */
export interface OpenRequests {
	readonly open: number;
	readonly born: number;
}

export function openRequests(runs: readonly (RunValues | null)[]): OpenRequests {
	const total = (name: string): number =>
		runs.reduce((sum, run) => {
			const value = run === null ? null : run[name];
			return isCount(value) ? sum + value : sum;
		}, 0);
	return { open: total('open-requests'), born: total('born') };
}

const isCount = (value: number | null | undefined): value is number =>
	value !== null && value !== undefined && Number.isFinite(value);

const less = (all: number | null, part: number | null): number | null =>
	isCount(all) && isCount(part) ? all - part : null;
