/**
 * Which node runs which changes, since when, and which of them touch an attempt. Consulted only on nodes that run one; what
 * those that touch it do together is in `change-effects.ts`.
 */
import type { Streams } from '../../../kernel/random.js';
import type { Change } from '../../../model/change.js';
import { quantile } from '../../../model/distributions/distribution.js';
import { shareOf } from '../../../model/node-selection.js';
import type { World } from '../../../model/world.js';
import type { Attempts } from '../tables/attempts.js';
import type { Replies } from '../tables/replies.js';
import { ChangeEffects } from './change-effects.js';

const NEVER = Number.POSITIVE_INFINITY;

export class NodeVersions {
	/** changes on the node, by node */
	readonly active: Int32Array;

	/** [node x changes + change]: first instant of effect, or NEVER */
	private readonly fromUs: Float64Array;
	private readonly running: Uint8Array;
	/** share of requests that are shown the new version where it is flagged; 1 = all */
	private readonly flagged: Float64Array;
	private readonly changes: readonly Change[];
	private readonly onset: ((u: number) => number)[];
	private readonly effects: ChangeEffects;

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
		const failed = Uint8Array.from(world.changes, (c) => replies.numberOf(c.failReply));
		const shed = Uint8Array.from(world.changes, (c) => replies.numberOf(c.shedReply));
		this.effects = new ChangeEffects(world.changes, { failed, shed });
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
	 * What the changes in force on the node do to this attempt; null when none of them touches it. The record holds until
	 * the next attempt is looked up.
	 * @param load busy workers / workers of the node, the attempt's own worker included
	 */
	effectsOn(attempt: number, node: number, load: number, nowUs: number): ChangeEffects | null {
		const { effects } = this;
		const requestClass = this.attempts.class[attempt];
		const u = this.attempts.shareUniform[attempt];
		effects.clear();
		for (let k = 0; k < this.changes.length; k++) {
			if (this.fromUs[node * this.changes.length + k] > nowUs) continue;
			const change = this.changes[k];
			if (change.classes !== null && !change.classes[requestClass]) continue;
			if (u < change.requestShare * this.flagged[k] && load >= change.aboveLoad) effects.add(k);
		}
		return effects.isEmpty ? null : effects;
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
