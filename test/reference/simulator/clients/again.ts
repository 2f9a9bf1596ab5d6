/**
 * Whether there is another try, and after how long (MODEL section 1, step 10, and section 5). The budget is asked here;
 * limiter and breaker are passed at the send, for what they say before the back-off says nothing of the time after it.
 */
import type { RetryPolicy } from '../../../../src/model/retry/policy.js';
import type { Failure, Request } from '../attempt.js';
import { happens } from '../chance.js';
import type { Guards } from '../guards/by-scope.js';
import { drawExactly } from '../laws.js';
import type { Run } from '../run.js';
import { isIn, mayBeRetried, numberOf } from './causes.js';
import type { Client } from './client.js';
import { delayUs, type Memory } from './delays.js';
import { waitAfter } from './retry-after.js';

export type Decision =
	| { readonly kind: 'again'; readonly waitUs: number }
	| { readonly kind: 'give-up' }
	| { readonly kind: 'too-late' };
const GIVE_UP: Decision = { kind: 'give-up' };

/** What a call knows when one of its tries has failed. */
export interface RetryContext {
	readonly policy: RetryPolicy;
	readonly guards: Guards;
	readonly request: Request;
	readonly depth: number;
	/** sends and suppressed sends of the layer so far */
	readonly tries: number;
	readonly beganUs: number;
	readonly memory: Memory;
}

export function decide(run: Run, client: Client, context: RetryContext, failure: Failure): Decision {
	const { agenda, world, ledgers, chance } = run;
	const { policy, guards, request, tries } = context;
	if (!mayBeRetried(policy, failure, world.classes[request.requestClass])) return GIVE_UP;
	const special = policy.attemptsFor.find(({ causes }) => isIn(causes, failure.cause));
	if (tries >= (special === undefined ? policy.attempts : special.attempts)) return GIVE_UP;
	if (!happens(policy.probability, chance)) return GIVE_UP;
	const waitUs = wait(run, client, context, failure);
	if (waitUs === null || waitUs === Number.POSITIVE_INFINITY) return GIVE_UP;
	if (guards.budget !== null && !isCheckedLater(policy) && !guards.budget.allows(failure.cause)) {
		ledgers.add('suppressed');
		return GIVE_UP;
	}
	const startUs = agenda.nowUs + waitUs;
	if (startUs >= client.of(request).wholeUntilUs) return { kind: 'too-late' };
	if (startUs >= client.of(request).patientUntilUs) return GIVE_UP;
	if (policy.lastTryUs !== null && startUs - context.beganUs >= policy.lastTryUs) return GIVE_UP;
	return { kind: 'again', waitUs };
}

/** Some budgets are asked where the retry would go out. */
export const isCheckedLater = ({ budget }: RetryPolicy): boolean =>
	budget !== null && 'checked' in budget && budget.checked === 'after-backoff';

/** The back-off and what a Retry-After makes of it; null: no retry. */
function wait(
	{ chance }: Run,
	client: Client,
	{ policy, request, depth, tries, memory }: RetryContext,
	{ cause, retryAfterUs }: Failure,
): number | null {
	const u = policy.delay.perClient ? client.ownLuck(request, depth) : chance();
	const us = delayUs(policy.delay, tries, numberOf(cause), memory, u, (law) => drawExactly(law, chance));
	const after = policy.retryAfter === null ? us : waitAfter(policy.retryAfter, us, retryAfterUs, numberOf(cause), u);
	return after === null ? null : Math.round(after);
}
