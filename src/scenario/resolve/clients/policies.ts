/** One layer of retries as the model has it; a limit on its whole call is a layer of its own around it. */
import { MAX_DURATION_US } from '../../../kernel/units.js';
import { NO_DELAY } from '../../../model/retry/backoff/backoff.js';
import { CAUSES, causeMask } from '../../../model/retry/cause.js';
import type { HedgeLaw } from '../../../model/retry/hedge.js';
import { failureMask } from '../../../model/retry/outcome-causes.js';
import type { RetryPolicy } from '../../../model/retry/policy.js';
import type { RetryAfterLaw } from '../../../model/retry/retry-after.js';
import type { Path } from '../../document/yaml-source.js';
import { type HedgeFields, type PolicyFields, RETRYABLE, type RetryAfterFields } from '../../schema/policies.js';
import type { ResolveContext } from '../context.js';
import { buildDelay } from './backoff.js';
import { buildBreaker, buildBudget, buildLimiter, byCause, maskOf } from './client-guards.js';

/** One attempt: what a client without retries has instead of a stack. */
export const NO_RETRIES: RetryPolicy = {
	name: 'none',
	isLimit: false,
	marked: true,
	attempts: 1,
	attemptsFor: [],
	on: RETRYABLE,
	methods: null,
	networkMethods: null,
	probability: 1,
	delay: NO_DELAY,
	retryAfter: null,
	target: 'repick',
	timeout: null,
	lastTryUs: null,
	budget: null,
	limiter: null,
	breaker: null,
	hedge: null,
};

/** The policy, and around it the limit on its whole call where that cuts off what runs. */
export function buildPolicy(draft: ResolveContext, name: string, policy: PolicyFields, path: Path): RetryPolicy[] {
	const { overall } = policy;
	const layer = layerOf(draft, name, policy, path);
	if (overall === undefined || overall.checked === 'before-try') return [layer];
	const limit: RetryPolicy = {
		...NO_RETRIES,
		name: `${name}-overall`,
		isLimit: true,
		timeout: { kind: 'constant', us: overall.after },
	};
	return [layer, limit];
}

function layerOf(draft: ResolveContext, name: string, policy: PolicyFields, path: Path): RetryPolicy {
	const { marked, attempts, on, probability, target, timeout, overall, backoff, budget, limiter, breaker } = policy;
	if (target === 'next-region') checkFailover(draft, [...path, 'target']);
	return {
		name,
		isLimit: false,
		marked,
		attempts,
		attemptsFor: byCause(policy.attemptsFor).map(({ causes, value }) => ({ causes, attempts: value })),
		on,
		methods: policy.methods === undefined ? null : policy.methods,
		networkMethods: policy.networkMethods === undefined ? null : policy.networkMethods,
		probability,
		delay: buildDelay(backoff),
		retryAfter: policy.retryAfter === undefined ? null : retryAfterOf(policy.retryAfter),
		target,
		timeout: timeout === undefined ? null : timeout,
		lastTryUs: overall === undefined ? null : overall.after,
		budget: budget === undefined ? null : buildBudget(budget, draft.problems, [...path, 'budget']),
		limiter: limiter === undefined ? null : buildLimiter(limiter),
		breaker: breaker === undefined ? null : buildBreaker(breaker),
		hedge: policy.hedge === undefined ? null : hedgeOf(policy.hedge, on),
	};
}

function checkFailover({ doc, problems }: ResolveContext, path: Path): void {
	if (Object.values(doc.regions ?? {}).some((region) => region.failover.length > 0)) return;
	problems.error(
		path,
		'found next-region, but no region says which is next; regions: { a: { failover: [b] } } would do',
		[['regions']],
	);
}

function retryAfterOf(written: RetryAfterFields): RetryAfterLaw {
	const { mode, on, cap, over, slack, needed, opensUpTo, scale, offset } = written;
	return {
		mode,
		causes: on === undefined ? causeMask(CAUSES) : maskOf(on),
		maxUs: cap === undefined ? MAX_DURATION_US : cap,
		over,
		slackUs: slack,
		needed: needed === undefined ? 0 : maskOf(needed),
		gateUs: opensUpTo === undefined ? Number.POSITIVE_INFINITY : opensUpTo,
		scale,
		offsetUs: offset,
	};
}

function hedgeOf(
	{ kind, delay, percentile, refresh, total, on, onFailure, losers }: HedgeFields,
	retried: RetryPolicy['on'],
): HedgeLaw {
	const when = {
		'fixed-delay': { kind: 'fixed-delay', delayUs: delay },
		percentile: { kind: 'percentile', p: percentile, leastUs: delay, refreshUs: refresh },
		'on-per-try-timeout': { kind: 'on-per-try-timeout' },
	} as const;
	return { when: when[kind], total, goesOn: on === undefined ? failureMask(retried) : maskOf(on), onFailure, losers };
}
