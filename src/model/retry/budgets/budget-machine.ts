/** The one face of all retry budgets: what a client's life tells them, and what they say about a retry. */
import type { Scope } from '../state-scope.js';

/** How a logical call ended. */
export interface CallEnd {
	readonly ok: boolean;
	/** it took more than one try */
	readonly retried: boolean;
	/** what its last retry cost; 0 where there was none */
	readonly lastCost: number;
	/** its failure is one that this policy tries again; false where it ended well */
	readonly retryable: boolean;
}

/** Pure steps over the state of one bucket; times in us, causes as integers of `cause.ts`. */
export interface BudgetMachine<S> {
	readonly scope: Scope;
	/** when it is asked: where the failure is looked at, or after the back-off, when the retry would go out */
	readonly checked: 'decision' | 'after-backoff';
	start(nowUs: number): S;
	/** what a retry after this failure takes, in the machine's tokens */
	costOf(cause: number): number;
	allows(s: S, cause: number, nowUs: number): boolean;
	/** a retry was decided: it now waits, or is in flight */
	charge(s: S, cause: number, nowUs: number): S;
	/** a retry that was charged has its answer, or was given up */
	released(s: S, nowUs: number): S;
	/** a call began */
	called(s: S, nowUs: number): S;
	/** one attempt failed, the first of a call included */
	failed(s: S, cause: number, retryable: boolean, nowUs: number): S;
	/** a call ended */
	ended(s: S, end: CallEnd, nowUs: number): S;
	/** attempts in flight became one more (1) or one fewer (-1), first tries included */
	inFlight(s: S, by: 1 | -1): S;
	/** what it counts as retries under way, and as attempts in flight; null where it counts neither */
	underWay(s: S): readonly [retries: number, inFlight: number] | null;
}

/** The steps that leave the state as it is; a machine writes over those that it has. */
export function unmoved<S>(): Pick<
	BudgetMachine<S>,
	'charge' | 'released' | 'called' | 'failed' | 'ended' | 'inFlight' | 'underWay'
> {
	const same = (s: S): S => s;
	return {
		...{ charge: same, released: same, called: same, failed: same, ended: same, inFlight: same },
		underWay: () => null,
	};
}
