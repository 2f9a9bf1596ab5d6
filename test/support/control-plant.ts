/** A plant that only remembers what it was told and counts what a test feeds it, and a small world around it. */
import { ControlRoom } from '../../src/engines/control/control-room.js';
import { COUNTER, type Plant } from '../../src/engines/control/plant.js';
import { Streams } from '../../src/kernel/random.js';
import type { Change } from '../../src/model/change.js';
import type { Fault } from '../../src/model/fault.js';
import type { NodeGroup } from '../../src/model/node-group.js';
import type { Reply } from '../../src/model/reply.js';
import { counterLayout, widthOf } from '../../src/model/rollout/counter-layout.js';
import type { World } from '../../src/model/world.js';
import { S } from './rollout-plans.js';
import { change as anyChange, group as anyGroup, requestClass } from './world-builder.js';

const NEVER = { kind: 'constant', us: 0 } as const;

const change = (name: string): Change => anyChange({ name, failProbability: 1 });

const group = (name: string, region: number, platform: number, firstNode: number, nodes: number): NodeGroup =>
	anyGroup({ name, region, platform, firstNode, nodes, queueLimit: 10, service: [NEVER] });

const region = (name: string) => ({ name, share: 0.5, failover: [], platformShares: [0.5, 0.5] });

/** Regions west and east; in each an older group of 3 nodes and a newer one of 5: nodes 0-2, 3-7, 8-10, 11-15. */
export const world = (over: Partial<World> = {}): World => ({
	name: 'small',
	variant: 'base',
	date: null,
	clockUs: 0,
	warmUpUs: 0,
	horizonUs: 1000 * S,
	coolDownUs: 0,
	bucketUs: S,
	tickUs: S,
	classes: [requestClass()],
	mixes: [{ fromUs: 0, mix: 'production', shares: [1] }],
	arrivals: { kind: 'curve', process: 'poisson' },
	sources: [],
	trafficTriggers: [],
	platforms: ['older', 'newer'],
	regions: [region('west'), region('east')],
	groups: [
		group('west-older', 0, 0, 0, 3),
		group('west-newer', 0, 1, 3, 5),
		group('east-older', 1, 0, 8, 3),
		group('east-newer', 1, 1, 11, 5),
	],
	nodeCount: 16,
	choice: 'round-robin',
	failover: null,
	populations: [],
	changes: [change('patch'), change('poison')],
	rollouts: [],
	faults: [],
	start: null,
	recordBy: [],
	recordInSystem: false,
	limits: { inFlight: 1, events: 1, attemptsPerInstant: 1, attempts: 1e8, memoryBytes: 2 ** 40, wallMs: 1 },
	verdicts: { recoveredWindowUs: S, failureShare: 0, cascadeShare: 0, collapsedLastUs: S, collapsedBelow: 0 },
	markers: [],
	...over,
});

export const fault = (over: Partial<Fault> & Pick<Fault, 'effect'>): Fault => ({
	name: 'outage',
	fromUs: 10 * S,
	toUs: 20 * S,
	scope: { regions: null, platforms: null, groups: null, nodes: null, nodeShare: 1 },
	...over,
});

/** Something a test lets happen: so much of a count, at a node, at an instant. */
export interface Happening {
	readonly atUs: number;
	readonly node: number;
	readonly count: keyof typeof COUNTER;
	readonly by?: number;
}

/** One lever that was pulled: `[instant, lever, ...arguments]`. */
export type Pull = readonly [number, string, ...unknown[]];

export class FakePlant implements Plant {
	nowUs = 0;
	readonly pulls: Pull[] = [];
	readonly counts: Float64Array;
	readonly pushes: number[] = [];

	/** @param columns numbers per node: what a test feeds stands in the first ones */
	constructor(
		nodes: number,
		readonly columns: number,
	) {
		this.counts = new Float64Array(nodes * columns);
	}

	notePush = (rollout: number) => this.pushes.push(rollout);

	counters = () => this.counts;
	setChange = (...args: [number, number, boolean]) => this.#pulled('change', args);
	setSpeed = (...args: [number, number]) => this.#pulled('speed', args);
	setErrorProbability = (...args: [number, number, Reply]) => this.#pulled('error', args);
	setLatencyFactor = (...args: [number, number]) => this.#pulled('latency', args);
	setCrashed = (...args: [number, boolean]) => this.#pulled('crashed', args);
	setCutOff = (...args: [number, boolean]) => this.#pulled('cutOff', args);
	setCanaryShare = (...args: [number, number, string]) => this.#pulled('canary', args);

	/** Instants at which a lever was pulled on a node. */
	when(lever: string, node: number, ...rest: unknown[]): number[] {
		const same = (pull: Pull) => pull[1] === lever && pull[2] === node && rest.every((x, i) => pull[3 + i] === x);
		return this.pulls.filter(same).map(([atUs]) => atUs);
	}

	#pulled(lever: string, args: readonly unknown[]): void {
		this.pulls.push([this.nowUs, lever, ...args]);
	}
}

/** Runs a control room over a plant to which the given things happen: events before an instant, then the room at it. */
export function attend(w: World, happenings: readonly Happening[] = [], { seed = 1, untilUs = w.horizonUs } = {}) {
	const plant = new FakePlant(w.nodeCount, widthOf(counterLayout(w.rollouts, 1)));
	const room = new ControlRoom(w, plant, new Streams(seed));
	const events = [...happenings].sort((a, b) => a.atUs - b.atUs);
	let done = 0;
	const runs: number[] = [];
	while (room.nextUs <= untilUs) {
		const nowUs = room.nextUs;
		for (; done < events.length && events[done].atUs < nowUs; done++) {
			const { node, count, by = 1 } = events[done];
			plant.counts[node * plant.columns + COUNTER[count]] += by;
		}
		plant.nowUs = nowUs;
		room.run(nowUs);
		runs.push(nowUs);
	}
	const when = (what: string, by?: string) =>
		room.decisions.filter((d) => d.what === what && (by === undefined || d.by === by)).map((d) => d.atUs);
	return { plant, room, runs, when, decisions: room.decisions };
}

/** A steady flow: every 100 ms so much of a count at a node, over [fromUs, toUs). */
export function flow(node: number, count: keyof typeof COUNTER, fromUs: number, toUs: number, by = 1): Happening[] {
	const step = S / 10;
	const steps = Math.max(0, Math.ceil((toUs - fromUs) / step));
	return Array.from({ length: steps }, (_, i) => ({ atUs: fromUs + i * step, node, count, by }));
}
