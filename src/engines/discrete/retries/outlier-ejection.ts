/**
 * Nodes that a population has taken out of its balancing because they failed too often in a row: one state for each of
 * its pools, since only a share of a pool's nodes may be out.
 */
import type { Uniform } from '../../../kernel/random.js';
import { type EjectionBreaker, type EjectionState, ejection } from '../../../model/retry/breakers/ejection.js';
import { type Cause, causeMask, inMask } from '../../../model/retry/cause.js';
import type { PoolIndex } from './pool-index.js';

/** What counts against a node: Envoy takes any other status, 429 too, for an answer of one that is well. */
const FAILURES: readonly Cause[] = ['500', '502', '503', '504', 'refused', 'reset', 'timeout'];
const AGAINST = causeMask(FAILURES);

export class Ejections {
	private readonly machine: ReturnType<typeof ejection>;
	/** by pool, made when first asked for */
	private readonly states = new Map<number, EjectionState>();

	constructor(
		private readonly law: EjectionBreaker,
		private readonly pools: PoolIndex,
		private readonly uniform: Uniform,
	) {
		this.machine = ejection(law);
	}

	get size(): number {
		return this.states.size;
	}

	allows(node: number, nowUs: number): boolean {
		return this.machine.allows(this.of(this.pools.poolOf[node]), this.pools.placeOf[node], nowUs);
	}

	/** All nodes of this one's pool are out, and none is sent to. */
	refuses(node: number, nowUs: number): boolean {
		return this.machine.refuses(this.of(this.pools.poolOf[node]), nowUs);
	}

	/** A node has answered, or failed to. @param cause null: it went well */
	answered(node: number, cause: number | null, nowUs: number): void {
		const pool = this.pools.poolOf[node];
		const ok = cause === null || !inMask(AGAINST, cause);
		const u = this.law.jitterUs > 0 ? this.uniform() : 0;
		this.states.set(pool, this.machine.answered(this.of(pool), this.pools.placeOf[node], ok, nowUs, u));
	}

	private of(pool: number): EjectionState {
		const known = this.states.get(pool);
		if (known !== undefined) return known;
		const fresh = this.machine.start(this.pools.pools[pool].length);
		this.states.set(pool, fresh);
		return fresh;
	}
}
