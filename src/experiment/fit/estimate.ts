/** Numbers with their intervals, as comments of a scenario and findings say them. */

import { formatShare } from '../../kernel/units.js';
import type { Interval } from '../statistics/interval.js';
import type { Proportion } from '../statistics/proportion.js';

/** "131/s, 128/s to 134/s at 95%". */
export function rangeText(value: number | null, { low, high }: Interval, show: (x: number) => string): string {
	const three = (x: number): string => show(Number(x.toPrecision(4)));
	return `${value === null ? 'unknown' : three(value)}, ${three(low)} to ${three(high)} at 95%`;
}

/** "3 of 20000 of the calm part, 0.003% to 0.04% at 95%". */
export function shareText({ hits, n, interval }: Proportion, of: string): string {
	const show = (x: number): string => formatShare(Number(x.toPrecision(2)));
	return `${hits} of ${n} ${of}, ${show(interval.low)} to ${show(interval.high)} at 95%`;
}
