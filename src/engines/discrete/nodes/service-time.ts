/**
 * What lengthens a service or makes it fail: the load law, a cold start, the versions a node runs, errors of the class
 * and of faults. Consulted only on nodes where one of these is in force. One uniform per attempt, drawn at the send,
 * decides: below the change's probability the change failed it, in the stretch above that the other causes did.
 */
import type { EventQueue } from '../../../kernel/event-queue.js';
import { RANK } from '../../../kernel/event-queue.js';
import type { Streams } from '../../../kernel/random.js';
import { OUTCOME } from '../../../model/attempt.js';
import type { Reply } from '../../../model/reply.js';
import type { World } from '../../../model/world.js';
import { EVENT } from '../event-kinds.js';
import { type Attempts, FAILED_BY } from '../tables/attempts.js';
import type { Replies } from '../tables/replies.js';
import type { ChangeEffects } from './change-effects.js';
import type { NodeState } from './node-state.js';
import type { NodeTable } from './node-table.js';
import type { NodeVersions } from './node-versions.js';

/** What these laws need of the rest of a run. */
export interface ServiceLawParts {
	readonly world: World;
	readonly streams: Streams;
	readonly attempts: Attempts;
	readonly state: NodeState;
	readonly versions: NodeVersions;
	readonly queue: EventQueue;
	readonly replies: Replies;
}

export class ServiceLaws {
	private readonly attempts: Attempts;
	private readonly nodes: NodeTable;
	private readonly state: NodeState;
	private readonly versions: NodeVersions;
	private readonly queue: EventQueue;
	private readonly replies: Replies;
	/** a cold start lasts until then, by node */
	readonly coldUntilUs: Float64Array;
	/** error probability of faults, by node, and the number of what they answer */
	readonly errorProbability: Float64Array;
	private readonly errorReply: Uint8Array;
	/** how long a node that a request crashes stays down, by node */
	readonly restartUs: Float64Array;
	/** first answer that a change failed; Infinity until then */
	firstErrorUs = Number.POSITIVE_INFINITY;
	private readonly classError: Float64Array;
	private readonly classReply: Uint8Array;
	private readonly crashDraw: ((() => number) | null)[];

	constructor({ world, streams, attempts, state, versions, queue, replies }: ServiceLawParts) {
		const { nodes } = state;
		this.attempts = attempts;
		this.nodes = nodes;
		this.state = state;
		this.versions = versions;
		this.queue = queue;
		this.replies = replies;
		this.coldUntilUs = new Float64Array(nodes.count);
		this.errorProbability = new Float64Array(nodes.count);
		this.errorReply = new Uint8Array(nodes.count);
		this.restartUs = new Float64Array(nodes.count);
		this.classError = Float64Array.from(world.classes, (c) => c.errorProbability);
		this.classReply = Uint8Array.from(world.classes, (c) => replies.numberOf(c.errorReply));
		const crashes = world.changes.some((c) => c.crash !== null);
		this.crashDraw = Array.from({ length: nodes.count }, (_, k) =>
			crashes ? streams.uniformAtFirstDraw(`crash/${k}`) : null,
		);
	}

	/**
	 * Settles the result of a service that starts now (into `attempts.answer` and `attempts.failedBy`) and its length.
	 * The length drawn from the class's law is in `attempts.workLeftUs`.
	 * @param others other requests in service at the node
	 * @returns whole us at unit speed
	 */
	settle(attempt: number, node: number, others: number, nowUs: number): number {
		const { attempts } = this;
		const group = this.nodes.groupOf(node);
		let length = attempts.workLeftUs[attempt] * (1 + group.perInFlight * others);
		if (group.coldStart !== null && nowUs < this.coldUntilUs[node]) length *= group.coldStart.factor;
		const u = attempts.failureUniform[attempt];
		let byChange = 0;
		attempts.failedBy[attempt] = FAILED_BY.nothing;
		if (this.versions.active[node] > 0) {
			const busyBefore = others + this.state.rejections.workersOf(node);
			const effects = this.effectsOn(attempt, node, busyBefore, nowUs);
			if (effects !== null) {
				byChange = effects.failProbability;
				length *= effects.costFactor(u);
				if (u < byChange) this.fail(attempt, FAILED_BY.change, effects.failReply(u));
				this.maybeCrash(node, effects, nowUs);
			}
		}
		if (u >= byChange) this.failByOthers(attempt, node, u, byChange);
		return Math.floor(length + 0.5);
	}

	/** What faults make attempts at this node fail with, from now on. */
	setError(node: number, probability: number, reply: Reply): void {
		this.errorProbability[node] = probability;
		this.errorReply[node] = this.replies.numberOf(reply);
	}

	/** The stretches of [0, 1) above that of the changes: first the errors of the class, then those of faults. */
	private failByOthers(attempt: number, node: number, u: number, byChange: number): void {
		const requestClass = this.attempts.class[attempt];
		const ofClass = this.classError[requestClass];
		const spared = (1 - ofClass) * (1 - this.errorProbability[node]);
		if (u >= byChange + (1 - byChange) * (1 - spared)) return;
		if (u < byChange + (1 - byChange) * ofClass) this.fail(attempt, FAILED_BY.class, this.classReply[requestClass]);
		else this.fail(attempt, FAILED_BY.fault, this.errorReply[node]);
	}

	private fail(attempt: number, by: number, reply: number): void {
		this.attempts.answer[attempt] = OUTCOME.error;
		this.attempts.failedBy[attempt] = by;
		this.attempts.reply[attempt] = reply;
	}

	/** An answer that a change failed leaves at this instant. */
	noteError(atUs: number): void {
		if (atUs < this.firstErrorUs) this.firstErrorUs = atUs;
	}

	/**
	 * What the versions on the node do to the attempt; null where they do not touch it. The attempt's own worker is one of
	 * those that count as busy, whether it has it or would take it.
	 * @param busyBefore workers that are busy with something else
	 */
	effectsOn(attempt: number, node: number, busyBefore: number, nowUs: number): ChangeEffects | null {
		const workers = this.nodes.workers[node];
		return this.versions.effectsOn(attempt, node, Math.min(workers, busyBefore + 1) / workers, nowUs);
	}

	private maybeCrash(node: number, effects: ChangeEffects, nowUs: number): void {
		const draw = this.crashDraw[node];
		if (draw === null || effects.crashProbability === 0) return;
		const u = draw();
		if (u >= effects.crashProbability) return;
		this.restartUs[node] = effects.restartUs(u);
		this.queue.book(nowUs, RANK.server, EVENT.crash, node, 0);
	}
}
