/** Sends that do not happen take no node: which one the next send goes to, in worlds of two nodes with one worker each. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../../src/engine.js';
import { loadScenario } from '../../../../../src/scenario/load.js';
import { total } from '../../../../support/world-builder.js';

/** Requests at given instants; node 0 takes the first one and node 1 the second. */
function play(calls: readonly string[], retry: string, ...set: string[]) {
	const text = `
name: turns
duration: 10s
traffic: { instants: [${calls.join(', ')}] }
edge: { nodes: 2, workers: 1, queue: 0, service: 1s }
clients: { apps: { retry: ${retry} } }
`;
	const outcome = simulate(loadScenario(text, { file: 'turns.yaml', set }));
	return (measure: string): number => total(outcome, measure);
}

const bucket = (whenEmpty: string, rate: string, burst: number) =>
	`{ kind: token-bucket, rate: ${rate}, burst: ${burst}, whenEmpty: ${whenEmpty} }`;

describe('round-robin passes the turn on', () => {
	it('not by a first attempt that a limiter denies', () => {
		// The third request is denied; the fourth finds node 0 free at 1 s, and node 1 only at 1.1 s.
		const of = play(['0s', '100ms', '200ms', '1050ms'], `{ attempts: 1, limiter: ${bucket('deny', '1/s', 2)} }`);
		expect([of('attempts'), of('suppressed'), of('outcome_rejected')]).toEqual([3, 1, 0]);
	});

	it('not by one that waits: it chooses when it goes', () => {
		const of = play(['0s', '100ms', '200ms'], `{ attempts: 1, limiter: ${bucket('wait', '1/s', 2)} }`);
		expect([of('attempts'), of('outcome_rejected')]).toEqual([3, 0]);
	});

	it('not by a retry that a budget keeps back when its back-off ends', () => {
		// The third request is rejected by node 0, its retry kept back at 0.4 s: node 1 has its turn, and is busy until 1.1 s.
		const budget = '{ kind: threshold, max: 2, ratio: 0.01, checked: after-backoff }';
		const of = play(['0s', '100ms', '200ms', '1050ms'], `{ attempts: 2, backoff: 200ms, budget: ${budget} }`);
		expect([of('suppressed'), of('attempts'), of('outcome_rejected')]).toEqual([2, 4, 2]);
	});

	it('not by a copy that its budget refuses', () => {
		const of = play(
			['0s', '100ms'],
			'{ attempts: 2, on: 500, budget: { kind: ratio-bucket, ratio: 0, capacity: 0 }, hedge: { kind: fixed-delay, delay: 50ms } }',
		);
		expect([of('suppressed'), of('attempts'), of('outcome_rejected')]).toEqual([2, 2, 0]);
	});
});

describe('a request of which nothing has been sent', () => {
	it('has no node before that its retry could go to', () => {
		// The second one is kept back, and tried again at 1.1 s, when node 1 is busy and node 0 is free.
		const retry = `{ attempts: 2, on: suppressed, backoff: 1s, target: same, limiter: ${bucket('deny', '2/s', 1)} }`;
		const of = play(['0s', '100ms', '500ms'], retry);
		expect([of('suppressed'), of('attempts'), of('outcome_rejected')]).toEqual([1, 3, 0]);
	});

	it('stays in the home region: the next region comes after the first attempt there', () => {
		const retry = `{ attempts: 2, on: suppressed, backoff: 1s, target: next-region, limiter: ${bucket('deny', '1/s', 1)} }`;
		const regions =
			'regions={ here: { share: 100%, failover: [there] }, there: { share: 0%, groups: { far: { nodes: 1, service: 3s, platform: edge } } } }';
		const of = play(['0s', '100ms'], retry, regions);
		expect([of('suppressed'), of('succeeded'), of('useful_us')]).toEqual([1, 2, 2_000_000]);
	});
});
