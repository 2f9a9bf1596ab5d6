/**
 * However an attempt ends (answer, crash, reset, cancel, hedge, cut), its row is given back once and the books balance: also
 * where the end of one copy ends others at the same instant.
 */
import { describe, expect, it } from 'vitest';
import { DiscreteEngine } from '../../../../../src/engines/discrete/engine.js';
import { Attempts } from '../../../../../src/engines/discrete/tables/attempts.js';
import { loadScenario } from '../../../../../src/scenario/load.js';

const CRASH = `
name: crash
duration: 10s
traffic: { rate: 20/s }
edge: { service: { exponential: 1s }, workers: 1, queue: 10, abandoned: cancel-queued, crash: { work: reset } }
clients:
  apps:
    timeout: 2s
    retry: { attempts: 2, on: ["503"], backoff: 3s, hedge: { kind: fixed-delay, delay: 100ms } }
faults: { crash: { at: 3s, for: 2s, crash: true } }
`;

/** Runs a scenario under many seeds; a run whose books do not balance throws. */
function runs(set: readonly string[], seeds: number): number {
	const { world } = loadScenario(CRASH, { file: 'crash.yaml', set: [...set] });
	let events = 0;
	for (let seed = 1; seed <= seeds; seed++) {
		const engine = new DiscreteEngine(world, seed);
		engine.advance(Number.POSITIVE_INFINITY);
		events += engine.outcome().events;
	}
	return events;
}

describe('a crash that resets copies of one call', () => {
	it('ends 200 of 200 runs with books that balance', () => {
		expect(runs([], 200)).toBeGreaterThan(0);
	});

	const retry = (hedge: string) => `clients.apps.retry={ attempts: 3, backoff: 100ms, hedge: ${hedge} }`;
	const switches: readonly (readonly string[])[] = [
		['edge.abandoned=cancel-in-service', 'edge.workers=3'],
		['edge.abandoned=cancel-in-service', 'edge.discipline=processor-sharing', 'edge.workers=2'],
		['edge.abandoned=cancel-queued', 'edge.discipline=lifo', 'edge.queue=unlimited'],
		['edge.abandoned=drop-at-dequeue', retry('{ kind: fixed-delay, delay: 50ms, total: 5, onFailure: wait }')],
		['edge.abandoned=cancel-in-service', retry('{ kind: on-per-try-timeout, total: 4 }'), 'clients.apps.timeout=500ms'],
		['edge.crash.work=lost', 'clients.apps.patience=1s', retry('{ kind: fixed-delay, delay: 0s, total: 9 }')],
		['edge.abandoned=cancel-in-service', 'clients.apps.lateAnswer=accept', retry('{ kind: fixed-delay, delay: 10ms }')],
		['clients.apps.latency=1us', 'edge.abandoned=cancel-in-service'],
		['edge.nodes=3', 'edge.abandoned=cancel-in-service', 'edge.onFull=silent'],
	];
	it.each(switches)('and so do its neighbours: %s %s', (...set) => {
		expect(runs(set.filter(Boolean), 30)).toBeGreaterThan(0);
	});
});

describe('a row', () => {
	it('cannot be given back twice', () => {
		const attempts = new Attempts();
		const row = attempts.lend();
		attempts.giveBack(row);
		expect(() => attempts.giveBack(row)).toThrow('given back twice');
		expect(attempts.lend()).toBe(row);
	});
});
