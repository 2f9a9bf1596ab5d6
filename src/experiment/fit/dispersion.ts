/**
 * How bursty counts are: the index of dispersion, variance over mean, which is 1 for a Poisson process. Around a curve it says
 * whether the curve and Poisson luck are all there is; between neighbours it leaves out whatever changes slowly:
 *
 *   around m:    D = sum (n_i - m_i)^2 / m_i / (N - p)                    (N - p) D ~ chi-square
 *   neighbours:  D = sum (n_i+1 - n_i)^2 / sum (n_i+1 + n_i)              of pairs that share no interval
 */
import { chiSquareAbove, chiSquareQuantile } from '../statistics/chi-square.js';
import type { Interval } from '../statistics/interval.js';
import type { CountSeries, RateModel } from './rate-models.js';

export interface Dispersion {
	readonly index: number;
	/** at 95 % */
	readonly interval: Interval;
	readonly degrees: number;
	/** chance of as much or more if it were Poisson */
	readonly chance: number;
}

/** Null where there are fewer than ten intervals more than the curve has parameters. */
export function dispersionAround(counted: CountSeries, curve: RateModel): Dispersion | null {
	let [sum, n] = [0, 0];
	for (let i = 0; i < counted.counts.length; i++) {
		if (counted.missing[i]) continue;
		const mean = Math.max(curve.at(i), 1e-9);
		if (mean < 0.05 && counted.counts[i] === 0) continue;
		sum += (counted.counts[i] - mean) ** 2 / mean;
		n++;
	}
	return dispersionOf(sum, n - curve.parameters);
}

export function dispersionOfNeighbours({ counts, missing }: CountSeries): Dispersion | null {
	let [above, below, pairs] = [0, 0, 0];
	for (let i = 0; i + 1 < counts.length; i += 2) {
		if (missing[i] || missing[i + 1]) continue;
		above += (counts[i + 1] - counts[i]) ** 2;
		below += counts[i + 1] + counts[i];
		pairs++;
	}
	return below === 0 ? null : dispersionOf((above / below) * pairs, pairs);
}

function dispersionOf(sum: number, degrees: number): Dispersion | null {
	if (degrees < 10) return null;
	const interval = { low: sum / chiSquareQuantile(0.975, degrees), high: sum / chiSquareQuantile(0.025, degrees) };
	return { index: sum / degrees, interval, degrees, chance: chiSquareAbove(sum, degrees) };
}

/** Beyond what happens once in a hundred times. */
export function ruling({ chance }: Dispersion): 'burstier than Poisson' | 'as Poisson' | 'more regular than Poisson' {
	if (chance < 0.01) return 'burstier than Poisson';
	return chance > 0.99 ? 'more regular than Poisson' : 'as Poisson';
}
