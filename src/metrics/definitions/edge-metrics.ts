/** Quantities of the edge: lines, workers, the number in the system, the state of a change; and decisions about changes. */
import { isWholeEdge, isWholeWindow, plus, quotient, total } from '../reading/cell-sums.js';
import { isTrip } from '../reading/gate-decisions.js';
import { inSystem } from '../reading/number-in-system.js';
import { adoption, decisions, mean } from '../reading/time-averages.js';
import { count, type Quantity, share } from './metric.js';

/** `in-system-at-least-25`: one quantity for each number. */
export function shareOfTime(name: string): Quantity | undefined {
	const least = /^in-system-at-least-(\d{1,9})$/.exec(name);
	if (least === null) return undefined;
	const n = Number(least[1]);
	return share(
		name,
		`share of the time in which a node holds at least ${n} requests; record: { inSystem: true }`,
		(o, s) => {
			const held = inSystem(o, s);
			return held === null ? null : held.shareAtLeast(n);
		},
		'time-means',
	);
}

export const EDGE: readonly Quantity[] = [
	count(
		'queue-length',
		'mean number of waiting attempts: waiting time / span',
		(o, s) => mean(o, s, 'waiting_us'),
		'time-means',
	),
	count(
		'busy-workers',
		'mean number of workers in service: busy time / span',
		(o, s) => mean(o, s, 'busy_us'),
		'time-means',
	),
	count(
		'clients-in-backoff',
		'mean number of clients in back-off: back-off time / span',
		(o, s) => mean(o, s, 'backoff_us'),
		'time-means',
	),
	share('wasted-share', 'worker time wasted / (useful + wasted)', (o, s) => {
		const wasted = total(o, s, 'wasted_us');
		return quotient(wasted, plus(wasted, total(o, s, 'useful_us')));
	}),
	share(
		'utilisation',
		'worker time not idle / worker time there was; whole window and whole edge only',
		(o, s) => {
			const { total: there, idle } = o.windowWorkerUs;
			return isWholeWindow(o, s) && isWholeEdge(s) ? quotient(there - idle, there) : null;
		},
		'run',
	),
	count(
		'in-system',
		'mean number of requests in one node, waiting and in service; record: { inSystem: true }',
		(o, s) => {
			const held = inSystem(o, s);
			return held === null ? null : held.mean;
		},
		'time-means',
	),
	count(
		'in-system-p95',
		'a node holds no more requests than this for 95 % of the time; in-system-at-least-25: share of time with at least 25; record: { inSystem: true }',
		(o, s) => {
			const held = inSystem(o, s);
			return held === null ? null : held.quantile(0.95);
		},
		'states',
	),
	share(
		'adoption',
		'share of nodes on the change (where.change), mean over the ends of the time buckets',
		adoption,
		'states',
	),
];

export const DECISIONS: readonly Quantity[] = [
	count('reverts', 'reverts and rollbacks begun', (o, s) => decisions(o, s, (d) => d.what === 'revert'), 'log'),
	count(
		'gate-trips',
		'gates and auto-reverts that tripped (revert, pause, freeze or page)',
		(o, s) => decisions(o, s, isTrip),
		'log',
	),
	count(
		'detections',
		'alerts that fired, or people who noticed',
		(o, s) => decisions(o, s, (d) => d.what === 'detected'),
		'log',
	),
	count('pushes', 'stages pushed', (o, s) => decisions(o, s, (d) => d.what === 'push'), 'log'),
];
