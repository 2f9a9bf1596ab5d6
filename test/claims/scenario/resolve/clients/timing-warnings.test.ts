/** Notes of `check` about clients and nodes together: a queue as long as a timeout, an order of failover that nothing uses. */
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../../../src/scenario/load.js';

const TEXT = `
name: notes
duration: 20s
traffic: { rate: 10/s }
regions: { a: { share: 50%, failover: [b] }, b: { share: 50% } }
edge: { service: { exponential: 100ms }, workers: 10, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 2 } } }
`;
const notes = (...set: string[]) =>
	loadScenario(TEXT, { file: 'notes.yaml', set })
		.warnings.map((issue) => JSON.stringify(issue))
		.join('\n');

describe('a full queue whose wait is close to a timeout', () => {
	it.each(['edge.queue=100', 'edge.queue=81', 'edge.queue=119', 'edge.service=95ms'])('is told: %s', (set) => {
		expect(notes(set)).toMatch(/wait in a full queue.*within 20% of the timeout of apps \(1s\)/);
	});
	it.each(['edge.queue=79', 'edge.queue=125', 'edge.queue=unlimited', 'edge.queue=0', 'clients.apps.timeout=10s'])(
		'is not told where it is not: %s',
		(set) => {
			expect(notes(set)).not.toMatch(/full queue/);
		},
	);
});

describe('an order of failover', () => {
	it('without edge.failover has no effect, and that is told', () => {
		expect(notes()).toMatch(/regions\.a\.failover.*has no effect: without edge\.failover/);
	});
	it.each(['edge.failover={ after: 1s }', 'clients.apps.retry.target=next-region'])('is read with %s', (set) => {
		expect(notes(set)).not.toMatch(/has no effect/);
	});
});
