/** Quantities of what gates and auto-reverts make of a rollout, and of who meets the change meanwhile. */
import { quotient, total } from '../reading/cell-sums.js';
import * as gates from '../reading/gate-decisions.js';
import { decisions } from '../reading/time-averages.js';
import { count, duration, type Quantity, share } from './metric.js';

export const GATES: readonly Quantity[] = [
	duration(
		'time-to-verdict',
		'first trip (revert, pause, freeze or page) of a gate or auto-revert - first push of the same rollout',
		(o, s) => gates.timeToVerdict(o, s.where),
		'run',
	),
	duration(
		'time-to-alert',
		'people’s alert, or their delay - first push of the same rollout',
		(o, s) => gates.timeToAlert(o, s.where),
		'run',
	),
	count('stages-by-verdict', 'stages pushed by the first trip of a gate or auto-revert', gates.stagesByVerdict, 'run'),
	count('gate-looks', 'readings by gates and auto-reverts', (o, s) => decisions(o, s, gates.isLook), 'log'),
	count('gate-samples', 'samples per reading of a gate or auto-revert, mean', gates.samplesPerLook, 'log'),
	count(
		'gate-inconclusive',
		'holds that ended, and pauses that came, without the data their gate asks for',
		(o, s) => decisions(o, s, gates.isInconclusive),
		'log',
	),
	count(
		'lost-before-verdict',
		'requests born between the first push and the first trip of a tool (or the end) that fail after everything',
		gates.beforeVerdict('lost_by_birth'),
		'run',
	),
	count(
		'first-failed-before-verdict',
		'requests born between the first push and the first trip of a tool (or the end) whose first attempt fails',
		gates.beforeVerdict('first_failed_by_birth'),
		'run',
	),
	share(
		'exposed',
		'first attempts sent to nodes that run a change / first attempts; whole run and edge only',
		(o, s) => quotient(gates.exposure(o, s)?.firstAttempts ?? null, total(o, s, 'first_attempts')),
		'run',
	),
	count(
		'exposed-first-attempts',
		'first attempts sent to nodes that run a change; whole run and edge only',
		(o, s) => {
			return gates.exposure(o, s)?.firstAttempts ?? null;
		},
		'run',
	),
	duration(
		'exposed-node-time',
		'time that nodes run a change, summed over nodes; whole run and edge only',
		(o, s) => {
			return gates.exposure(o, s)?.nodeUs ?? null;
		},
		'run',
	),
];
