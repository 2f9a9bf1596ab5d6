/** Rollouts: stages and gates, and the control tick that lets their windows end on time. Who reverts or holds one back is in `rollback-actors.ts`. */
import { formatDuration, greatestCommonDivisor, SECOND } from '../../../kernel/units.js';
import type { Check } from '../../../model/gates/gate-check.js';
import type { NodeGroup } from '../../../model/node-group.js';
import { checksOf, type Rollout, type RolloutWideGate, type Stage } from '../../../model/rollout/plan.js';
import type { Path } from '../../document/yaml-source.js';
import type { CheckFields } from '../../schema/checks.js';
import type { Document } from '../../schema/document.js';
import type { StageFields } from '../../schema/rollouts.js';
import type { ResolveContext } from '../context.js';
import { checkWeights, groupOf } from './canary-score-weights.js';
import { buildCheck, FINEST_TICK_US, onTicks, PLACES, type SlowLimits } from './gate-checks.js';
import { autoRevertOf, blockersOf, peopleOf, revertOf } from './rollback-actors.js';

type RolloutFields = NonNullable<Document['rollouts']>[string];

export function buildRollouts(draft: ResolveContext, groups: readonly NodeGroup[]): Rollout[] {
	const slow: SlowLimits = [];
	return Object.entries(draft.doc.rollouts ?? {}).map(([name, written]): Rollout => {
		const path = ['rollouts', name];
		const { autoRevert, people, blockers } = written;
		const stages = stagesOf(draft, written, slow, path, groups);
		const changeName = written.change === undefined ? name : written.change;
		const plan: Rollout = {
			name,
			change: draft.changes.index(changeName, written.change === undefined ? path : [...path, 'change']),
			atUs: draft.time.event(written.at, [...path, 'at']),
			stages,
			gates: rolloutWideGates(draft, written, stages, slow, path),
			revert: revertOf(draft, written.revert, slow, [...path, 'revert']),
			autoRevert: autoRevert === undefined ? null : autoRevertOf(draft, autoRevert, slow, [...path, 'autoRevert']),
			people: people === undefined ? null : peopleOf(draft, people, slow, [...path, 'people']),
			blockers: blockers === undefined ? null : blockersOf(draft, blockers, slow, [...path, 'blockers']),
		};
		checkHolds(draft, written, plan, path);
		return plan;
	});
}

function stagesOf(
	draft: ResolveContext,
	{ stages }: RolloutFields,
	slow: SlowLimits,
	path: Path,
	groups: readonly NodeGroup[],
): Stage[] {
	const list = Object.entries(stages ?? {});
	if (list.length === 0) return [EVERYWHERE];
	return list.map(([name, stage]) => stageOf(draft, name, stage, slow, [...path, 'stages', name], groups));
}

/** The one stage of a rollout that names none. */
const EVERYWHERE: Stage = {
	name: 'everywhere',
	scope: { regions: null, platforms: null, nodeShare: 1, requestShare: 1, requestMode: 'divert' },
	propagation: { kind: 'push', delay: { kind: 'constant', us: 0 } },
	holdUs: 0,
	minSamples: 0,
	approvalUs: null,
	gates: [],
	scoring: null,
};

function stageOf(
	draft: ResolveContext,
	name: string,
	stage: StageFields,
	slow: SlowLimits,
	path: Path,
	groups: readonly NodeGroup[],
): Stage {
	const { problems } = draft;
	const { scope, hold, propagation, minSamples, approval, score } = stage;
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
	const gates = writtenGates(stage, path);
	for (const gate of gates) checkGate(draft, gate.written, hold, gate.path, path);
	if (score !== undefined && gates.length === 0) {
		problems.error([...path, 'score'], 'found a score without gates to score; gates: { ... } would do');
	} else if (score !== undefined) {
		const names = [...new Set(gates.map((gate) => groupOf(gate.name, gate.written)))];
		const rests = gates.map((gate) => gate.path);
		checkWeights(draft, score.weights, names, [...path, 'score', 'weights'], rests);
	}
	const { nodes: nodeShare, requests: requestShare, mode: requestMode } = scope;
	const place = PLACES.stage(hold);
	const checks = gates.map((gate) => buildCheck(draft, gate.name, gate.written, place, slow, gate.path));
	if (score !== undefined) checkTogether(draft, checks, path);
	return {
		name,
		scope: { regions, platforms, nodeShare, requestShare, requestMode },
		propagation,
		holdUs: hold,
		minSamples,
		approvalUs: approval ?? null,
		gates: checks,
		scoring: score ?? null,
	};
}

/** A score judges all of its gates, so all of them are measured at the same instants. */
function checkTogether({ problems }: ResolveContext, checks: readonly Check[], path: Path): void {
	const clock = ({ schedule }: Check) => JSON.stringify(schedule);
	const odd = checks.find((check) => clock(check) !== clock(checks[0]));
	if (odd === undefined) return;
	const message = `found another schedule than that of ${checks[0].name}; a score judges gates that are measured together`;
	problems.error([...path, 'gates', odd.name], message);
}

interface WrittenGate {
	readonly name: string;
	readonly written: CheckFields;
	readonly path: Path;
}

function writtenGates({ gate, gates }: StageFields, path: Path): WrittenGate[] {
	if (gate !== undefined) return [{ name: 'gate', written: gate, path: [...path, 'gate'] }];
	return Object.entries(gates ?? {}).map(([name, written]) => ({ name, written, path: [...path, 'gates', name] }));
}

function checkGate(
	{ problems }: ResolveContext,
	{ window, delay, count, every }: CheckFields,
	hold: number,
	path: Path,
	stage: Path,
) {
	const rests = [[...stage, 'hold']];
	if (hold === 0) {
		problems.error(path, 'found a gate without a hold to look at; hold: 90s would do', rests);
		return;
	}
	if (window !== 'growing' && window > hold) {
		const found = `a window of ${formatDuration(window)} is longer than the hold of ${formatDuration(hold)}`;
		problems.warning([...path, 'window'], `${found}: it is clipped at the push`, rests);
	}
	if (delay !== undefined && delay > hold) {
		const found = `a first measurement after ${formatDuration(delay)} comes after the hold of ${formatDuration(hold)}`;
		problems.warning([...path, 'delay'], `${found}: the end of the hold asks before it`, rests);
	}
	if (count !== undefined && (count - 1) * (every ?? hold) > hold) {
		const found = `${count} measurements take longer than the hold of ${formatDuration(hold)}`;
		problems.warning([...path, 'count'], `${found}: the stage waits for the rest`, rests);
	}
}

function rolloutWideGates(
	draft: ResolveContext,
	{ gates }: RolloutFields,
	stages: readonly Stage[],
	slow: SlowLimits,
	path: Path,
): RolloutWideGate[] {
	return Object.entries(gates ?? {}).map(([name, { from, ...written }]) => {
		const at = [...path, 'gates', name];
		const fromStage = from === undefined ? 0 : stages.findIndex((stage) => stage.name === from);
		if (fromStage < 0) {
			const known = stages.map((stage) => stage.name).join(', ');
			draft.problems.error([...at, 'from'], `found "${from}", which is no stage here; one of ${known} would do`);
		}
		const check = buildCheck(draft, name, written, PLACES.rollout, slow, at);
		const { condition, metric } = check;
		if ('control' in condition && condition.control === 'same-size' && metric.scope !== 'stage') {
			const message =
				'found same-size, whose nodes change from stage to stage; control: rest, or scope: stage, would do';
			draft.problems.error(at, message);
		}
		return { ...check, fromStage: Math.max(0, fromStage) };
	});
}

/** Where gates look, whatever moves a push falls on a tick, so that windows do too. */
function checkHolds(draft: ResolveContext, written: RolloutFields, plan: Rollout, path: Path): void {
	if (checksOf(plan).length === 0) return;
	for (const [name, { hold, approval }] of Object.entries(written.stages ?? {})) {
		onTicks(draft, hold, [...path, 'stages', name, 'hold'], true);
		if (approval !== undefined) onTicks(draft, approval, [...path, 'stages', name, 'approval'], true);
	}
	if (written.blockers !== undefined) onTicks(draft, written.blockers.every, [...path, 'blockers', 'every'], true);
}

/** One second, or less where a window or an interval asks for it: the greatest time all of them are multiples of. */
export function tickUs(rollouts: readonly Rollout[]): number {
	const times = rollouts.flatMap(checksOf).flatMap(({ metric, schedule }) => [metric.windowUs, schedule.everyUs]);
	return Math.max(FINEST_TICK_US, times.filter(Number.isFinite).reduce(greatestCommonDivisor, SECOND));
}
