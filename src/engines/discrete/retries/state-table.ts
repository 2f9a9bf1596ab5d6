/**
 * States of a client's machine, one for each cell of its scope, made when first asked for: a population of ten thousand
 * instances costs memory for those that are in use.
 */
import type { Scope } from '../../../model/retry/state-scope.js';

export class StateTable<S> {
	private readonly states = new Map<number, S>();

	/** @param start the state of a cell that nobody has asked for yet */
	constructor(
		readonly scope: Scope,
		private readonly start: (nowUs: number) => S,
	) {}

	/** Cells in use. */
	get size(): number {
		return this.states.size;
	}

	cell(instance: number, pool: number): number {
		if (this.scope === 'population') return 0;
		return this.scope === 'instance' ? instance : pool;
	}

	get(cell: number, nowUs: number): S {
		const known = this.states.get(cell);
		if (known !== undefined) return known;
		const fresh = this.start(nowUs);
		this.states.set(cell, fresh);
		return fresh;
	}

	/** The state of a cell, where it is in use. */
	find(cell: number): S | undefined {
		return this.states.get(cell);
	}

	/** Two counts of every state in use, added up; null where states count nothing. */
	sums(counts: (state: S) => readonly [number, number] | null): readonly (number | null)[] {
		return [0, 1].map((k) =>
			[...this.states.values()].reduce<number | null>((sum, state) => {
				const counted = counts(state);
				return counted === null || sum === null ? null : sum + counted[k];
			}, 0),
		);
	}

	set(cell: number, state: S): void {
		this.states.set(cell, state);
	}
}
