/**
 * What the upstream does with work: so many workers, so many waiting places, service times of an exponential law by
 * timers. `speed` is that of the workers and changes on command; what is under way goes on at the new speed, as a fault's
 * speed does in the simulator.
 */
import alea from 'seedrandom/lib/alea.js';

export class Pool {
	#busy = new Set();
	#waiting = [];
	#speed = 1;
	#uniform;
	#world;

	/** @param {{ workers: number, queue: number, meanMs: number, abandoned: 'serve' | 'cancel', seed: number | string }} world */
	constructor(world) {
		this.#world = world;
		this.#uniform = alea(`service/${world.seed}`);
	}

	/**
	 * @param {() => void} done called once it is served
	 * @returns {{ left: () => void } | null} told when its client has gone; null: there is no room
	 */
	admit(done) {
		const { workers, queue, abandoned } = this.#world;
		if (this.#busy.size >= workers && this.#waiting.length >= queue) return null;
		const job = { leftMs: -Math.log(1 - this.#uniform()) * this.#world.meanMs, done, timer: null, sinceMs: 0 };
		if (this.#busy.size < workers) this.#serve(job);
		else this.#waiting.push(job);
		return {
			left: () => {
				if (abandoned === 'cancel') this.#forget(job);
			},
		};
	}

	set speed(speed) {
		for (const job of this.#busy) {
			clearTimeout(job.timer);
			job.leftMs -= (performance.now() - job.sinceMs) * this.#speed;
		}
		this.#speed = speed;
		for (const job of this.#busy) this.#wind(job);
	}

	#serve(job) {
		this.#busy.add(job);
		this.#wind(job);
	}

	#wind(job) {
		job.sinceMs = performance.now();
		// Timers count whole milliseconds and are never early; rounding them here keeps the mean.
		job.timer = setTimeout(() => this.#end(job), Math.max(0, Math.round(job.leftMs / this.#speed - OVERHEAD_MS)));
	}

	#end(job) {
		this.#release(job);
		job.done();
	}

	#release(job) {
		this.#busy.delete(job);
		const next = this.#waiting.shift();
		if (next !== undefined) this.#serve(next);
	}

	/** As the simulator's cancel-in-service: whoever nobody waits for any more gives back place or worker at once. */
	#forget(job) {
		clearTimeout(job.timer);
		if (this.#busy.has(job)) this.#release(job);
		else this.#waiting = this.#waiting.filter((one) => one !== job);
	}
}

/** ms by which a timer fires after its time in the mean, measured here on an idle machine: timers count whole milliseconds. */
const OVERHEAD_MS = 0.4;
