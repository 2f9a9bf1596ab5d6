/**
 * What the clients of each source do, as the world says it: their retry layers, timeouts, patience and draws. And which
 * questions the whole world never asks, so that the hot path need not ask them either. Constant during a run.
 */
import { RANK } from '../../../kernel/event-queue.js';
import type { Uniform } from '../../../kernel/random.js';
import type { Distribution } from '../../../model/distributions/distribution.js';
import type { World } from '../../../model/world.js';
import { RequestProfiles } from '../arrivals/request-profiles.js';
import { EVENT } from '../event-kinds.js';
import { PoolIndex } from '../retries/pool-index.js';
import { RetryLayers } from '../retries/retry-layers.js';
import { RetryStack } from '../retries/retry-stack.js';
import { Times } from '../time/time-laws.js';
import type { ClientDeps } from './client-deps.js';

/** The timeout of a source is no constant, so that it is an event of the queue. */
export const NO_RING = -1;

export class SourceLaws {
	readonly profiles: RequestProfiles;
	readonly layers: RetryLayers;
	/** all by source; of `timeouts` those of an attempt: never where absent or of the whole request */
	readonly stacks: readonly RetryStack[];
	readonly timeouts: Times;
	/** ring of a constant timeout, or NO_RING */
	readonly ring: Int32Array;
	/** end of the whole request, after its birth */
	readonly wholeTimeouts: Times;
	readonly patiences: Times;
	readonly wholeRequest: readonly boolean[];
	readonly acceptLate: readonly boolean[];
	/** decide which attempts fail by chance, and how many requests a change makes of one */
	readonly failureUniforms: readonly Uniform[];
	readonly extraCallUniforms: readonly Uniform[];
	/** 1: one retry layer, whose retries go wherever a first attempt would */
	readonly picksAnyNode: Uint8Array;
	/** some request ends by patience or by a timeout of its own */
	readonly anyEnds: boolean;
	readonly anyAcceptsLate: boolean;
	readonly drawsFailureUniform: boolean;
	/** somebody asks for columns of an attempt that most worlds leave empty */
	readonly keepsDetails: boolean;
	/** some balancing refuses to send once all its nodes are out */
	readonly mayRefuse: boolean;
	/** an attempt is at its node as soon as it is sent and nobody asks for its details: one that is rejected needs no row */
	readonly rejectsWithoutRow: boolean;
	readonly oneRegion: boolean;

	constructor({ world, streams, requests, queue, rings, network, routing, edges }: ClientDeps) {
		this.profiles = new RequestProfiles(world, streams);
		const pools = new PoolIndex(routing.pools, world.nodeCount, routing.longestWalk);
		// In an event of its own: the permit comes back while another client's answer is dealt with.
		this.layers = new RetryLayers(world, streams, pools, ({ request, sendStamp, isCopy }, nowUs) =>
			queue.book(nowUs, RANK.client, isCopy ? EVENT.copy : EVENT.send, request, sendStamp),
		);
		const populations = world.sources.map((source) => world.populations[source.population]);
		const whole = populations.map((p) => p.timeoutClock === 'whole-request');
		const owners = world.sources.map((s) => `${world.regions[s.region].name}/${world.populations[s.population].name}`);
		const uniforms = (purpose: string): Uniform[] => owners.map((owner) => streams.uniform(`${purpose}/${owner}`));
		const times = (purpose: string, law: (source: number) => Distribution | null): Times =>
			Times.of(uniforms(purpose).map((uniform, source) => ({ law: law(source), uniform })));
		const deps = { all: this.layers, requests, replies: edges.replies, pools, streams };
		this.stacks = world.sources.map((s, k) => new RetryStack(deps, s.population, owners[k]));
		this.timeouts = times('timeout', (source) => (whole[source] ? null : populations[source].timeout));
		this.wholeTimeouts = times('timeout', (source) => (whole[source] ? populations[source].timeout : null));
		this.patiences = times('patience', (source) => populations[source].patience);
		this.ring = Int32Array.from(populations, ({ timeout }, source) =>
			rings === null || timeout?.kind !== 'constant' || whole[source]
				? NO_RING
				: rings.ringOf(Math.floor(timeout.us + 0.5)),
		);
		this.wholeRequest = whole;
		this.acceptLate = populations.map((p) => p.lateAnswer === 'accept');
		// The names of streams seed their draws: a new one would change every result.
		this.failureUniforms = uniforms('luck');
		this.extraCallUniforms = uniforms('calls');
		this.anyEnds = populations.some((p, source) => whole[source] || p.patience !== null);
		this.anyAcceptsLate = this.acceptLate.includes(true);
		this.drawsFailureUniform = needsFailureUniform(world);
		this.keepsDetails =
			this.drawsFailureUniform ||
			this.anyAcceptsLate ||
			!network.instant ||
			world.populations.some(({ layers }) => layers[0].hedge !== null) ||
			world.groups.some((g) => g.shed.length > 0 || g.abandoned === 'drop-at-dequeue');
		const refusing = populations.some(({ layers }) =>
			layers.some(({ breaker }) => breaker?.kind === 'consecutive-ejection' && breaker.panic === 0),
		);
		this.mayRefuse = refusing || world.failover?.panic === 0;
		this.rejectsWithoutRow = network.instant && !this.keepsDetails;
		this.picksAnyNode = Uint8Array.from(populations, ({ layers: [layer, ...outer] }) =>
			outer.length === 0 && layer.target === 'repick' ? 1 : 0,
		);
		this.oneRegion = world.regions.length === 1;
	}
}

/** A uniform per attempt is drawn only in a world in which something may make attempts fail by chance. */
function needsFailureUniform(world: World): boolean {
	return (
		world.changes.length > 0 ||
		world.classes.some((c) => c.errorProbability > 0) ||
		world.faults.some((f) => f.effect.kind === 'error')
	);
}
