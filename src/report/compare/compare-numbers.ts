/**
 * Numbers of a comparison for people: as many digits as the uncertainty bids, "±" only where it is the same to either side,
 * and relative changes wherever there is something to be relative to.
 */
import type { ComparedMetric } from '../../experiment/compare/compare.js';
import { type ShownDifference, shownDifference } from '../../experiment/compare/regression.js';
import { halfWidth } from '../../experiment/statistics/interval.js';
import { formatShare } from '../../kernel/units.js';
import { formatQuantity } from '../../metrics/definitions/format.js';
import { isTime, kindOf } from '../../metrics/definitions/metrics.js';

/** "-99.5%±0.1%", or its ends where it is not the same to either side; in its unit where nothing is relative. */
export function changeCell(name: string, measured: ComparedMetric): string {
	const shown = shownDifference(measured.paired);
	if (shown === null) return '-';
	const { value, interval } = shown;
	if (!shown.relative) return absoluteCell(name, value, halfWidth(interval));
	const decimals = decimalsFor(shown);
	if (interval.low === interval.high) return signed(value, decimals);
	if (isEven(shown)) return `${signed(value, decimals)}±${formatShare(halfWidth(interval), decimals)}`;
	return `${signed(interval.low, decimals)}..${signed(interval.high, decimals)}`;
}

/** "+12.7±0.1pt" for a share, whose percents would pass for relative ones; else in its unit. */
function absoluteCell(name: string, value: number, reach: number): string {
	const sign = value < 0 ? '-' : '+';
	if (kindOf(name) !== 'share') {
		return `${sign}${bare(name, Math.abs(value))}${reach === 0 ? '' : `±${bare(name, round(reach, 2))}`}`;
	}
	const [size, around] = [Math.abs(value), reach].map((share) => (100 * share).toFixed(decimalsOf(reach, value)));
	return `${sign}${size}${reach === 0 ? '' : `±${around}`}pt`;
}

/** A value of a side, for people. */
export function show(name: string, value: number | null): string {
	const kind = kindOf(name);
	const us = value !== null && isTime(kind) ? value * 1e6 : value;
	// An instant is told as the time since t = 0: the sides may have no clock in common.
	return formatQuantity(kind === 'instant' ? 'duration' : kind, us, NO_CLOCK);
}

/** What stands behind "by": "99.5% ± 0.1%", "2.3 ± 0.1 points", "100% in every pair". */
export function byText(shown: ShownDifference, name: string): string {
	const { value, interval } = shown;
	const reach = halfWidth(interval);
	if (!shown.relative) return absoluteText(name, Math.abs(value), reach);
	const decimals = decimalsFor(shown);
	const size = formatShare(Math.abs(value), decimals);
	if (interval.low === interval.high) return `${size} in every pair`;
	if (isEven(shown)) return `${size} ± ${formatShare(reach, decimals)}`;
	const ends = [interval.low, interval.high].map(Math.abs).toSorted((a, b) => a - b);
	return `${size}, ${ends.map((end) => formatShare(end, decimals)).join(' to ')}`;
}

function absoluteText(name: string, size: number, reach: number): string {
	if (kindOf(name) !== 'share') {
		return reach === 0 ? `${bare(name, size)} in every pair` : `${bare(name, size)} ± ${bare(name, round(reach, 2))}`;
	}
	const decimals = decimalsOf(reach, size);
	const [points, around] = [size, reach].map((share) => (100 * share).toFixed(decimals));
	return reach === 0 ? `${points} points in every pair` : `${points} ± ${around} points`;
}

/** "-0.2% to +0.3%", or that there is nothing at all. */
export const sameText = (shown: ShownDifference, name: string): string =>
	shown.interval.low === 0 && shown.interval.high === 0 ? 'the same in every pair' : rangeText(shown, name);

/** "-40% to +90%" */
export function rangeText(shown: ShownDifference, name: string): string {
	const { low, high } = shown.interval;
	if (shown.relative) {
		const decimals = decimalsOf(halfWidth(shown.interval), shown.value);
		return `${signed(low, decimals)} to ${signed(high, decimals)}`;
	}
	if (kindOf(name) === 'share') return `${points(low)} to ${points(high)} points`;
	const plus = (value: number): string => `${value < 0 ? '' : '+'}${bare(name, value)}`;
	return `${plus(low)} to ${plus(high)}`;
}

/** A value in its unit; a factor without its x, which has no place before a difference. */
const bare = (name: string, value: number): string => show(name, value).replace(/x/, '');

/** True where both ends are as far, but for a tenth: only then does "±" say what it seems to. */
function isEven({ value, interval: { low, high } }: ShownDifference): boolean {
	const [below, above] = [value - low, high - value];
	return Math.abs(above - below) <= 0.1 * (above + below);
}

/** Decimals of a percentage: as its uncertainty bids, and enough that what is not all does not look like it. */
function decimalsFor({ value, interval }: ShownDifference): number {
	let decimals = decimalsOf(halfWidth(interval), value);
	const short = (): boolean => Number((100 * Math.abs(value)).toFixed(decimals)) === 100;
	while (decimals < MOST_DECIMALS && Math.abs(value) !== 1 && short()) decimals++;
	return decimals;
}

const MOST_DECIMALS = 6;

/**
 * To the first digit of what a share is not known better than, to the second where that is much of it. Nothing is not
 * known: three digits of the share itself.
 */
function decimalsOf(reach: number, value: number): number {
	const [size, digits] = reach > 0 ? [reach, reach > Math.abs(value) / 5 ? 2 : 1] : [Math.abs(value), 3];
	if (size === 0) return 0;
	return Math.min(MOST_DECIMALS, Math.max(0, digits - 1 - Math.floor(Math.log10(100 * size))));
}

const round = (value: number, digits: number): number => Number(value.toPrecision(digits));

const signed = (ratio: number, decimals: number): string => {
	const text = formatShare(Math.abs(ratio), decimals);
	return Number.parseFloat(text) === 0 ? text : `${ratio < 0 ? '-' : '+'}${text}`;
};

export const percent = (share: number): string => formatShare(round(share, 3));

/** A difference of shares in percentage points: "-44.8". */
export const points = (difference: number): string => {
	const text = formatShare(Math.abs(Number(difference.toFixed(3)))).replace('%', '');
	return text === '0' ? text : `${difference < 0 ? '-' : '+'}${text}`;
};

/** No instant is shown. */
const NO_CLOCK = { date: null, clockUs: 0, fromUs: 0, toUs: 0 };
