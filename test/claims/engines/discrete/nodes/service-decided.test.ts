/**
 * When the length of a service is decided. Published simulations differ here, and with it the shortest trigger that makes
 * a storm: fixed at the start 0.80 to 0.90 s, fixed at the admission 0.625 to 0.65 s, by progress longer than either.
 */
import { describe, expect, it } from 'vitest';
import { ran } from '../../../../support/scenario-runs.js';
import { total } from '../../../../support/world-builder.js';

const FILE = `name: tipping
duration: 40s
traffic: { rate: 50/s, process: regular }
edge: { service: 25ms, workers: 4, queue: unlimited }
clients: { app: { latency: 1us, timeout: 200ms, retry: { attempts: 4, on: [timeout], backoff: 0s } } }
faults: { slow: { at: 10s, for: 1s, speed: x0.25 } }
`;
const isStorm = (decided: string, lasts: string): boolean => {
	const outcome = ran(FILE, [`edge.serviceDecided=${decided}`, `faults.slow.for=${lasts}`]);
	return total(outcome, 'succeeded', 30, 40) < 0.5 * total(outcome, 'born', 30, 40);
};

describe('the shortest trigger that makes a storm', () => {
	it.each([
		['progress', '870ms', '980ms'],
		['start', '800ms', '900ms'],
		['admission', '625ms', '650ms'],
	])('%s: between %s and %s', (decided, calm, storm) => {
		expect(isStorm(decided, calm)).toBe(false);
		expect(isStorm(decided, storm)).toBe(true);
	});
});

describe('a node at speed 0', () => {
	it.each(['progress', 'start', 'admission'])('serves nothing until it ends, decided by %s or not', (decided) => {
		const outcome = ran(FILE, [
			`edge.serviceDecided=${decided}`,
			'faults.slow={ at: 10s, for: 2s, speed: x0 }',
			'clients.app={ timeout: 10s }',
			'record={ bucket: 1s }',
		]);
		expect(total(outcome, 'succeeded', 10, 12)).toBe(0);
		expect(total(outcome, 'failed')).toBe(0);
	});
});

describe('processor sharing', () => {
	it('decides at the admission, which is the start', () => {
		const lengthMs = (decided: string): number => {
			const outcome = ran(FILE, [
				`edge.serviceDecided=${decided}`,
				'edge.discipline=processor-sharing',
				'traffic.rate=4/s',
				'faults.slow={ at: 0s, for: 20s, speed: x0.25 }',
			]);
			return total(outcome, 'useful_us') / total(outcome, 'fate_served_in_time') / 1_000;
		};
		expect(lengthMs('start')).toBe(lengthMs('admission'));
		expect(lengthMs('start')).toBeCloseTo(62.5, 0);
	});
});
