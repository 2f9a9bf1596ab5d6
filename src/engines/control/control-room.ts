/**
 * The control room, the same for every engine: faults at their hours, changes that travel from node to node, rollouts
 * and their people. An engine runs all events before `nextUs` and then calls `run(nextUs)`; the room reads the plant's
 * counters and pulls its levers. A world without faults and rollouts never calls.
 */
import { assert } from '../../kernel/errors.js';
import type { Streams } from '../../kernel/random.js';
import type { Decision, Trigger } from '../../metrics/outcome.js';
import { type Distribution, quantile } from '../../model/distributions/distribution.js';
import type { CheckSample } from '../../model/gates/condition.js';
import { stageNodes } from '../../model/node-selection.js';
import * as rollout from '../../model/rollout/controller.js';
import { counterLayout, widthOf } from '../../model/rollout/counter-layout.js';
import type { World } from '../../model/world.js';
import { CheckScopes, type RolloutReach, waveOf } from './check-scopes.js';
import { Deployments } from './deployments.js';
import { EdgeHealth } from './edge-health.js';
import { FaultSchedule } from './fault-schedule.js';
import { MetricWindow } from './metric-window.js';
import { NodeOutages } from './node-outages.js';
import type { Plant } from './plant.js';
import { propagate } from './propagation.js';
import { gridUs } from './sampling-grid.js';

type RevertAction = Extract<rollout.Action, { kind: 'revert' }>;

/** Rollouts that act on each other at one instant come to rest after a few steps. */
const MOST_STEPS = 1000;

/** One rollout under way. */
interface ActiveRollout {
	readonly plan: rollout.Rollout;
	/** nodes of each stage, ascending */
	readonly stages: readonly (readonly number[])[];
	state: rollout.RolloutState;
	windows: MetricWindow[];
	/** what the waves of its revert are made of, fixed when the first one starts */
	goingBack: readonly number[];
	/** nodes that its waves have taken back so far */
	returned: readonly number[];
	/** when it pushed a stage last */
	pushUs: number;
	/** first attempts that the newest stage had received when it was pushed */
	samplesBefore: number;
}

export class ControlRoom {
	/** the next instant with something to do; Infinity if none */
	nextUs = 0;
	/** the rollout that froze all of them; null = none */
	#frozenBy: string | null = null;
	/** the decision log so far, in order of time */
	readonly decisions: Decision[] = [];
	readonly #world: World;
	readonly #plant: Plant;
	readonly #streams: Pick<Streams, 'uniform'>;
	readonly #scopes: CheckScopes;
	readonly #fate: EdgeHealth;
	readonly #faults: FaultSchedule;
	readonly #deployments: Deployments;
	readonly #desks: readonly ActiveRollout[];
	/** limits of slowness that some metric asks for */
	readonly #slowLimits: number;
	/** what the plant was last told about the share of requests a change is shown to */
	readonly #canary: { share: number; mode: 'divert' | 'flag' }[];

	/** @throws UserError when a rollout asks for a metric that cannot be read */
	constructor(world: World, plant: Plant, streams: Pick<Streams, 'uniform'>) {
		this.#world = world;
		this.#plant = plant;
		this.#streams = streams;
		const outages = new NodeOutages(world.nodeCount, plant);
		this.#faults = new FaultSchedule(world, plant, outages);
		const shape = counterLayout(world.rollouts, world.classes.length);
		this.#slowLimits = shape.slowLimitsUs.length;
		const width = widthOf(shape);
		this.#deployments = new Deployments(world, width, plant, outages);
		this.#scopes = new CheckScopes(world, plant, this.#deployments);
		this.#canary = world.changes.map(() => ({ share: 1, mode: 'divert' }));
		this.#desks = world.rollouts.map((plan) => ({
			plan,
			stages: plan.stages.map(({ scope }) => stageNodes(world.groups, scope)),
			state: rollout.start(plan),
			windows: [],
			goingBack: [],
			returned: [],
			pushUs: Number.NEGATIVE_INFINITY,
			samplesBefore: 0,
		}));
		this.#fate = new EdgeHealth(world.rollouts.some(sharesFate), () => this.#scopes.everything());
		for (const desk of this.#desks) this.#watch(desk, 0);
		this.#lookAhead(-1);
	}

	/**
	 * Does all that is due at exactly `nowUs`. Equal instants: faults, nodes that turn, then the rollouts in their order;
	 * nodes that turn at once because a rollout just said so follow in the same call.
	 * @throws Bug when an instant was missed
	 */
	run(nowUs: number): void {
		assert(nowUs <= this.nextUs, `the control room should have run at ${this.nextUs} us`, nowUs);
		this.#faults.run(nowUs);
		this.#fate.run(nowUs);
		let moved = true;
		for (let steps = 0; moved; steps++) {
			assert(steps < MOST_STEPS, 'the control room does not come to rest', nowUs);
			this.#deployments.run(nowUs);
			moved = this.#desks.filter((desk) => this.#step(desk, nowUs)).length > 0;
		}
		for (const desk of this.#desks) for (const window of desk.windows) window.keep(nowUs);
		this.#lookAhead(nowUs);
	}

	/** Nodes on which a change is active. */
	activeNodes(change: number): number {
		return this.#deployments.active(change);
	}

	/** The same by region. */
	activeNodesIn(change: number): Int32Array {
		return this.#deployments.activeIn(change);
	}

	/** World-wide numbers of the nodes a stage of a rollout reaches, ascending. */
	stageNodes(rolloutIndex: number, stage: number): readonly number[] {
		return this.#desks[rolloutIndex].stages[stage];
	}

	/**
	 * What disturbs the world and began before `endUs`, in order of time: changes from the first push until the last node
	 * is back, changes that a poisoned rollback brought, faults, traffic marked as a trigger, and what the run began with,
	 * which is over at once. Still in force at the end: null.
	 */
	triggers(endUs: number): Trigger[] {
		const { changes, faults, start, trafficTriggers } = this.#world;
		const ended = (toUs: number): Pick<Trigger, 'toUs' | 'plannedUs'> =>
			toUs <= endUs ? { toUs } : { toUs: null, plannedUs: toUs };
		const pushed = this.#desks.flatMap(({ plan, state: { phase: course } }): Trigger[] => {
			if (course.at === 'waiting') return [];
			const toUs = course.at === 'reverted' ? course.backUs : null;
			return [{ kind: 'change', name: changes[plan.change].name, fromUs: course.firstPushUs, toUs }];
		});
		const poisons = changes.flatMap(({ name }, change): Trigger[] => {
			const fromUs = this.#deployments.poisonUs(change);
			return fromUs === null ? [] : [{ kind: 'change', name, fromUs, toUs: null }];
		});
		const begun: Trigger[] = start === null ? [] : [{ kind: 'start', name: 'work from before', fromUs: 0, toUs: 0 }];
		return [
			...begun,
			...pushed,
			...poisons,
			...faults.map(({ name, fromUs, toUs }): Trigger => ({ kind: 'fault', name, fromUs, ...ended(toUs) })),
			...trafficTriggers.map(({ name, fromUs, toUs }): Trigger => ({ kind: 'traffic', name, fromUs, ...ended(toUs) })),
		]
			.filter(({ fromUs }) => fromUs < endUs)
			.sort((a, b) => a.fromUs - b.fromUs);
	}

	/** Steps one rollout if it has something to do now; true if it had. */
	#step(desk: ActiveRollout, nowUs: number): boolean {
		const { plan, state } = desk;
		const active = this.#deployments.active(plan.change);
		const due = desk.windows.filter((window) => window.isDue(nowUs));
		const dueUs = rollout.nextUs(plan, state);
		const isIdle = due.length === 0 && (dueUs === null || dueUs > nowUs);
		if (isIdle && !rollout.isUnblocked(plan, state, active)) return false;
		const readings = Object.fromEntries(due.map((window) => [window.watch.key, this.#read(desk, window, nowUs)]));
		const [next, actions] = rollout.step(plan, state, { readings, active, ...this.#shown(desk) }, nowUs);
		desk.state = next;
		for (const action of actions) this.#act(desk, action, nowUs);
		this.#watch(desk, nowUs);
		return true;
	}

	/** What a window shows; nothing where its monitor stands behind an edge that fails, and this question fails too. */
	#read({ plan, pushUs }: ActiveRollout, window: MetricWindow, nowUs: number): CheckSample | 'unreachable' {
		const { key, check } = window.watch;
		const sample = window.read(nowUs, pushUs);
		const answers = !check.telemetry.sharesFate || this.#gets(`monitor/${plan.name}/${key}`);
		return answers ? sample : 'unreachable';
	}

	/** What else a rollout's controller is shown. */
	#shown(desk: ActiveRollout) {
		const { plan, state, stages, samplesBefore } = desk;
		const { phase: course } = state;
		const held = course.at === 'stage' && plan.stages[course.stage].minSamples > 0;
		// Delays of zero chain, so a rollback may begin in any step until its people are done.
		const mayBegin = state.response !== null && !['rolling-back', 'done', 'stood-down'].includes(state.response.at);
		const tools = plan.people === null ? null : plan.people.tools;
		return {
			stageSamples: held ? this.#scopes.received(stages[course.stage]) - samplesBefore : 0,
			others: this.#desks.filter((other) => other !== desk && isUnderWay(other.state)).map((other) => other.plan.name),
			frozenBy: this.#frozenBy,
			toolsWork: tools === null || !mayBegin || this.#gets(`tools/${plan.name}`),
		};
	}

	/** A request of somebody who stands behind this edge gets through, by one draw of the purpose's own stream. */
	#gets(purpose: string): boolean {
		return this.#streams.uniform(purpose)() >= this.#fate.failing;
	}

	/** Opens and drops windows as the state of a rollout asks for. */
	#watch(desk: ActiveRollout, nowUs: number): void {
		desk.windows = rollout.activeChecks(desk.plan, desk.state).map((watch) => this.#window(desk, watch, nowUs));
	}

	#act(desk: ActiveRollout, action: rollout.Action, nowUs: number): void {
		const { plan } = desk;
		switch (action.kind) {
			case 'log':
				this.decisions.push(action.decision);
				return;
			case 'push': {
				desk.pushUs = nowUs;
				this.#plant.notePush(this.#desks.indexOf(desk));
				this.#show(action.change, action.scope);
				const push = { ...action, nodes: desk.stages[action.stage], owner: `propagation/${plan.name}` };
				propagate(push, this.#deployments, this.#world.groups, this.#streams, nowUs);
				if (plan.stages[action.stage].minSamples > 0)
					desk.samplesBefore = this.#scopes.received(desk.stages[action.stage]);
				return;
			}
			case 'revert': {
				const { change, wave, propagation, poisonedBy } = action;
				if (wave === 1) {
					this.#deployments.cancel(change);
					desk.goingBack = this.#deployments.nodesOn(change);
				}
				const atUs = this.#arrivals(`rollback/${plan.name}`, propagation, nowUs);
				const nodes = this.#waveOf(desk, action);
				desk.returned = [...desk.returned, ...nodes];
				this.#deployments.takeBack(change, nodes, poisonedBy, atUs);
				return;
			}
			case 'freeze':
				this.#frozenBy = plan.name;
		}
	}

	/** Tells the plant the share of requests, where it differs from what it knows; one mode ends before another begins. */
	#show(change: number, { requestShare: share, requestMode: mode }: rollout.StageScope): void {
		const known = this.#canary[change];
		if (known.share < 1 && (share === 1 || known.mode !== mode)) this.#plant.setCanaryShare(change, 1, known.mode);
		if (share < 1 && (known.share !== share || known.mode !== mode)) this.#plant.setCanaryShare(change, share, mode);
		this.#canary[change] = { share, mode };
	}

	/** When news sent now reaches a node: one draw on the node's own stream, whole microseconds. */
	#arrivals(purpose: string, law: Distribution, nowUs: number): (node: number) => number {
		const delayUs = quantile(law);
		return (node) => nowUs + Math.round(delayUs(this.#streams.uniform(`${purpose}/${node}`)()));
	}

	/** The nodes of one wave of a revert. In steps, those that no earlier stage reaches; the weights go back with them. */
	#waveOf(
		{ plan, stages, goingBack, returned }: ActiveRollout,
		{ wave, of, part, change }: RevertAction,
	): readonly number[] {
		if (part === 'equal') return waveOf(goingBack, wave, of);
		const kept = new Set(stages.slice(0, part.keepStage + 1).flat());
		if (part.keepStage >= 0) this.#show(change, plan.stages[part.keepStage].scope);
		return goingBack.filter((node) => !kept.has(node) && !returned.includes(node));
	}

	/** The window of a watch: the one that is open already, or a new one where the deploy is new. */
	#window(desk: ActiveRollout, watch: rollout.ActiveCheck, nowUs: number): MetricWindow {
		const open = desk.windows.find((w) => w.watch.key === watch.key && w.watch.sinceUs === watch.sinceUs);
		if (open === undefined) {
			const grid = gridUs(desk.plan, watch.check);
			const pushes = { rollout: this.#desks.indexOf(desk), slowLimits: this.#slowLimits };
			return new MetricWindow(watch, nowUs, grid, this.#scopes.counter(watch.check, reachOf(desk)), pushes);
		}
		open.watch = watch;
		return open;
	}

	#lookAhead(nowUs: number): void {
		const next = [this.#faults.nextUs, this.#deployments.nextUs, this.#fate.nextUs];
		for (const { plan, state, windows } of this.#desks) {
			next.push(rollout.nextUs(plan, state) ?? Number.POSITIVE_INFINITY);
			for (const window of windows) next.push(window.nextUs(nowUs));
		}
		this.nextUs = Math.min(...next);
		assert(this.nextUs > nowUs, `the control room would run at ${this.nextUs} us again`, nowUs);
	}
}

/** The nodes that a rollout has reached by now. */
function reachOf({ plan, stages, returned, state: { phase: course } }: ActiveRollout): RolloutReach {
	return { change: plan.change, stages: course.at === 'waiting' ? [] : stages.slice(0, course.stage + 1), returned };
}

const sharesFate = (plan: rollout.Rollout): boolean =>
	(plan.people !== null && plan.people.tools !== null) ||
	rollout.checksOf(plan).some(({ telemetry }) => telemetry.sharesFate);

const isUnderWay = ({ phase: { at } }: rollout.RolloutState): boolean =>
	at !== 'waiting' && at !== 'completed' && at !== 'reverted';
