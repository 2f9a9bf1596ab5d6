/**
 * Curves that a rate may follow, each fitted to counts per interval and able to go on beyond them: a level, a level that forgets,
 * a day that repeats, a week that repeats, with or without a trend. Holes of the log count for nothing.
 */

/** Counts per interval from a start; `missing` says which of them are holes. */
export interface CountSeries {
	readonly fromS: number;
	readonly everyS: number;
	readonly counts: ArrayLike<number>;
	readonly missing: readonly boolean[];
}

export interface RateModel {
	readonly name: string;
	/** numbers that were fitted */
	readonly parameters: number;
	/** expected count of an interval, 0 the first one of what was fitted; it may lie beyond */
	readonly at: (interval: number) => number;
}

export interface Shape {
	readonly name: string;
	/** null where there is too little to fit it to */
	readonly fit: (counted: CountSeries) => RateModel | null;
}

const DAY_S = 86_400;
const WEEK_S = 604_800;
/** A day is cut into as many parts at most, so that each is seen often enough. */
const PARTS_OF_DAY = 96;

const level: Shape = {
	name: 'a constant rate',
	fit: (counted) => {
		const mean = meanWhere(counted, () => true);
		return mean === null ? null : { name: 'a constant rate', parameters: 1, at: () => mean };
	},
};

/** Simple exponential smoothing (C. C. Holt, 1957), its weight the one that would have been best one step ahead. */
const smoothed: Shape = {
	name: 'the recent rate',
	fit: (counted) => {
		const runs = [0.005, 0.02, 0.05, 0.1, 0.2, 0.4].map((weight) => smoothing(counted, weight));
		const best = runs.reduce((least, one) => (one.error < least.error ? one : least));
		const { levels, last } = best;
		if (levels.length === 0) return null;
		return { name: 'the recent rate', parameters: 2, at: (i) => (i < levels.length ? levels[i] : last) };
	},
};

/** Each level is what was known before its interval. */
function smoothing({ counts, missing }: CountSeries, weight: number) {
	const levels: number[] = [];
	let error = 0;
	let last = counts.length === 0 ? 0 : counts[0];
	for (let i = 0; i < counts.length; i++) {
		levels.push(last);
		if (missing[i]) continue;
		error += Math.abs(counts[i] - last);
		last += weight * (counts[i] - last);
	}
	return { error, levels, last };
}

const daily = (name: string, periodS: number, level: 'mean' | 'trend' | 'recent'): Shape => ({
	name,
	fit: (counted) => {
		const { everyS, counts, fromS } = counted;
		if (counts.length * everyS < (level === 'trend' || periodS === WEEK_S ? 2 : 1) * periodS) return null;
		const partS = Math.max(everyS, DAY_S / PARTS_OF_DAY);
		if (periodS % partS !== 0) return null;
		const parts = periodS / partS;
		const part = (i: number): number => Math.floor(((fromS + i * everyS) % periodS) / partS);
		const trend = level === 'trend' ? trendOf(counted) : () => 1;
		const profile = profileOf(counted, part, parts, trend);
		if (profile === null) return null;
		const scale = level === 'recent' ? recentScale(counted, (i) => profile[part(i)]) : 1;
		return {
			name,
			parameters: parts + (level === 'trend' ? 2 : level === 'recent' ? 1 : 0),
			at: (i) => scale * trend(i) * profile[part(i)],
		};
	},
});

/** The mean of each part of the period over all periods, its trend taken out; null where one was never seen. */
function profileOf(
	{ counts, missing }: CountSeries,
	part: (i: number) => number,
	parts: number,
	trend: (i: number) => number,
): Float64Array | null {
	const [sums, weights] = [new Float64Array(parts), new Float64Array(parts)];
	for (let i = 0; i < counts.length; i++) {
		if (missing[i]) continue;
		sums[part(i)] += counts[i];
		weights[part(i)] += trend(i);
	}
	return weights.every((weight) => weight > 0) ? sums.map((sum, k) => sum / weights[k]) : null;
}

/** How the last day lies against the profile. */
function recentScale({ everyS, counts, missing }: CountSeries, expected: (i: number) => number): number {
	let [counted, known] = [0, 0];
	for (let i = Math.max(0, counts.length - Math.round(DAY_S / everyS)); i < counts.length; i++) {
		if (missing[i]) continue;
		counted += counts[i];
		known += expected(i);
	}
	return known > 0 ? counted / known : 1;
}

/** A straight line through the means of days, relative to their mean, never below a tenth of it. Damped: it goes on for two weeks. */
function trendOf({ everyS, counts, missing }: CountSeries): (i: number) => number {
	const perDay = Math.round(DAY_S / everyS);
	const days: { readonly x: number; readonly y: number }[] = [];
	for (let from = 0; from + perDay <= counts.length; from += perDay) {
		let [sum, n] = [0, 0];
		for (let i = from; i < from + perDay; i++) {
			if (missing[i]) continue;
			sum += counts[i];
			n++;
		}
		if (n > perDay / 2) days.push({ x: from + perDay / 2, y: sum / n });
	}
	if (days.length < 3) return () => 1;
	const mean = (read: (day: (typeof days)[number]) => number) =>
		days.reduce((sum, day) => sum + read(day), 0) / days.length;
	const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)];
	const slope = mean(({ x, y }) => (x - mx) * (y - my)) / mean(({ x }) => (x - mx) ** 2);
	const last = counts.length + 14 * perDay;
	return (i) => (my > 0 ? Math.max(0.1, 1 + (slope * (Math.min(i, last) - mx)) / my) : 1);
}

function meanWhere({ counts, missing }: CountSeries, take: (i: number) => boolean): number | null {
	let [sum, n] = [0, 0];
	for (let i = 0; i < counts.length; i++) {
		if (missing[i] || !take(i)) continue;
		sum += counts[i];
		n++;
	}
	return n === 0 ? null : sum / n;
}

/** Those that say what a log is like: a level that forgets describes nothing. */
export const DESCRIBING: readonly Shape[] = [
	level,
	daily('a day that repeats', DAY_S, 'mean'),
	daily('a day that repeats, at the recent level', DAY_S, 'recent'),
	daily('a day that repeats, with a trend', DAY_S, 'trend'),
	daily('a week that repeats', WEEK_S, 'mean'),
	daily('a week that repeats, at the recent level', WEEK_S, 'recent'),
];

/** Those that a forecast may go on with. */
export const SHAPES: readonly Shape[] = [level, smoothed, ...DESCRIBING.slice(1)];
