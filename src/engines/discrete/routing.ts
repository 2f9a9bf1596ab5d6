// HOT PATH: runs once per attempt; allocates only while nodes are out of rotation or traffic is diverted.
/**
 * Which node an attempt goes to: a pool is all nodes of one (region, platform); inside it the world's choice decides.
 * Round-robin (`round-robin-turns.ts`) counts turns per population and pool, those of retries included. Spares are a pool of their
 * own, which serves while no node of the pool that they stand by for is in rotation, or let through by its client.
 */
import type { Streams } from '../../kernel/random.js';
import type { World } from '../../model/world.js';
import type { Edge } from './nodes/edge.js';
import { RoundRobinTurns } from './round-robin-turns.js';

const NEVER = Number.POSITIVE_INFINITY;

/** No node: where one is to be passed over, nothing is. */
export const NO_NODE = -1;
/** A pool has several nodes. */
const SEVERAL = -1;

/** What a client asks of the routing. Filled again for every attempt: nobody keeps it. */
export interface RouteQuery {
	source: number;
	platform: number;
	/** uniform of the request, for shares of requests */
	shareUniform: number;
	/** how far down the failover order a retry starts (0 = home) */
	hops: number;
	/** a node that is passed over where there is another, or NO_NODE */
	avoid: number;
	/** nodes that the client would rather send to; null: any */
	allows: NodeFilter | null;
	nowUs: number;
}

/** Whether a client would send to the node. */
export type NodeFilter = (node: number) => boolean;

export class Routing {
	/** [region x platforms + platform]: nodes of the pool; behind them in the same order the pools of spares, where there are any */
	readonly pools: readonly Int32Array[];
	/** from a pool to that of its spares; 0 where there are none in this world */
	private readonly toSpares: number;
	/** since when a node has been crashed or cut off; Infinity while it is neither */
	readonly downSinceUs: Float64Array;
	/** nodes down at this moment */
	down = 0;
	readonly turns: RoundRobinTurns;
	/** [source x platforms + platform]: the home pool's one node, or SEVERAL */
	private readonly only: Int32Array;
	private readonly draw: (() => number)[];
	/** for each change shown to a share of requests: those with a uniform below `share` go to nodes that run it, the others to the rest */
	private diverted: readonly { readonly change: number; readonly share: number }[] = [];
	private readonly platforms: number;

	constructor(
		private readonly world: World,
		private readonly edges: Edge,
		streams: Streams,
	) {
		this.platforms = world.platforms.length;
		const hasSpares = world.groups.some(({ standby }) => standby);
		this.pools = hasSpares ? [...poolsOf(world, false), ...poolsOf(world, true)] : poolsOf(world, false);
		this.toSpares = hasSpares ? this.pools.length / 2 : 0;
		this.downSinceUs = new Float64Array(world.nodeCount).fill(NEVER);
		this.turns = new RoundRobinTurns(world.populations.length, this.pools.length);
		this.only = Int32Array.from({ length: world.sources.length * this.platforms }, (_, at) => {
			const { region } = world.sources[Math.floor(at / this.platforms)];
			const pool = this.pools[this.pool(region, at % this.platforms)];
			return pool.length === 1 ? pool[0] : SEVERAL;
		});
		this.draw = world.sources.map((s) =>
			streams.uniform(`choice/${world.regions[s.region].name}/${world.populations[s.population].name}`),
		);
	}

	pool(region: number, platform: number): number {
		return region * this.platforms + platform;
	}

	/** Nodes of the longest walk from node to node: those of a pool and of its spares. */
	get longestWalk(): number {
		const { pools, toSpares } = this;
		if (toSpares === 0) return Math.max(...pools.map(({ length }) => length));
		return Math.max(...pools.slice(0, toSpares).map(({ length }, at) => length + pools[at + toSpares].length));
	}

	/**
	 * The next node of the same pool, past those out of rotation, and past those that `allows` leaves out where it can; once each of them
	 * was tried, or where none is left, the next spare.
	 * @param sent tries of the request so far
	 */
	after(node: number, allows: NodeFilter | null, nowUs: number, sent: number): number {
		const home = this.pool(this.edges.nodes.region[node], this.edges.nodes.platform[node]);
		const pool = this.pools[home];
		const at = pool.indexOf(node);
		if (
			this.toSpares > 0 &&
			(at < 0 || sent >= pool.length || !pool.some((n) => n !== node && this.serves(n, allows, nowUs)))
		) {
			const spares = this.pools[home + this.toSpares];
			const from = spares.indexOf(node);
			for (let k = 1; k <= spares.length; k++) {
				const next = spares[(from + k) % spares.length];
				if (next !== node && this.serves(next, allows, nowUs)) return next;
			}
			if (at < 0) return node;
		}
		let other = node;
		for (let k = 1; k < pool.length; k++) {
			const next = pool[(at + k) % pool.length];
			if (!this.inRotation(next, nowUs)) continue;
			if (allows === null || allows(next)) return next;
			if (other === node) other = next;
		}
		return allows?.(node) === true ? node : other;
	}

	setDiverted(change: number, share: number): void {
		const others = this.diverted.filter((one) => one.change !== change);
		this.diverted = share < 1 ? [...others, { change, share }] : others;
	}

	/** No node is down and no traffic diverted: whoever has no wish of its own goes to its home pool. */
	get isUndisturbed(): boolean {
		return this.down === 0 && this.diverted.length === 0;
	}

	/** A node of the home pool, where the routing is undisturbed. */
	homeNode(source: number, platform: number): number {
		this.turns.takeNone();
		const only = this.only[source * this.platforms + platform];
		if (only !== SEVERAL) return only;
		const { region, population } = this.world.sources[source];
		const pool = this.pool(region, platform);
		return this.choose(this.pools[pool], source, population, pool);
	}

	/** A node of the home pool, or of the first pool down the failover order that has one in rotation. */
	node({ source, platform, shareUniform, hops, avoid, allows, nowUs }: RouteQuery): number {
		this.turns.takeNone();
		const { region, population } = this.world.sources[source];
		const home = this.world.regions[region];
		const order = [region, ...home.failover].filter((r) => this.pools[this.pool(r, platform)].length > 0);
		const turned = order.slice(hops % order.length).concat(order.slice(0, hops % order.length));
		const shares = turned.map((r) => this.shareInRotation(this.pools[this.pool(r, platform)], nowUs));
		const bySpares = turned.map((r, i) => shares[i] === 0 && this.sparesServe(this.pool(r, platform), null, nowUs));
		const panic = this.world.failover?.panic ?? null;
		const calm = shares.findIndex((share, i) => bySpares[i] || (share > 0 && !isPanic(share, panic)));
		const healthy = calm >= 0 ? calm : shares.findIndex((share) => share > 0);
		const chosen = Math.max(0, healthy);
		let pool = this.pool(turned[chosen], platform);
		if (bySpares[chosen]) pool += this.toSpares;
		else if (allows !== null && this.allOut(pool, allows, nowUs)) pool += this.toSpares;
		let nodes = this.pools[pool];
		if (bySpares[chosen] || !isPanic(shares[chosen], panic)) nodes = orAll(nodes, (n) => this.inRotation(n, nowUs));
		// Each rollout chooses among what those before it have left: one that has no node of its side here changes nothing.
		for (const { change, share } of this.diverted)
			nodes = orAll(nodes, (n) => this.edges.versions.runs(n, change) === shareUniform < share);
		if (allows !== null) nodes = orAll(nodes, allows);
		nodes = orAll(nodes, (n) => n !== avoid);
		return this.choose(nodes, source, population, pool);
	}

	/** Whether an attempt to this node is refused, since it is out of rotation and so are all others. */
	refuses(node: number, nowUs: number): boolean {
		return this.world.failover?.panic === 0 && !this.inRotation(node, nowUs);
	}

	/** None of the pool is let through by the client, and some spare is. */
	private allOut(pool: number, allows: NodeFilter, nowUs: number): boolean {
		return this.sparesServe(pool, allows, nowUs) && !this.pools[pool].some((node) => this.serves(node, allows, nowUs));
	}

	private sparesServe(pool: number, allows: NodeFilter | null, nowUs: number): boolean {
		return this.toSpares > 0 && this.pools[pool + this.toSpares].some((node) => this.serves(node, allows, nowUs));
	}

	private serves(node: number, allows: NodeFilter | null, nowUs: number): boolean {
		return this.inRotation(node, nowUs) && (allows === null || allows(node));
	}

	private shareInRotation(nodes: Int32Array, nowUs: number): number {
		return nodes.reduce((count, node) => count + Number(this.inRotation(node, nowUs)), 0) / nodes.length;
	}

	private inRotation(node: number, nowUs: number): boolean {
		const failover = this.world.failover;
		return failover === null || nowUs - this.downSinceUs[node] < failover.afterUs;
	}

	private choose(nodes: Int32Array, source: number, population: number, pool: number): number {
		if (nodes.length === 1) return nodes[0];
		switch (this.world.choice) {
			case 'round-robin':
				return nodes[this.turns.take(population, pool, nodes.length)];
			case 'random':
				return nodes[Math.floor(this.draw[source]() * nodes.length)];
			case 'least-outstanding':
				return this.leastOutstanding(nodes);
			case 'two-choices':
				return this.betterOfTwo(nodes, source);
		}
	}

	private leastOutstanding(nodes: Int32Array): number {
		let best = nodes[0];
		for (let k = 1; k < nodes.length; k++)
			if (this.edges.state.outstanding(nodes[k]) < this.edges.state.outstanding(best)) best = nodes[k];
		return best;
	}

	/** Two distinct nodes from one uniform: the first by its whole part, the second by what remains of it. */
	private betterOfTwo(nodes: Int32Array, source: number): number {
		const n = nodes.length;
		const pair = Math.floor(this.draw[source]() * n * (n - 1));
		const first = Math.floor(pair / (n - 1));
		const other = pair % (n - 1);
		const a = nodes[first];
		const b = nodes[other < first ? other : other + 1];
		const atA = this.edges.state.outstanding(a);
		const atB = this.edges.state.outstanding(b);
		if (atA === atB) return Math.min(a, b);
		return atA < atB ? a : b;
	}
}

/** By region and platform: the nodes that serve, or the spares. */
const poolsOf = ({ regions, platforms, groups }: World, standby: boolean): Int32Array[] =>
	regions.flatMap((_, region) =>
		platforms.map((_, platform) =>
			Int32Array.from(
				groups
					.filter((g) => g.region === region && g.platform === platform && g.standby === standby)
					.flatMap((g) => Array.from({ length: g.nodes }, (_, k) => g.firstNode + k)),
			),
		),
	);

/** So few nodes are in rotation that all are sent to. */
const isPanic = (share: number, panic: number | null): boolean => panic !== null && share < panic - 1e-9;

/** Those that pass, or all of them where none does. */
function orAll(nodes: Int32Array, passes: (node: number) => boolean): Int32Array {
	const left = nodes.filter(passes);
	return left.length > 0 ? left : nodes;
}
