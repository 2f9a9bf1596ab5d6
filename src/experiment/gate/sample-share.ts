/**
 * The samples of a reading and the share of them that counts, over many runs: never a point where it is estimated. The
 * interval is that of a proportion over samples that are counted once; where runs differ by more than the binomial law
 * allows (failures come in bursts), it is as wide as fewer samples would make it.
 */
import { CONFIDENCE } from '../statistics/critical-values.js';
import type { Interval } from '../statistics/interval.js';
import { present } from '../statistics/moments.js';
import { proportion } from '../statistics/proportion.js';
import type { CheckReadings, SampleCount } from '../task/gate-record.js';

export interface SampleShare {
	/** of a full reading, or where none is full of the last one; the mean */
	readonly samples: number;
	/** of all that was seen */
	readonly share: number;
	/** where the true share lies; both ends are the same where the world states it */
	readonly interval: Interval;
	readonly source: 'stated' | 'estimated';
}

/** How the share is known: stated by the world (null = it is not), and false of a ratio that may exceed 1. */
interface Known {
	readonly stated: number | null;
	readonly isShare: boolean;
}

/** What the readings of the twins were like; null where they had no samples. */
export function baselineShare(twins: readonly CheckReadings[], known: Known): SampleShare | null {
	const sum = (read: (of: CheckReadings) => number) => twins.reduce((total, one) => total + read(one), 0);
	const [full, fullSamples] = [sum((of) => of.full.count), sum((of) => of.full.samples)];
	const last = present(twins.map(({ first }) => (first === null ? null : first.samples)));
	const samples = full > 0 ? fullSamples / full : last.reduce((total, n) => total + n, 0) / Math.max(1, last.length);
	const all = sum((of) => of.samples);
	if (all === 0 || samples === 0) return null;
	// A trip ends the readings: where one tripped, the full readings are those of the twins that were lucky.
	const whole = full > 0 && !twins.some(({ tripped }) => tripped) && fullSamples > 0;
	const share = whole ? sum((of) => of.full.bad) / fullSamples : sum((of) => of.bad) / all;
	return {
		samples,
		share,
		...whereItLies(
			twins.map(({ apart }) => apart),
			known,
		),
	};
}

/** The same of one reading of each run. */
export function shareOfReadings(readings: readonly (SampleCount | null)[], known: Known): SampleShare | null {
	const present = readings.filter((look) => look !== null);
	const samples = present.reduce((sum, look) => sum + look.samples, 0);
	if (samples === 0) return null;
	const share = present.reduce((sum, { bad }) => sum + bad, 0) / samples;
	return { samples: samples / present.length, share, ...whereItLies(present, known) };
}

/** What is stated stands where what was seen does not refute it: else something else fails too, or hides it. */
function whereItLies(
	readings: readonly SampleCount[],
	{ stated, isShare }: Known,
): Pick<SampleShare, 'interval' | 'source'> {
	const within = (confidence: number) =>
		isShare ? shareInterval(readings, confidence) : ratioInterval(readings, confidence);
	const { low, high } = within(REFUTES);
	return stated === null || stated < low || stated > high
		? { interval: within(CONFIDENCE), source: 'estimated' }
		: { interval: { low: stated, high: stated }, source: 'stated' };
}

/** So that a right statement is not given up by luck, in one check of twenty. */
const REFUTES = 0.999;

function shareInterval(readings: readonly SampleCount[], confidence: number): Interval {
	const withSamples = readings.filter(({ samples }) => samples > 0);
	const samples = withSamples.reduce((sum, look) => sum + look.samples, 0);
	if (samples === 0) return { low: 0, high: 1 };
	const share = withSamples.reduce((sum, look) => sum + look.bad, 0) / samples;
	const n = samples / spread(withSamples, share);
	return proportion(share * n, n, confidence).interval;
}

/** A ratio of retries to others, by the share of retries among both. */
function ratioInterval(readings: readonly SampleCount[], confidence: number): Interval {
	const both = readings.map(({ samples, bad }) => ({ samples: samples + bad, bad }));
	const { low, high } = shareInterval(both, confidence);
	return { low: low / (1 - low), high: high / (1 - high) };
}

/** Variance of the counts between runs over what the binomial law gives, 1 or more (the design effect). */
function spread(readings: readonly SampleCount[], share: number): number {
	const samples = readings.reduce((sum, look) => sum + look.samples, 0);
	const binomial = share * (1 - share) * samples;
	if (readings.length < 2 || !(binomial > 0)) return 1;
	const squares = readings.reduce((sum, look) => sum + (look.bad - share * look.samples) ** 2, 0);
	return Math.max(1, (squares / (readings.length - 1)) * (readings.length / binomial));
}
