/**
 * What the changes in force at a node do to one attempt, all of them together. They shed, fail and crash independently, each
 * kind decided by one uniform: change after change takes its stretch of [0, 1), and the one whose stretch holds the uniform is
 * the one that did it. Whoever failed the attempt says what it is answered and what failing costs; the others cost what they
 * cost a request that succeeds. A change that fails open fails nobody: of those that no other change fails it lets its share
 * pass, at its error cost.
 *
 * One record serves all attempts: it holds for the attempt that was looked up last.
 */
import type { Change } from '../../../model/change.js';

const NO_CHANGE = -1;

/** By change: the number of the reply to what it fails, and to what it sheds. */
export interface ChangeReplies {
	readonly failed: Uint8Array;
	readonly shed: Uint8Array;
}

export class ChangeEffects {
	/** requests that the client of a first attempt sends, the attempt's own included */
	calls = 1;
	/** changes that touch the attempt, and their number */
	private readonly touching: Int32Array;
	private count = 0;
	/** probability that none of them fails, sheds, crashes */
	private notFailed = 1;
	private notShed = 1;
	private notCrashed = 1;

	constructor(
		private readonly changes: readonly Change[],
		private readonly replies: ChangeReplies,
	) {
		this.touching = new Int32Array(changes.length);
	}

	/** Another attempt is looked up: so far no change touches it. */
	clear(): void {
		this.count = 0;
		this.calls = 1;
		this.notFailed = 1;
		this.notShed = 1;
		this.notCrashed = 1;
	}

	/** This change touches the attempt, too. */
	add(index: number): void {
		const change = this.changes[index];
		this.touching[this.count++] = index;
		this.calls *= change.calls;
		if (!change.failOpen) this.notFailed *= 1 - change.failProbability;
		this.notShed *= 1 - change.shedProbability;
		if (change.crash !== null) this.notCrashed *= 1 - change.crash.probability;
	}

	get isEmpty(): boolean {
		return this.count === 0;
	}

	/** Changes that fail open are left out. */
	get failProbability(): number {
		return 1 - this.notFailed;
	}

	get shedProbability(): number {
		return 1 - this.notShed;
	}

	get crashProbability(): number {
		return 1 - this.notCrashed;
	}

	/** The number of what an attempt is answered that is shed. @param u its uniform, below `shedProbability` */
	shedReply(u: number): number {
		return this.replies.shed[this.changeAt(u, shedProbability)];
	}

	/** The number of what an attempt is answered that fails. @param u its uniform, below `failProbability` */
	failReply(u: number): number {
		return this.replies.failed[this.changeAt(u, failProbability)];
	}

	/** How long the node stays down that a request has crashed. @param u its uniform, below `crashProbability` */
	restartUs(u: number): number {
		const { crash } = this.changes[this.changeAt(u, crashProbability)];
		return crash === null ? 0 : crash.restartUs;
	}

	/** What all of them together make of the length of a service. @param u the uniform that decides failure */
	costFactor(u: number): number {
		const ofFailing = this.failProbability;
		const hit =
			u < ofFailing
				? this.changeAt(u, failProbability)
				: this.changeAt((u - ofFailing) / (1 - ofFailing), openProbability);
		let factor = 1;
		for (let i = 0; i < this.count; i++) {
			const k = this.touching[i];
			factor *= k === hit ? this.changes[k].errorCostFactor : this.changes[k].costFactor;
		}
		return factor;
	}

	/** The change whose stretch holds `u`; NO_CHANGE where it lies beyond them all. */
	private changeAt(u: number, probability: (change: Change) => number): number {
		let spared = 1;
		for (let i = 0; i < this.count; i++) {
			const p = probability(this.changes[this.touching[i]]);
			spared *= 1 - p;
			if (p > 0 && u < 1 - spared) return this.touching[i];
		}
		return NO_CHANGE;
	}
}

const failProbability = (change: Change): number => (change.failOpen ? 0 : change.failProbability);
const openProbability = (change: Change): number => (change.failOpen ? change.failProbability : 0);
const shedProbability = (change: Change): number => change.shedProbability;
const crashProbability = ({ crash }: Change): number => (crash === null ? 0 : crash.probability);
