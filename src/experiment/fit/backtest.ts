/**
 * A forecast that is held against what came: a shape is chosen and fitted on the first part of a log, goes on over the rest, and
 * stands beside what anybody would say without a fit, the last value and the same time yesterday.
 */
import { studentMean } from '../statistics/mean-interval.js';
import { type CountSeries, type RateModel, SHAPES, type Shape } from './rate-models.js';

export interface Backtest {
	/** intervals that were learnt from, and that were forecast (holes left out) */
	readonly trained: number;
	readonly tested: number;
	readonly everyS: number;
	/** mean count of a tested interval */
	readonly mean: number;
	readonly fitted: Forecast;
	readonly naive: readonly Forecast[];
	/** of the fitted one against the best naive one */
	readonly finding: 'better' | 'no better' | 'worse';
}

export interface Forecast {
	readonly name: string;
	/** mean absolute error of an interval's count */
	readonly mae: number;
	/** of the mean count; null where that is zero */
	readonly share: number | null;
}

/** The last of this share of what was learnt from chooses the shape. */
const INNER = 0.7;
/** Differences are judged over so many stretches, as neighbouring errors are alike. */
const STRETCHES = 20;
const DAY_S = 86_400;

/** @param train 0..1, the share that is learnt from; null where either part has fewer than ten intervals */
export function backtest(counted: CountSeries, train: number): Backtest | null {
	const cut = Math.floor(train * counted.counts.length);
	const known = part(counted, 0, cut);
	const tested = Array.from({ length: counted.counts.length - cut }, (_, k) => cut + k).filter(
		(i) => !counted.missing[i],
	);
	if (cut < 10 || tested.length < 10) return null;
	const curve = chosenCurve(known);
	if (curve === null) return null;
	const errorsOf = (at: (i: number) => number) => tested.map((i) => Math.abs(counted.counts[i] - at(i)));
	const mean = tested.reduce((sum, i) => sum + counted.counts[i], 0) / tested.length;
	const fitted = { name: curve.name, errors: errorsOf(curve.at) };
	const naive = naiveOf(known).map(({ name, at }) => ({ name, errors: errorsOf(at) }));
	const forecastOf = ({ name, errors }: typeof fitted): Forecast => {
		const mae = errors.reduce((sum, e) => sum + e, 0) / errors.length;
		return { name, mae, share: mean > 0 ? mae / mean : null };
	};
	const best = naive.reduce((least, one) => (forecastOf(one).mae < forecastOf(least).mae ? one : least));
	return {
		trained: cut,
		tested: tested.length,
		everyS: counted.everyS,
		mean,
		fitted: forecastOf(fitted),
		naive: naive.map(forecastOf),
		finding: findingOf(fitted.errors.map((e, k) => best.errors[k] - e)),
	};
}

/** The shape that would have forecast the last part best, fitted to all. */
export function chosenCurve(counted: CountSeries, shapes: readonly Shape[] = SHAPES): RateModel | null {
	const cut = Math.floor(INNER * counted.counts.length);
	const known = part(counted, 0, cut);
	const scores = shapes.map((shape) => ({ shape, error: errorBeyond(shape, known, counted, cut) }));
	const best = scores.reduce((least, one) => (one.error < least.error ? one : least));
	return Number.isFinite(best.error) ? best.shape.fit(counted) : shapes[0].fit(counted);
}

function errorBeyond(shape: Shape, known: CountSeries, all: CountSeries, cut: number): number {
	const curve = shape.fit(known);
	if (curve === null) return Number.POSITIVE_INFINITY;
	let [sum, n] = [0, 0];
	for (let i = cut; i < all.counts.length; i++) {
		if (all.missing[i]) continue;
		sum += Math.abs(all.counts[i] - curve.at(i));
		n++;
	}
	return n === 0 ? Number.POSITIVE_INFINITY : sum / n;
}

function naiveOf(known: CountSeries): readonly { readonly name: string; readonly at: (i: number) => number }[] {
	const { counts, everyS } = known;
	const n = counts.length;
	const last = { name: 'the last value', at: () => counts[n - 1] };
	const perDay = DAY_S / everyS;
	if (!Number.isInteger(perDay) || n < perDay) return [last];
	return [last, { name: 'the same time yesterday', at: (i) => counts[n - perDay + ((i - n) % perDay)] }];
}

/** @param gains error of the naive forecast less that of the fitted one, in order */
function findingOf(gains: readonly number[]): Backtest['finding'] {
	const size = Math.ceil(gains.length / STRETCHES);
	const means: number[] = [];
	for (let from = 0; from + size <= gains.length; from += size) {
		const stretch = gains.slice(from, from + size);
		means.push(stretch.reduce((sum, gain) => sum + gain, 0) / stretch.length);
	}
	const { interval } = studentMean(means);
	if (interval === null) return 'no better';
	if (interval.low > 0) return 'better';
	return interval.high < 0 ? 'worse' : 'no better';
}

const part = ({ fromS, everyS, counts, missing }: CountSeries, from: number, to: number): CountSeries => ({
	fromS: fromS + from * everyS,
	everyS,
	counts: Array.from({ length: to - from }, (_, k) => counts[from + k]),
	missing: missing.slice(from, to),
});
