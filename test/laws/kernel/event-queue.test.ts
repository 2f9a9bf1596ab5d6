/**
 * The wheel against a sorted list: by time, then rank, then order of booking, whatever is booked when. Delays cross the
 * wheel's levels and its span (2^32 keys, 18 minutes), and fall on the running instant with every rank.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue, RANK } from '../../../src/kernel/event-queue.js';

const RANKS = Object.values(RANK);
const SPAN_US = 2 ** 30;

interface Booked {
	readonly key: number;
	readonly row: number;
}

/** The same promises kept by sorting. */
class Reference {
	private events: Booked[] = [];

	book(key: number, row: number): void {
		// Behind everything of the same key, which was booked before.
		const at = this.events.findIndex((e) => e.key > key);
		this.events.splice(at === -1 ? this.events.length : at, 0, { key, row });
	}

	popUntil(limitKey: number): Booked | null {
		if (this.events.length === 0 || this.events[0].key > limitKey) return null;
		return this.events.splice(0, 1)[0];
	}

	get size(): number {
		return this.events.length;
	}
}

/** Both of them, fed alike. Time runs as in the engine: nothing is booked before the instant last reached. */
class Pair {
	nowUs = 0;
	private readonly wheel = new EventQueue();
	private readonly list = new Reference();
	private booked = 0;

	book(delayUs: number, rank: number): void {
		const row = this.booked++;
		const atUs = this.nowUs + delayUs;
		this.wheel.book(atUs, rank, row & 255, row, row ^ 0x5555);
		this.list.book(4 * atUs + rank, row);
	}

	/** @returns whether there was an event to pop */
	pop(limitKey: number): boolean {
		const event = this.wheel.popUntil(limitKey);
		const expected = this.list.popUntil(limitKey);
		if (expected === null) {
			expect(event).toBe(-1);
			this.nowUs = Math.max(this.nowUs, Math.floor((limitKey + 1) / 4));
			return false;
		}
		expect(event).toBeGreaterThanOrEqual(0);
		const { timeUs, row, kind, stamp } = this.wheel;
		expect([row[event], timeUs[event]]).toEqual([expected.row, Math.floor(expected.key / 4)]);
		expect([kind[event], stamp[event]]).toEqual([expected.row & 255, expected.row ^ 0x5555]);
		this.nowUs = timeUs[event];
		expect(this.wheel.size).toBe(this.list.size);
		return true;
	}
}

type Step =
	| { readonly do: 'book'; readonly delayUs: number; readonly rank: number }
	/** pop up to a key this far from the running instant: at its timeouts (2), before a break (-1), or further on */
	| { readonly do: 'pop'; readonly aheadUs: number; readonly part: number };

const delayUs = fc.oneof(
	fc.constant(0),
	fc.nat(3),
	fc.nat(300),
	fc.constantFrom(63, 64, 16_384, 4_194_304, SPAN_US - 1, SPAN_US, SPAN_US + 1, 2 * SPAN_US, 5 * SPAN_US),
	fc.nat(70_000),
	fc.nat(20_000_000),
	fc.nat(3 * SPAN_US),
);

const step: fc.Arbitrary<Step> = fc.oneof(
	fc.record({ do: fc.constant('book' as const), delayUs, rank: fc.constantFrom(...RANKS) }),
	fc.record({ do: fc.constant('pop' as const), aheadUs: delayUs, part: fc.constantFrom(-1, 2, 3) }),
);

describe('the event queue', () => {
	it('gives events in the order of time, rank and booking', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
				const pair = new Pair();
				for (const s of steps) {
					if (s.do === 'book') pair.book(s.delayUs, s.rank);
					else pair.pop(Math.max(4 * pair.nowUs - 1, 4 * (pair.nowUs + s.aheadUs) + s.part));
				}
				while (pair.pop(Number.MAX_SAFE_INTEGER));
			}),
			{ numRuns: 1_000, seed: 20251205 },
		);
	});

	it('keeps the order of a long run of crowded instants, its table grown several times over', () => {
		let state = 12345;
		const next = (below: number): number => {
			state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
			return Math.floor((state / 0x80000000) * below);
		};
		const pair = new Pair();
		for (let i = 0; i < 5_000; i++) pair.book(next(400), next(4));
		for (let i = 0; i < 20_000; i++) {
			if (pair.pop(4 * (pair.nowUs + next(3)) + 2) && next(10) < 9) pair.book(next(8) === 0 ? 0 : next(2_000), next(4));
		}
		while (pair.pop(Number.MAX_SAFE_INTEGER));
	});

	it('runs an earlier rank of the running instant before what was booked for it already', () => {
		const pair = new Pair();
		for (let i = 0; i < 3; i++) pair.book(1_000, RANK.timeout);
		pair.pop(4_000 + RANK.timeout);
		pair.book(0, RANK.client);
		pair.book(0, RANK.server);
		pair.book(0, RANK.client);
		while (pair.pop(4_000 + RANK.timeout));
		expect(pair.nowUs).toBe(1_000);
	});

	it('reaches events several spans ahead, and never turns past the limit', () => {
		const pair = new Pair();
		for (const spans of [7, 1, 3, 1]) pair.book(spans * SPAN_US + 5, RANK.server);
		for (let us = 0; us < 8 * SPAN_US; us += SPAN_US / 4) {
			while (pair.pop(4 * us - 1));
			pair.book(SPAN_US / 8, RANK.client);
			pair.book(0, RANK.arrival);
		}
		while (pair.pop(Number.MAX_SAFE_INTEGER));
	});
});
