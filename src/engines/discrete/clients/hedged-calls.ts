/**
 * The calls of which several copies may be out at once: which ones are, how many were sent, and when the next one goes.
 * Only populations whose innermost layer hedges have any; whoever sends and cancels copies is the client.
 */
import { assert } from '../../../kernel/errors.js';
import {
	emptyTail,
	type HedgeLaw,
	type LatencyTail,
	nextCopyUs,
	onCopyFailed,
	onCopyLate,
	tailAfter,
} from '../../../model/retry/hedge.js';
import type { World } from '../../../model/world.js';
import { StateTable } from '../retries/state-table.js';

/** One call and its copies. */
export interface HedgedCall {
	/** sent so far */
	copies: number;
	/** attempts that are still waited for */
	readonly out: number[];
	/** names the booked turn of the next copy */
	stamp: number;
	/** how the newest copy that failed did: what the call fails with where no other copy goes */
	outcome: number;
	reply: number;
}

export class Hedges {
	private readonly laws: readonly (HedgeLaw | null)[];
	private readonly tails: readonly StateTable<LatencyTail>[];
	private readonly calls = new Map<number, HedgedCall>();
	private stamp = 0;

	constructor({ populations, sources }: World) {
		const laws = populations.map(({ layers }) => layers[0].hedge);
		this.laws = sources.map(({ population }) => laws[population]);
		this.tails = sources.map(() => new StateTable('instance', emptyTail));
	}

	isHedged(source: number): boolean {
		return this.laws[source] !== null;
	}

	call(request: number): HedgedCall | undefined {
		return this.calls.get(request);
	}

	/**
	 * A copy of the request is on its way.
	 * @returns us until the next one goes, with `stamp` of its turn; null where the clock sends none
	 */
	sent(request: number, source: number, instance: number, attempt: number, nowUs: number): number | null {
		const law = this.lawOf(source);
		let call = this.calls.get(request);
		if (call === undefined) {
			call = { copies: 0, out: [], stamp: 0, outcome: 0, reply: 0 };
			this.calls.set(request, call);
		}
		call.copies++;
		call.out.push(attempt);
		this.newTurn(call);
		const learntUs =
			law.when.kind === 'percentile' ? this.tails[source].get(instance, nowUs).learntUs : Number.POSITIVE_INFINITY;
		const us = nextCopyUs(law, call.copies, learntUs);
		return us === Number.POSITIVE_INFINITY ? null : us;
	}

	/** The next copy has a new turn, and the one before is void. @returns its stamp */
	newTurn(call: HedgedCall): number {
		call.stamp = ++this.stamp;
		return call.stamp;
	}

	/** A copy is no longer waited for. */
	over(call: HedgedCall, attempt: number): void {
		call.out.splice(call.out.indexOf(attempt), 1);
	}

	/** What a failed copy, which is no longer out, does to its call. */
	afterFailure(call: HedgedCall, source: number, cause: number): 'next' | 'wait' | 'ends' {
		return onCopyFailed(this.lawOf(source), cause, call.copies, call.out.length);
	}

	afterTimeout(call: HedgedCall, source: number): 'next' | 'cut' {
		return onCopyLate(this.lawOf(source), call.copies);
	}

	mayGo(call: HedgedCall, source: number): boolean {
		return call.copies < this.lawOf(source).total;
	}

	/** An answer in time, for those who learn how long answers take. */
	learn(source: number, instance: number, tookUs: number, nowUs: number): void {
		const law = this.lawOf(source);
		if (law.when.kind !== 'percentile') return;
		const table = this.tails[source];
		const cell = table.cell(instance, 0);
		table.set(cell, tailAfter(law, table.get(cell, nowUs), tookUs, nowUs));
	}

	/** The call is over, and with it the turn of its next copy. */
	end(request: number): void {
		this.calls.delete(request);
	}

	private lawOf(source: number): HedgeLaw {
		const law = this.laws[source];
		assert(law !== null, 'only hedged calls have copies');
		return law;
	}
}

/** Null where nobody hedges. */
export const hedgesOf = (world: World): Hedges | null =>
	world.populations.some(({ layers }) => layers[0].hedge !== null) ? new Hedges(world) : null;
