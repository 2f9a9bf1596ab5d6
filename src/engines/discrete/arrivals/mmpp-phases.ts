/**
 * The phases of bursty traffic (MMPP), common to all sources: a path that is drawn as far as somebody asks, on a stream
 * of its own. The first phase comes from the stationary law.
 */
import type { Streams } from '../../../kernel/random.js';
import type { ArrivalLaw } from '../../../model/traffic.js';
import { stationary } from '../../../model/traffic.js';

type Mmpp = Extract<ArrivalLaw, { kind: 'mmpp' }>;

export class MmppPhases {
	private readonly untilNs: number[] = [];
	private readonly phase: number[] = [];
	private readonly uniform: () => number;

	constructor(
		private readonly law: Mmpp,
		streams: Streams,
	) {
		this.uniform = streams.uniform('phases');
		const u = this.uniform();
		let cumulative = 0;
		const shares = stationary(law.switchPerSecond);
		const first = shares.findIndex((share) => {
			cumulative += share;
			return u < cumulative;
		});
		this.push(first === -1 ? shares.length - 1 : first, 0);
	}

	/** End of the k-th stretch of the path, whole ns; Infinity when the phase is never left. */
	endNs(k: number): number {
		while (this.untilNs.length <= k) {
			const last = this.phase.length - 1;
			this.push((this.phase[last] + 1) % this.law.ratesPerSecond.length, this.untilNs[last]);
		}
		return this.untilNs[k];
	}

	/** Requests per second in the k-th stretch. */
	rate(k: number): number {
		this.endNs(k);
		return this.law.ratesPerSecond[this.phase[k]];
	}

	private push(phase: number, fromNs: number): void {
		const leave = this.law.switchPerSecond[phase];
		const stay = -Math.log(1 - this.uniform()) / leave;
		this.phase.push(phase);
		this.untilNs.push(leave === 0 ? Number.POSITIVE_INFINITY : fromNs + Math.ceil(stay * 1e9));
	}
}
