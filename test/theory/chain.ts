/**
 * Stationary law of a Markov chain in continuous time, written as its moves: an answer that owes nothing to the engine.
 * It confirms the oracles, and says how far an answer moves when a rate is 2 % off.
 */

/** A state is a list of whole numbers; a move leads to another one at a rate per second. */
export type State = readonly number[];
export type Moves = (state: State) => readonly (readonly [to: State, rate: number])[];

export interface Solution {
	/** sum over states of probability x f(state) */
	readonly mean: (f: (state: State) => number) => number;
}

/**
 * Enumerates what can be reached from `start` and solves p Q = 0 by Gauss-Seidel sweeps, forth and back in turn.
 * @throws Error when it does not settle
 */
export function solve(start: State, moves: Moves): Solution {
	const states: State[] = [start];
	const index = new Map<string, number>([[start.join(), 0]]);
	const from: number[] = [];
	const to: number[] = [];
	const rates: number[] = [];
	const out: number[] = [];
	for (let i = 0; i < states.length; i++) {
		out[i] = 0;
		for (const [state, rate] of moves(states[i])) {
			if (rate === 0) continue;
			const key = state.join();
			let j = index.get(key);
			if (j === undefined) {
				j = states.length;
				index.set(key, j);
				states.push(state);
			}
			if (j === i) continue;
			from.push(i);
			to.push(j);
			rates.push(rate);
			out[i] += rate;
		}
	}
	const p = sweep(states.length, from, to, rates, out);
	return { mean: (f) => states.reduce((sum, state, i) => sum + p[i] * f(state), 0) };
}

function sweep(n: number, from: number[], to: number[], rates: number[], out: number[]): Float64Array {
	// Moves sorted by where they lead: state j receives from source[first[j]] ... source[first[j + 1] - 1].
	const first = new Int32Array(n + 1);
	for (const j of to) first[j + 1]++;
	for (let j = 0; j < n; j++) first[j + 1] += first[j];
	const at = first.slice();
	const source = new Int32Array(to.length);
	const rate = new Float64Array(to.length);
	to.forEach((j, k) => {
		source[at[j]] = from[k];
		rate[at[j]++] = rates[k];
	});
	const p = new Float64Array(n).fill(1 / n);
	for (let round = 0; round < 200_000; round++) {
		let change = 0;
		for (let k = 0; k < n; k++) {
			const j = round % 2 === 0 ? k : n - 1 - k;
			let flow = 0;
			for (let m = first[j]; m < first[j + 1]; m++) flow += p[source[m]] * rate[m];
			const next = flow / out[j];
			change += Math.abs(next - p[j]);
			p[j] = next;
		}
		const sum = p.reduce((a, b) => a + b, 0);
		for (let j = 0; j < n; j++) p[j] /= sum;
		if (change / sum < 1e-11) return p;
	}
	throw new Error(`a chain of ${n} states does not settle`);
}
