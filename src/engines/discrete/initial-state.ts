/**
 * What a run begins with: attempts in the nodes and clients in back-off at t = 0, as the world's `start` says. They are
 * put there by clients with streams of their own, so that a world without a start, and whatever comes later in one with,
 * meets the same draws. Their requests count as born in the last microsecond before the run, and nothing of them as sent
 * or born within it: the books carry them as open from the start.
 */
import type { Streams, Uniform } from '../../kernel/random.js';
import { givesUpUs } from '../../model/collapsed-state.js';
import type { Start } from '../../model/initial-state.js';
import { waitsOf } from '../../model/retry/expected-waits.js';
import type { World } from '../../model/world.js';
import { BEFORE_RUN_US } from '../engine.js';
import type { Clients } from './clients/clients.js';
import type { Edge } from './nodes/edge.js';
import { ResidualBackoffs } from './residual-backoff.js';
import { NO_NODE } from './routing.js';
import type { Attempts } from './tables/attempts.js';
import { MARK, type Requests } from './tables/requests.js';

/** Matches no generation of any request. */
const NO_REQUEST = -1;

export class InitialState {
	/** draws of what a request is like and where it comes from */
	private readonly pick: Uniform;

	constructor(
		private readonly world: World,
		private readonly streams: Streams,
		private readonly clients: Clients,
		private readonly requests: Requests,
		private readonly attempts: Attempts,
		private readonly edges: Edge,
	) {
		this.pick = streams.uniform('source');
	}

	begin({ held, backoff }: Start): void {
		this.world.groups.forEach((group, g) => {
			const from = this.sourcesOf((source) => source.region === group.region);
			for (let node = group.firstNode; node < group.firstNode + group.nodes; node++) {
				for (let k = 0; k < held[g].abandoned; k++) this.hold(node, this.draw(from), false);
				for (let k = 0; k < held[g].live; k++) this.hold(node, this.draw(from), true);
				if (held[g].abandoned + held[g].live > 0) this.edges.state.noteIfFull(node, 0);
			}
		});
		backoff.forEach((clients, p) => {
			if (clients > 0) this.wait(p, clients);
		});
	}

	/** A node has an attempt; live: of a request that was just made, and is waited for. */
	private hold(node: number, source: number, live: boolean): void {
		const { clients, attempts } = this;
		const requestClass = clients.laws.profiles.classOf(source, 0);
		const place = clients.laws.profiles.placeOf(source, requestClass, this.edges.nodes.platform[node]);
		const request = live ? this.born(source, requestClass, node, place) : NO_REQUEST;
		const timeoutUs = clients.laws.timeouts.draw(source);
		const attempt = attempts.lend();
		attempts.request[attempt] = Math.max(0, request);
		attempts.requestStamp[attempt] = live ? this.requests.generation[request] : NO_REQUEST;
		attempts.source[attempt] = source;
		attempts.node[attempt] = node;
		attempts.class[attempt] = requestClass;
		attempts.number[attempt] = 1;
		attempts.edgePlace[attempt] = clients.sender.edgePlaceOf(place, source, node);
		attempts.waiting[attempt] = live ? 1 : 0;
		attempts.sentUs[attempt] = 0;
		attempts.leftUs[attempt] = 0;
		attempts.deadlineUs[attempt] = live ? this.deadlineUs(request, timeoutUs) : 0;
		attempts.failureUniform[attempt] = clients.laws.failureUniforms[source]();
		attempts.shareUniform[attempt] = live
			? this.requests.shareUniform[request]
			: clients.laws.profiles.shareUniformOf(source);
		if (live) this.requests.attempt[request] = attempt;
		this.edges.admission.hold(attempt, node, 0);
		if (live) clients.sender.awaitTimeout(attempt, source, timeoutUs);
	}

	/** When the client stops waiting: its timeout, or that of its whole request. */
	private deadlineUs(request: number, timeoutUs: number): number {
		const { timeoutClock } = this.world.populations[this.world.sources[this.requests.source[request]].population];
		return timeoutClock === 'whole-request' ? this.requests.endUs[request] : timeoutUs;
	}

	/** A request whose first attempt is in a node. */
	private born(source: number, requestClass: number, node: number, place: number): number {
		const { clients, requests } = this;
		const platform = this.edges.nodes.platform[node];
		const request = clients.lifecycle.open({ source, requestClass, platform, place, marks: 0 }, BEFORE_RUN_US);
		requests.sent[request] = 1;
		requests.lastNode[request] = node;
		clients.lifecycle.bookEnd(request, source, 0);
		const stack = clients.laws.stacks[source];
		if (stack.hasTimeouts) clients.lifecycle.startTries(request, stack, stack.depth - 1, 0);
		return request;
	}

	/** Clients of a population are in the middle of a back-off. */
	private wait(population: number, count: number): void {
		const { clients, requests, world } = this;
		const { layers } = world.populations[population];
		const waits = waitsOf(layers, givesUpUs(world.populations[population]));
		const waiting = new ResidualBackoffs(
			layers,
			waits,
			this.streams.uniform(`wait/${world.populations[population].name}`),
		);
		const from = this.sourcesOf((source) => source.population === population);
		for (let k = 0; k < count; k++) {
			const source = this.draw(from);
			const requestClass = clients.laws.profiles.classOf(source, 0);
			const platform = clients.laws.profiles.platformOf(source);
			const place = clients.laws.profiles.placeOf(source, requestClass, platform);
			const request = clients.lifecycle.open(
				{ source, requestClass, platform, place, marks: MARK.attemptFailed },
				BEFORE_RUN_US,
			);
			const stack = clients.laws.stacks[source];
			const { layer, leftUs } = waiting.draw(requests, request);
			requests.lastNode[request] = clients.choice.route(request, NO_NODE, 0);
			clients.lifecycle.bookEnd(request, source, 0);
			if (stack.hasTimeouts) clients.lifecycle.startTries(request, stack, stack.depth - 1, 0);
			clients.lifecycle.backOff(request, layer, 0, leftUs);
		}
	}

	/** Sources that pass, with their shares summed up; all of them where nobody there makes requests. */
	private sourcesOf(passes: (source: World['sources'][number]) => boolean): { source: number; upTo: number }[] {
		let upTo = 0;
		const summed = this.world.sources.map((source, index) => {
			if (passes(source)) upTo += source.share;
			return { source: index, upTo };
		});
		return upTo > 0 ? summed : this.sourcesOf(() => true);
	}

	private draw(from: readonly { source: number; upTo: number }[]): number {
		const u = this.pick() * from[from.length - 1].upTo;
		const found = from.find(({ upTo }) => u < upTo);
		return (found === undefined ? from[from.length - 1] : found).source;
	}
}
