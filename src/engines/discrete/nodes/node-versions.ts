/**
 * Which node runs which changes, since when, and what that does to an attempt. Consulted only on nodes that run one.
 *
 * Where several changes meet, they shed, fail and crash independently, each kind decided by one uniform: change after
 * change takes its stretch of [0, 1), and the one whose stretch holds the uniform is the one that did it. Whoever failed
 * the attempt says what it is answered and what failing costs; the others cost what they cost a request that succeeds. A
 * change that fails open fails nobody: of those that no other change fails it lets its share pass, at its error cost.
 */
import type { Streams } from '../../../kernel/random.js';
import type { Change } from '../../../model/change.js';
import { quantile } from '../../../model/distributions/distribution.js';
import { shareOf } from '../../../model/node-selection.js';
import type { World } from '../../../model/world.js';
import type { Attempts } from '../tables/attempts.js';
import type { Replies } from '../tables/replies.js';

const NEVER = Number.POSITIVE_INFINITY;
const NO_CHANGE = -1;

export class NodeVersions {
	/** changes on the node, by node */
	readonly active: Int32Array;

	/** what `meet` found: of all the changes that touch the attempt, those that fail open left out of the first */
	failProbability = 0;
	shedProbability = 0;
	calls = 1;
	crashProbability = 0;

	/** the changes that touch the attempt that was looked up last, and their number */
	private readonly touching: Int32Array;
	private touchingCount = 0;
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
		this.touching = new Int32Array(world.changes.length);
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
	 * @param load busy workers / workers of the node, the attempt's own worker included
	 * @returns false when none of them touches it
	 */
	meet(attempt: number, node: number, load: number, nowUs: number): boolean {
		let [passes, admitted, survives] = [1, 1, 1];
		this.touchingCount = 0;
		this.calls = 1;
		const requestClass = this.attempts.class[attempt];
		const lot = this.attempts.shareUniform[attempt];
		for (let k = 0; k < this.changes.length; k++) {
			if (this.fromUs[node * this.changes.length + k] > nowUs) continue;
			const change = this.changes[k];
			if (change.classes !== null && !change.classes[requestClass]) continue;
			if (lot >= change.requestShare * this.flagged[k] || load < change.aboveLoad) continue;
			this.touching[this.touchingCount++] = k;
			if (!change.failOpen) passes *= 1 - change.failProbability;
			admitted *= 1 - change.shedProbability;
			this.calls *= change.calls;
			if (change.crash !== null) survives *= 1 - change.crash.probability;
		}
		this.failProbability = 1 - passes;
		this.shedProbability = 1 - admitted;
		this.crashProbability = 1 - survives;
		return this.touchingCount > 0;
	}

	/** The number of what an attempt is answered that is shed. @param u its uniform, below `shedProbability` */
	shedReply(u: number): number {
		return this.shedReplies[this.whoDid(u, shedProbability)];
	}

	/** The number of what an attempt is answered that fails. @param luck its uniform, below `failProbability` */
	failReply(luck: number): number {
		return this.failReplies[this.whoDid(luck, failProbability)];
	}

	/** How long the node stays down that a request has crashed. @param u its uniform, below `crashProbability` */
	restartUs(u: number): number {
		const { crash } = this.changes[this.whoDid(u, crashProbability)];
		return crash === null ? 0 : crash.restartUs;
	}

	/** What all of them together make of the length of a service. */
	costOf(luck: number): number {
		const failed = luck < this.failProbability;
		const hit = failed
			? this.whoDid(luck, failProbability)
			: this.whoDid((luck - this.failProbability) / (1 - this.failProbability), openProbability);
		let factor = 1;
		for (let i = 0; i < this.touchingCount; i++) {
			const k = this.touching[i];
			factor *= k === hit ? this.changes[k].errorCostFactor : this.changes[k].costFactor;
		}
		return factor;
	}

	/** The change whose stretch holds `u`; NO_CHANGE where it lies beyond them all. */
	private whoDid(u: number, probability: (change: Change) => number): number {
		let spared = 1;
		for (let i = 0; i < this.touchingCount; i++) {
			const p = probability(this.changes[this.touching[i]]);
			spared *= 1 - p;
			if (p > 0 && u < 1 - spared) return this.touching[i];
		}
		return NO_CHANGE;
	}

	/** Region, platform and share of nodes do not depend on the request: they are settled when the node starts to run it. */
	private shows(node: number, index: number): boolean {
		const change = this.changes[index];
		const group = this.world.groups.find((g) => node >= g.firstNode && node < g.firstNode + g.nodes);
		if (group === undefined) return false;
		if (change.regions !== null && !change.regions[group.region]) return false;
		if (change.platforms !== null && !change.platforms[group.platform]) return false;
		return node - group.firstNode < shareOf(group.nodes, change.nodeShare);
	}

	private onsetUs(node: number, change: number): number {
		const onset = this.changes[change].onset;
		if (onset.kind === 'constant') return onset.us;
		const u = this.streams.uniform(`onset/${this.changes[change].name}/${node}`)();
		return Math.floor(this.onset[change](u) + 0.5);
	}
}

const failProbability = (change: Change): number => (change.failOpen ? 0 : change.failProbability);
const openProbability = (change: Change): number => (change.failOpen ? change.failProbability : 0);
const shedProbability = (change: Change): number => change.shedProbability;
const crashProbability = ({ crash }: Change): number => (crash === null ? 0 : crash.probability);
