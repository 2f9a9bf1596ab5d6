/**
 * The chance that a check trips, by the binomial law: more than a share T of n samples that each count with chance p. As if
 * samples were independent: retries are not, they come in bursts, so the measured share of trips stands beside it. p is an
 * interval unless the world states it, and so is the chance.
 */
import { binomialAbove } from '../statistics/binomial.js';
import type { Interval } from '../statistics/interval.js';
import type { CheckReadings } from '../task/gate-record.js';
import type { PlannedCheck } from '../task/planned-checks.js';
import type { SampleShare } from './sample-share.js';

/** HoldReadings of a hold that nothing cut short. */
export interface HoldReadings {
	readonly all: number;
	/** of these full, and with no sample in common */
	readonly apart: number;
	/** whole windows */
	readonly full: number;
	/** mean samples of each one whose window the deploy clipped, in order */
	readonly clipped: readonly number[];
}

/** Chance to trip: at one reading, and at any of a hold. */
export interface Odds {
	readonly look: Interval;
	/** the low end takes the readings that share no sample, the high end all of them, as if they were independent */
	readonly hold: Interval;
}

/** The longest hold among the twins, in which nothing tripped by right. */
export function readingsOf(twins: readonly CheckReadings[]): HoldReadings {
	const most = (read: (of: CheckReadings) => number) => twins.reduce((max, one) => Math.max(max, read(one)), 0);
	const clipped = Array.from({ length: most((of) => of.clipped.length) }, (_, k) => {
		const sizes = twins.flatMap((one) => (one.clipped.length > k ? [one.clipped[k]] : []));
		return sizes.reduce((sum, n) => sum + n, 0) / sizes.length;
	});
	return {
		all: most(({ count }) => count),
		apart: most((of) => of.apart.full),
		full: most((of) => of.full.count),
		clipped,
	};
}

/**
 * @param withoutData share of the readings that had fewer samples than the check asks for
 * @param worst of the readings of a hold, where it is another than the first full one
 */
export function odds(
	check: PlannedCheck,
	{ apart, full, clipped }: HoldReadings,
	withoutData: number | null,
	first: SampleShare,
	worst = first,
): Odds {
	// A mean below what the check asks for: those readings that have enough are about that large.
	const size = (n: number) => (withoutData === 1 ? n : Math.max(n, check.minSamples));
	const at = (n: number, share: number) => tripChance(check, size(n), share);
	const enough = first.samples < check.minSamples || withoutData === null ? 0 : 1 - withoutData;
	const look = {
		low: enough * at(first.samples, first.interval.low),
		high: at(first.samples, first.interval.high),
	};
	const most = Math.max(first.interval.high, worst.interval.high);
	const atWorst = Math.max(look.high, at(worst.samples, most));
	// Where no window is whole the last one stands for it, and is not counted again.
	const others = full > 0 ? clipped : clipped.slice(0, -1);
	const noneClipped = others.reduce((none, n) => none * (1 - tripChance(check, n, most)), 1);
	const low = anyOf(Math.max(1, apart), look.low);
	const high = 1 - (1 - anyOf(Math.max(1, full), atWorst)) * noneClipped;
	return { look, hold: { low, high: Math.max(low, high) } };
}

/**
 * Of one reading. A ratio r of retries per first attempt is above T where retries are above T / (1 + T) of both together.
 * @param samples a mean: a reading with fewer than the check asks for has no data, and then it cannot trip
 */
function tripChance({ above, minSamples, isShare }: PlannedCheck, samples: number, share: number): number {
	const n = Math.round(samples);
	if (n < minSamples || n === 0) return 0;
	if (isShare) return binomialAbove(n, Math.min(1, share), above);
	if (!Number.isFinite(share)) return 1;
	return binomialAbove(Math.round(n * (1 + share)), share / (1 + share), above / (1 + above));
}

/** Any of k independent readings: 1 - (1 - p)^k. */
const anyOf = (k: number, p: number): number => (p === 1 ? 1 : -Math.expm1(k * Math.log1p(-p)));
