/** Times from one milestone to another, and latencies. */
import { LATENCIES, type Latency } from '../outcome.js';
import { revertAfter } from '../reading/gate-decisions.js';
import { histogram, LATENCY_HELP, latencyAt } from '../reading/latency.js';
import * as when from '../reading/milestones.js';
import { start, timeBetween } from '../reading/time-averages.js';
import { duration, type Quantity, type Read } from './metric.js';
import * as open from './undecided.js';
import * as unseen from './undecided-instants.js';

const meanOf =
	(latency: Latency): Read =>
	(o, s) => {
		const times = histogram(o, s, latency);
		return times === null || times.count === 0 ? null : times.sumUs / times.count;
	};

/** A time between two milestones that are read from time buckets. */
const between = (name: keyof typeof unseen.TIMES_UNDECIDED, help: string, read: Read): Quantity => ({
	...duration(name, help, read, 'run'),
	undecided: unseen.TIMES_UNDECIDED[name],
});

export const TIMES: readonly Quantity[] = [
	between('time-to-detect', 'detected - impact start (the first trigger where there was no impact)', (o, s) => {
		return timeBetween(start(o, s), when.detected(o, s.where));
	}),
	between('time-to-mitigate', 'mitigated - impact start (the first trigger where there was no impact)', (o, s) => {
		return timeBetween(start(o, s), when.mitigated(o));
	}),
	between('time-to-recover', 'recovered - impact start; none where no trigger had an impact', (o, s, r) => {
		const hit = when.firstTrigger(o) === null ? null : when.impactStart(o, s.where);
		return timeBetween(hit, when.recovered(o, r, s.where));
	}),
	duration(
		'time-to-drain',
		'from queue-full until nobody waits at that node; where no node was ever full: queue-drained - mitigated (where.platform: there)',
		(o, s, r) => when.timeToDrain(o, r, s.where),
		'run',
	),
	duration(
		'revert-after',
		'decision to take the change back - first push of the same rollout',
		(o, s) => revertAfter(o, s.where),
		'run',
	),
	between('recovery-after-trigger', 'recovered - mitigated, 0 where it had recovered before', (o, s, r) =>
		timeBetween(when.mitigated(o), when.recovered(o, r, s.where)),
	),
	...LATENCIES.flatMap((latency): Quantity[] => [
		...([50, 90, 99, 99.9] as const).map((p): Quantity => {
			const name = `${latency}-p${String(p).replace('.', '')}`;
			const found = duration(name, `${LATENCY_HELP[latency]}, ${p} % are below`, (o, s) =>
				latencyAt(o, s, latency, p / 100),
			);
			return { ...found, undecided: open.openPercentile(latency, p / 100) };
		}),
		{
			...duration(
				`mean-${latency}-latency`,
				`${LATENCY_HELP[latency]}, mean; whole window only`,
				meanOf(latency),
				'run',
			),
			undecided: open.openMean(latency, meanOf(latency)),
		},
	]),
];
