/**
 * What a measurement must show: the condition of a check, and what a sample means under it. Every metric is a share of
 * something bad, so more is worse. Semantics and their sources: the systems named beside each kind.
 */

import type { MetricReading } from './gate-metric.js';
import { mannWhitney } from './mann-whitney.js';
import { sequential } from './sequential-test.js';

/** Whom a canary is compared with: all other nodes, or as many of each group as the canary has (the highest numbers). */
export type Control = 'rest' | 'same-size';

export interface MannWhitney {
	readonly kind: 'mann-whitney';
	/** of the interval around the shift, 0..1 (Kayenta's judge: 0.98) */
	readonly confidence: number;
	/** a shift within this share of the estimate is none (Kayenta: 0.25) */
	readonly tolerance: number;
	readonly direction: 'increase' | 'decrease' | 'either';
	/** mean of canary / mean of control from which a shift matters, 1 = any */
	readonly effect: number;
	readonly control: Control;
	/** one point of the metric for so long */
	readonly stepUs: number;
	/** what it belongs to where gates are scored */
	readonly group: string;
	/** a score is 0 where this one does not pass */
	readonly critical: boolean;
}

export type Condition =
	/** fails strictly above `above`, passes up to `passUpTo`; between the two it is inconclusive (Argo's pair of conditions) */
	| { readonly kind: 'threshold'; readonly above: number; readonly passUpTo: number }
	/** fails where canary - control (or canary / control) is strictly above `above` */
	| {
			readonly kind: 'control';
			readonly as: 'difference' | 'ratio';
			readonly above: number;
			readonly control: Control;
	  }
	/** fails where the canary's points lie significantly on the bad side of the control's (Kayenta) */
	| MannWhitney
	/** fails once an interval around canary - control that may be looked at as often as one likes is above `above` (LaunchDarkly) */
	| { readonly kind: 'sequential'; readonly alpha: number; readonly above: number; readonly control: Control }
	/** fails where both windows burn the budget `1 - slo` more than `factor` times too fast (SRE workbook) */
	| { readonly kind: 'burn-rate'; readonly slo: number; readonly factor: number; readonly shortUs: number };

/** Points of a metric in time, for the canary and for its control. */
export interface MetricPoints {
	readonly canary: readonly number[];
	readonly control: readonly number[];
}

/** What one measurement saw. `control`, `short` and `points` are null where the condition does not look at them. */
export interface CheckSample {
	readonly canary: MetricReading;
	readonly control: MetricReading | null;
	/** the short window of a burn rate */
	readonly short: MetricReading | null;
	readonly points: MetricPoints | null;
}

/** `error`: the monitor could not be reached. */
export type CheckResult = 'passed' | 'failed' | 'inconclusive' | 'no-data' | 'error';

/** What a sample means. Fewer than `minSamples` in a denominator is no data; a value exactly at a limit passes. */
export function measure(condition: Condition, minSamples: number, sample: CheckSample): CheckResult {
	const { canary, control, short, points } = sample;
	if (!enough(canary, minSamples)) return 'no-data';
	switch (condition.kind) {
		case 'threshold':
			if (canary.value > condition.above) return 'failed';
			return canary.value <= condition.passUpTo ? 'passed' : 'inconclusive';
		case 'control':
			if (control === null || !enough(control, minSamples)) return 'no-data';
			return exceeds(condition, canary.value, control.value) ? 'failed' : 'passed';
		case 'mann-whitney': {
			if (points === null) return 'no-data';
			const found = mannWhitney(points.canary, points.control, condition);
			if (found.class === 'nodata') return 'no-data';
			return found.class === 'pass' ? 'passed' : 'failed';
		}
		case 'sequential': {
			if (control === null || !enough(control, minSamples)) return 'no-data';
			const { result } = sequential(countsOf(canary, control), condition);
			return result === 'open' ? 'inconclusive' : result;
		}
		case 'burn-rate': {
			if (short === null || !enough(short, 1)) return 'no-data';
			const limit = burnLimit(condition);
			return canary.value > limit && short.value > limit ? 'failed' : 'passed';
		}
	}
}

/** The share that the canary's reading is held against, given what its control showed; null where there is no such number. */
export function limitOf(condition: Condition, sample: CheckSample | null): number | null {
	switch (condition.kind) {
		case 'threshold':
			return condition.above;
		case 'burn-rate':
			return burnLimit(condition);
		case 'control':
		case 'sequential': {
			const control = sample?.control?.value ?? null;
			if (control === null) return null;
			return condition.kind === 'control' && condition.as === 'ratio'
				? control * condition.above
				: control + condition.above;
		}
		case 'mann-whitney':
			return null;
	}
}

/** Whom a condition compares the canary with; null where with nobody. */
export const controlOf = (condition: Condition): Control | null =>
	condition.kind === 'threshold' || condition.kind === 'burn-rate' ? null : condition.control;

/** A share of failures that burns the budget of the SLO `factor` times too fast: factor x (1 - slo). */
export const burnLimit = ({ slo, factor }: { readonly slo: number; readonly factor: number }): number =>
	factor * (1 - slo);

const enough = (reading: MetricReading, minSamples: number): reading is MetricReading & { value: number } =>
	reading.value !== null && reading.samples >= minSamples;

/** A canary / control of 0 / 0 exceeds nothing. */
function exceeds({ as, above }: Extract<Condition, { kind: 'control' }>, canary: number, control: number): boolean {
	return as === 'difference' ? canary - control > above : canary > above * control;
}

const countsOf = (canary: MetricReading & { value: number }, control: MetricReading & { value: number }) => ({
	canaryFailures: Math.round(canary.value * canary.samples),
	canarySamples: canary.samples,
	controlFailures: Math.round(control.value * control.samples),
	controlSamples: control.samples,
});
