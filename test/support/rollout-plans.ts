/** Plans with everything defaulted, so that a test writes only what it is about; and a driver without any engine. */

import type { Distribution } from '../../src/model/distributions/distribution.js';
import type { CheckSample, Condition } from '../../src/model/gates/condition.js';
import type { CounterRule } from '../../src/model/gates/failure-counter.js';
import type { Check, Schedule, Telemetry } from '../../src/model/gates/gate-check.js';
import type { Metric, MetricReading } from '../../src/model/gates/gate-metric.js';
import type { Decision } from '../../src/model/rollout/decision.js';
import type { Push } from '../../src/model/rollout/propagation.js';
import * as rollout from '../../src/model/rollout/rollout-controller.js';

export const S = 1_000_000;

export const metric = (over: Partial<Metric> = {}): Metric => ({
	numerator: 'retries',
	accounting: 'all-attempts',
	retries: 'all',
	where: 'received',
	scope: 'global',
	windowUs: 30 * S,
	classes: null,
	slow: null,
	...over,
});

/** What a test says of a check: a threshold unless it brings a condition of its own. */
export interface CheckOver {
	readonly name?: string;
	readonly metric?: Partial<Metric>;
	readonly above?: number;
	readonly condition?: Condition;
	readonly minSamples?: number;
	readonly everyUs?: number;
	readonly schedule?: Partial<Schedule>;
	readonly telemetry?: Partial<Telemetry>;
	readonly rule?: Partial<CounterRule>;
	readonly mustPass?: boolean;
	readonly onFail?: Check['onFail'];
}

export const check = (over: CheckOver = {}): Check => {
	const { above = 0.1, everyUs = 10 * S } = over;
	return {
		name: over.name ?? 'check',
		metric: metric(over.metric),
		minSamples: over.minSamples ?? 1,
		condition: over.condition ?? { kind: 'threshold', above, passUpTo: above },
		schedule: {
			everyUs,
			from: 'start',
			takesUs: 0,
			delayUs: everyUs,
			count: null,
			errorRetryUs: 10 * S,
			...over.schedule,
		},
		telemetry: { scrapeUs: null, lagUs: 0, isBehindEdge: false, ...over.telemetry },
		rule: {
			fail: { kind: 'total-at-least', limit: 1 },
			reset: 'never',
			evaluate: 'measurement',
			noData: 'inconclusive',
			inconclusiveLimit: null,
			errorLimit: null,
			...over.rule,
		},
		mustPass: over.mustPass ?? false,
		onFail: over.onFail ?? 'revert',
	};
};

/** A gate of a stage: it must pass, and forgets with the stage. */
export const gate = (over: CheckOver = {}): Check =>
	check({ name: 'gate', mustPass: true, ...over, rule: { reset: 'on-stage', ...over.rule } });

export const autoRevert = (armedUs: number, over: CheckOver = {}): rollout.AutoRevert => ({
	...check({ name: 'auto-revert', ...over }),
	armedUs,
});

export const alert = (over: CheckOver = {}, history = false): rollout.Alert => ({
	...check({ name: 'alert', ...over }),
	history,
});

/** Sent to every node, each after a delay of its own. */
export const push = (delay: Distribution): Push => ({ kind: 'push', delay });

export const stage = (over: Partial<rollout.Stage> = {}): rollout.Stage => ({
	name: 'everywhere',
	scope: { regions: null, platforms: null, nodeShare: 1, requestShare: 1, requestMode: 'divert' },
	propagation: push({ kind: 'constant', us: 0 }),
	holdUs: 90 * S,
	minSamples: 0,
	approvalUs: null,
	gates: [],
	scoring: null,
	...over,
});

export const revert = (over: Partial<rollout.Revert> = {}): rollout.Revert => ({
	decisionDelayUs: 0,
	shape: 'waves',
	waves: 1,
	waveGapUs: 0,
	between: null,
	propagation: { kind: 'constant', us: 0 },
	poisonedBy: null,
	...over,
});

export const plan = (over: Partial<rollout.Rollout> = {}): rollout.Rollout => ({
	name: 'patch',
	change: 0,
	atUs: 100 * S,
	stages: [stage()],
	gates: [],
	revert: revert(),
	autoRevert: null,
	people: null,
	blockers: null,
	...over,
});

export const people = (over: Partial<rollout.People> = {}): rollout.People => ({
	detect: { kind: 'delay', us: 60 * S },
	declareUs: 120 * S,
	diagnoseUs: 0,
	decide: { kind: 'delay', us: 60 * S },
	rollback: revert(),
	tools: null,
	...over,
});

/** What a watch sees at an instant: a reading of the canary alone, or a whole sample; unreachable: nothing answers. */
export type Read = (watch: rollout.ActiveCheck, nowUs: number) => MetricReading | CheckSample | 'unreachable';

export const sampleOf = (read: MetricReading | CheckSample): CheckSample =>
	'canary' in read ? read : { canary: read, control: null, short: null, points: null };

export interface Ride {
	readonly decisions: readonly Decision[];
	readonly pushes: readonly number[];
	readonly waves: readonly number[];
	readonly freezes: readonly number[];
	readonly state: rollout.RolloutState;
	/** every state in turn */
	readonly states: readonly rollout.RolloutState[];
}

/** What else a controller is shown, at an instant. */
export type Show = (nowUs: number) => Partial<Omit<rollout.RolloutObservation, 'readings' | 'active'>>;

/** What a controller is shown where nothing is measured and nothing else goes on. */
export const observation = (over: Partial<rollout.RolloutObservation> = {}): rollout.RolloutObservation => ({
	readings: {},
	active: 0,
	stageSamples: 0,
	others: [],
	frozenBy: null,
	toolsWork: true,
	...over,
});

export interface DriveOptions {
	readonly nodes?: number;
	/** from the start of a wave until its nodes are back */
	readonly returnUs?: number;
	readonly show?: Show;
}

/** Runs a plan against made-up readings. A push reaches `nodes` nodes at once; a wave takes its part of them back. */
export function drive(
	plan: rollout.Rollout,
	read: Read,
	untilUs: number,
	{ nodes = 8, returnUs = 0, show = () => ({}) }: DriveOptions = {},
): Ride {
	let state = rollout.start(plan);
	let [active, nowUs] = [0, 0];
	const [decisions, pushes, waves, freezes]: [Decision[], number[], number[], number[]] = [[], [], [], []];
	const states = [state];
	let returns: { atUs: number; active: number }[] = [];
	let watched = new Set<string>();
	for (;;) {
		for (const back of returns) if (back.atUs === nowUs) active = back.active;
		returns = returns.filter(({ atUs }) => atUs > nowUs);
		const watches = rollout.activeChecks(plan, state);
		const due = watches.filter((w) => rollout.dueUs(w, nowUs - 1) === nowUs && !watched.has(`${w.key}@${w.sinceUs}`));
		const nextUs = rollout.nextUs(plan, state);
		if (due.length === 0 && (nextUs === null || nextUs > nowUs) && !rollout.isUnblocked(plan, state, active)) {
			const laterUs = Math.min(
				nextUs ?? Number.POSITIVE_INFINITY,
				...watches.map((w) => rollout.dueUs(w, nowUs)),
				...returns.map(({ atUs }) => atUs),
			);
			if (laterUs > untilUs) return { decisions, pushes, waves, freezes, state, states };
			nowUs = laterUs;
			watched = new Set();
			continue;
		}
		for (const w of due) watched.add(`${w.key}@${w.sinceUs}`);
		const readings = Object.fromEntries(
			due.map((w) => {
				const found = read(w, nowUs);
				return [w.key, found === 'unreachable' ? found : sampleOf(found)];
			}),
		);
		const [next, actions] = rollout.step(plan, state, observation({ readings, active, ...show(nowUs) }), nowUs);
		state = next;
		states.push(next);
		for (const action of actions) {
			if (action.kind === 'log') decisions.push(action.decision);
			if (action.kind === 'freeze') freezes.push(nowUs);
			if (action.kind === 'push') {
				pushes.push(nowUs);
				active = nodes;
			}
			if (action.kind === 'revert') {
				waves.push(nowUs);
				const left = nodes - Math.floor((action.wave * nodes) / action.of);
				if (returnUs === 0) active = left;
				else returns.push({ atUs: nowUs + returnUs, active: left });
			}
		}
	}
}
