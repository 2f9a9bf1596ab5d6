/**
 * A hedged try (src/model/retry/hedge.ts and MODEL sections 1 and 14): further copies while the first is out; the first
 * answer wins. A copy passes the gate and pays the budget as a retry does.
 */
import type { RetryPolicy } from '../../../../src/model/retry/policy.js';
import type { Booking } from '../agenda.js';
import type { Answer, Failure, Request } from '../attempt.js';
import type { Guards } from '../guards/by-scope.js';
import type { Run } from '../run.js';
import { isIn } from './causes.js';
import type { Client } from './client.js';
import { newPassage } from './gate.js';
import type { Step, StopsFor } from './layer.js';
import { newAttempt } from './sending.js';

/** @param of the layer's policy and guards, and what a copy is granted */
export function newHedgedTry(
	run: Run,
	client: Client,
	request: Request,
	{ policy, guards, timeoutUs }: { policy: RetryPolicy; guards: Guards; timeoutUs: number },
	done: (answer: Answer) => void,
): Step {
	const { agenda, ledgers } = run;
	const { hedge } = policy;
	if (hedge === null || hedge.when.kind === 'percentile')
		throw new Error('the reference hedges by the clock and on timeouts only');
	const { when, total, goesOn, onFailure, losers } = hedge;
	const { budget, limiter, breaker } = guards;
	const out = new Set<Step>();
	let copies = 0;
	let over = false;
	let clock: Booking | null = null;

	function send() {
		copies += 1;
		const sentUs = agenda.nowUs;
		const isFirst = copies === 1;
		const onEnd = (answer: Answer): void => {
			out.delete(copy);
			if (!isFirst) leave(answer, sentUs);
			onAnswer(answer);
		};
		const copy = newAttempt(run, client, request, timeoutUs, onEnd, staysOut);
		out.add(copy);
		copy.begin();
		bookNext();
	}
	/** A copy passes its timeout: with `on-per-try-timeout` the next one goes beside it, while there is a next one. */
	function staysOut(): boolean {
		if (when.kind !== 'on-per-try-timeout' || copies >= total) return false;
		agenda.book(agenda.nowUs, 'client', () => further('timeout'));
		return true;
	}
	/** What the guards of the layer are told of a further copy; of the first the layer itself tells them. */
	function leave(answer: Answer, sentUs: number) {
		budget?.flying(-1);
		budget?.released();
		limiter?.released();
		limiter?.answered(answer.kind === 'ok' ? null : answer.cause);
		breaker?.answered(answer.kind === 'ok', agenda.nowUs - sentUs);
	}
	function bookNext() {
		if (clock !== null) clock.off = true;
		clock = null;
		if (when.kind === 'fixed-delay' && copies < total)
			clock = agenda.book(agenda.nowUs + when.delayUs, 'client', () => further('timeout'));
	}
	function further(cause: Failure['cause']) {
		if (over || copies >= total) return;
		if (budget !== null && !budget.allows(cause)) {
			ledgers.add('suppressed');
			return;
		}
		const goes = (): void => {
			budget?.charge(cause);
			budget?.flying(1);
			client.of(request).plan = { layer: 0, target: policy.target };
			send();
		};
		newPassage(run, policy, guards, true, goes, () => ledgers.add('suppressed')).begin();
	}
	function onAnswer(answer: Answer) {
		if (answer.kind === 'ok' || !isIn(goesOn, answer.cause)) return end(answer);
		const goesAtOnce = copies < total && (onFailure === 'next' || out.size === 0);
		if (goesAtOnce) {
			if (clock !== null) clock.off = true;
			agenda.book(agenda.nowUs, 'client', () => {
				further(answer.cause);
				if (out.size === 0) end(answer);
			});
		} else if (out.size === 0) end(answer);
	}
	function end(answer: Answer) {
		if (over) return;
		stop(losers === 'leave' ? 'beaten and left' : 'beaten');
		done(answer);
	}
	function stop(why: StopsFor) {
		over = true;
		if (clock !== null) clock.off = true;
		for (const copy of out) copy.stop(why);
		out.clear();
	}
	return { begin: send, stop };
}
