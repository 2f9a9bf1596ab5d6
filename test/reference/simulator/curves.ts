/** A rate that changes over time: what has been expected to arrive by an instant, and when so much is to have arrived. */
import type { RatePiece } from '../../../src/model/traffic.js';

/** Expected arrivals in [0, us), piece by piece: the area of a trapezium. */
export function expectedBy(curve: readonly RatePiece[], us: number): number {
	let area = 0;
	for (const { fromUs, toUs, fromRate, toRate } of curve) {
		if (us <= fromUs) continue;
		const end = Math.min(us, toUs);
		const endRate =
			toUs === Number.POSITIVE_INFINITY
				? fromRate
				: fromRate + ((toRate - fromRate) * (end - fromUs)) / (toUs - fromUs);
		area += (((fromRate + endRate) / 2) * (end - fromUs)) / 1e6;
	}
	return area;
}

/**
 * The instant at which `mass` is expected to have arrived on all curves together, by bisection; null: not before `endUs`.
 * @param startUs it does not come before this
 */
export function whenExpected(
	curves: readonly (readonly RatePiece[])[],
	mass: number,
	endUs: number,
	startUs: number,
): number | null {
	const by = (us: number): number => curves.reduce((all, curve) => all + expectedBy(curve, us), 0);
	if (by(endUs) < mass) return null;
	let [early, late] = [startUs, endUs];
	for (let i = 0; i < 80 && late > early; i += 1) {
		const middle = (early + late) / 2;
		if (by(middle) < mass) early = middle;
		else late = middle;
	}
	return toWholeUs(late);
}

/** Arrivals count whole nanoseconds, and round the instant that they book (MODEL section 11). */
export const toWholeUs = (us: number): number => Math.round(Math.round(us * 1000) / 1000);

/** A curve times a factor that is constant over stretches of time. */
export function scaled(
	curve: readonly RatePiece[],
	stretches: readonly { fromUs: number; toUs: number; rate: number }[],
): RatePiece[] {
	return curve.flatMap((piece) =>
		stretches
			.filter(({ fromUs, toUs }) => fromUs < piece.toUs && toUs > piece.fromUs)
			.map(({ fromUs, toUs, rate }) => {
				const [from, to] = [Math.max(fromUs, piece.fromUs), Math.min(toUs, piece.toUs)];
				const height = (us: number): number =>
					piece.toUs === Number.POSITIVE_INFINITY
						? piece.fromRate
						: piece.fromRate + ((piece.toRate - piece.fromRate) * (us - piece.fromUs)) / (piece.toUs - piece.fromUs);
				return { fromUs: from, toUs: to, fromRate: rate * height(from), toRate: rate * height(to) };
			}),
	);
}
