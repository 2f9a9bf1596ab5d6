/**
 * The control room, the same for every engine: faults at their hours, changes that travel from node to node, rollouts
 * and their people. An engine runs all events before `nextUs` and then calls `run(nextUs)`; the room reads the plant's
 * counters and pulls its levers. A world without faults and rollouts never calls.
 */
import { assert } from '../kernel/check.js';
import type { Streams } from '../kernel/random.js';
import type { Decision, Trigger } from '../metrics/outcome.js';
import { type Distribution, quantile } from '../model/distribution.js';
import type { Metric } from '../model/monitor.js';
import * as rollout from '../model/rollout.js';
import { selectNodes } from '../model/selection.js';
import type { World } from '../model/world.js';
import { Deployments } from './deployments.js';
import { FaultBoard } from './fault-board.js';
import { Outages } from './outages.js';
import { type Plant, SEEN_COUNT } from './plant.js';
import { travel } from './travel.js';
import { Window } from './window.js';

/** One rollout under way. */
interface Desk {
	readonly plan: rollout.Rollout;
	/** nodes of each stage, ascending */
	readonly stages: readonly (readonly number[])[];
	state: rollout.State;
	windows: Window[];
	/** what the waves of its revert are made of, fixed when the first one starts */
	goingBack: readonly number[];
}

export class ControlRoom {
	/** the next instant with something to do; Infinity if none */
	nextUs = 0;
	/** the decision log so far, in order of time */
	readonly decisions: Decision[] = [];
	readonly #world: World;
	readonly #plant: Plant;
	readonly #streams: Pick<Streams, 'uniform'>;
	readonly #faults: FaultBoard;
	readonly #deployments: Deployments;
	readonly #desks: readonly Desk[];
	/** what the plant was last told about the share of requests a change is shown to */
	readonly #canary: { share: number; mode: 'divert' | 'flag' }[];

	/** @throws UserError when a rollout asks for a metric that cannot be read */
	constructor(world: World, plant: Plant, streams: Pick<Streams, 'uniform'>) {
		this.#world = world;
		this.#plant = plant;
		this.#streams = streams;
		const outages = new Outages(world.nodeCount, plant);
		this.#faults = new FaultBoard(world, plant, outages);
		this.#deployments = new Deployments(world.changes.length, world.nodeCount, plant, outages);
		this.#canary = world.changes.map(() => ({ share: 1, mode: 'divert' }));
		this.#desks = world.rollouts.map((plan) => ({
			plan,
			stages: plan.stages.map(({ scope }) => stageNodes(world, scope)),
			state: rollout.start(plan),
			windows: [],
			goingBack: [],
		}));
		this.#lookAhead(Number.NEGATIVE_INFINITY);
	}

	/**
	 * Does all that is due at exactly `nowUs`. Equal instants: faults, nodes that turn, then the rollouts in their order;
	 * nodes that turn at once because a rollout just said so follow in the same call.
	 * @throws Bug when an instant was missed
	 */
	run(nowUs: number): void {
		assert(nowUs <= this.nextUs, `the control room should have run at ${this.nextUs} us`, nowUs);
		this.#faults.run(nowUs);
		let moved = true;
		while (moved) {
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
		const ended = (toUs: number): number | null => (toUs <= endUs ? toUs : null);
		const pushed = this.#desks.flatMap(({ plan, state: { course } }): Trigger[] => {
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
			...faults.map(({ name, fromUs, toUs }): Trigger => ({ kind: 'fault', name, fromUs, toUs: ended(toUs) })),
			...trafficTriggers.map(
				({ name, fromUs, toUs }): Trigger => ({ kind: 'traffic', name, fromUs, toUs: ended(toUs) }),
			),
		]
			.filter(({ fromUs }) => fromUs < endUs)
			.sort((a, b) => a.fromUs - b.fromUs);
	}

	/** Steps one rollout if it has something to do now; true if it had. */
	#step(desk: Desk, nowUs: number): boolean {
		const { plan, state } = desk;
		const active = this.#deployments.active(plan.change);
		const due = desk.windows.filter((window) => window.isDue(nowUs));
		const dueUs = rollout.nextUs(plan, state);
		if (due.length === 0 && (dueUs === null || dueUs > nowUs) && !rollout.isAllBack(state, active)) return false;
		const readings = Object.fromEntries(due.map((window) => [window.watch.name, window.read(nowUs)]));
		const [next, actions] = rollout.step(plan, state, { readings, active }, nowUs);
		desk.state = next;
		for (const action of actions) this.#act(desk, action, nowUs);
		desk.windows = rollout.watches(plan, next).map((watch) => this.#window(desk, watch, nowUs));
		return true;
	}

	#act(desk: Desk, action: rollout.Action, nowUs: number): void {
		const { plan } = desk;
		switch (action.kind) {
			case 'log':
				this.decisions.push(action.decision);
				return;
			case 'push': {
				this.#show(action.change, action.scope);
				const push = { ...action, nodes: desk.stages[action.stage], owner: `propagation/${plan.name}` };
				travel(push, this.#deployments, this.#world.groups, this.#streams, nowUs);
				return;
			}
			case 'revert': {
				const { change, wave, of, propagation, poisonedBy } = action;
				if (wave === 1) {
					this.#deployments.cancel(change);
					desk.goingBack = this.#deployments.nodesOn(change);
				}
				const atUs = this.#arrivals(`rollback/${plan.name}`, propagation, nowUs);
				this.#deployments.takeBack(change, waveOf(desk.goingBack, wave, of), poisonedBy, atUs);
			}
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

	/** The window of a watch: the one that is open already, or a new one where the deploy is new. */
	#window(desk: Desk, watch: rollout.Watch, nowUs: number): Window {
		const open = desk.windows.find((w) => w.watch.name === watch.name && w.watch.sinceUs === watch.sinceUs);
		return open ?? new Window(watch, nowUs, this.#counter(desk, watch.threshold.metric));
	}

	#counter({ plan, stages, state: { course } }: Desk, { scope }: Metric): () => Float64Array {
		if (scope === 'rollout') return () => this.#deployments.seenUnder(plan.change);
		if (scope === 'global')
			return () => sumRows(this.#plant.seen(), Array.from({ length: this.#world.nodeCount }).keys());
		assert(course.at !== 'waiting', `rollout ${plan.name} watches a stage before its first push`);
		const nodes = stages[course.stage];
		return () => sumRows(this.#plant.seen(), nodes);
	}

	#lookAhead(nowUs: number): void {
		const next = [this.#faults.nextUs, this.#deployments.nextUs];
		for (const { plan, state, windows } of this.#desks) {
			next.push(rollout.nextUs(plan, state) ?? Number.POSITIVE_INFINITY);
			for (const window of windows) next.push(window.nextUs(nowUs));
		}
		this.nextUs = Math.min(...next);
	}
}

/**
 * A share of requests that is diverted needs nodes to go to: as large a share of each group as of the requests, unless
 * the author chose a share of nodes. A flagged share reaches every node of the scope.
 */
function stageNodes({ groups }: World, scope: rollout.StageScope): number[] {
	const { requestShare, requestMode, nodeShare } = scope;
	const diverted = requestShare < 1 && requestMode === 'divert' && nodeShare === 1;
	return selectNodes(groups, diverted ? { ...scope, nodeShare: requestShare } : scope);
}

/** The nodes of wave k of n: equal numbers, within one. */
const waveOf = (nodes: readonly number[], wave: number, of: number): readonly number[] =>
	nodes.slice(Math.floor(((wave - 1) * nodes.length) / of), Math.floor((wave * nodes.length) / of));

function sumRows(seen: Float64Array, nodes: Iterable<number>): Float64Array {
	const sum = new Float64Array(SEEN_COUNT);
	for (const node of nodes) for (let i = 0; i < SEEN_COUNT; i++) sum[i] += seen[node * SEEN_COUNT + i];
	return sum;
}
