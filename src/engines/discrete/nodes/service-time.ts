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
import type { Attempts } from '../tables/attempts.js';
import type { Replies } from '../tables/replies.js';
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
	/** first answer that a change spoilt; Infinity until then */
	firstErrorUs = Number.POSITIVE_INFINITY;
	/** what `settle` found: the errors of a fault fail the attempt, and neither a change nor its class did before them */
	failedByFault = false;
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
		this.crashDraw = Array.from({ length: nodes.count }, (_, k) => (crashes ? streams.uniform(`crash/${k}`) : null));
	}

	/**
	 * Settles the result of a service that starts now (into `attempts.answer` and `attempts.spoilt`) and its length.
	 * The length drawn from the class's law is in `attempts.workLeftUs`.
	 * @param others other requests in service at the node
	 * @returns whole us at unit speed
	 */
	settle(attempt: number, node: number, others: number, nowUs: number): number {
		const group = this.nodes.groupOf(node);
		let length = this.attempts.workLeftUs[attempt] * (1 + group.perInFlight * others);
		if (group.coldStart !== null && nowUs < this.coldUntilUs[node]) length *= group.coldStart.factor;
		const luck = this.attempts.failureUniform[attempt];
		const spared = (1 - this.classError[this.attempts.class[attempt]]) * (1 - this.errorProbability[node]);
		let byChange = 0;
		const busyBefore = others + this.state.rejections.workersOf(node);
		if (this.versions.active[node] > 0 && this.meet(attempt, node, busyBefore, nowUs)) {
			byChange = this.versions.failProbability;
			length *= this.versions.costOf(luck);
			this.maybeCrash(node, nowUs);
		}
		const failed = luck < byChange + (1 - byChange) * (1 - spared);
		const byOthers = byChange + (1 - byChange) * this.classError[this.attempts.class[attempt]];
		this.failedByFault = failed && luck >= byOthers;
		if (failed) {
			this.attempts.answer[attempt] = OUTCOME.error;
			this.attempts.reply[attempt] = this.replyOf(attempt, node, luck, byChange);
		}
		const whole = Math.floor(length + 0.5);
		this.attempts.spoilt[attempt] = luck < byChange ? 1 : 0;
		return whole;
	}

	/** What faults make attempts at this node fail with, from now on. */
	setError(node: number, probability: number, reply: Reply): void {
		this.errorProbability[node] = probability;
		this.errorReply[node] = this.replies.numberOf(reply);
	}

	/** Who has failed the attempt says what it is answered: the change, else its class, else a fault. */
	private replyOf(attempt: number, node: number, luck: number, byChange: number): number {
		if (luck < byChange) return this.versions.failReply(luck);
		const requestClass = this.attempts.class[attempt];
		const byClass = luck < byChange + (1 - byChange) * this.classError[requestClass];
		return byClass ? this.classReply[requestClass] : this.errorReply[node];
	}

	/** An answer that a change spoilt leaves at this instant. */
	noteError(atUs: number): void {
		if (atUs < this.firstErrorUs) this.firstErrorUs = atUs;
	}

	/**
	 * True when the versions on the node touch the attempt; what they do is in `versions`. The attempt's own worker is one of
	 * those that count as busy, whether it has it or would take it.
	 * @param busyBefore workers that are busy with something else
	 */
	meet(attempt: number, node: number, busyBefore: number, nowUs: number): boolean {
		const workers = this.nodes.workers[node];
		return this.versions.meet(attempt, node, Math.min(workers, busyBefore + 1) / workers, nowUs);
	}

	private maybeCrash(node: number, nowUs: number): void {
		const draw = this.crashDraw[node];
		if (draw === null || this.versions.crashProbability === 0) return;
		const u = draw();
		if (u >= this.versions.crashProbability) return;
		this.restartUs[node] = this.versions.restartUs(u);
		this.queue.book(nowUs, RANK.server, EVENT.crash, node, 0);
	}
}
