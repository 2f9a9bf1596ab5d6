/**
 * Which node runs which changes, since when, and what that does to an attempt. Consulted only on nodes that run one.
 * Where several changes meet, costs multiply and the failures are independent, decided by one uniform.
 */
import type { Streams } from '../../../kernel/random.js';
import type { Change } from '../../../model/change.js';
import { quantile } from '../../../model/distributions/distribution.js';
import type { World } from '../../../model/world.js';
import type { Attempts } from '../tables/attempts.js';
import type { Replies } from '../tables/replies.js';

const NEVER = Number.POSITIVE_INFINITY;

export class Versions {
	/** changes on the node, by node */
	readonly active: Int32Array;

	/** what `meet` found */
	failProbability = 0;
	costFactor = 1;
	errorCostFactor = 1;
	failOpen = false;
	shedProbability = 0;
	/** what whoever fails, or is shed, is answered: by the first change that does it */
	failReply = 0;
	shedReply = 0;
	calls = 1;
	crashProbability = 0;
	restartUs = 0;

	/** [node x changes + change]: first instant of effect, or NEVER */
	private readonly fromUs: Float64Array;
	private readonly running: Uint8Array;
	/** share of requests that are shown the new version where it is flagged; 1 = all */
	private readonly flagged: Float64Array;
	private readonly changes: readonly Change[];
	private readonly onset: ((u: number) => number)[];
	private readonly failReplies: Uint8Array;
	private readonly shedReplies: Uint8Array;

	constructor(
		private readonly world: World,
		private readonly attempts: Attempts,
		private readonly streams: Streams,
		replies: Replies,
	) {
		this.changes = world.changes;
		this.active = new Int32Array(world.nodeCount);
		this.fromUs = new Float64Array(world.nodeCount * world.changes.length).fill(NEVER);
		this.running = new Uint8Array(world.nodeCount * world.changes.length);
		this.flagged = new Float64Array(world.changes.length).fill(1);
		this.failReplies = Uint8Array.from(world.changes, (c) => replies.numberOf(c.failReply));
		this.shedReplies = Uint8Array.from(world.changes, (c) => replies.numberOf(c.shedReply));
		this.onset = world.changes.map((c) => quantile(c.onset));
	}

	/** A node starts or stops running a change. */
	set(node: number, change: number, on: boolean, nowUs: number): void {
		const at = node * this.changes.length + change;
		const was = this.runs(node, change);
		if (was === on) return;
		this.active[node] += on ? 1 : -1;
		this.running[at] = on ? 1 : 0;
		this.fromUs[at] = on && this.shows(node, change) ? nowUs + this.onsetUs(node, change) : NEVER;
	}

	runs(node: number, change: number): boolean {
		return this.running[node * this.changes.length + change] === 1;
	}

	setFlagged(change: number, share: number): void {
		this.flagged[change] = share;
	}

	/**
	 * Looks up what the changes in force on the node do to this attempt, into the fields above.
	 * @param load busy workers / workers of the node
	 * @returns false when none of them touches it
	 */
	meet(attempt: number, node: number, load: number, nowUs: number): boolean {
		let touched = false;
		let passes = 1;
		let admitted = 1;
		let survives = 1;
		this.costFactor = 1;
		this.errorCostFactor = 1;
		this.failOpen = false;
		this.calls = 1;
		this.restartUs = 0;
		const requestClass = this.attempts.class[attempt];
		const lot = this.attempts.lot[attempt];
		for (let k = 0; k < this.changes.length; k++) {
			if (this.fromUs[node * this.changes.length + k] > nowUs) continue;
			const change = this.changes[k];
			if (change.classes !== null && !change.classes[requestClass]) continue;
			if (lot >= change.requestShare * this.flagged[k] || load < change.aboveLoad) continue;
			touched = true;
			if (passes === 1) this.failReply = this.failReplies[k];
			if (admitted === 1) this.shedReply = this.shedReplies[k];
			passes *= 1 - change.failProbability;
			admitted *= 1 - change.shedProbability;
			this.costFactor *= change.costFactor;
			this.errorCostFactor *= change.errorCostFactor;
			this.calls *= change.calls;
			if (change.failOpen) this.failOpen = true;
			if (change.crash !== null) {
				survives *= 1 - change.crash.probability;
				this.restartUs = Math.max(this.restartUs, change.crash.restartUs);
			}
		}
		this.failProbability = 1 - passes;
		this.shedProbability = 1 - admitted;
		this.crashProbability = 1 - survives;
		return touched;
	}

	/** Region, platform and share of nodes do not depend on the request: they are settled when the node starts to run it. */
	private shows(node: number, index: number): boolean {
		const change = this.changes[index];
		const group = this.world.groups.find((g) => node >= g.firstNode && node < g.firstNode + g.nodes);
		if (group === undefined) return false;
		if (change.regions !== null && !change.regions[group.region]) return false;
		if (change.platforms !== null && !change.platforms[group.platform]) return false;
		return node - group.firstNode < Math.ceil(change.nodeShare * group.nodes);
	}

	private onsetUs(node: number, change: number): number {
		const onset = this.changes[change].onset;
		if (onset.kind === 'constant') return onset.us;
		const u = this.streams.uniform(`onset/${this.changes[change].name}/${node}`)();
		return Math.floor(this.onset[change](u) + 0.5);
	}
}
