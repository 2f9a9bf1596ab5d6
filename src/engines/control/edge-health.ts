/**
 * How well this edge serves at the moment, for monitors and tools that stand behind it: the share of attempts that failed
 * in the last ten seconds, by counts that are copied every second.
 */

import { SECOND } from '../../kernel/units.js';
import { type Metric, readMetric } from '../../model/gates/gate-metric.js';

const SPAN_S = 10;
const FAILING: Metric = {
	numerator: 'failures',
	accounting: 'all-attempts',
	retries: 'all',
	where: 'received',
	scope: 'global',
	windowUs: SPAN_S * SECOND,
	classes: null,
	slow: null,
};

export class EdgeHealth {
	/** the next instant at which it copies; Infinity: nothing asks for it */
	nextUs: number;
	readonly #count: () => Float64Array;
	readonly #copies: Float64Array[] = [];

	/** @param count everything counted so far, a fresh array each time */
	constructor(needed: boolean, count: () => Float64Array) {
		this.nextUs = needed ? 0 : Number.POSITIVE_INFINITY;
		this.#count = count;
	}

	run(nowUs: number): void {
		if (nowUs < this.nextUs) return;
		this.#copies.push(this.#count());
		if (this.#copies.length > SPAN_S + 1) this.#copies.shift();
		this.nextUs += SECOND;
	}

	/** The share of attempts that fail now, 0..1; 0 before anything was sent. */
	get failing(): number {
		const first = this.#copies[0];
		if (first === undefined) return 0;
		const { value } = readMetric(
			FAILING,
			this.#copies[this.#copies.length - 1].map((n, i) => n - first[i]),
		);
		return value === null ? 0 : Math.min(1, value);
	}
}
