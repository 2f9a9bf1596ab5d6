/**
 * Rates over time as straight pieces, without gaps from 0 to the horizon. Spikes and traffic faults change the rate of a
 * span, so that an engine only ever sees one curve per source.
 */
import { DAY, SECOND } from '../../../kernel/units.js';
import type { RatePiece } from '../../../model/traffic.js';

export type PiecewiseCurve = readonly RatePiece[];

/** Length of the lines a sinusoid is drawn with; h^2/8 max|f''| = amplitude x mean x (2 pi h / 1 d)^2 / 8 = 2.4e-6 of them. */
const DIURNAL_PIECE_US = 60 * SECOND;

export function constant(rate: number, horizonUs: number): PiecewiseCurve {
	return [{ fromUs: 0, toUs: horizonUs, fromRate: rate, toRate: rate }];
}

/** The first step holds before it begins, too. */
export function steps(
	list: readonly { readonly atUs: number; readonly rate: number }[],
	horizonUs: number,
): PiecewiseCurve {
	return list.flatMap(({ atUs, rate }, i) => {
		const fromUs = i === 0 ? 0 : Math.max(0, atUs);
		const toUs = i + 1 < list.length ? Math.min(horizonUs, list[i + 1].atUs) : horizonUs;
		return fromUs < toUs ? [{ fromUs, toUs, fromRate: rate, toRate: rate }] : [];
	});
}

/** `from` until the span begins, evenly up or down within it, `to` after it. */
export function ramp(from: number, to: number, span: readonly [number, number], horizonUs: number): PiecewiseCurve {
	const [startUs, endUs] = span;
	const at = (us: number): number => {
		if (us <= startUs) return from;
		return us >= endUs ? to : from + ((to - from) * (us - startUs)) / (endUs - startUs);
	};
	return lines([0, startUs, endUs, horizonUs], at, horizonUs);
}

/**
 * rate(t) = mean x (1 + amplitude x cos(2 pi (local clock(t) - peak) / 24 h)), drawn as lines of a minute.
 * @param clockUs local clock at t = 0
 */
export function diurnal(
	law: { readonly mean: number; readonly amplitude: number; readonly peakUs: number },
	clockUs: number,
	horizonUs: number,
): PiecewiseCurve {
	const at = (us: number): number =>
		law.mean * (1 + law.amplitude * Math.cos((2 * Math.PI * (clockUs + us - law.peakUs)) / DAY));
	const knots = Array.from({ length: Math.ceil(horizonUs / DIURNAL_PIECE_US) }, (_, i) => i * DIURNAL_PIECE_US);
	return lines([...knots, horizonUs], at, horizonUs);
}

/** The same rate for each interval, 0 before and after them all. */
export function intervals(
	rates: readonly number[],
	startUs: number,
	everyUs: number,
	horizonUs: number,
): PiecewiseCurve {
	const list = [
		{ atUs: 0, rate: 0 },
		...rates.map((rate, i) => ({ atUs: startUs + i * everyUs, rate })),
		{ atUs: startUs + rates.length * everyUs, rate: 0 },
	];
	return steps(list, horizonUs);
}

/** Changes the rate within [fromUs, toUs), outside it nothing. */
export function within(
	curve: PiecewiseCurve,
	fromUs: number,
	toUs: number,
	change: (rate: number) => number,
): PiecewiseCurve {
	return curve.flatMap((piece) => {
		const cuts = [piece.fromUs, fromUs, toUs, piece.toUs].filter((us) => us >= piece.fromUs && us <= piece.toUs);
		return cuts
			.toSorted((a, b) => a - b)
			.flatMap((startUs, i, all) => {
				const endUs = i + 1 < all.length ? all[i + 1] : startUs;
				if (endUs <= startUs) return [];
				const [fromRate, toRate] = [along(piece, startUs), along(piece, endUs)];
				const inside = startUs >= fromUs && endUs <= toUs;
				return [
					{
						fromUs: startUs,
						toUs: endUs,
						fromRate: inside ? change(fromRate) : fromRate,
						toRate: inside ? change(toRate) : toRate,
					},
				];
			});
	});
}

/** The whole curve times a factor. */
export function scaled(curve: PiecewiseCurve, factor: number): PiecewiseCurve {
	return curve.map((piece) => ({ ...piece, fromRate: piece.fromRate * factor, toRate: piece.toRate * factor }));
}

/** The highest rate of a curve. */
export const peak = (curve: PiecewiseCurve): number =>
	curve.reduce((most, piece) => Math.max(most, piece.fromRate, piece.toRate), 0);

function along({ fromUs, toUs, fromRate, toRate }: RatePiece, us: number): number {
	if (fromRate === toRate || us === fromUs) return fromRate;
	return us === toUs ? toRate : fromRate + ((toRate - fromRate) * (us - fromUs)) / (toUs - fromUs);
}

function lines(knots: readonly number[], at: (us: number) => number, horizonUs: number): PiecewiseCurve {
	const inside = knots.map((us) => Math.min(horizonUs, Math.max(0, us))).toSorted((a, b) => a - b);
	return inside.slice(1).flatMap((toUs, i) => {
		const fromUs = inside[i];
		return fromUs < toUs ? [{ fromUs, toUs, fromRate: at(fromUs), toRate: at(toUs) }] : [];
	});
}
