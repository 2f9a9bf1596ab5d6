/** Who may stop a rollout or take it back: auto-revert, the people on call, and what blocks a push. */
import { formatDuration } from '../../../kernel/units.js';
import type { AutoRevert, Blockers, People, Revert } from '../../../model/rollout/plan.js';
import type { Path } from '../../document/yaml-source.js';
import type { CheckFields } from '../../schema/checks.js';
import type { Document } from '../../schema/document.js';
import type { BlockerFields, PeopleFields, RevertFields } from '../../schema/rollouts.js';
import type { ResolveContext } from '../context.js';
import { buildCheck, PLACES, type SlowLimits } from './gate-checks.js';

type RolloutFields = NonNullable<Document['rollouts']>[string];

export function autoRevertOf(
	draft: ResolveContext,
	{ armed, ...written }: NonNullable<RolloutFields['autoRevert']>,
	slow: SlowLimits,
	path: Path,
): AutoRevert {
	if (armed === 0) draft.problems.error([...path, 'armed'], 'found 0s, a time to act in would do');
	if (written.window !== 'growing' && written.window > armed) {
		const found = `a window of ${formatDuration(written.window)} is longer than the ${formatDuration(armed)} it is armed`;
		draft.problems.warning([...path, 'window'], `${found}: it is clipped at the push`);
	}
	return { ...buildCheck(draft, 'auto-revert', written, PLACES.rollout, slow, path), armedUs: armed };
}

export function revertOf(draft: ResolveContext, written: RevertFields, slow: SlowLimits, path: Path): Revert {
	const { after, shape, waves, gap, between, propagation, poisonedBy } = written;
	if (shape === 'steps' && waves > 1) {
		draft.problems.error(
			[...path, 'waves'],
			'found waves for the shape steps, whose waves are the stages; leave it out',
		);
	}
	return {
		decisionDelayUs: after,
		shape,
		waves,
		waveGapUs: gap,
		between:
			between === undefined ? null : buildCheck(draft, 'between', between, PLACES.between, slow, [...path, 'between']),
		propagation,
		poisonedBy: poisonedBy === undefined ? null : draft.changes.index(poisonedBy, [...path, 'poisonedBy']),
	};
}

export function peopleOf(draft: ResolveContext, written: PeopleFields, slow: SlowLimits, path: Path): People {
	const { detect, declare, diagnose, decide, rollback, tools } = written;
	return {
		detect:
			typeof detect === 'number'
				? { kind: 'delay', us: detect }
				: { kind: 'alert', alert: alertOf(draft, detect.alert, slow, [...path, 'detect', 'alert']) },
		declareUs: declare,
		diagnoseUs: diagnose,
		decide:
			decide.kind === 'delay'
				? { kind: 'delay', us: decide.us }
				: {
						kind: 'at',
						us: draft.time.event({ kind: 'clock', us: decide.us, text: decide.text }, [...path, 'decide']),
					},
		rollback: revertOf(draft, rollback, slow, [...path, 'rollback']),
		tools: tools === undefined ? null : { retryUs: tools.retry },
	};
}

/** Burn rates look at an objective, not at a deploy: their windows reach back before it. */
function alertOf(draft: ResolveContext, written: CheckFields, slow: SlowLimits, path: Path) {
	const alert = buildCheck(draft, 'alert', written, PLACES.alert, slow, path);
	const { condition, metric } = alert;
	if (condition.kind === 'burn-rate' && metric.windowUs > draft.time.horizonUs) {
		const found = `a window of ${formatDuration(metric.windowUs)} is longer than the run`;
		draft.problems.warning([...path, 'window'], `${found}: it never sees all of it, and burns look faster`);
	}
	return { ...alert, history: condition.kind === 'burn-rate' && metric.scope === 'global' };
}

export function blockersOf(
	draft: ResolveContext,
	{ alarm, others, calendar, every }: BlockerFields,
	slow: SlowLimits,
	path: Path,
): Blockers {
	const at = [...path, 'alarm'];
	if (every === 0) draft.problems.error([...path, 'every'], 'found 0s, a time to wait would do');
	if (alarm !== undefined && alarm.scope !== undefined && alarm.scope !== 'global') {
		draft.problems.error(
			[...at, 'scope'],
			`found ${alarm.scope}, of which nothing is there before the push; global would do`,
		);
	}
	return {
		alarm: alarm === undefined ? null : { ...buildCheck(draft, 'alarm', alarm, PLACES.alert, slow, at), history: true },
		others,
		calendar: calendar.map((span, i) => {
			const [fromUs, toUs] = draft.time.span(span, [...path, 'calendar', i]);
			return { fromUs, toUs, text: span.text };
		}),
		everyUs: every,
	};
}
