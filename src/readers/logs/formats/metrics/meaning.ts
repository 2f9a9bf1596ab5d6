/**
 * What numbers over time are. A name may say it (`..._total`, `:rate5m`), a unit may ("req/s"), and a series of whole numbers that
 * never falls is a total since some start, named or not. Requests a second and requests a step look alike: which of them it is, is asked.
 */
import type { Answers, CountedAs } from '../log-format.js';
import type { MetricSeries, Point } from './metric-series.js';

export interface Meaning {
	readonly as: CountedAs;
	/** of a rate or an increase: over so long before its instant, us; null: over the step */
	readonly windowUs: number | null;
	/** "the series never falls, so that it is a counter" */
	readonly why: string;
}

/** What the export itself says: a header, a unit. */
export type StatedMeaning = Meaning | null;

const COUNTER = /_(?:total|count|bucket)$/;
/** Names of recording rules: level:metric:operations. */
const RECORDED = /:(rate|irate|increase|delta)(\d+)([smhd])$/;
const UNIT_US: Readonly<Record<string, number>> = { s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6 };
/** That so many numbers rise by luck alone happens once in 720 times. */
const LEAST_POINTS = 6;
/** A header that says "count" is overruled where more than half of the steps rise; one leap in a constant series is no counter. */
const MOST_RISE = 0.5;

/** @returns a text: the question, where it cannot be told */
export function meaningOf(
	series: readonly MetricSeries[],
	answers: Answers,
	stated: StatedMeaning = null,
): Meaning | string {
	const own = answers.as;
	if (own !== null) return { as: own.kind, windowUs: own.windowUs, why: `as --as says: ${own.kind}` };
	const names = [...new Set(series.map(({ name }) => name))];
	const [name] = names;
	if (stated !== null && (stated.as !== 'increase' || !isCounter(series, MOST_RISE))) return stated;
	if (name !== null && name !== undefined && names.every((one) => one !== null && COUNTER.test(one)))
		return { as: 'counter', windowUs: null, why: 'a series whose name ends in _total or _count is a counter' };
	const recorded = name === null || name === undefined ? null : RECORDED.exec(name);
	if (recorded !== null) {
		const as = recorded[1].endsWith('rate') ? 'rate' : 'increase';
		return { as, windowUs: Number(recorded[2]) * UNIT_US[recorded[3]], why: `${name} is the name of a recorded ${as}` };
	}
	if (isCounter(series))
		return { as: 'counter', windowUs: null, why: 'a series of whole numbers that never falls is a counter' };
	if (name !== null && name !== undefined)
		return `a gauge, ${name}, which counts no requests: a counter (..._total) or rate(...) of one would do; --as rate or --as increase if it is one`;
	return 'numbers that may be requests a second, requests of each step or a gauge; --as rate, --as rate:5m (its window), --as increase or --as counter says which';
}

/** Falls are restarts if they are rare and lead to less than half. @param rising so large a share of the steps rises, at least */
function isCounter(series: readonly MetricSeries[], rising = 0): boolean {
	const long = series.filter(({ points }) => points.length >= 2);
	const points = long.reduce((sum, one) => sum + one.points.length, 0);
	if (points < LEAST_POINTS || !long.some(({ points: of }) => of.length >= LEAST_POINTS)) return false;
	let [rises, falls, steps] = [0, 0, 0];
	for (const { points: of } of long) {
		for (let i = 1; i < of.length; i++) {
			const [before, now] = [of[i - 1].value, of[i].value];
			if (!Number.isInteger(now)) return false;
			steps++;
			if (now > before) rises++;
			if (now >= before) continue;
			if (now > before / 2) return false;
			falls++;
		}
	}
	return rises > rising * steps && falls <= 0.02 * steps && (falls === 0 || rises > 0.5 * steps);
}

/** The commonest distance of neighbours, us; null below two points. */
export function stepOf(points: readonly Point[]): number | null {
	const counts = new Map<number, number>();
	for (let i = 1; i < points.length; i++) {
		const step = Math.round((points[i].atUs - points[i - 1].atUs) / 1e5) * 1e5;
		const before = counts.get(step);
		if (step > 0) counts.set(step, before === undefined ? 1 : before + 1);
	}
	if (counts.size === 0) return null;
	return [...counts].reduce((best, one) =>
		one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best,
	)[0];
}
