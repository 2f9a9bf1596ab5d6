/** One attempt, from its send to its answer, its timeout, or the end of whoever wanted it (MODEL sections 1, 2 and 9). */

import type { Booking } from '../agenda.js';
import type { Answer, Attempt, Failure, Request } from '../attempt.js';
import { draw } from '../laws.js';
import type { ClientOutcome } from '../ledgers.js';
import type { Run } from '../run.js';
import type { Client } from './client.js';
import type { Step, StopsFor } from './layer.js';

export const TIMED_OUT: Failure = { kind: 'timeout', cause: 'timeout', retryAfterUs: null };

/**
 * @param tryTimeoutUs what the layer grants one try, beside the population's own timeout
 * @param staysOut asked at the timeout: whether it is left running, and still waited for
 */
export function newAttempt(
	run: Run,
	client: Client,
	request: Request,
	tryTimeoutUs: number,
	done: (answer: Answer) => void,
	staysOut: () => boolean = () => false,
): Step {
	const { agenda, world, ledgers, network, chance, routing } = run;
	const population = world.populations[request.population];
	let attempt: Attempt | null = null;
	let timer: Booking | null = null;

	function begin() {
		const state = client.of(request);
		request.sent += 1;
		countSend();
		const own =
			population.timeoutClock === 'per-attempt' && population.timeout !== null
				? draw(population.timeout, chance)
				: Number.POSITIVE_INFINITY;
		const timeoutUs = Math.min(tryTimeoutUs, own);
		attempt = {
			...{ request, number: request.sent, sentUs: agenda.nowUs, uniform: chance(), answer },
			deadlineUs: Math.min(agenda.nowUs + timeoutUs, state.wholeUntilUs),
			node: routing.choose(request, state.plan.target, state.previous),
			...{ outcome: null, serverOutcome: null, place: 'on its way', cancelled: false, outstanding: false },
		};
		state.previous = attempt.node;
		if (timeoutUs < Number.POSITIVE_INFINITY) timer = agenda.book(agenda.nowUs + timeoutUs, 'timeout', onTimeout);
		network.send(attempt);
	}
	function countSend() {
		const number = request.sent;
		ledgers.add('attempts');
		if (number === 1) return ledgers.add('first_attempts');
		ledgers.add(`attempts_${number < 8 ? number : '8_up'}`);
		// Layers as their author wrote them: a limit on a whole call is none (MODEL section 14).
		const upTo = world.populations[request.population].layers.slice(0, client.of(request).plan.layer + 1);
		ledgers.add(`retries_layer_${Math.max(1, upTo.filter(({ isLimit }) => !isLimit).length)}`);
	}
	function enter(outcome: ClientOutcome, hasFailed = outcome !== 'ok') {
		if (attempt === null) return;
		if (timer !== null) timer.off = true;
		network.enterOutcome(attempt, outcome);
		if (!hasFailed) return;
		request.stumbled = true;
		if (attempt.number === 1) client.firstFailed(request);
	}
	function answer(of: Answer) {
		if (attempt?.outcome === null && of.kind !== 'suppressed') {
			enter(of.kind);
			done(of);
		} else if (of.kind === 'ok' && population.lateAnswer === 'accept' && request.state === 'open') {
			client.succeedLate(request);
		}
	}
	function stop(why: StopsFor) {
		if (attempt === null || attempt.outcome !== null) return;
		// A copy that lost the race has not failed.
		const isBeaten = why === 'beaten' || why === 'beaten and left';
		enter(isBeaten ? 'cancelled' : why, !isBeaten);
		if (why !== 'beaten and left') network.cancel(attempt);
	}
	function onTimeout() {
		if (staysOut()) return;
		stop('timeout');
		done(TIMED_OUT);
	}
	return { begin, stop };
}
