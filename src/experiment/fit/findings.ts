/** All that a log says of its traffic, put together: plain data that a scenario is written from and that reports show. */
import { Streams } from '../../kernel/random.js';
import { correlatedMean } from '../statistics/correlated-mean.js';
import { type Mean, studentMean } from '../statistics/mean-interval.js';
import { type Proportion, proportion } from '../statistics/proportion.js';
import { type Backtest, backtest, chosenCurve } from './backtest.js';
import { type Baseline, baselineOf } from './baseline-detection.js';
import { type Workers, workersOf } from './capacity.js';
import { classesOf, type Grouping, type LogClass } from './classes.js';
import { type Dispersion, dispersionAround, dispersionOfNeighbours } from './dispersion.js';
import { type FittedLaw, fitLaw } from './distribution-fit.js';
import { type FittedMix, mixesOf } from './mix-segments.js';
import type { Collector, SourceFile } from './observe/collector.js';
import { isServerError } from './observe/observation.js';
import type { RetryTracker } from './observe/retry-tracker.js';
import { type CountSeries, DESCRIBING, type RateModel } from './rate-models.js';
import { type AttemptsFound, attemptsOf } from './retry-fit.js';
import { laidOn, type Series, seriesOf } from './series.js';
import { type ServiceFound, serviceOf } from './service-time-fit.js';

export interface Findings {
	readonly files: readonly SourceFile[];
	readonly series: Series;
	/** attempts, or what was counted */
	readonly total: number;
	/** first attempts a second, over intervals outside holes */
	readonly rate: Mean;
	readonly shape: ShapeFound | null;
	readonly bursts: Dispersion | null;
	readonly grouping: Grouping;
	readonly classes: readonly ClassFound[];
	readonly mixes: readonly FittedMix[];
	readonly baseline: Baseline;
	/** of all attempts whose status is known; null where none is */
	readonly failed: Proportion | null;
	readonly attempts: AttemptsFound;
	/** of each node */
	readonly workers: Workers | null;
	/** logs that cover the same time are those of several servers */
	readonly nodes: number;
	/** mean number under way (Little's law: rate x mean stay); null without durations */
	readonly underWay: number | null;
	/** most answers a second while the log is in a storm; null where it is calm, or its status unknown */
	readonly plateau: Plateau | null;
	/** how long clients wait, by how long attempts lasted that got no answer */
	readonly timeout: FittedLaw | null;
	readonly backtest: Backtest | null;
	/** lines too late for what was under way to be known exactly */
	readonly late: number;
}

export interface ShapeFound {
	readonly curve: RateModel;
	/** goodness of fit */
	readonly around: Dispersion | null;
}

export interface ClassFound extends LogClass {
	/** of the first attempts */
	readonly share: Proportion;
	/** errors of the server in the calm part; null where the status is unknown */
	readonly errors: Proportion | null;
	/** the commonest of the failures there; null where there are none */
	readonly errorStatus: number | null;
	readonly service: ServiceFound | null;
}

/** What came through while more failed than usual. */
export interface Plateau {
	/** answers a second, over the intervals of the storm */
	readonly perSecond: Mean;
	readonly intervals: number;
}

export interface FitOptions {
	readonly everyS: number;
	/** the author named the classes */
	readonly ownClasses: boolean;
	/** share that is learnt from in a backtest; null: none */
	readonly train: number | null;
}

/** Attempts without an answer: fewer have no common duration. */
const LEAST_UNANSWERED = 20;
const LEAST_STORM = 3;
/** More lines too late than this, and what was under way is not known. */
const MOST_LATE = 0.01;

export function findingsOf(collector: Collector, { everyS, ownClasses, train }: FitOptions): Findings {
	const raw = seriesOf(collector, everyS);
	const attempts = attemptsOf(collector.attempts, raw);
	const series = withoutRetries(raw, attempts, collector.attempts);
	const unknown = series.missing.map((missing, i) => missing || series.partial[i]);
	const counted: CountSeries = { fromS: series.fromS, everyS, counts: series.firsts, missing: unknown };
	const calm = baselineOf(series);
	const grouping = classesOf(collector.classes, ownClasses, new Streams(1).uniform('classes'));
	const fine = collector.fine && collector.late <= MOST_LATE * collector.busy.lines;
	const workers = fine ? workersOf(collector.stays, calm.at) : null;
	const lowLoad = { calm: calm.at, workers: workers === null ? null : workers.workers, fine };
	const firsts = grouping.classes.reduce((sum, { tally }) => sum + tally.firstCount, 0);
	const curve = chosenCurve(counted, DESCRIBING);
	const rates = Array.from(series.firsts, (n) => n / everyS).filter((_, i) => !unknown[i]);
	const spanS = series.all.length * everyS;
	return {
		files: collector.files,
		series,
		total: collector.total,
		rate: correlatedMean(rates),
		shape: curve === null ? null : { curve, around: dispersionAround(counted, curve) },
		bursts: dispersionOfNeighbours(counted),
		grouping,
		classes: grouping.classes.map((one) => ({
			...one,
			share: proportion(Math.round(one.tally.firstCount), Math.max(1, Math.round(firsts))),
			...errorsOf(one, calm),
			service: serviceOf(one.tally, lowLoad),
		})),
		mixes: mixesOf(grouping.classes, [series.fromS, series.fromS + spanS]),
		baseline: calm,
		failed:
			collector.judged === 0
				? null
				: proportion(Math.round(series.failures.reduce((a, b) => a + b, 0)), Math.max(1, Math.round(collector.judged))),
		attempts,
		workers,
		nodes: nodesOf(collector.files),
		underWay: collector.busy.lines > 0 ? collector.busy.us / 1e6 / spanS : null,
		plateau: plateauOf(series, calm),
		timeout: timeoutOf(collector),
		backtest: train === null ? null : backtest(counted, train),
		late: collector.late,
	};
}

/** The most logs that go on in the middle of one of them, itself included. */
function nodesOf(files: readonly SourceFile[]): number {
	const spans = files.flatMap(({ order: { span } }) => (span === null ? [] : [span]));
	const at = (us: number) => spans.filter(([first, last]) => first <= us && us <= last).length;
	return Math.max(1, ...spans.map(([first, last]) => at((first + last) / 2)));
}

/** An estimate of retries is taken off when they come: what asks again after a failure, less what would have come anyway. */
function withoutRetries(series: Series, attempts: AttemptsFound, { echoes }: RetryTracker): Series {
	if (attempts.kind !== 'estimated') return series;
	const { ofEchoes } = attempts;
	const again = laidOn(series.fromS, series.all.length, echoes, series.everyS);
	return { ...series, firsts: series.firsts.map((n, i) => Math.max(0, n - ofEchoes * again[i])) };
}

/** Errors of the server in the calm intervals of a class. */
function errorsOf({ tally }: LogClass, calm: Baseline): Pick<ClassFound, 'errors' | 'errorStatus'> {
	const statuses = [...tally.statuses].filter(([status]) => isServerError(status));
	if (tally.statuses.size === 0 || calm.why !== null) return { errors: null, errorStatus: null };
	const everyS = Math.max(tally.ticks.everyS, tally.failing.everyS);
	const count = (ticks: typeof tally.ticks): number => {
		let sum = 0;
		ticks.visit(everyS, (fromS, n) => {
			if (calm.at(fromS + 0.5 * everyS)) sum += n;
		});
		return sum;
	};
	// Of those whose status is known.
	const judged = tally.count > 0 ? [...tally.statuses.values()].reduce((sum, n) => sum + n, 0) / tally.count : 1;
	const [all, bad] = [Math.round(judged * count(tally.ticks)), Math.round(count(tally.failing))];
	const worst = statuses.toSorted((a, b) => b[1] - a[1])[0];
	return { errors: proportion(bad, Math.max(bad, all)), errorStatus: worst === undefined ? null : worst[0] };
}

function plateauOf({ all, failures, everyS }: Series, calm: Baseline): Plateau | null {
	const rates = Array.from(all, (n, i) => (n - failures[i]) / everyS).filter((_, i) => !calm.isCalm[i]);
	return rates.length < LEAST_STORM ? null : { perSecond: studentMean(rates), intervals: rates.length };
}

/** A timeout is a duration that many attempts share which got no answer; people who leave have none in common. */
function timeoutOf({ unanswered }: Collector): FittedLaw | null {
	if (unanswered.size < LEAST_UNANSWERED) return null;
	const us = Array.from({ length: unanswered.size }, (_, row) => unanswered.at(row, 0)).toSorted((a, b) => a - b);
	const at = (p: number) => us[Math.floor(p * (us.length - 1))];
	const narrow = at(0.9) - at(0.1) <= 0.1 * at(0.5);
	return narrow ? { law: { kind: 'constant', us: Math.round(at(0.5)) }, distance: 0, n: us.length } : fitLaw(us);
}
