/** The points of a Latin hypercube lie on no grid: over two axes they are gathered into bins, and a bin has a place on its axis. */
import { type SweepAxis, writeAmount } from '../../experiment/sweep/axes.js';
import type { HeatMapAxis } from '../text/heat-map.js';

/** Where a value stands on its axis. */
export const placeOf = (value: string, axis: SweepAxis): number =>
	'values' in axis
		? axis.values.indexOf(value)
		: Number(value.slice(axis.prefix.length, value.length - axis.unit.length));

export interface Bins {
	readonly side: HeatMapAxis;
	readonly binOf: (value: string) => number;
}

/** Few values have a bin each, in their order; many, and stretches, share equal parts, named by where they begin. */
export function binsOf(axis: SweepAxis, most: number): Bins {
	const name = axis.path;
	if ('values' in axis) {
		const { values } = axis;
		const bins = Math.min(most, values.length);
		const starts = Array.from({ length: bins }, (_, k) => values[Math.ceil((k * values.length) / bins)]);
		const labels = bins < values.length ? starts.map((start) => `${start}+`) : starts;
		return { side: { name, labels }, binOf: (value) => Math.floor((placeOf(value, axis) * bins) / values.length) };
	}
	const { min, max } = axis;
	const labels = Array.from({ length: most }, (_, k) => {
		const start = Number((min + (k / most) * (max - min)).toPrecision(3));
		return `${writeAmount(start, axis)}+`;
	});
	const binOf = (value: string): number =>
		max > min ? Math.min(most - 1, Math.floor(((placeOf(value, axis) - min) / (max - min)) * most)) : 0;
	return { side: { name, labels }, binOf };
}
