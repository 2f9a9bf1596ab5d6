/**
 * RejectionWork that cost worker time: the client has its answer already, a worker still has to do the work. They wait
 * outside the queue, and the next free worker takes them first.
 */
interface UnderWay {
	readonly place: number;
	readonly startUs: number;
}

/** Of every node that never had one: there may be a hundred thousand of them. Never written. */
const NO_PLACES: number[] = [];
const NONE_UNDER_WAY: UnderWay[] = [];

export class RejectionWork {
	/** places of those that wait, by node, longest first */
	private readonly waiting: number[][];
	private readonly underWay: UnderWay[][];
	/** booked ends that mean nothing any more, because their node crashed */
	private readonly voided: Int32Array;

	constructor(nodes: number) {
		this.waiting = new Array(nodes).fill(NO_PLACES);
		this.underWay = new Array(nodes).fill(NONE_UNDER_WAY);
		this.voided = new Int32Array(nodes);
	}

	add(node: number, place: number): void {
		if (this.waiting[node] === NO_PLACES) this.waiting[node] = [];
		this.waiting[node].push(place);
	}

	anyWaiting(node: number): boolean {
		return this.waiting[node].length > 0;
	}

	start(node: number, nowUs: number): void {
		const place = this.waiting[node].shift();
		if (place === undefined) return;
		if (this.underWay[node] === NONE_UNDER_WAY) this.underWay[node] = [];
		this.underWay[node].push({ place, startUs: nowUs });
	}

	/** The booked end of the one that has been under way longest; null when a crash ended it before. */
	end(node: number): UnderWay | null {
		if (this.voided[node] > 0) {
			this.voided[node]--;
			return null;
		}
		const ended = this.underWay[node].shift();
		return ended === undefined ? null : ended;
	}

	/** A crash ends all: gives those under way and forgets the rest. */
	forget(node: number): UnderWay[] {
		this.waiting[node].length = 0;
		const cut = this.underWay[node].splice(0);
		this.voided[node] += cut.length;
		return cut;
	}

	/** Workers of the node that answer rejections. */
	workersOf(node: number): number {
		return this.underWay[node].length;
	}

	/** All under way on any node. */
	allUnderWay(): UnderWay[] {
		return this.underWay.flat();
	}
}
