/** What clients keep back of themselves, and where they stop of themselves, as those see it who ask them. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../../src/engine.js';
import { quantity } from '../../../../../src/metrics/definitions/metrics.js';
import { loadScenario } from '../../../../../src/scenario/load.js';

const OUTAGE = `
name: outage
duration: 60s
traffic: { rate: 50/s }
edge: { service: 10ms, nodes: 3 }
clients: { apps: { timeout: 1s, retry: { attempts: 1 } } }
faults: { outage: { at: 10s, for: 30s, crash: true } }
verdicts: { recovered: { window: 5s, failures: 1% } }
`;

/** Reads a quantity of the whole run, or of a span of seconds. */
function reading(retry: string) {
	const scenario = loadScenario(OUTAGE, { file: 'outage.yaml', set: [`clients.apps.retry=${retry}`] });
	const outcome = simulate(scenario);
	return (name: string, fromS = 0, toS = 60) =>
		quantity(name)?.read(outcome, { fromUs: fromS * 1e6, toUs: toS * 1e6, where: {} }, scenario.world);
}

describe('a breaker that is open', () => {
	const of = reading('{ attempts: 1, breaker: { kind: consecutive, failures: 3, open: 60s, scope: population } }');

	it('leaves its callers without a service, though nothing is sent that could fail', () => {
		expect(of('attempts', 11, 40)).toBe(0);
		expect(of('unavailable', 11, 40)).toBe(1);
		expect(of('lost', 11, 40)).toBe(1);
		expect(of('recovered')).toBeNull();
	});

	it('counts each request that it keeps back once', () => {
		expect(of('first-failed-by-birth')).toBe(of('lost-by-birth'));
	});
});

describe('a retry that goes to the next node', () => {
	it('ends with the last one, where the policy has no limit of its own', () => {
		const of = reading('{ attempts: unlimited, on: refused, target: next-node }');
		expect(of('attempts-per-request', 11, 40)).toBe(3);
	});

	it('goes round again as often as a limit lets it', () => {
		const of = reading('{ attempts: 7, on: refused, target: next-node }');
		expect(of('attempts-per-request', 11, 40)).toBe(7);
	});
});
