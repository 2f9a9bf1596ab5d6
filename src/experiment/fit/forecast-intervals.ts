/**
 * Intervals around a forecast, by the errors that it made at rolling origins: it is fitted up to each of them, and goes on over what
 * followed. Errors count in units of the square root of the forecast, as those of counts do, so that a night is no worse known than a day.
 */
import type { CountSeries, Shape } from './rate-models.js';

/** A forecast from one origin on: what it missed, interval by interval. */
export interface Origin {
	/** intervals before it */
	readonly cut: number;
	/** mean absolute error */
	readonly error: number;
	/** what came less the forecast, over the square root of the forecast */
	readonly scaled: readonly number[];
}

export interface ForecastInterval {
	readonly level: number;
	/** share of what came that lies within, and the mean width in counts of an interval */
	readonly covered: number;
	readonly width: number;
}

/** Origins as shares of what is known: each learns from what is before it. */
const ORIGINS = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const LEVELS = [0.5, 0.95];
/** Below so many errors the ends of 95 % are those of single intervals. */
const LEAST_ERRORS = 40;

export function rollingOrigins(known: CountSeries, shape: Shape): Origin[] {
	const n = known.counts.length;
	return ORIGINS.flatMap((share) => {
		const cut = Math.floor(share * n);
		const curve = cut < 2 ? null : shape.fit(part(known, 0, cut));
		if (curve === null) return [];
		const scaled: number[] = [];
		let sum = 0;
		for (let i = cut; i < n; i++) {
			if (known.missing[i]) continue;
			const forecast = curve.at(i);
			sum += Math.abs(known.counts[i] - forecast);
			scaled.push((known.counts[i] - forecast) / scaleOf(forecast));
		}
		return scaled.length === 0 ? [] : [{ cut, error: sum / scaled.length, scaled }];
	});
}

/** @param tested what came, and what was forecast for it */
export function intervalsOf(
	origins: readonly Origin[],
	tested: readonly { readonly came: number; readonly forecast: number }[],
): readonly ForecastInterval[] | null {
	const errors = origins.flatMap(({ scaled }) => scaled).toSorted((a, b) => a - b);
	if (errors.length < LEAST_ERRORS || tested.length === 0) return null;
	return LEVELS.map((level) => {
		const [low, high] = [quantile(errors, (1 - level) / 2), quantile(errors, (1 + level) / 2)];
		let [inside, width] = [0, 0];
		for (const { came, forecast } of tested) {
			const from = Math.max(0, forecast + low * scaleOf(forecast));
			const to = Math.max(0, forecast + high * scaleOf(forecast));
			if (came >= from - 1e-9 && came <= to + 1e-9) inside++;
			width += to - from;
		}
		return { level, covered: inside / tested.length, width: width / tested.length };
	});
}

const scaleOf = (forecast: number): number => Math.sqrt(Math.max(1, forecast));

/** By the rank that one further error of the same kind would have (split conformal prediction). */
function quantile(sorted: readonly number[], p: number): number {
	const rank = p < 0.5 ? Math.floor((sorted.length + 1) * p) - 1 : Math.ceil((sorted.length + 1) * p) - 1;
	return sorted[Math.min(sorted.length - 1, Math.max(0, rank))];
}

export const part = ({ fromS, everyS, counts, missing }: CountSeries, from: number, to: number): CountSeries => ({
	fromS: fromS + from * everyS,
	everyS,
	counts: Array.from({ length: to - from }, (_, k) => counts[from + k]),
	missing: missing.slice(from, to),
});
