// HOT PATH: runs once per event; allocates nothing.
/**
 * The client side of a run, put together once: how requests are born (`newRequests`), sent and tried again (`sends`,
 * `sender`, `hedging`), waited for (`waits`) and ended (`lifecycle`). Each part holds the parts it needs, and none holds
 * the clients. The loop calls what an event is for; the edge calls `waits` (`Edge.connect` closes that circle).
 * Parts cost time against the one class chain that they replaced: storm C of `test/bench` takes 4 to 9 % more processor time.
 */
import type { RetryLayers } from '../retries/retry-layers.js';
import { AttemptSender } from './attempt-sender.js';
import { AttemptWaits } from './attempt-waits.js';
import type { ClientDeps } from './client-deps.js';
import { GuardedSends } from './guarded-sends.js';
import { hedgesOf } from './hedged-calls.js';
import { HedgedSends } from './hedged-sends.js';
import { LookaheadClients } from './lookahead-clients.js';
import { NewRequests } from './new-requests.js';
import { NodeChoice } from './node-choice.js';
import { RequestLifecycle } from './request-lifecycle.js';
import { RunLimits } from './run-limits.js';
import { SourceLaws } from './source-laws.js';

export class Clients {
	readonly laws: SourceLaws;
	readonly limits: RunLimits;
	readonly lifecycle: RequestLifecycle;
	readonly choice: NodeChoice;
	readonly sender: AttemptSender;
	readonly sends: GuardedSends;
	readonly newRequests: NewRequests;
	readonly waits: AttemptWaits;
	/** null where nobody hedges */
	readonly hedging: HedgedSends | null;
	/** null where stays are not known ahead */
	private readonly ahead: LookaheadClients | null;

	constructor(deps: ClientDeps) {
		const { world, requests, lookahead } = deps;
		const hedges = hedgesOf(world, requests);
		const laws = new SourceLaws(deps);
		const limits = new RunLimits(world, requests, lookahead);
		const lifecycle = new RequestLifecycle(deps, laws, limits, hedges);
		const choice = new NodeChoice(deps, laws);
		const ahead = lookahead === null ? null : new LookaheadClients(lookahead, deps, laws, limits, lifecycle);
		const parts = { laws, limits, lifecycle, choice, hedges, ahead };
		this.laws = laws;
		this.limits = limits;
		this.lifecycle = lifecycle;
		this.choice = choice;
		this.ahead = ahead;
		this.sender = new AttemptSender(deps, parts);
		this.sends = new GuardedSends(deps, parts, this.sender);
		this.newRequests = new NewRequests(deps, parts, this.sender, this.sends);
		this.hedging = hedges === null ? null : new HedgedSends(hedges, deps, parts, this.sends);
		const { newRequests, hedging } = this;
		this.waits = new AttemptWaits(deps, { laws, lifecycle, newRequests, hedging });
	}

	get layers(): RetryLayers {
		return this.laws.layers;
	}

	/** A timeout of constant length ends: of an attempt that is waited for, or of a request where stays are known ahead. */
	ringEnds(row: number, nowUs: number): void {
		if (this.ahead === null) this.waits.timedOut(row, nowUs);
		else this.ahead.timedOut(row, nowUs);
	}

	/** The next copy of a hedged call has its turn. */
	copyDue(request: number, stamp: number, nowUs: number): void {
		if (this.hedging !== null) this.hedging.copyDue(request, stamp, nowUs);
	}
}
