/**
 * The client's own gate (MODEL sections 1, 2 and 5): limiter and breaker, passed at every send. They are asked without
 * side effects first, and charged together once they agree.
 */
import type { RetryPolicy } from '../../../../src/model/retry/policy.js';
import type { Booking } from '../agenda.js';
import type { Guards } from '../guards/by-scope.js';
import type { Run } from '../run.js';

export type KeptBackBy = 'suppressed' | 'open';

export interface Passage {
	begin(): void;
	/** who waits at the gate gives up */
	leave(): void;
}

/** A breaker outside of the retry is asked by whole calls only. */
export const isOutside = ({ breaker }: RetryPolicy): boolean =>
	breaker !== null && breaker.kind !== 'consecutive-ejection' && !breaker.inside;

/** A limiter may stand before retries alone. */
const limits = ({ limiter }: RetryPolicy, isRetry: boolean): boolean =>
	limiter !== null && (limiter.kind !== 'token-bucket' || limiter.appliesTo === 'tries' || isRetry);

/** Who would keep a try back now: a question without effect. */
function keptBackBy(policy: RetryPolicy, { limiter, breaker }: Guards, isRetry: boolean): KeptBackBy | null {
	if (limits(policy, isRetry) && limiter?.wouldDeny()) return 'suppressed';
	const consultsBreaker = breaker !== null && !(isOutside(policy) && isRetry);
	return consultsBreaker && !breaker.allows() ? 'open' : null;
}

/**
 * @param goes is told when the try goes, and whether it holds a permit of the limiter
 * @param onKeptBack is told when it is kept back
 */
export function newPassage(
	{ agenda, waiting }: Pick<Run, 'agenda' | 'waiting'>,
	policy: RetryPolicy,
	guards: Guards,
	isRetry: boolean,
	goes: (limited: boolean) => void,
	onKeptBack: (by: KeptBackBy) => void,
): Passage {
	const limiter = limits(policy, isRetry) ? guards.limiter : null;
	const breaker = isOutside(policy) && isRetry ? null : guards.breaker;
	let booking: Booking | null = null;
	let leaveLine = (): void => {};
	let waits = false;

	function keepBack(by: KeptBackBy) {
		if (by === 'open') breaker?.refused();
		onKeptBack(by);
	}
	function begin() {
		const by = keptBackBy(policy, guards, isRetry);
		if (by !== null) return keepBack(by);
		if (limiter === null) return pass();
		const verdict = limiter.ask(isCalled);
		switch (verdict.kind) {
			case 'go':
				return pass();
			case 'deny':
				return keepBack('suppressed');
			case 'wait':
				return later(verdict.us, pass);
			case 'ask-again':
				return later(verdict.us, begin);
			case 'queue':
				leaveLine = () => limiter.left(isCalled);
				startToWait();
		}
	}
	function pass() {
		if (breaker !== null && !breaker.allows()) {
			limiter?.released();
			return keepBack('open');
		}
		breaker?.sent();
		goes(limiter !== null);
	}
	/** The limiter lets the oldest of its line go. */
	function isCalled() {
		leaveLine = () => limiter?.released();
		later(0, pass);
	}
	function later(us: number, then: () => void) {
		startToWait();
		booking = agenda.book(agenda.nowUs + us, 'client', () => {
			stopToWait();
			then();
		});
	}
	/** Who waits at the gate counts among the clients in back-off. */
	function startToWait() {
		if (!waits) waiting.enter();
		waits = true;
	}
	function stopToWait() {
		if (waits) waiting.leave();
		waits = false;
	}
	return {
		begin,
		leave() {
			if (booking !== null) booking.off = true;
			stopToWait();
			leaveLine();
		},
	};
}
