/**
 * The way to a node and back (MODEL sections 1, 8, 9 and 14): a latency drawn afresh in each direction, times the node's
 * latency factor. Nothing crosses a partition. Here, too, each attempt gets its entries in the two ledgers.
 */
import type { Answer, Attempt } from './attempt.js';
import { draw } from './laws.js';
import type { ClientOutcome, ServerFate } from './ledgers.js';
import type { Run } from './run.js';

export interface Network {
	send(attempt: Attempt): void;
	/** An answer leaves the node; a service that went well is in time where the client still waits when it comes. */
	answer(attempt: Attempt, answer: Answer, serverOutcome: ServerFate | 'served'): void;
	/** No answer will ever come, and so the node does not owe one any more. */
	silent(attempt: Attempt, serverOutcome: ServerFate): void;
	cancel(attempt: Attempt): void;
	/** The client stops waiting, or has its answer. */
	enterOutcome(attempt: Attempt, outcome: ClientOutcome): void;
	enterFate(attempt: Attempt, serverOutcome: ServerFate): void;
	/** The node has no longer to answer it. */
	release(attempt: Attempt): void;
}

export function newNetwork({
	agenda,
	world,
	ledgers,
	chance,
}: Pick<Run, 'agenda' | 'world' | 'ledgers' | 'chance'>): Network {
	const travelUs = ({ node, request }: Attempt): number =>
		Math.round(draw(world.populations[request.population].latency, chance) * node.latencyFactor());

	const network: Network = {
		send(attempt) {
			attempt.outstanding = true;
			attempt.node.outstanding += 1;
			agenda.book(agenda.nowUs + travelUs(attempt), 'server', () => attempt.node.arrive(attempt));
		},
		answer(attempt, answer, serverOutcome) {
			network.release(attempt);
			if (serverOutcome !== 'served') network.enterFate(attempt, serverOutcome);
			const crosses = serverOutcome === 'never_arrived' || !attempt.node.isCutOff();
			if (!crosses) {
				if (serverOutcome === 'served') network.enterFate(attempt, 'served_late');
				return;
			}
			if (serverOutcome === 'served' && attempt.outcome !== null) network.enterFate(attempt, 'served_late');
			agenda.book(agenda.nowUs + travelUs(attempt), 'client', () => {
				if (attempt.serverOutcome === null)
					network.enterFate(attempt, attempt.outcome === null ? 'served_in_time' : 'served_late');
				attempt.answer(answer);
			});
		},
		silent(attempt, serverOutcome) {
			network.release(attempt);
			network.enterFate(attempt, serverOutcome);
		},
		cancel(attempt) {
			agenda.book(agenda.nowUs + travelUs(attempt), 'server', () => {
				if (!attempt.node.isCutOff()) attempt.node.cancel(attempt);
			});
		},
		enterOutcome(attempt, outcome) {
			attempt.outcome = outcome;
			ledgers.add(`outcome_${outcome}`);
		},
		enterFate(attempt, serverOutcome) {
			attempt.serverOutcome = serverOutcome;
			ledgers.add(`fate_${serverOutcome}`);
		},
		release(attempt) {
			if (attempt.outstanding) attempt.node.outstanding -= 1;
			attempt.outstanding = false;
		},
	};
	return network;
}
