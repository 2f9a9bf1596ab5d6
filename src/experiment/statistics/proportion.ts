/**
 * How often something happened over replications, P(collapse) above all: the share of hits with its interval, the verdict
 * against a bound, and how many more replications would bring one.
 *
 * - Some hits: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927). All
 *   shares p that lie within z standard errors of what was seen, the error taken at p: |hits/n - p| <= z sqrt(p (1 - p) / n).
 * - No hit in n (and by symmetry n of n): one-sided and exact, all p under which seeing none is no rarer than 1 - confidence:
 *   (1 - p)^n >= 1 - c. At 95% this is the rule of three, p <= 3/n: J. A. Hanley and A. Lippman-Hand, "If Nothing Goes
 *   Wrong, Is Everything All Right?", JAMA 249 (1983).
 *
 * At 95% the interval holds the true p in 95% of experiments on average over p, but not for each: in 84% for p just below
 * 0.18/n, where a single hit is one too many already, and in 92% just above 3/n. Peeking costs more: whoever adds
 * replications until the interval decides is wrong more often than 1 - c.
 */
import { assert } from '../../kernel/errors.js';
import { formatShare } from '../../kernel/units.js';
import { CONFIDENCE, normalReach } from './critical-values.js';
import { halfWidth, type Interval } from './interval.js';

export interface Proportion {
	readonly hits: number;
	/** replications that could have hit */
	readonly n: number;
	/** hits / n, null of none */
	readonly share: number | null;
	/** 0..1; all of it where n is 0 */
	readonly interval: Interval;
	readonly confidence: number;
	/**
	 * where some replications could not tell: how many, and the share if none of them hit, and if all did. Then `share` is of those
	 * that could, and `interval` holds whatever the others were
	 */
	readonly bounds?: Interval & { readonly undecided: number };
}

export function proportion(hits: number, n: number, confidence = CONFIDENCE): Proportion {
	assert(hits >= 0 && hits <= n, `${hits} hits in ${n} replications`);
	const share = n === 0 ? null : hits / n;
	return { hits, n, share, interval: share === null ? { low: 0, high: 1 } : around(share, n, confidence), confidence };
}

/**
 * Where some replications could not tell: which they are may depend on what they would have told, so that those that could are no
 * fair sample. The interval reaches from the lower end of the one without a hit among them to the upper end of the one with hits alone.
 */
export function proportionOfDecided(hits: number, n: number, undecided: number, confidence = CONFIDENCE): Proportion {
	const decided = proportion(hits, n, confidence);
	if (undecided === 0) return decided;
	const [none, all] = [hits, hits + undecided].map((count) => proportion(count, n + undecided, confidence));
	return {
		...decided,
		interval: { low: none.interval.low, high: all.interval.high },
		bounds: { undecided, low: hits / (n + undecided), high: (hits + undecided) / (n + undecided) },
	};
}

/** More replications than this are not worth naming. */
const MOST_FURTHER = 10_000_000;

/** Further replications until the interval is at most this far to either side (`--until-halfwidth`), if the observed share stays. A plan, no promise. */
export function moreToNarrow(hits: number, n: number, reach: number, confidence = CONFIDENCE) {
	return moreUntil((interval) => halfWidth(interval) <= reach, proportion(hits, n, confidence));
}

/**
 * The least number of further replications until an interval of the same share is as wanted. Intervals of one share only
 * narrow as n grows, so doubling finds a number that is enough and halving the least.
 * @param done once true, true of every interval within
 * @returns null without any replication yet, and above ten million
 */
export function moreUntil(done: (interval: Interval) => boolean, now: Proportion): number | null {
	const { share, n, confidence } = now;
	if (share === null) return null;
	const doneAfter = (more: number) => done(around(share, n + more, confidence));
	if (doneAfter(0)) return 0;
	let short = 0;
	let enough = 1;
	while (!doneAfter(enough)) {
		if (enough === MOST_FURTHER) return null;
		short = enough;
		enough = Math.min(2 * enough, MOST_FURTHER);
	}
	while (enough - short > 1) {
		const middle = Math.floor((short + enough) / 2);
		if (doneAfter(middle)) enough = middle;
		else short = middle;
	}
	return enough;
}

/** Wilson's interval, whatever the hits: of what Newcombe's interval for pairs is made. */
export function wilson(share: number, n: number, confidence: number): Interval {
	const z = normalReach(confidence);
	const stretch = 1 + (z * z) / n;
	const centre = (share + (z * z) / (2 * n)) / stretch;
	const reach = (z / stretch) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
	return { low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
}

/**
 * "12.5% (5 of 40; 5.5% to 26.1% at 95%)", "0% (0 of 40; below 7.2% at 95%: the rule of 3/n)", and where some could not tell
 * "0% to 26.7% (0 of 44 decided, 16 undecided; 0% to 39% at 95%)".
 */
export function proportionText({ hits, n, share, interval, confidence, bounds }: Proportion): string {
	const sure = `at ${formatShare(confidence)}`;
	if (bounds !== undefined) {
		const spread = `${percent(bounds.low)} to ${percent(bounds.high)}`;
		const counts = `${hits} of ${n} decided, ${bounds.undecided} undecided`;
		return `${spread} (${counts}; ${percent(interval.low)} to ${percent(interval.high)} ${sure})`;
	}
	if (share === null) return 'no replications';
	const estimate = `${percent(share)} (${hits} of ${n}`;
	// -ln(1 - c) is 2.996 at 95%; 1 - e^(-3/n) stays below 3/n.
	const rule = `the rule of ${Number((-Math.log1p(-confidence)).toFixed(1))}/n`;
	if (hits === 0) return `${estimate}; below ${percent(interval.high)} ${sure}: ${rule})`;
	if (hits === n) return `${estimate}; above ${percent(interval.low)} ${sure}: ${rule})`;
	return `${estimate}; ${percent(interval.low)} to ${percent(interval.high)} ${sure})`;
}

/** @param share may stand between two counts: a plan asks for the interval of the same share in more replications */
function around(share: number, n: number, confidence: number): Interval {
	const none = -Math.expm1(Math.log1p(-confidence) / n);
	if (share === 0) return { low: 0, high: none };
	if (share === 1) return { low: 1 - none, high: 1 };
	return wilson(share, n, confidence);
}

/** To one decimal, and to two digits of whatever is rarer, hit or miss: 99.97% is not 100%. */
export function percent(share: number): string {
	const rarer = 100 * Math.min(share, 1 - share);
	const decimals = rarer === 0 ? 0 : Math.max(1, 1 - Math.floor(Math.log10(rarer)));
	return formatShare(Number(share.toFixed(Math.min(100, decimals + 2))));
}
