/** Why a try failed, as policies name it. Masks have bit i for the i-th word of this list (src/model/retry/cause.ts). */
import type { Cause } from '../../../../src/model/retry/cause.js';
import type { RetryPolicy } from '../../../../src/model/retry/policy.js';
import type { RequestClass } from '../../../../src/model/world.js';
import type { Failure } from '../attempt.js';

const CAUSES: readonly Cause[] = [
	'500',
	'502',
	'503',
	'504',
	'429',
	'refused',
	'reset',
	'timeout',
	'suppressed',
	'open',
];
const NETWORK: readonly Cause[] = ['refused', 'reset', 'timeout'];

export const numberOf = (cause: Cause): number => CAUSES.indexOf(cause);
export const isIn = (mask: number, cause: Cause): boolean => (mask & (1 << numberOf(cause))) !== 0;

/** An outcome word means every cause with that outcome: `refused` includes `reset` (MODEL section 14). */
export function mayBeRetried(
	{ on, methods, networkMethods }: RetryPolicy,
	{ kind, cause }: Failure,
	of: RequestClass,
): boolean {
	const named = on.some((word) => word === kind || word === cause);
	const only = NETWORK.includes(cause) ? networkMethods : methods;
	return named && (only === null || (only === 'idempotent' ? of.idempotent : only.includes(of.method)));
}
