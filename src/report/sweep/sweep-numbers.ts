/** The cells of a sweep's table and bars: a share or a mean with its interval, as short as it can be said. */

import type { BranchName } from '../../experiment/replicate/branch-statistics.js';
import { formatShare } from '../../kernel/units.js';
import { type Clock, formatQuantity } from '../../metrics/definitions/format.js';
import { kindOf } from '../../metrics/definitions/metrics.js';
import { type FigureRow, type ShareRow, scaleOf } from './summary.js';

/**
 * "12.5% [5.5%, 26.1%]"; where some runs could not tell the share if none of them hit and if all did, "0% to 25% [0%, 59.1%], 2 undecided";
 * "undecided" where none could.
 */
export function shareText({ hits, share, of, interval: [low, high] }: ShareRow, runs: number): string {
	if (share === null) return runs === 0 ? '-' : 'undecided';
	const around = `[${percent(low)}, ${percent(high)}]`;
	const open = runs - of;
	if (open === 0) return `${percent(share)} ${around}`;
	return `${percent(hits / runs)} to ${percent((hits + open) / runs)} ${around}, ${open} undecided`;
}

/** "x1.14±0.0065"; where runs end in more than one branch "x1.14±0.0065 | x3.9±0.2 collapsed" */
export function figureText(name: string, { branches, ...all }: FigureRow, clock: Clock): string {
	if (branches === undefined) return meanText(name, all, clock) + undecidedText(all);
	return branches
		.toSorted((a, b) => BRANCH_ORDER.indexOf(a.branch) - BRANCH_ORDER.indexOf(b.branch))
		.map(
			(one) =>
				`${meanText(name, one, clock)}${undecidedText(one)}${one.branch === 'not collapsed' ? '' : ` ${one.branch}`}`,
		)
		.join(' | ');
}

/** Runs that could not tell it: a mean of the others, or none. */
const undecidedText = ({ undecided }: Pick<FigureRow, 'undecided'>): string =>
	undecided === undefined ? '' : ` (undecided in ${undecided})`;

const BRANCH_ORDER: readonly BranchName[] = ['not collapsed', 'collapsed', 'undecided'];

function meanText(name: string, { mean, interval }: Pick<FigureRow, 'mean' | 'interval'>, clock: Clock): string {
	const scale = scaleOf(name);
	const kind = kindOf(name);
	const centre = formatQuantity(kind, mean === null ? null : mean * scale, clock);
	if (interval === null) return centre;
	const reach = Number((((interval[1] - interval[0]) / 2) * scale).toPrecision(2));
	return `${centre}±${formatQuantity(kind === 'instant' ? 'duration' : kind, reach, clock).replace('x', '')}`;
}

const percent = (share: number): string => formatShare(Number(share.toFixed(3)));
