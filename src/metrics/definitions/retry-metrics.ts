/** Quantities of what retries add to the load. */
import { quotient, ratio, total } from '../reading/cell-sums.js';
import * as when from '../reading/milestones.js';
import { retries } from '../reading/retries-by-layer.js';
import { count, factor, instant, type Quantity, share } from './metric.js';
import * as unseen from './undecided-instants.js';

export const RETRIES: readonly Quantity[] = [
	count(
		'retries',
		'attempts sent that are not the first of their request; with where.layer those of one layer',
		retries,
	),
	{
		...factor('amplification', 'attempts / first attempts', (o, s) => ratio(o, s, 'attempts', 'first_attempts')),
		sameInParts: 1,
	},
	factor('attempts-per-request', 'attempts / logical requests born', (o, s) => ratio(o, s, 'attempts', 'born')),
	{
		...share('retry-share', 'retries / attempts', (o, s, r) => quotient(retries(o, s, r), total(o, s, 'attempts'))),
		sameInParts: 1,
	},
	factor('retry-ratio', 'retries / first attempts', (o, s, r) =>
		quotient(retries(o, s, r), total(o, s, 'first_attempts')),
	),
	{
		...factor(
			'peak-amplification',
			'highest amplification of a time bucket, or of as many as hold 30 first attempts',
			(o, s) => when.peak(o, 'amplification', s)?.value ?? null,
		),
		undecided: unseen.peakUndecided('amplification'),
		sameInParts: 1,
	},
	{
		...share(
			'peak-retry-share',
			'highest retry share of a time bucket, or of as many as hold 30 first attempts',
			(o, s) => when.peak(o, 'retry-share', s)?.value ?? null,
		),
		undecided: unseen.peakUndecided('retry-share'),
	},
	{
		...instant('peak-amplification-at', 'time bucket of the peak amplification', (o, s) => {
			return when.peak(o, 'amplification', s)?.atUs ?? null;
		}),
		spanUse: 'states',
		undecided: unseen.peakAtUndecided,
	},
];
