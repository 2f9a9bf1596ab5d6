/** One call of one retry layer (MODEL section 5): a gate, a try, a back-off, and so on until it ends well or gives up. */

import type { Answer, Failure, Request } from '../attempt.js';
import { draw } from '../laws.js';
import type { Run } from '../run.js';
import { decide, isCheckedLater, type RetryContext } from './again.js';
import { mayBeRetried } from './causes.js';
import type { Client } from './client.js';
import { isOutside, type KeptBackBy, newPassage } from './gate.js';
import { newHedgedTry } from './hedging.js';
import { newAttempt, TIMED_OUT } from './sending.js';

/** What ends a step from outside: a timeout, whoever wanted it, or a copy that was faster (and the node may not be told). */
export type StopsFor = 'timeout' | 'cancelled' | 'beaten' | 'beaten and left';

/** Something that begins, and can be stopped: then nobody hears of it any more. */
export interface Step {
	begin(): void;
	stop(why: StopsFor): void;
}

/** @param depth index of the layer, 0 the innermost: a try of it is an attempt, and of the others a call of the layer below */
export function newCall(
	run: Run,
	client: Client,
	request: Request,
	depth: number,
	done: (answer: Answer) => void,
): Step {
	const { agenda, world, ledgers, chance, waiting } = run;
	const policy = world.populations[request.population].layers[depth];
	const guards = client.guardsOf(request, depth);
	const { budget, limiter, breaker } = guards;
	const beganUs = agenda.nowUs;
	const memory = { value: null };
	let tries = 0;
	let lastCost = 0;
	/** a retry has been charged and is not over */
	let charged = false;
	/** what the call is doing */
	let now: Pick<Step, 'stop'> = { stop() {} };

	function nextTry() {
		tries += 1;
		const passage = newPassage(run, policy, guards, tries > 1, launch, keepBack);
		now = { stop: () => passage.leave() };
		passage.begin();
	}

	function launch(limited: boolean) {
		const sentUs = agenda.nowUs;
		const timeoutUs = policy.timeout === null ? Number.POSITIVE_INFINITY : draw(policy.timeout, chance);
		budget?.flying(1);
		const inner =
			depth > 0
				? newCall(run, client, request, depth - 1, end)
				: policy.hedge !== null
					? newHedgedTry(run, client, request, { policy, guards, timeoutUs }, end)
					: newAttempt(run, client, request, timeoutUs, end);
		const timer =
			depth === 0 || timeoutUs === Number.POSITIVE_INFINITY
				? null
				: agenda.book(agenda.nowUs + timeoutUs, 'timeout', () => {
						inner.stop('timeout');
						end(TIMED_OUT);
					});
		function leave() {
			if (timer !== null) timer.off = true;
			budget?.flying(-1);
			if (limited) limiter?.released();
		}
		function end(answer: Answer) {
			leave();
			limiter?.answered(answer.kind === 'ok' ? null : answer.cause);
			if (!isOutside(policy)) breaker?.answered(answer.kind === 'ok', agenda.nowUs - sentUs);
			budget?.answered(answer.kind === 'ok');
			if (answer.kind !== 'ok') budget?.failed(mayBeRetried(policy, answer, world.classes[request.requestClass]));
			release();
			tryEnded(answer);
		}
		now = {
			stop(why) {
				leave();
				inner.stop(why);
			},
		};
		inner.begin();
	}

	/** A suppressed send uses up an attempt, and is final unless the layer retries it. A breaker outside of the retry ends the call. */
	function keepBack(by: KeptBackBy) {
		const failure: Failure = { kind: 'suppressed', cause: by, retryAfterUs: null };
		ledgers.add('suppressed');
		request.stumbled = true;
		if (request.sent === 0) client.firstFailed(request);
		release();
		if (by === 'open' && isOutside(policy)) finish(failure);
		else tryEnded(failure);
	}

	function release() {
		if (charged) budget?.released();
		charged = false;
	}

	function tryEnded(answer: Answer) {
		now = { stop() {} };
		if (answer.kind === 'ok') return finish(answer);
		const context: RetryContext = { policy, guards, request, depth, tries, beganUs, memory };
		const decision = decide(run, client, context, answer);
		if (decision.kind === 'give-up') return finish(answer);
		if (decision.kind === 'too-late') return client.fail(request);
		if (!isCheckedLater(policy)) charge(answer);
		backOff(answer, decision.waitUs);
	}

	function charge({ cause }: Failure) {
		if (budget === null) return;
		budget.charge(cause);
		lastCost = budget.costOf(cause);
		charged = true;
	}

	function backOff(failure: Failure, waitUs: number) {
		waiting.enter();
		const booking = agenda.book(agenda.nowUs + waitUs, 'client', () => {
			waiting.leave();
			if (isCheckedLater(policy) && budget !== null) {
				if (!budget.allows(failure.cause)) {
					ledgers.add('suppressed');
					return finish(failure);
				}
				charge(failure);
			}
			client.of(request).plan = { layer: depth, target: policy.target };
			nextTry();
		});
		now = {
			stop() {
				booking.off = true;
				waiting.leave();
			},
		};
	}

	function finish(answer: Answer) {
		const ok = answer.kind === 'ok';
		const retryable = answer.kind !== 'ok' && mayBeRetried(policy, answer, world.classes[request.requestClass]);
		budget?.ended({ ok, retried: tries > 1, lastCost, retryable });
		if (isOutside(policy) && !(answer.kind === 'suppressed' && tries === 1))
			breaker?.answered(ok, agenda.nowUs - beganUs);
		done(answer);
	}

	return {
		begin() {
			budget?.called();
			nextTry();
		},
		stop(why) {
			now.stop(why);
			release();
		},
	};
}
