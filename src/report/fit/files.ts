/** What a log showed, for programs: a JSON document, and a table of its intervals. Times in seconds, null where there is no number. */

import type { FittedLaw } from '../../experiment/fit/distribution-fit.js';
import type { Findings } from '../../experiment/fit/findings.js';
import type { AttemptsFound } from '../../experiment/fit/retry-fit.js';
import type { Interval } from '../../experiment/statistics/interval.js';
import type { Proportion } from '../../experiment/statistics/proportion.js';
import { csv } from '../files/csv.js';
import type { Json } from '../files/json.js';

const range = (interval: Interval | null): Json => (interval === null ? null : [interval.low, interval.high]);
const share = (one: Proportion | null): Json =>
	one === null ? null : { share: one.share, interval: range(one.interval), hits: one.hits, of: one.n };

/** @param scenario the text that was written */
export function fitJson(
	found: Findings,
	scenario: string,
	version: string,
	troubles: readonly { readonly kind: string; readonly text: string }[] = [],
): Json {
	const { series, rate, shape, bursts, classes, mixes, workers, plateau, timeout, backtest } = found;
	return {
		version,
		troubles: troubles.map(({ kind, text }) => ({ kind, text })),
		files: found.files.map(({ name, kind, read, silent, unreadable, order, assumed, asked }) => ({
			name,
			kind,
			read,
			silent,
			unreadable: { count: unreadable.count, first: unreadable.first.map((one) => ({ ...one })) },
			outOfOrder: { lines: order.disorder.lines, most: order.disorder.mostUs / 1e6 },
			zones: [...order.zones.keys()],
			assumed: [...assumed],
			asked: [...asked],
		})),
		from: series.fromS,
		every: series.everyS,
		intervals: series.all.length,
		total: found.total,
		ratePerSecond: {
			of: found.attempts.kind === 'not identifiable' ? 'attempts' : 'first attempts',
			mean: rate.mean,
			interval: range(rate.interval),
		},
		shape:
			shape === null
				? null
				: {
						name: shape.curve.name,
						parameters: shape.curve.parameters,
						dispersion: shape.around === null ? null : { ...shape.around, interval: range(shape.around.interval) },
					},
		burstiness: bursts === null ? null : { ...bursts, interval: range(bursts.interval) },
		holes: series.gaps.map((gap) => ({ ...gap })),
		failures: share(found.failed),
		calm: found.baseline.share,
		noBaseline: found.baseline.why,
		grouped: found.grouping.how,
		classes: classes.map(({ name, key, share: of, errors, service }) => ({
			name,
			key,
			share: share(of),
			errors: share(errors),
			service:
				service === null
					? null
					: {
							...lawJson(service.law),
							mean: service.mean.mean === null ? null : service.mean.mean / 1e6,
							which: service.which,
						},
		})),
		mixes: mixes.map(({ fromS, toS, counts }) => ({ from: fromS, to: toS, counts: [...counts] })),
		attempts: attemptsJson(found.attempts),
		timeout: timeout === null ? null : lawJson(timeout),
		workers:
			workers === null
				? null
				: { workers: workers.workers, interval: range(workers.interval), perSecond: workers.perSecond },
		nodes: found.nodes,
		underWay: found.underWay,
		inTheStorm: plateau === null ? null : { perSecond: plateau.perSecond.mean, intervals: plateau.intervals },
		backtest:
			backtest === null
				? null
				: {
						...backtest,
						fitted: { ...backtest.fitted },
						naive: backtest.naive.map((one) => ({ ...one })),
						intervals: backtest.intervals?.map((one) => ({ ...one })) ?? null,
					},
		scenario,
	};
}

const lawJson = ({ law, distance, n }: FittedLaw): { readonly [key: string]: Json } => ({
	law: JSON.parse(JSON.stringify(law)),
	distance,
	n,
});

function attemptsJson(attempts: AttemptsFound): Json {
	switch (attempts.kind) {
		case 'measured':
			return {
				kind: 'measured',
				how: attempts.how,
				perRequest: attempts.perRequest,
				interval: range(attempts.interval),
				most: attempts.most,
				waits: attempts.waits.map(lawJson),
			};
		case 'estimated':
			return {
				kind: 'estimated',
				perRequest: attempts.perRequest,
				interval: range(attempts.interval),
				again: attempts.again,
				most: attempts.most,
				each: { share: attempts.each.share, interval: range(attempts.each.interval) },
				assumption: attempts.assumption,
			};
		case 'not identifiable':
			return { kind: 'not identifiable', why: attempts.why };
	}
}

/** One row an interval. */
export function fitCsv({ series, shape }: Findings): string {
	const { fromS, everyS, all, firsts, failures, missing } = series;
	const rows = Array.from(all, (count, i) => [
		fromS + i * everyS,
		count,
		firsts[i],
		failures[i],
		shape === null ? null : Number(shape.curve.at(i).toPrecision(6)),
		missing[i] ? 'true' : 'false',
	]);
	return csv([['from_s', 'attempts', 'first_attempts', 'failures', 'fitted', 'hole'], ...rows]);
}
