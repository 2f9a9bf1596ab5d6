/** One retry layer of a population, compiled: what it tries again, how often, and after how long. */
import type { Uniform } from '../../../kernel/random.js';
import { type CompiledDelay, compileDelay } from '../../../model/retry/backoff/backoff.js';
import { failureMask, type OutcomeCauses, writtenOut } from '../../../model/retry/outcome-causes.js';
import type { Retryable, RetryPolicy } from '../../../model/retry/policy.js';
import { waitUs } from '../../../model/retry/retry-after.js';
import type { RequestClass } from '../../../model/world.js';
import type { LayerGuards } from './layer-guards.js';
import type { PoolIndex } from './pool-index.js';
import { TokenBuckets } from './token-buckets.js';

/** No retry is made. */
export const NO_RETRY = -1;

const NETWORK: readonly Retryable[] = ['refused', 'reset', 'timeout'];
const OWN: readonly Retryable[] = ['suppressed', 'open'];

export interface CompiledLayerDeps {
	readonly classes: readonly RequestClass[];
	/** clients of the population */
	readonly instances: number;
	/** nodes of each (region, platform) */
	readonly pools: PoolIndex;
	readonly causes: OutcomeCauses;
}

export class CompiledLayer {
	/** causes that are tried again, as a mask, by class of the request: some policies look at its method */
	readonly on: Int32Array;
	readonly delay: CompiledDelay;
	/** of `delay`, at hand */
	readonly delayUs: CompiledDelay['delayUs'];
	readonly draws: boolean;
	readonly remembers: boolean;
	readonly attempts: number;
	readonly probability: number;
	readonly lastTryUs: number;
	/** nothing but outcome, tries, probability and its bucket decide on a retry, and nothing but its back-off on the wait */
	readonly simple: boolean;
	/** the plain bucket fed by traffic; budgets of real clients are among the guards */
	readonly bucket: TokenBuckets | null;
	/** by instance, where each draws once and for all */
	private readonly uniformOf: Map<number, number> | null;

	constructor(
		readonly policy: RetryPolicy,
		readonly guards: LayerGuards | null,
		{ classes, instances, pools, causes }: CompiledLayerDeps,
	) {
		const { budget, delay, lastTryUs } = policy;
		this.on = Int32Array.from(classes, (requestClass) => maskFor(policy, requestClass, causes));
		this.delay = compileDelay(delay);
		this.delayUs = this.delay.delayUs;
		this.draws = this.delay.draws;
		this.remembers = this.delay.remembers;
		this.attempts = policy.target === 'next-node' ? roundOf(policy, pools.longest) : policy.attempts;
		this.probability = policy.probability;
		this.lastTryUs = lastTryUs === null ? Number.POSITIVE_INFINITY : lastTryUs;
		this.bucket = budget?.kind === 'ratio-bucket' ? new TokenBuckets(budget, instances, pools.pools.length) : null;
		const { attemptsFor, retryAfter } = policy;
		this.simple =
			guards === null && attemptsFor.length === 0 && retryAfter === null && lastTryUs === null && !delay.perClient;
		this.uniformOf = delay.perClient ? new Map() : null;
	}

	/** Sends that a call may make whose last failure had this cause. */
	attemptsAfter(cause: number): number {
		const { attemptsFor } = this.policy;
		if (attemptsFor.length === 0) return this.attempts;
		const other = attemptsFor.find(({ causes }) => (causes & (1 << cause)) !== 0);
		return other === undefined ? this.attempts : other.attempts;
	}

	/** The uniform that a delay is drawn by. */
	uniformFor(instance: number, draw: Uniform): number {
		if (!this.delay.draws && this.policy.retryAfter === null) return 0;
		if (this.uniformOf === null) return draw();
		const known = this.uniformOf.get(instance);
		if (known !== undefined) return known;
		const u = draw();
		this.uniformOf.set(instance, u);
		return u;
	}

	/**
	 * The wait before the retry, in whole us.
	 * @param delayUs of the back-off alone
	 * @param headerUs Retry-After of the failure, in us; null where it had none
	 * @returns NO_RETRY where there is none
	 */
	wait(delayUs: number, headerUs: number | null, cause: number, u: number): number {
		const { retryAfter } = this.policy;
		const us = retryAfter === null ? delayUs : waitUs(retryAfter, delayUs, headerUs, cause, u);
		return us === null || us === Number.POSITIVE_INFINITY ? NO_RETRY : Math.floor(us + 0.5);
	}
}

/** Without a limit of its own a walk from node to node ends when it has been at each: addresses of a name, peers of a proxy. */
function roundOf({ attempts }: RetryPolicy, longest: number): number {
	return Number.isFinite(attempts) ? attempts : longest;
}

function maskFor(
	{ on, methods, networkMethods }: RetryPolicy,
	{ method, idempotent }: RequestClass,
	causes: OutcomeCauses,
): number {
	const covers = (list: RetryPolicy['methods']): boolean =>
		list === null || (list === 'idempotent' ? idempotent : list.includes(method));
	const answers = covers(methods);
	const network = covers(networkMethods);
	const tried = on.filter((word) => OWN.includes(word) || (NETWORK.includes(word) ? network : answers));
	return writtenOut(failureMask(tried), causes);
}
