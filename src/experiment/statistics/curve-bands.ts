/**
 * Many curves over the same steps as one picture: what most replications did, and what the worst did. Quantiles step by
 * step, so that a band's edge belongs to no single run.
 */
import { assert } from '../../kernel/errors.js';
import { meanOf, present } from './moments.js';
import { quantileOfSorted } from './sample-quantile.js';

/** The figures of one step over all replications; null where none of them measured anything. */
export interface Band {
	/** replications that measured something at this step */
	readonly n: number;
	readonly mean: number | null;
	readonly min: number | null;
	readonly p5: number | null;
	readonly p25: number | null;
	readonly p50: number | null;
	readonly p75: number | null;
	readonly p95: number | null;
	readonly max: number | null;
}

/**
 * One band per step.
 * @param curves equally long; null where a replication measured nothing
 */
export function bands(curves: readonly (readonly (number | null)[])[]): Band[] {
	if (curves.length === 0) return [];
	const steps = curves[0].length;
	assert(
		curves.every((curve) => curve.length === steps),
		'curves of one picture have as many steps as each other',
	);
	return Array.from({ length: steps }, (_, step) => bandOf(present(curves.map((curve) => curve[step]))));
}

function bandOf(values: readonly number[]): Band {
	const sorted = Float64Array.from(values).sort();
	const at = (p: number) => (sorted.length === 0 ? null : quantileOfSorted(sorted, p));
	return {
		n: values.length,
		mean: meanOf(values),
		min: at(0),
		p5: at(0.05),
		p25: at(0.25),
		p50: at(0.5),
		p75: at(0.75),
		p95: at(0.95),
		max: at(1),
	};
}
