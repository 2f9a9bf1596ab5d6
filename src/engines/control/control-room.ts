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
import { counterLayout, widthOf } from '../../model/rollout/counter-layout.js';
import * as rollout from '../../model/rollout/rollout-controller.js';
import type { World } from '../../model/world.js';
import { BEFORE_RUN_US } from '../engine.js';
import { type ActiveRollout, activeRollout, isUnderWay, needsEdgeHealth, reachOf } from './active-rollout.js';
import { CanaryShares } from './canary-shares.js';
import { CheckScopes, waveOf } from './check-scopes.js';
import { Deployments } from './deployments.js';
import { EdgeHealth } from './edge-health.js';
import { FaultSchedule } from './fault-schedule.js';
import { MetricWindow } from './metric-window.js';
import { NodeOutages } from './node-outages.js';
import type { Plant } from './plant.js';
import { propagate } from './propagation.js';
import { gridUs } from './sampling-grid.js';
import { triggersUntil } from './triggers.js';

type RevertAction = Extract<rollout.Action, { kind: 'revert' }>;

/** Rollouts that act on each other at one instant come to rest after a few steps. */
const MOST_STEPS = 1000;

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
	readonly #edgeHealth: EdgeHealth;
	readonly #faults: FaultSchedule;
	readonly #deployments: Deployments;
	readonly #rollouts: readonly ActiveRollout[];
	/** limits of slowness that some metric asks for */
	readonly #slowLimits: number;
	readonly #canaryShares: CanaryShares;

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
		this.#canaryShares = new CanaryShares(world.changes.length, plant);
		this.#rollouts = world.rollouts.map((plan) => activeRollout(plan, world.groups));
		this.#edgeHealth = new EdgeHealth(world.rollouts.some(needsEdgeHealth), () => this.#scopes.everything());
		for (const ongoing of this.#rollouts) this.#watch(ongoing, 0);
		this.#lookAhead(BEFORE_RUN_US);
	}

	/**
	 * Does all that is due at exactly `nowUs`. Equal instants: faults, nodes that turn, then the rollouts in their order;
	 * nodes that turn at once because a rollout just said so follow in the same call.
	 * @throws Bug when an instant was missed
	 */
	run(nowUs: number): void {
		assert(nowUs <= this.nextUs, `the control room should have run at ${this.nextUs} us`, nowUs);
		this.#faults.run(nowUs);
		this.#edgeHealth.run(nowUs);
		let moved = true;
		for (let steps = 0; moved; steps++) {
			assert(steps < MOST_STEPS, 'the control room does not come to rest', nowUs);
			this.#deployments.run(nowUs);
			moved = this.#rollouts.filter((ongoing) => this.#step(ongoing, nowUs)).length > 0;
		}
		for (const ongoing of this.#rollouts) for (const window of ongoing.windows) window.keep(nowUs);
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
		return this.#rollouts[rolloutIndex].stages[stage];
	}

	/** What disturbs the world and began before `endUs`, in order of time. */
	triggers(endUs: number): Trigger[] {
		return triggersUntil(endUs, this.#world, this.#rollouts, this.#deployments);
	}

	/** Steps one rollout if it has something to do now; true if it had. */
	#step(ongoing: ActiveRollout, nowUs: number): boolean {
		const { plan, state } = ongoing;
		const active = this.#deployments.active(plan.change);
		const due = ongoing.windows.filter((window) => window.isDue(nowUs));
		const dueUs = rollout.nextUs(plan, state);
		const isIdle = due.length === 0 && (dueUs === null || dueUs > nowUs);
		if (isIdle && !rollout.isUnblocked(plan, state, active)) return false;
		const readings = Object.fromEntries(due.map((window) => [window.watch.key, this.#read(ongoing, window, nowUs)]));
		const [next, actions] = rollout.step(plan, state, { readings, active, ...this.#observed(ongoing) }, nowUs);
		ongoing.state = next;
		for (const action of actions) this.#act(ongoing, action, nowUs);
		this.#watch(ongoing, nowUs);
		return true;
	}

	/** What a window shows; nothing where its monitor stands behind an edge that fails, and this question fails too. */
	#read({ plan, pushUs }: ActiveRollout, window: MetricWindow, nowUs: number): CheckSample | 'unreachable' {
		const { key, check } = window.watch;
		const sample = window.read(nowUs, pushUs);
		const answers = !check.telemetry.isBehindEdge || this.#getsThrough(`monitor/${plan.name}/${key}`);
		return answers ? sample : 'unreachable';
	}

	/** What else a rollout's controller is shown. */
	#observed(ongoing: ActiveRollout) {
		const { plan, state, stages, receivedBefore } = ongoing;
		const { phase } = state;
		const held = phase.at === 'stage' && plan.stages[phase.stage].minSamples > 0;
		// Delays of zero chain, so a rollback may begin in any step until its people are done.
		const mayBegin = state.response !== null && !['rolling-back', 'done', 'stood-down'].includes(state.response.at);
		const tools = plan.people === null ? null : plan.people.tools;
		return {
			stageSamples: held ? this.#scopes.received(stages[phase.stage]) - receivedBefore : 0,
			others: this.#rollouts
				.filter((other) => other !== ongoing && isUnderWay(other.state))
				.map((other) => other.plan.name),
			frozenBy: this.#frozenBy,
			toolsWork: tools === null || !mayBegin || this.#getsThrough(`tools/${plan.name}`),
		};
	}

	/** A request of somebody who stands behind this edge gets through, by one draw of the purpose's own stream. */
	#getsThrough(purpose: string): boolean {
		return this.#streams.uniform(purpose)() >= this.#edgeHealth.failing;
	}

	/** Opens and drops windows as the state of a rollout asks for. */
	#watch(ongoing: ActiveRollout, nowUs: number): void {
		ongoing.windows = rollout
			.activeChecks(ongoing.plan, ongoing.state)
			.map((watch) => this.#window(ongoing, watch, nowUs));
	}

	#act(ongoing: ActiveRollout, action: rollout.Action, nowUs: number): void {
		const { plan } = ongoing;
		switch (action.kind) {
			case 'log':
				this.decisions.push(action.decision);
				return;
			case 'push': {
				ongoing.pushUs = nowUs;
				this.#plant.notePush(this.#rollouts.indexOf(ongoing));
				this.#canaryShares.set(action.change, action.scope);
				const push = { ...action, nodes: ongoing.stages[action.stage], owner: `propagation/${plan.name}` };
				propagate(push, this.#deployments, this.#world.groups, this.#streams, nowUs);
				if (plan.stages[action.stage].minSamples > 0)
					ongoing.receivedBefore = this.#scopes.received(ongoing.stages[action.stage]);
				return;
			}
			case 'revert': {
				const { change, wave, propagation, poisonedBy } = action;
				if (wave === 1) {
					this.#deployments.cancel(change);
					ongoing.toTakeBack = this.#deployments.nodesOn(change);
				}
				const atUs = this.#arrivals(`rollback/${plan.name}`, propagation, nowUs);
				const nodes = this.#waveOf(ongoing, action);
				ongoing.returned = [...ongoing.returned, ...nodes];
				this.#deployments.takeBack(change, nodes, poisonedBy, atUs);
				return;
			}
			case 'freeze':
				this.#frozenBy = plan.name;
		}
	}

	/** When news sent now reaches a node: one draw on the node's own stream, whole microseconds. */
	#arrivals(purpose: string, law: Distribution, nowUs: number): (node: number) => number {
		const delayUs = quantile(law);
		return (node) => nowUs + Math.round(delayUs(this.#streams.uniform(`${purpose}/${node}`)()));
	}

	/** The nodes of one wave of a revert. In steps, those that no earlier stage reaches; the weights go back with them. */
	#waveOf(
		{ plan, stages, toTakeBack, returned }: ActiveRollout,
		{ wave, of, part, change }: RevertAction,
	): readonly number[] {
		if (part === 'equal') return waveOf(toTakeBack, wave, of);
		const staying = new Set(stages.slice(0, part.keepStage + 1).flat());
		if (part.keepStage >= 0) this.#canaryShares.set(change, plan.stages[part.keepStage].scope);
		return toTakeBack.filter((node) => !staying.has(node) && !returned.includes(node));
	}

	/** The window of a watch: the one that is open already, or a new one where the deploy is new. */
	#window(ongoing: ActiveRollout, watch: rollout.ActiveCheck, nowUs: number): MetricWindow {
		const open = ongoing.windows.find((w) => w.watch.key === watch.key && w.watch.sinceUs === watch.sinceUs);
		if (open === undefined) {
			const grid = gridUs(ongoing.plan, watch.check);
			const pushes = { rollout: this.#rollouts.indexOf(ongoing), slowLimits: this.#slowLimits };
			return new MetricWindow(watch, nowUs, grid, this.#scopes.counter(watch.check, reachOf(ongoing)), pushes);
		}
		open.watch = watch;
		return open;
	}

	#lookAhead(nowUs: number): void {
		const next = [this.#faults.nextUs, this.#deployments.nextUs, this.#edgeHealth.nextUs];
		for (const { plan, state, windows } of this.#rollouts) {
			next.push(rollout.nextUs(plan, state) ?? Number.POSITIVE_INFINITY);
			for (const window of windows) next.push(window.nextUs(nowUs));
		}
		this.nextUs = Math.min(...next);
		assert(this.nextUs > nowUs, `the control room would run at ${this.nextUs} us again`, nowUs);
	}
}
