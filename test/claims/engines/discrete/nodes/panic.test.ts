/** Envoy's panic threshold: a pool of which too few nodes are in rotation sends to all again, or to none. */
import { describe, expect, it } from 'vitest';
import { ran, ratio } from '../../../../support/scenario-runs.js';
import { total } from '../../../../support/world-builder.js';

const FILE = `name: panic
duration: 120s
traffic: { rate: 100/s }
edge: { nodes: 4, workers: 4, service: { exponential: 5ms }, queue: 100 }
clients:
  apps:
    timeout: 5s
    retry: { attempts: 2, backoff: 0s, breaker: { kind: consecutive-ejection, failures: 5, base: 60s, maxShare: 100% } }
faults: { bad: { at: 30s, for: 90s, where: { nodes: 75% }, errors: 100% } }
`;
const PANIC = 'clients.apps.retry.breaker.panic';

describe('outlier ejection', () => {
	it('is in vain where fewer than half of the nodes are in: all are sent to again', () => {
		const outcome = ran(FILE);
		expect(total(outcome, 'lost_by_birth', 40, 120) / total(outcome, 'born', 40, 120)).toBeGreaterThan(0.5);
		expect(ratio(outcome, 'lost_by_birth', 'born')).toBeGreaterThan(0.38);
		expect(ratio(outcome, 'lost_by_birth', 'born')).toBeLessThan(0.48);
	});

	it('helps with a threshold below: the quarter that is well serves all', () => {
		for (const panic of ['0%', '25%'])
			expect(ratio(ran(FILE, [`${PANIC}=${panic}`]), 'lost_by_birth', 'born')).toBeLessThan(0.005);
	});

	it('at 0 % attempts are refused at once when all are out, and none reaches a node', () => {
		const outcome = ran(FILE, [`${PANIC}=0%`, 'faults.bad.where.nodes=100%']);
		expect(total(outcome, 'outcome_refused', 35, 60)).toBe(total(outcome, 'attempts', 35, 60));
		expect(total(outcome, 'fate_never_arrived', 35, 60)).toBe(total(outcome, 'attempts', 35, 60));
		expect(total(outcome, 'busy_us', 35, 60)).toBe(0);
	});

	it('and is refused across a network as well, and beside copies', () => {
		for (const set of [
			['clients.apps.latency=2ms'],
			['clients.apps.retry.hedge={ kind: fixed-delay, delay: 20ms, total: 2 }'],
		]) {
			const outcome = ran(FILE, [`${PANIC}=0%`, 'faults.bad.where.nodes=100%', ...set]);
			expect(total(outcome, 'outcome_refused', 40, 60)).toBeGreaterThan(1_000);
			expect(total(outcome, 'busy_us', 40, 60)).toBe(0);
		}
	});
});

describe('failover', () => {
	const DOWN = [
		'clients.apps.retry={ attempts: 1 }',
		'faults={ down: { at: 30s, for: 90s, where: { nodes: 75% }, crash: true } }',
		'edge.failover={ after: 1s }',
	];
	const refused = (set: readonly string[]): number => {
		const outcome = ran(FILE, [...DOWN, ...set]);
		return total(outcome, 'outcome_refused', 40, 120) / total(outcome, 'attempts', 40, 120);
	};
	it('sends to all again where fewer than the threshold are in rotation', () => {
		expect(refused([])).toBe(0);
		expect(refused(['edge.failover.panic=25%'])).toBe(0);
		expect(Math.abs(refused(['edge.failover.panic=50%']) - 0.75)).toBeLessThan(0.02);
	});

	it('at 0 % refuses once all are out', () => {
		const outcome = ran(FILE, [
			...DOWN,
			'edge.failover.panic=0%',
			'faults.down.where.nodes=100%',
			'edge.crashed=silent',
		]);
		expect(total(outcome, 'outcome_refused', 40, 60)).toBe(total(outcome, 'attempts', 40, 60));
		const silent = ran(FILE, [...DOWN, 'faults.down.where.nodes=100%', 'edge.crashed=silent']);
		expect(total(silent, 'outcome_refused')).toBe(0);
	});
});
