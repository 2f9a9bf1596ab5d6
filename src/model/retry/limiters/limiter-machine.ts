/** The one face of what limits a client's own sends, first tries included. */
import type { Scope } from '../state-scope.js';

/** What a limiter says about a send. */
export interface LimiterDecision<S> {
	readonly state: S;
	/**
	 * go: now. wait: in `waitUs`, a place is kept. ask-again: nothing is kept, ask in `waitUs`. queue: it waits in line, the
	 * oldest goes when `released` says so. deny: it fails here, with the cause `suppressed`.
	 */
	readonly decision: 'go' | 'wait' | 'ask-again' | 'queue' | 'deny';
	readonly waitUs: number;
}

/** Pure steps over the state of one limiter; times in us, causes as integers of `cause.ts`. */
export interface LimiterMachine<S> {
	readonly scope: Scope;
	readonly appliesTo: 'tries' | 'retries';
	start(nowUs: number): S;
	/** @param u uniform in [0, 1), read only where `draws` */
	ask(s: S, nowUs: number, u: number): LimiterDecision<S>;
	readonly draws: boolean;
	/** a try has its answer: a cause, or null where it went well */
	answered(s: S, cause: number | null, nowUs: number): S;
	/** what was let through is over; true: the oldest queued send goes now */
	released(s: S): readonly [state: S, next: boolean];
	/** a queued send has given up: its place in the line is free */
	left(s: S): S;
	/** what was let go at `dueUs`, or told to wait until then, is not sent: what it took is there for others */
	unsent(s: S, dueUs: number): S;
	/** what it counts as let through and not over, and as queued; null where it counts neither */
	underWay(s: S): readonly [out: number, queued: number] | null;
}

/** The steps that leave the state as it is; a machine writes over those that it has. */
export function unmoved<S>(): Pick<
	LimiterMachine<S>,
	'draws' | 'answered' | 'released' | 'left' | 'unsent' | 'underWay'
> {
	return {
		draws: false,
		answered: (s) => s,
		released: (s) => [s, false],
		left: (s) => s,
		unsent: (s) => s,
		underWay: () => null,
	};
}

export const go = <S>(state: S): LimiterDecision<S> => ({ state, decision: 'go', waitUs: 0 });
export const deny = <S>(state: S): LimiterDecision<S> => ({ state, decision: 'deny', waitUs: 0 });
