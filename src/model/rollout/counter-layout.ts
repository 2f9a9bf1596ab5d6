/** How the counters that monitors read are laid out: a row per node, or per node and class where a metric asks for classes. */
import { counterColumns } from '../gates/gate-metric.js';
import { checksOf, type Rollout } from './plan.js';

export interface CounterLayout {
	/** rows per node: 1, or one per class */
	readonly classes: number;
	/** numbers per row */
	readonly columns: number;
	/** limits of slowness, in the order of their columns */
	readonly slowLimitsUs: readonly number[];
	/** each has columns for what was sent before its latest push */
	readonly rollouts: number;
}

/** Only what some check of some rollout reads is counted apart. */
export function counterLayout(rollouts: readonly Rollout[], classes: number): CounterLayout {
	const metrics = rollouts.flatMap(checksOf).map(({ metric }) => metric);
	const slowLimitsUs: number[] = [];
	for (const { slow } of metrics) if (slow !== null) slowLimitsUs[slow.index] = slow.limitUs;
	const byClass = metrics.some((metric) => metric.classes !== null);
	const columns = counterColumns(slowLimitsUs.length, rollouts.length);
	return { classes: byClass ? classes : 1, columns, slowLimitsUs, rollouts: rollouts.length };
}

/** Numbers per node. */
export const widthOf = ({ classes, columns }: CounterLayout): number => classes * columns;

/** One row out of those of a node: the classes of a mask (null = all), added up. */
export function rowOf(
	counts: Float64Array,
	{ classes, columns }: CounterLayout,
	mask: readonly boolean[] | null,
): Float64Array {
	if (classes === 1 && mask === null) return counts;
	const row = new Float64Array(columns);
	for (let k = 0; k < classes; k++) {
		if (mask !== null && !mask[k]) continue;
		for (let i = 0; i < columns; i++) row[i] += counts[k * columns + i];
	}
	return row;
}
