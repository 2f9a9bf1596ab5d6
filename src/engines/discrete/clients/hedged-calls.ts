/**
 * The calls of which several copies may be out at once: which ones are, how many were sent, and when the next one goes.
 * Only populations whose innermost layer hedges have any; whoever sends and cancels copies is the client.
 */
import { assert } from '../../../kernel/errors.js';
import { CAUSE } from '../../../model/retry/cause.js';
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
import type { Requests } from '../tables/requests.js';

/** One call and its copies. */
export interface HedgedCall {
	/** sent so far */
	copies: number;
	/** attempts that are still waited for, and the place of each among the copies: 0 for the first */
	readonly out: number[];
	readonly places: number[];
	/** the next copy has had its turn, and waits for a guard of its client */
	held: boolean;
	/** cause of the failure that lets the next copy go; that of a timeout where the clock does */
	cause: number;
	/** names the booked turn of the next copy */
	stamp: number;
	/** reply of the newest copy that failed: what the call fails with where no other copy goes */
	reply: number;
}

export class Hedges {
	private readonly laws: readonly (HedgeLaw | null)[];
	private readonly tails: readonly StateTable<LatencyTail>[];
	private readonly calls = new Map<number, HedgedCall>();
	private stamp = 0;

	constructor(
		{ populations, sources }: World,
		private readonly requests: Requests,
	) {
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
	sent(request: number, attempt: number, nowUs: number): number | null {
		const source = this.requests.source[request];
		const instance = this.requests.instance[request];
		const law = this.lawOf(source);
		let call = this.calls.get(request);
		if (call === undefined) {
			call = { copies: 0, out: [], places: [], held: false, cause: 0, stamp: 0, reply: 0 };
			this.calls.set(request, call);
		}
		call.out.push(attempt);
		call.places.push(call.copies);
		call.copies++;
		call.held = false;
		call.cause = CAUSE.timeout;
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

	/** A copy is no longer waited for. @returns its place among the copies */
	over(call: HedgedCall, attempt: number): number {
		const k = call.out.indexOf(attempt);
		const [place] = call.places.splice(k, 1);
		call.out.splice(k, 1);
		return place;
	}

	/** Whether nodes hear of copies that nobody waits for any more. */
	cancelsLosers(source: number): boolean {
		return this.lawOf(source).losers === 'cancel';
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
export const hedgesOf = (world: World, requests: Requests): Hedges | null =>
	world.populations.some(({ layers }) => layers[0].hedge !== null) ? new Hedges(world, requests) : null;
