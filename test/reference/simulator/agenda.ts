/**
 * The clock and what happens next. Equal instants run by rank, then in order of booking (MODEL section 11).
 * One binary heap: the smallest entry stands first, and the children of entry i are entries 2i + 1 and 2i + 2.
 */
const RANKS = ['control', 'server', 'client', 'timeout', 'arrival'] as const;
export type Rank = (typeof RANKS)[number];

export interface Booking {
	readonly atUs: number;
	readonly rank: number;
	readonly order: number;
	readonly run: () => void;
	/** a booking that was called off stays in the heap, and nothing happens when its time comes */
	off: boolean;
}

export interface Agenda {
	nowUs: number;
	book(atUs: number, rank: Rank, run: () => void): Booking;
	runUntil(endUs: number): void;
}

const isBefore = (a: Booking, b: Booking): boolean =>
	a.atUs !== b.atUs ? a.atUs < b.atUs : a.rank !== b.rank ? a.rank < b.rank : a.order < b.order;

export function newAgenda(): Agenda {
	const heap: Booking[] = [];
	let booked = 0;
	const swap = (i: number, k: number): void => {
		[heap[i], heap[k]] = [heap[k], heap[i]];
	};
	const rise = (i: number): void => {
		const parent = Math.floor((i - 1) / 2);
		if (i === 0 || !isBefore(heap[i], heap[parent])) return;
		swap(i, parent);
		rise(parent);
	};
	const sink = (i: number): void => {
		let least = i;
		for (const child of [2 * i + 1, 2 * i + 2]) {
			if (child < heap.length && isBefore(heap[child], heap[least])) least = child;
		}
		if (least === i) return;
		swap(i, least);
		sink(least);
	};
	const takeFirst = (): Booking => {
		const first = heap[0];
		swap(0, heap.length - 1);
		heap.pop();
		if (heap.length > 0) sink(0);
		return first;
	};
	const agenda: Agenda = {
		nowUs: 0,
		book(atUs, rank, run) {
			if (!(atUs >= agenda.nowUs)) throw new Error(`booked ${rank} at ${atUs} us, but it is ${agenda.nowUs} us`);
			const booking = { atUs, rank: RANKS.indexOf(rank), order: booked, run, off: false };
			booked += 1;
			heap.push(booking);
			rise(heap.length - 1);
			return booking;
		},
		/** Runs what lies before `endUs`. */
		runUntil(endUs) {
			while (heap.length > 0 && heap[0].atUs < endUs) {
				const next = takeFirst();
				agenda.nowUs = next.atUs;
				if (!next.off) next.run();
			}
			agenda.nowUs = endUs;
		},
	};
	return agenda;
}
