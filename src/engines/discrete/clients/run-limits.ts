// HOT PATH: runs once per send; allocates nothing.
/** The limits on what the clients of a run hold and send: the run stops where one is passed. */
import type { World } from '../../../model/world.js';
import { BEFORE_RUN_US } from '../../engine.js';
import type { FifoLookahead } from '../nodes/lookahead/fifo-lookahead.js';
import type { Requests } from '../tables/requests.js';

export class RunLimits {
	/** the limit that was passed, or '' */
	passedLimit: '' | 'inFlight' | 'attemptsPerInstant' = '';
	halted = false;
	private readonly maxInFlight: number;
	private readonly maxPerInstant: number;
	/** [0]: instant of the newest send */
	private readonly lastSendUs = new Float64Array([BEFORE_RUN_US]);
	private sentAtInstant = 0;

	constructor(
		{ limits }: World,
		private readonly requests: Requests,
		private readonly lookahead: FifoLookahead | null,
	) {
		this.maxInFlight = limits.inFlight;
		this.maxPerInstant = limits.attemptsPerInstant;
	}

	/** A request more is in flight. */
	watchInFlight(nowUs: number): void {
		const { requests, lookahead } = this;
		if (requests.live + (lookahead === null ? 0 : lookahead.openAtMost) <= this.maxInFlight) return;
		// Requests whose answers are known ahead have no row, but they are in flight.
		if (requests.live + (lookahead === null ? 0 : lookahead.openAt(nowUs)) > this.maxInFlight) this.halt('inFlight');
	}

	/** An immediate unlimited retry never moves the clock: sends at one instant are bounded. */
	watchRunaway(nowUs: number): void {
		if (this.lastSendUs[0] !== nowUs) {
			this.lastSendUs[0] = nowUs;
			this.sentAtInstant = 0;
		}
		if (++this.sentAtInstant > this.maxPerInstant) this.halt('attemptsPerInstant');
	}

	private halt(limit: 'inFlight' | 'attemptsPerInstant'): void {
		this.passedLimit = limit;
		this.halted = true;
	}
}
