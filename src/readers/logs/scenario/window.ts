/** Which part of a log a scenario holds: all of it, or the busiest part of a length, so that a month of a large site can still be run. */
import type { Series } from '../../../experiment/fit/series.js';
import { formatDuration, SECOND } from '../../../kernel/units.js';

export interface Window {
	/** the first interval */
	readonly first: number;
	readonly cells: number;
	readonly why: string;
}

/** More first attempts take more than a few seconds to run. */
const QUICK = 2_000_000;
/** Longer runs are refused by the scenario. */
const MOST_S = 31 * 86_400;
/** More counts do not fit into the text of a scenario. */
const MOST_CELLS = 50_000;

/** @param windowUs null: as much as is quick to run */
export function chosenWindow({ firsts, everyS }: Series, total: number, windowUs: number | null): Window {
	const whole = firsts.length;
	const fitting = Math.min(whole, Math.floor(MOST_S / everyS), MOST_CELLS);
	if (windowUs === null && total <= QUICK && fitting === whole) return { first: 0, cells: whole, why: 'the whole log' };
	const wanted =
		windowUs === null
			? Math.min(fitting, quickCells(firsts))
			: Math.min(fitting, Math.max(1, Math.round(windowUs / SECOND / everyS)));
	if (wanted === whole) return { first: 0, cells: whole, why: 'the whole log' };
	const length = formatDuration(wanted * everyS * SECOND);
	return {
		first: busiest(firsts, wanted),
		cells: wanted,
		why: `the busiest ${length} of the log; --window chooses another length`,
	};
}

/** So many intervals that their busiest stretch has about as many requests as are quick to run. */
function quickCells(firsts: Float64Array): number {
	let cells = firsts.length;
	while (cells > 1) {
		const first = busiest(firsts, cells);
		if (sum(firsts.subarray(first, first + cells)) <= QUICK) return cells;
		cells = Math.max(1, Math.floor(cells / 2));
	}
	return 1;
}

function busiest(firsts: Float64Array, cells: number): number {
	let now = sum(firsts.subarray(0, cells));
	let [best, first] = [now, 0];
	for (let i = cells; i < firsts.length; i++) {
		now += firsts[i] - firsts[i - cells];
		if (now <= best) continue;
		best = now;
		first = i - cells + 1;
	}
	return first;
}

const sum = (counts: Float64Array): number => counts.reduce((total, n) => total + n, 0);
