// HOT PATH: runs once per attempt; allocates nothing where the client's own guards leave the choice to the routing.
/** To which node a client sends the next attempt of a request, or that it has none to send to. */
import type { RetryPolicy } from '../../../model/retry/policy.js';
import { NO_NODE as NONE, type NodeFilter, type RouteQuery, type Routing } from '../routing.js';
import type { Requests } from '../tables/requests.js';
import type { ClientDeps } from './client-deps.js';
import type { SourceLaws } from './source-laws.js';

// V8 folds constants of this file, but not those that are imported.
const NO_NODE = NONE;

export class NodeChoice {
	private readonly routing: Routing;
	private readonly requests: Requests;
	private readonly query: RouteQuery = {
		source: 0,
		platform: 0,
		shareUniform: Number.NaN,
		hops: 0,
		avoid: NO_NODE,
		allows: null,
		nowUs: Number.NaN,
	};

	constructor(
		{ routing, requests }: ClientDeps,
		private readonly laws: SourceLaws,
	) {
		this.routing = routing;
		this.requests = requests;
	}

	/** The node of the next attempt. @param avoid a node that is passed over where there is another, or NO_NODE */
	route(request: number, avoid: number, nowUs: number): number {
		const { requests, routing, query } = this;
		const source = requests.source[request];
		const platform = requests.platform[request];
		const allows = this.filterOf(request, nowUs);
		if (avoid === NO_NODE && allows === null && requests.hops[request] === 0 && routing.isUndisturbed)
			return routing.homeNode(source, platform);
		query.source = source;
		query.platform = platform;
		query.shareUniform = requests.shareUniform[request];
		query.hops = requests.hops[request];
		query.avoid = avoid;
		query.allows = allows;
		query.nowUs = nowUs;
		return routing.node(query);
	}

	/** Where a retry goes: anywhere, while nothing of its request has been sent. */
	target(request: number, { target }: RetryPolicy, nowUs: number): number {
		if (this.requests.sent[request] === 0) return this.route(request, NO_NODE, nowUs);
		const before = this.requests.lastNode[request];
		this.routing.turns.takeNone();
		if (target === 'same') return before;
		if (target === 'next-node')
			return this.routing.after(before, this.filterOf(request, nowUs), nowUs, this.requests.sent[request]);
		return this.route(request, target === 'avoid-previous' ? before : NO_NODE, nowUs);
	}

	/** There is no node to send to: the client's breakers, or the failover, have taken all of them out. */
	refuses(request: number, node: number, nowUs: number): boolean {
		if (this.routing.refuses(node, nowUs)) return true;
		const stack = this.laws.stacks[this.requests.source[request]];
		return stack.choosesNodes && stack.sends.refusesNode(request, node, nowUs);
	}

	/** The newest choice was for a send that does not happen: it takes no turn. */
	giveBackTurn(): void {
		this.routing.turns.giveBack();
	}

	/** Nodes that the client's own breakers leave in its balancing; null where it has none that look at nodes. */
	private filterOf(request: number, nowUs: number): NodeFilter | null {
		const stack = this.laws.stacks[this.requests.source[request]];
		return stack.choosesNodes ? (node) => stack.sends.takesNode(request, node, nowUs) : null;
	}
}
