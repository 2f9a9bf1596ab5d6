/** Plans with everything defaulted, so that a test writes only what it is about; and a driver without any engine. */
import type { Decision } from '../src/model/decision.js';
import type { Distribution } from '../src/model/distribution.js';
import type { Metric, Reading, Threshold } from '../src/model/monitor.js';
import type { Push } from '../src/model/propagation.js';
import * as rollout from '../src/model/rollout.js';

export const S = 1_000_000;

export const metric = (over: Partial<Metric> = {}): Metric => ({
	numerator: 'retries',
	accounting: 'all-attempts',
	retries: 'all',
	where: 'received',
	scope: 'global',
	windowUs: 30 * S,
	...over,
});

export const threshold = ({
	metric: m,
	...over
}: Partial<Omit<Threshold, 'metric'>> & { metric?: Partial<Metric> } = {}): Threshold => ({
	metric: metric(m),
	above: 0.1,
	minSamples: 1,
	everyUs: 10 * S,
	...over,
});

/** Sent to every node, each after a delay of its own. */
export const push = (delay: Distribution): Push => ({ kind: 'push', delay });

export const stage = (over: Partial<rollout.Stage> = {}): rollout.Stage => ({
	name: 'everywhere',
	scope: { regions: null, platforms: null, nodeShare: 1, requestShare: 1, requestMode: 'divert' },
	propagation: push({ kind: 'constant', us: 0 }),
	holdUs: 90 * S,
	gate: null,
	...over,
});

export const revert = (over: Partial<rollout.Revert> = {}): rollout.Revert => ({
	decisionDelayUs: 0,
	waves: 1,
	waveGapUs: 0,
	propagation: { kind: 'constant', us: 0 },
	poisonedBy: null,
	...over,
});

export const plan = (over: Partial<rollout.Rollout> = {}): rollout.Rollout => ({
	name: 'patch',
	change: 0,
	atUs: 100 * S,
	stages: [stage()],
	revert: revert(),
	autoRevert: null,
	people: null,
	...over,
});

export const people = (over: Partial<rollout.People> = {}): rollout.People => ({
	detect: { kind: 'delay', us: 60 * S },
	declareUs: 120 * S,
	decide: { kind: 'delay', us: 60 * S },
	rollback: revert(),
	...over,
});

export type Read = (watch: rollout.WatchName, nowUs: number) => Reading;

export interface Ride {
	readonly decisions: readonly Decision[];
	readonly pushes: readonly number[];
	readonly waves: readonly number[];
	readonly state: rollout.State;
	/** every state in turn */
	readonly states: readonly rollout.State[];
}

/** Runs a plan against made-up readings. A push reaches `nodes` nodes at once; a wave takes its part of them back at once. */
export function drive(plan: rollout.Rollout, read: Read, untilUs: number, nodes = 8): Ride {
	let state = rollout.start(plan);
	let [active, nowUs] = [0, 0];
	const [decisions, pushes, waves]: [Decision[], number[], number[]] = [[], [], []];
	const states = [state];
	let asked = new Set<string>();
	for (;;) {
		const watches = rollout.watches(plan, state);
		const due = watches.filter((w) => rollout.dueUs(w, nowUs - 1) === nowUs && !asked.has(`${w.name}@${w.sinceUs}`));
		const nextUs = rollout.nextUs(plan, state);
		if (due.length === 0 && (nextUs === null || nextUs > nowUs) && !rollout.isAllBack(state, active)) {
			const laterUs = Math.min(nextUs ?? Number.POSITIVE_INFINITY, ...watches.map((w) => rollout.dueUs(w, nowUs)));
			if (laterUs > untilUs) return { decisions, pushes, waves, state, states };
			nowUs = laterUs;
			asked = new Set();
			continue;
		}
		for (const w of due) asked.add(`${w.name}@${w.sinceUs}`);
		const readings = Object.fromEntries(due.map((w) => [w.name, read(w.name, nowUs)]));
		const [next, actions] = rollout.step(plan, state, { readings, active }, nowUs);
		state = next;
		states.push(next);
		for (const action of actions) {
			if (action.kind === 'log') decisions.push(action.decision);
			if (action.kind === 'push') {
				pushes.push(nowUs);
				active = nodes;
			}
			if (action.kind === 'revert') {
				waves.push(nowUs);
				active = nodes - Math.floor((action.wave * nodes) / action.of);
			}
		}
	}
}
