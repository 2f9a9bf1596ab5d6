/** Curves in a line of text: eight heights of block, and an axis with clock labels under them. */

import { formatClock, MINUTE } from '../../kernel/units.js';
import { type Clock, formatInstant, hasClock } from '../../metrics/definitions/format.js';

const BLOCKS = '▁▂▃▄▅▆▇█';

/**
 * One character per column, from the lowest block at `low` to the highest at `high`; blank where nothing was measured.
 * A column shows the mean of its buckets, so a peak narrower than a column is flattened: say the peak in words.
 */
export function sparkline(values: readonly (number | null)[], width: number, low: number, high: number): string {
	return resample(values, width)
		.map((value) => {
			if (value === null) return ' ';
			const level = high > low ? Math.floor(((value - low) / (high - low)) * BLOCKS.length) : 0;
			return BLOCKS[Math.min(BLOCKS.length - 1, Math.max(0, level))];
		})
		.join('');
}

/** Means of consecutive stretches; fewer values than columns are stretched. Blank only where all of a stretch is. */
export function resample(values: readonly (number | null)[], width: number): (number | null)[] {
	return Array.from({ length: values.length === 0 ? 0 : width }, (_, column) => {
		const first = Math.floor((column * values.length) / width);
		const end = Math.max(first + 1, Math.floor(((column + 1) * values.length) / width));
		const known = values.slice(first, end).filter((value) => value !== null);
		return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
	});
}

/** Smallest and largest of a curve, null where nothing of it was measured. */
export function range(values: readonly (number | null)[]): { readonly low: number; readonly high: number } | null {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (const value of values) {
		if (value === null) continue;
		low = Math.min(low, value);
		high = Math.max(high, value);
	}
	return low <= high ? { low, high } : null;
}

/** Labels under a sparkline: the start of the window, its quarters, and the end flush right. */
export function axis(clock: Clock, width: number): string {
	const label = (quarter: number): string => tick(clock.fromUs + (quarter / 4) * (clock.toUs - clock.fromUs), clock);
	const end = label(4);
	let line = label(0);
	for (let quarter = 1; quarter < 4; quarter++) {
		const at = Math.round((quarter / 4) * width);
		// A label without room is left out, but never the end.
		const fits = at > line.length && at + label(quarter).length < width - end.length;
		if (fits) line = line.padEnd(at) + label(quarter);
	}
	return line.length < width - end.length ? line.padEnd(width - end.length) + end : line;
}

/** To the minute where the window is long and the instant is a whole one. */
function tick(us: number, clock: Clock): string {
	const whole = (clock.clockUs + us) % MINUTE === 0 && clock.toUs - clock.fromUs >= 4 * MINUTE;
	return hasClock(clock) && whole ? formatClock(clock.clockUs + us, false) : formatInstant(us, clock);
}
