/** What points of a sweep say together of the quantity that is shown: a cell of its picture, and the scale of all cells. */
import { ENDS, type End } from '../../experiment/replicate/branch-statistics.js';
import { type Clock, formatQuantity } from '../../metrics/definitions/format.js';
import { kindOf } from '../../metrics/definitions/metrics.js';
import { type HeatMapCell, linearScale, type Scale, shareScale } from '../text/heat-map.js';
import { type PointRow, scaleOf } from './summary.js';

/** Whether a name is that of a verdict with yes or no: what is shown is then how often it was yes. */
export const isEnd = (name: string): name is End => ENDS.some((end) => end === name);

/** Hits of all runs, or the mean over the points' means, in the unit of the quantity; no mean where runs end in branches. */
export function cellOf(rows: readonly PointRow[], show: string): HeatMapCell {
	const known = rows.filter(({ runs, failures }) => runs + failures.length > 0);
	if (known.length === 0) return 'absent';
	const value = isEnd(show) ? shareOf(known, show) : meanOf(known, show);
	if (value !== null) return value;
	if (!isEnd(show) && known.some(({ figures }) => figures[show].branches !== undefined)) return 'branches';
	if (known.every(({ runs }) => runs === 0)) return 'failed';
	const isOpen = isEnd(show) || known.some(({ figures }) => figures[show].undecided !== undefined);
	return isOpen ? 'unknown' : 'none';
}

export function scaleFor(show: string, cells: readonly HeatMapCell[], clock: Clock): Scale {
	if (isEnd(show)) return shareScale;
	const values = cells.filter((cell) => typeof cell === 'number');
	return linearScale(values, (value) => formatQuantity(kindOf(show), value, clock));
}

function shareOf(rows: readonly PointRow[], end: End): number | null {
	const of = sum(rows.map(({ probabilities }) => probabilities[end].of));
	return of === 0 ? null : sum(rows.map(({ probabilities }) => probabilities[end].hits)) / of;
}

function meanOf(rows: readonly PointRow[], name: string): number | null {
	if (rows.some(({ figures }) => figures[name].branches !== undefined)) return null;
	const means = rows.map(({ figures }) => figures[name].mean).filter((mean) => mean !== null);
	return means.length === 0 ? null : (scaleOf(name) * sum(means)) / means.length;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
