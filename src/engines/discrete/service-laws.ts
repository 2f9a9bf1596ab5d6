/**
 * What lengthens a service or makes it fail: the load law, a cold start, the versions a node runs, errors of the class
 * and of faults. Consulted only on nodes where one of these is in force. One uniform per attempt, drawn at the send,
 * decides: below the change's probability the change failed it, in the stretch above that the other causes did.
 */
import type { EventQueue } from '../../kernel/event-queue.js';
import { RANK } from '../../kernel/event-queue.js';
import type { Streams } from '../../kernel/random.js';
import { OUTCOME } from '../../model/attempt.js';
import type { World } from '../../model/world.js';
import type { Attempts } from './attempts.js';
import { EVENT } from './events.js';
import type { NodeTable } from './node-table.js';
import type { Versions } from './versions.js';

export class ServiceLaws {
	/** a cold start lasts until then, by node */
	readonly coldUntilUs: Float64Array;
	/** error probability of faults, by node */
	readonly errorProbability: Float64Array;
	/** how long a node that a request crashes stays down, by node */
	readonly restartUs: Float64Array;
	/** first answer that a change spoilt; Infinity until then */
	firstErrorUs = Number.POSITIVE_INFINITY;
	/** what `settle` found: a change spoils the answer */
	spoilt = false;
	private readonly classError: Float64Array;
	private readonly crashDraw: ((() => number) | null)[];

	constructor(
		world: World,
		streams: Streams,
		private readonly attempts: Attempts,
		private readonly nodes: NodeTable,
		private readonly versions: Versions,
		private readonly queue: EventQueue,
	) {
		this.coldUntilUs = new Float64Array(nodes.count);
		this.errorProbability = new Float64Array(nodes.count);
		this.restartUs = new Float64Array(nodes.count);
		this.classError = Float64Array.from(world.classes, (c) => c.errorProbability);
		const crashes = world.changes.some((c) => c.crash !== null);
		this.crashDraw = Array.from({ length: nodes.count }, (_, k) => (crashes ? streams.uniform(`crash/${k}`) : null));
	}

	/**
	 * Settles the result of a service that starts now (into `attempts.answer`) and its length.
	 * @param us length drawn from the class's law
	 * @param busy workers of the node that are in service already
	 * @returns whole us at unit speed
	 */
	settle(attempt: number, node: number, us: number, busy: number, nowUs: number): number {
		const group = this.nodes.groupOf(node);
		let length = us * (1 + group.perInFlight * busy);
		if (group.coldStart !== null && nowUs < this.coldUntilUs[node]) length *= group.coldStart.factor;
		const luck = this.attempts.luck[attempt];
		const spared = (1 - this.classError[this.attempts.class[attempt]]) * (1 - this.errorProbability[node]);
		let byChange = 0;
		if (this.versions.active[node] > 0 && this.meet(attempt, node, busy, nowUs)) {
			byChange = this.versions.failProbability;
			const hit = luck < byChange;
			length *= hit ? this.versions.errorCostFactor : this.versions.costFactor;
			if (hit && this.versions.failOpen) byChange = 0;
			this.maybeCrash(node, nowUs);
		}
		const failed = luck < byChange + (1 - byChange) * (1 - spared);
		if (failed) this.attempts.answer[attempt] = OUTCOME.error;
		const whole = Math.floor(length + 0.5);
		this.spoilt = luck < byChange;
		// Who shares the workers cannot tell yet when it will be done.
		if (this.spoilt && this.nodes.shares[node] === 0) this.noteError(nowUs + whole);
		return whole;
	}

	/** An answer that a change spoilt leaves at this instant. */
	noteError(atUs: number): void {
		if (atUs < this.firstErrorUs) this.firstErrorUs = atUs;
	}

	/** True when the versions on the node touch the attempt; what they do is in `versions`. */
	meet(attempt: number, node: number, busy: number, nowUs: number): boolean {
		return this.versions.meet(attempt, node, busy / this.nodes.workers[node], nowUs);
	}

	private maybeCrash(node: number, nowUs: number): void {
		const draw = this.crashDraw[node];
		if (draw === null || this.versions.crashProbability === 0 || draw() >= this.versions.crashProbability) return;
		this.restartUs[node] = this.versions.restartUs;
		this.queue.book(nowUs, RANK.server, EVENT.crash, node, 0);
	}
}
