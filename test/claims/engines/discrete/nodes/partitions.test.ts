/** Nothing crosses a partition: no attempt, no answer, no cancel. */
import { describe, expect, it } from 'vitest';
import { ran, ratio } from '../../../../support/scenario-runs.js';
import { S, total } from '../../../../support/world-builder.js';

const FILE = `name: cut
duration: 10s
traffic: { rate: 200/s }
edge: { workers: 2, queue: unlimited, service: { exponential: 1s }, abandoned: cancel-in-service, cutOff: silent }
clients: { apps: { timeout: 4s } }
faults: { cut: { at: 3s, for: 8s, partition: true } }
`;

describe('a node that is cut off', () => {
	it('receives no cancellation of a client, and serves what it holds as wasted work', () => {
		const outcome = ran(FILE);
		expect(total(outcome, 'fate_cancelled_in_service', 3, 10)).toBe(0);
		expect(total(outcome, 'fate_cancelled_queued', 3, 10)).toBe(0);
		expect(total(outcome, 'fate_lost')).toBe(0);
		// Two workers of one second each.
		expect(total(outcome, 'fate_served_late')).toBeGreaterThan(6);
		expect(total(outcome, 'outcome_ok')).toBe(total(outcome, 'fate_served_in_time'));
		expect(ratio(outcome, 'failed', 'born')).toBeGreaterThan(0.55);
	});

	it('gives no answer later, and what failed there has failed', () => {
		const outcome = ran(FILE, ['faults.bad={ at: 0s, for: 10s, errors: 100% }', 'duration=60s', 'traffic.rate=1/s']);
		expect(total(outcome, 'fate_served_late')).toBe(0);
		expect(total(outcome, 'fate_failed')).toBeGreaterThan(0);
	});

	it('accepts cancels again afterwards', () => {
		const outcome = ran(FILE, ['duration=30s', 'faults.cut.for=2s']);
		expect(total(outcome, 'fate_cancelled_queued')).toBeGreaterThan(0);
	});

	it.each(['0ms', '2ms'])('and one latency of %s away, too', (latency) => {
		const outcome = ran(FILE, [`clients.apps.latency=${latency}`]);
		const bucketS = outcome.bucketUs / S;
		expect(total(outcome, 'fate_cancelled_queued', 3 + bucketS, 10)).toBe(0);
		expect(total(outcome, 'fate_cancelled_in_service', 3 + bucketS, 10)).toBe(0);
	});

	it('whose queue CoDel sheds, or that crashes and resets what it holds, sends no answer', () => {
		const held = [
			'edge.codel={ target: 5ms, interval: 2s }',
			'edge.service={ exponential: 50ms }',
			'edge.abandoned=serve',
			'clients.apps.timeout=20s',
		];
		const shed = ran(FILE, held);
		expect(total(shed, 'fate_shed', 4, 10)).toBeGreaterThan(0);
		expect(total(shed, 'outcome_shed', 4, 10)).toBe(0);
		const reset = ran(FILE, ['edge.crash={ work: reset }', 'faults.dies={ at: 4s, for: 1s, crash: true }']);
		expect(total(reset, 'fate_lost')).toBeGreaterThan(0);
		expect(total(reset, 'outcome_refused')).toBe(0);
	});
});

describe('a cancel', () => {
	it('that overtakes its attempt: cancelled queued, on arrival', () => {
		// Timeouts are shorter than the way there; drawn ways let some cancels arrive first.
		const outcome = ran(FILE, [
			'faults={}',
			'clients.apps.timeout=20ms',
			'clients.apps.latency={ uniform: { from: 1ms, to: 200ms } }',
			'traffic.rate=50/s',
			'edge.service=1ms',
		]);
		expect(total(outcome, 'fate_cancelled_queued')).toBeGreaterThan(50);
	});
});
