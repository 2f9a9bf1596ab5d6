/**
 * Clients found in the middle of a back-off: which one, and how much of it is left. Whoever looks at an instant finds a
 * wait in proportion to its length, and is anywhere in it: long waits are found more often, and the rest of one is
 * uniform over it (the equilibrium distribution of renewal theory). For exponential waits the rest is a fresh one.
 */
import { assert } from '../../kernel/errors.js';
import type { Uniform } from '../../kernel/random.js';
import { type CompiledDelay, compileDelay } from '../../model/retry/backoff/backoff.js';
import { CAUSE } from '../../model/retry/cause.js';
import type { Wait } from '../../model/retry/expected-waits.js';
import type { RetryPolicy } from '../../model/retry/policy.js';
import type { Requests } from './tables/requests.js';

/** A law of waits is looked at by its quantiles at so many midpoints. */
const MIDPOINTS = 1024;
/** Attempts of one request are counted in 31 bits. */
const MOST_SENT = 2 ** 30;

export class ResidualBackoffs {
	private readonly delays: readonly CompiledDelay[];
	private readonly ofLayer: readonly (readonly Wait[])[];
	/** running sums of times x mean wait */
	private readonly upTo: readonly number[];
	/** by wait, made when it is first drawn: lengths, and running sums of them */
	private readonly lengths: ({ us: Float64Array; upTo: Float64Array } | undefined)[] = [];

	/** @param waits at least one; where no wait takes any time all are equally likely */
	constructor(
		private readonly layers: readonly RetryPolicy[],
		private readonly waits: readonly Wait[],
		private readonly uniform: Uniform,
	) {
		assert(waits.length > 0, 'who never tries again is found in no back-off');
		this.delays = layers.map(({ delay }) => compileDelay(delay));
		this.ofLayer = layers.map((_, layer) => waits.filter((wait) => wait.layer === layer));
		const takesTime = waits.some(({ times, meanUs }) => times * meanUs > 0);
		let sum = 0;
		this.upTo = waits.map(({ times, meanUs }) => {
			sum += takesTime ? times * meanUs : 1;
			return sum;
		});
	}

	/**
	 * Draws the back-off of a request and notes how far its layers have come.
	 * @returns the layer that waits, and what is left of its wait in whole us
	 */
	draw(requests: Requests, request: number): { layer: number; leftUs: number } {
		const index = find(this.upTo, this.uniform());
		const { layer, retry } = this.waits[index];
		const { us, upTo } = this.lengthsOf(index);
		const lengthUs = us[find(upTo, this.uniform())];
		let sent = 0;
		let perTry = 1;
		for (let k = 0; k < this.layers.length; k++) {
			const at = request * requests.layers + k;
			// The retry that is waited for is counted already, as `RetryDecisions.decide` does; inner layers begin anew with it.
			if (k === layer) requests.tries[at] = retry + 1;
			else if (k > layer) requests.tries[at] = this.triesOf(k);
			if (k >= layer) sent += (requests.tries[at] - 1) * perTry;
			perTry *= this.ofLayer[k].length + 1;
		}
		requests.memory[request * requests.layers + layer] = this.delays[layer].remember(
			retry,
			0.5,
			0,
			Math.floor(lengthUs + 0.5),
		);
		requests.sent[request] = Math.min(sent, MOST_SENT);
		return { layer, leftUs: Math.floor(lengthUs * this.uniform() + 0.5) };
	}

	/** Tries that a layer outside of the one that waits has made so far, the present one included. */
	private triesOf(layer: number): number {
		const retries = this.ofLayer[layer];
		if (retries.length === 0) return 1;
		let sum = retries[0].calls;
		return 1 + find([sum, ...retries.map(({ times }) => (sum += times))], this.uniform());
	}

	private lengthsOf(index: number) {
		const known = this.lengths[index];
		if (known !== undefined) return known;
		const { layer, retry, previousUs } = this.waits[index];
		const us = Float64Array.from({ length: MIDPOINTS }, (_, k) =>
			this.delays[layer].delayUs(retry, (k + 0.5) / MIDPOINTS, previousUs, CAUSE.timeout),
		);
		let sum = 0;
		const upTo = us.map((length) => {
			sum += length;
			return sum;
		});
		const made = { us, upTo };
		this.lengths[index] = made;
		return made;
	}
}

/** Index whose part of the running sums holds this share of the last one. */
function find(upTo: ArrayLike<number>, share: number): number {
	const target = share * upTo[upTo.length - 1];
	let low = 0;
	let high = upTo.length - 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (upTo[middle] > target) high = middle;
		else low = middle + 1;
	}
	return low;
}
