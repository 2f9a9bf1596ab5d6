/** What anybody would say without a fit: the last value, the mean, the same time yesterday, and the same time last week. */
import type { CountSeries, Shape } from './rate-models.js';

const DAY_S = 86_400;
const WEEK_S = 604_800;

const seasonal = (name: string, periodS: number): Shape => ({
	name,
	fit: ({ counts, missing, everyS }) => {
		const n = counts.length;
		const period = periodS / everyS;
		if (!Number.isInteger(period) || n < period) return null;
		// A hole says nothing: the same time of the period before it, or the mean.
		const spare = meanOf({ counts, missing });
		const valueAt = (at: number): number | null => {
			for (let i = at; i >= 0; i -= period) if (!missing[i]) return counts[i];
			return spare;
		};
		return {
			name,
			parameters: period,
			at: (i) => Number(valueAt(i < n ? i : n - period + ((i - n) % period))),
		};
	},
});

const meanOf = ({ counts, missing }: Pick<CountSeries, 'counts' | 'missing'>): number | null => {
	const known = Array.from(counts).filter((_, i) => !missing[i]);
	return known.length === 0 ? null : known.reduce((sum, n) => sum + n, 0) / known.length;
};

export const NAIVE: readonly Shape[] = [
	{
		name: 'the last value',
		fit: ({ counts, missing }) => {
			for (let i = counts.length - 1; i >= 0; i--) {
				const last = counts[i];
				if (!missing[i]) return { name: 'the last value', parameters: 1, at: () => last };
			}
			return null;
		},
	},
	{
		name: 'the mean',
		fit: (counted) => {
			const mean = meanOf(counted);
			return mean === null ? null : { name: 'the mean', parameters: 1, at: () => mean };
		},
	},
	seasonal('the same time yesterday', DAY_S),
	seasonal('the same time last week', WEEK_S),
];
