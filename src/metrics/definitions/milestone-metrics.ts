/** Instants of a run that have a name, and its verdicts. */
import { cascaded } from '../reading/cascade.js';
import { collapse, collapsedAt, collapsedBefore } from '../reading/collapse.js';
import * as when from '../reading/milestones.js';
import { recovery } from '../reading/recovery.js';
import { instant, type Quantity, yes } from './metric.js';
import * as unseen from './undecided-instants.js';

export const MILESTONES: readonly Quantity[] = [
	instant('first-error', 'first answer that failed because of a change', (o) => o.passages.firstErrorUs),
	{
		...instant(
			'impact-start',
			'where failures begin in the first 10-s window with first-attempt failures above 2 x baseline + 0.1 points, by more failures than chance explains',
			(o, s) => when.impactStart(o, s.where),
		),
		undecided: unseen.impactUndecided,
	},
	instant(
		'detected',
		'first alert or page, or the people’s delay, or a gate or auto-revert that trips (reverts, pauses, freezes or pages)',
		(o, s) => when.detected(o, s.where),
	),
	instant('declared', 'people declare an incident', (o, s) => when.declared(o, s.where)),
	instant('decided', 'people decide to roll back, or a gate or auto-revert trips', (o, s) => when.decided(o, s.where)),
	instant('mitigation-started', 'the first revert or wave takes effect on a node', (o, s) =>
		when.mitigationStarted(o, s.where),
	),
	instant('mitigated', 'the last trigger (change, fault, marked traffic) ended', (o) => when.mitigated(o)),
	{
		...instant('recovered', 'first window from which on every window fails at most the stated share', (o, s, r) =>
			when.recovered(o, r, s.where),
		),
		undecided: unseen.recoveredAtUndecided,
	},
	{
		...instant(
			'collapsed-at',
			'start of the lasting collapse: goodput stays below the stated share to the end',
			(o, _, r) => collapsedAt(o, r),
		),
		undecided: unseen.collapsedAtUndecided,
	},
	{
		...instant('first-recovery', 'first such window after the first bad one, whatever follows', (o, s, r) =>
			when.firstRecovery(o, r, s.where),
		),
		undecided: unseen.firstRecoveryUndecided,
	},
	instant('queue-full', 'the last place of a node is taken for the first time (where.platform: there)', (o, s, r) =>
		when.queueFull(o, r, s.where),
	),
	instant(
		'queue-drained',
		'first time that a line was empty again that had been full; where none ever was: that had not been empty at the end of the last trigger (where.platform: there)',
		(o, s, r) => when.queueDrained(o, r, s.where),
	),
	{
		...instant('half-retries', 'first time bucket in which at least half of all attempts are retries', (o, s) =>
			when.halfRetries(o, s.where),
		),
		undecided: unseen.halfRetriesUndecided,
	},
	{
		...instant('last-success', 'start of the last time bucket of the span in which a request succeeded', (o, s) =>
			when.lastSuccess(o, s),
		),
		spanUse: 'states',
		undecided: unseen.lastSuccessUndecided,
	},
];

export const VERDICTS: readonly Quantity[] = [
	yes(
		'cascaded',
		'while a trigger was in force one (region, platform) lost at least the stated share',
		(o, _, r) => cascaded(o, r),
		unseen.cascadeUndecided,
	),
	yes(
		'collapsed',
		'goodput at the end below the stated share of demand although every trigger is gone; undecided while one is in force',
		(o, _, r) => collapse(o, r).collapsed,
		unseen.collapseUndecided,
	),
	yes(
		'collapsed-before-trigger',
		'collapsed, and down already before the first trigger',
		(o, _, r) => collapsedBefore(o, r),
		unseen.collapsedBeforeUndecided,
	),
	yes(
		'recovered-at-all',
		'recovered before the run ended; neither where there was no impact; undecided where its window does not fit between the last trigger and the end',
		(o, s, r) => {
			const found = recovery(o, r, s.where);
			return found === null ? null : found.recovered;
		},
		unseen.recoveryUndecided,
	),
];
