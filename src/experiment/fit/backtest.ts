/**
 * A forecast that is held against what came: of all candidates, naive ones among them, the one that was best at rolling origins of the
 * first part of a log goes on over the rest, with intervals from the errors that it made there.
 */
import { studentMean } from '../statistics/mean-interval.js';
import { type ForecastInterval, intervalsOf, type Origin, part, rollingOrigins } from './forecast-intervals.js';
import { NAIVE } from './naive-forecasts.js';
import { type CountSeries, type RateModel, SHAPES, type Shape } from './rate-models.js';

export interface Backtest {
	/** intervals that were learnt from, and that were forecast (holes left out) */
	readonly trained: number;
	readonly tested: number;
	readonly everyS: number;
	/** mean count of a tested interval */
	readonly mean: number;
	/** the one that was chosen, which may be a naive one */
	readonly fitted: Forecast;
	readonly naive: readonly Forecast[];
	/** of the chosen one against the best naive one, a constant among them */
	readonly finding: 'better' | 'no better' | 'worse';
	/** around the chosen one, with the share of what came that lies within; null where too few errors are known */
	readonly intervals: readonly ForecastInterval[] | null;
}

export interface Forecast {
	readonly name: string;
	/** mean absolute error of an interval's count */
	readonly mae: number;
	/** of the mean count; null where that is zero */
	readonly share: number | null;
}

/** The last of this share of what was learnt from chooses the shape of a description. */
const INNER = 0.7;
/** Differences are judged over so many stretches, as neighbouring errors are alike. */
const STRETCHES = 20;

/** @param train 0..1, the share that is learnt from; null where either part has fewer than ten intervals */
export function backtest(counted: CountSeries, train: number): Backtest | null {
	const cut = Math.floor(train * counted.counts.length);
	const known = part(counted, 0, cut);
	const tested = Array.from({ length: counted.counts.length - cut }, (_, k) => cut + k).filter(
		(i) => !counted.missing[i],
	);
	if (cut < 10 || tested.length < 10) return null;
	const chosen = chosenForecast(known);
	if (chosen === null) return null;
	const { curve, errors } = chosen;
	const errorsOf = (at: (i: number) => number) => tested.map((i) => Math.abs(counted.counts[i] - at(i)));
	const mean = tested.reduce((sum, i) => sum + counted.counts[i], 0) / tested.length;
	const fitted = { name: curve.name, errors: errorsOf(curve.at) };
	const naive = NAIVE.flatMap((shape) => {
		const found = shape.fit(known);
		return found === null ? [] : [{ name: shape.name, errors: errorsOf(found.at) }];
	});
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
		intervals: intervalsOf(
			errors,
			tested.map((i) => ({ came: counted.counts[i], forecast: curve.at(i) })),
		),
	};
}

/**
 * The candidate that was best at the origins at which it could be fitted, each held against a constant at the same origins, and fitted
 * to all. Of those that are as good the first is taken, and a constant is the first.
 */
function chosenForecast(known: CountSeries): { curve: RateModel; errors: readonly Origin[] } | null {
	const [constant] = SHAPES;
	const scored = [...SHAPES, ...NAIVE].flatMap((shape) => {
		const curve = shape.fit(known);
		if (curve === null) return [];
		const origins = rollingOrigins(known, shape);
		const beside = rollingOrigins(known, constant);
		const both = origins.filter(({ cut }) => beside.some((one) => one.cut === cut));
		const meanError = (of: readonly Origin[]): number =>
			of.reduce((sum, { error }) => sum + error, 0) / Math.max(1, of.length);
		const against = meanError(beside.filter(({ cut }) => both.some((one) => one.cut === cut)));
		if (both.length === 0) return shape === constant ? [{ curve, errors: origins, score: 1 }] : [];
		const score = against > 0 ? meanError(both) / against : meanError(both) > 0 ? Number.POSITIVE_INFINITY : 1;
		return [{ curve, errors: origins, score }];
	});
	if (scored.length === 0) return null;
	return scored.reduce((least, one) => (one.score < least.score - 1e-9 ? one : least));
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
