/** Rollouts: stages, gates, auto-revert and people, and the control tick that lets their windows end on time. */
import { formatDuration, MILLISECOND, SECOND } from '../../kernel/units.js';
import type { NodeGroup } from '../../model/edge.js';
import { type Metric, type Threshold, unreadable } from '../../model/monitor.js';
import type { People, Revert, Rollout, Stage } from '../../model/rollout.js';
import type { PeopleFields, RevertFields, StageFields, ThresholdFields } from '../schema/changes.js';
import type { Document } from '../schema.js';
import type { Path } from '../source.js';
import type { Draft } from './draft.js';

/** Control ticks are never closer than this; windows and intervals are whole numbers of them. */
const FINEST_TICK_US = 10 * MILLISECOND;
const DEFAULT_EVERY_US = SECOND;

type RolloutFields = NonNullable<Document['rollouts']>[string];

export function buildRollouts(draft: Draft, groups: readonly NodeGroup[]): Rollout[] {
	return Object.entries(draft.doc.rollouts ?? {}).map(([name, written]): Rollout => {
		const path = ['rollouts', name];
		const { autoRevert, people } = written;
		const stages = stagesOf(draft, written, path, groups);
		const changeName = written.change === undefined ? name : written.change;
		return {
			name,
			change: draft.changes.index(changeName, written.change === undefined ? path : [...path, 'change']),
			atUs: draft.time.event(written.at, [...path, 'at']),
			stages,
			revert: revertOf(draft, written.revert, [...path, 'revert']),
			autoRevert: autoRevert === undefined ? null : autoRevertOf(draft, autoRevert, [...path, 'autoRevert']),
			people: people === undefined ? null : peopleOf(draft, people, [...path, 'people']),
		};
	});
}

function stagesOf(draft: Draft, { stages }: RolloutFields, path: Path, groups: readonly NodeGroup[]): Stage[] {
	const list = Object.entries(stages ?? {});
	if (list.length === 0) return [EVERYWHERE];
	return list.map(([name, stage]) => stageOf(draft, name, stage, [...path, 'stages', name], groups));
}

/** The one stage of a rollout that names none. */
const EVERYWHERE: Stage = {
	name: 'everywhere',
	scope: { regions: null, platforms: null, nodeShare: 1, requestShare: 1, requestMode: 'divert' },
	propagation: { kind: 'push', delay: { kind: 'constant', us: 0 } },
	holdUs: 0,
	gate: null,
};

function stageOf(draft: Draft, name: string, stage: StageFields, path: Path, groups: readonly NodeGroup[]): Stage {
	const { problems } = draft;
	const { scope, hold, gate, propagation } = stage;
	const regions = draft.regions.mask(scope.region, [...path, 'scope', 'region']);
	const platforms = draft.platforms.mask(scope.platform, [...path, 'scope', 'platform']);
	if (!groups.some((group) => regions?.[group.region] !== false && platforms?.[group.platform] !== false)) {
		const known = [
			[...path, 'scope', 'region'],
			[...path, 'scope', 'platform'],
		];
		problems.error([...path, 'scope'], 'no node is there: that platform has none in that region', known);
	}
	for (const field of ['nodes', 'requests'] as const) {
		if (scope[field] === 0)
			problems.error([...path, 'scope', field], 'found 0%, a share that reaches somebody would do');
	}
	if (gate !== undefined && hold === 0) {
		problems.error([...path, 'gate'], 'found a gate without a hold to look at; hold: 90s would do', [
			[...path, 'hold'],
		]);
	} else if (gate !== undefined && gate.window > hold) {
		const found = `a window of ${formatDuration(gate.window)} is longer than the hold of ${formatDuration(hold)}`;
		problems.warning([...path, 'gate', 'window'], `${found}: it is clipped at the push`, [[...path, 'hold']]);
	}
	const { nodes: nodeShare, requests: requestShare, mode: requestMode } = scope;
	return {
		name,
		scope: { regions, platforms, nodeShare, requestShare, requestMode },
		propagation,
		holdUs: hold,
		gate:
			gate === undefined ? null : threshold(draft, gate, 'stage', Math.max(hold, FINEST_TICK_US), [...path, 'gate']),
	};
}

function autoRevertOf(
	draft: Draft,
	written: NonNullable<RolloutFields['autoRevert']>,
	path: Path,
): Rollout['autoRevert'] {
	if (written.armed === 0) draft.problems.error([...path, 'armed'], 'found 0s, a time to act in would do');
	if (written.window > written.armed) {
		const found = `a window of ${formatDuration(written.window)} is longer than the ${formatDuration(written.armed)} it is armed`;
		draft.problems.warning([...path, 'window'], `${found}: it is clipped at the push`);
	}
	return { ...threshold(draft, written, 'rollout', DEFAULT_EVERY_US, path), armedUs: written.armed };
}

function threshold(
	draft: Draft,
	written: ThresholdFields,
	scope: Metric['scope'],
	everyUs: number,
	path: Path,
): Threshold {
	const { numerator, accounting, retries, where, window, above, minSamples, every } = written;
	const metric: Metric = {
		numerator,
		accounting,
		retries,
		where,
		scope: written.scope === undefined ? scope : written.scope,
		windowUs: window,
	};
	const why = unreadable(metric);
	if (why !== null) draft.problems.error([...path, 'accounting'], why);
	onTicks(draft, window, [...path, 'window']);
	onTicks(draft, every === undefined ? everyUs : every, every === undefined ? path : [...path, 'every']);
	return { metric, above, minSamples, everyUs: every === undefined ? everyUs : every };
}

function onTicks({ problems }: Draft, us: number, path: Path): void {
	if (us > 0 && us % FINEST_TICK_US === 0) return;
	problems.error(
		path,
		`found ${formatDuration(us)}, a whole number of 10ms would do, so that it ends on a control tick`,
	);
}

function revertOf({ changes }: Draft, written: RevertFields, path: Path): Revert {
	const { after, waves, gap, propagation, poisonedBy } = written;
	return {
		decisionDelayUs: after,
		waves,
		waveGapUs: gap,
		propagation,
		poisonedBy: poisonedBy === undefined ? null : changes.index(poisonedBy, [...path, 'poisonedBy']),
	};
}

function peopleOf(draft: Draft, written: PeopleFields, path: Path): People {
	const { detect, declare, decide, rollback } = written;
	const at = [...path, 'decide'];
	return {
		detect:
			typeof detect === 'number'
				? { kind: 'delay', us: detect }
				: {
						kind: 'alert',
						alert: threshold(draft, detect.alert, 'global', DEFAULT_EVERY_US, [...path, 'detect', 'alert']),
					},
		declareUs: declare,
		decide:
			decide.kind === 'delay'
				? { kind: 'delay', us: decide.us }
				: { kind: 'at', us: draft.time.event({ kind: 'clock', us: decide.us, text: decide.text }, at) },
		rollback: revertOf(draft, rollback, [...path, 'rollback']),
	};
}

/** One second, or less where a window or an interval asks for it: the greatest time all of them are multiples of. */
export function tickUs(rollouts: readonly Rollout[]): number {
	const thresholds = rollouts.flatMap(({ stages, autoRevert, people }) => [
		...stages.map((stage) => stage.gate),
		autoRevert,
		people !== null && people.detect.kind === 'alert' ? people.detect.alert : null,
	]);
	const times = thresholds.flatMap((one) => (one === null ? [] : [one.metric.windowUs, one.everyUs]));
	return Math.max(FINEST_TICK_US, times.reduce(greatestCommon, SECOND));
}

const greatestCommon = (a: number, b: number): number => (b === 0 ? a : greatestCommon(b, a % b));
