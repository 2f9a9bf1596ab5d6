/** The curves of many runs for a page: of each branch the quantiles step by step, never a mean over a collapse. */
import type { BranchBands } from '../../experiment/replicate/branch-statistics.js';
import type { Band } from '../../experiment/statistics/curve-bands.js';
import { CURVES, type CurveName } from '../../experiment/task/digest.js';
import type { CurveBands, QuantileCurves } from './parts.js';
import type { Values } from './values.js';

export function curveBandsOf({ name, runs, bands }: BranchBands, label: string): CurveBands {
	const of = (curve: CurveName): QuantileCurves => quantileCurvesOf(bands[curve]);
	return {
		name: label,
		branch: name,
		runs,
		curves: Object.fromEntries(CURVES.map((curve) => [curve, of(curve)])) as Record<CurveName, QuantileCurves>,
	};
}

function quantileCurvesOf(bands: readonly Band[]): QuantileCurves {
	const at = (name: 'p5' | 'p50' | 'p95'): Values => bands.map((band) => short(band[name]));
	return { p5: at('p5'), p50: at('p50'), p95: at('p95') };
}

/** Starts of the steps, us from t = 0. */
export const startsOf = (fromUs: number, stepUs: number, courses: readonly BranchBands[]): number[] =>
	courses.length === 0 ? [] : courses[0].bands[CURVES[0]].map((_, k) => fromUs + k * stepUs);

/** Four digits are more than a screen shows. */
export const short = (value: number | null): number | null =>
	value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(4));
