/**
 * The mean of values in a row that depend on each other, with its interval: batch means (R. W. Conway, "Some Tactical Problems in Digital
 * Simulation", Management Science 10, 1963). The values are cut into stretches, whose means are nearly independent if a stretch is
 * longer than what the values remember. How long that is, is not known: of several lengths the one with the widest interval counts, so
 * that bursts of whole minutes are not taken for certainty.
 */
import { CONFIDENCE, studentReach } from './critical-values.js';
import { type Mean, studentMean } from './mean-interval.js';

/** Numbers of stretches; fewer than five have an interval that says little. */
const STRETCHES = [30, 20, 14, 10, 7, 5];

export function correlatedMean(values: readonly number[], confidence = CONFIDENCE): Mean {
	const plain = studentMean(values, confidence);
	if (plain.mean === null || plain.interval === null) return plain;
	let reach = plain.interval.high - plain.mean;
	for (const stretches of STRETCHES) {
		const size = Math.floor(values.length / stretches);
		if (size < 2) continue;
		const means = Array.from({ length: stretches }, (_, k) => {
			const from = values.length - (k + 1) * size;
			let sum = 0;
			for (let i = from; i < from + size; i++) sum += values[i];
			return sum / size;
		});
		const { sd } = studentMean(means, confidence);
		if (sd !== null) reach = Math.max(reach, (studentReach(confidence, stretches - 1) * sd) / Math.sqrt(stretches));
	}
	return {
		...plain,
		interval: { low: Math.max(Math.min(0, plain.mean), plain.mean - reach), high: plain.mean + reach },
	};
}
