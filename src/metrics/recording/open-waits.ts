/**
 * Waits that the end of a run cuts. A collapse leaves millions of them, each hours of buckets long: they are told in time for
 * their number and the buckets, not for the product of both.
 */
export class OpenWaits {
	/** [bucket][place]: how many began in it, and how long they lasted there */
	private readonly began: Float64Array;
	private readonly firstUs: Float64Array;

	constructor(
		private readonly places: number,
		private readonly bucketUs: number,
		private readonly toUs: number,
	) {
		const cells = (this.bucketOf(toUs) + 1) * places;
		this.began = new Float64Array(cells);
		this.firstUs = new Float64Array(cells);
	}

	/** A wait over [fromUs, the end), with fromUs from 0 up to the end. */
	add(place: number, fromUs: number): void {
		const bucket = this.bucketOf(fromUs);
		const cell = bucket * this.places + place;
		this.began[cell]++;
		this.firstUs[cell] += this.endOf(bucket) - fromUs;
	}

	/** Tells how long all of them together lasted in each bucket and place. */
	flush(write: (bucket: number, place: number, us: number) => void): void {
		for (let place = 0; place < this.places; place++) {
			let before = 0;
			for (let cell = place; cell < this.began.length; cell += this.places) {
				const bucket = (cell - place) / this.places;
				const lengthUs = this.endOf(bucket) - bucket * this.bucketUs;
				const us = before * lengthUs + this.firstUs[cell];
				if (us > 0) write(bucket, place, us);
				before += this.began[cell];
			}
		}
	}

	private bucketOf(us: number): number {
		return Math.floor(us / this.bucketUs);
	}

	private endOf(bucket: number): number {
		return Math.min((bucket + 1) * this.bucketUs, this.toUs);
	}
}
