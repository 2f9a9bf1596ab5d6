/**
 * The circuit breaker of one layer: one state for the population, for each instance, or for each (instance, node). The
 * breaker itself is a pure step function (`model/retry/breakers/`); outlier ejection, which looks at all nodes of a pool,
 * is in `outlier-ejection.ts`.
 */
import type { Uniform } from '../../../kernel/random.js';
import { breakerMachine, type SingleBreaker } from '../../../model/retry/breakers/breaker.js';
import type { BreakerMachine } from '../../../model/retry/breakers/breaker-machine.js';
import type { CallTable } from './call-table.js';
import type { GuardKey } from './guard-key.js';
import { StateTable } from './state-table.js';
import { TRY_END } from './try-end.js';

export class BreakerGuard {
	private readonly machine: BreakerMachine<unknown>;
	private readonly states: StateTable<unknown>;

	constructor(
		breaker: SingleBreaker,
		private readonly calls: CallTable,
		private readonly nodeCount: number,
		private readonly uniform: Uniform,
	) {
		const machine = breakerMachine(breaker);
		this.machine = machine;
		this.states = new StateTable('instance', (nowUs) => machine.start(nowUs));
	}

	/** States in use. */
	get size(): number {
		return this.states.size;
	}

	/** Every try counts and may be held back; otherwise only whole calls. */
	get isInsideRetry(): boolean {
		return this.machine.inside;
	}

	/** It has a say in which node a send goes to. */
	get choosesNodes(): boolean {
		return this.machine.scope === 'host';
	}

	/** Whether the balancing may choose this node; a question that changes nothing. */
	takesNode(key: GuardKey, nowUs: number): boolean {
		if (this.machine.scope !== 'host') return true;
		const known = this.states.find(this.cell(key));
		return known === undefined || this.machine.allows(known, nowUs);
	}

	/** Whether a send may pass; a breaker outside of the retry is asked for whole calls. */
	allows(key: GuardKey, isNewCall: boolean, nowUs: number): boolean {
		const { machine, states } = this;
		if (!(machine.inside || isNewCall)) return true;
		const cell = this.cell(key);
		const state = states.get(cell, nowUs);
		if (machine.allows(state, nowUs)) return true;
		states.set(cell, machine.refused(state, nowUs));
		return false;
	}

	/** A try goes out. */
	sent(at: number, key: GuardKey, isFirst: boolean, nowUs: number): void {
		const { machine, states, calls } = this;
		if (!(machine.inside || isFirst)) return;
		const cell = this.cell(key);
		calls.watched[at] = cell;
		calls.sinceUs[at] = nowUs;
		states.set(cell, machine.sent(states.get(cell, nowUs), nowUs));
	}

	/** What it watched has ended. @param end of TRY_END, or the cause of the failure */
	ended(at: number, end: number, nowUs: number): void {
		const { machine, states, calls } = this;
		const cell = calls.watched[at];
		const sinceUs = calls.sinceUs[at];
		if (end === TRY_END.abandoned) {
			states.set(cell, machine.left(states.get(cell, nowUs), sinceUs));
			return;
		}
		const u = machine.draws ? this.uniform() : 0;
		states.set(cell, machine.answered(states.get(cell, nowUs), end === TRY_END.ok, nowUs - sinceUs, nowUs, u));
	}

	private cell({ instance, node }: GuardKey): number {
		if (this.machine.scope === 'population') return 0;
		return this.machine.scope === 'host' ? instance * this.nodeCount + node : instance;
	}
}
