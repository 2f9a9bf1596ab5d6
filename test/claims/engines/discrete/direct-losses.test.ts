/** Which lost requests are direct: a change or a fault failed their first attempt itself; no client could have helped it. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../src/engine.js';
import { quantity } from '../../../../src/metrics/definitions/metrics.js';
import { loadScenario } from '../../../../src/scenario/load.js';

/** 100 requests a second, 10 ms each, on two nodes of ten workers: nothing fails without a fault. */
const CALM = `
name: blip
duration: 60s
traffic: { rate: 100/s }
edge: { service: 10ms, nodes: 2, workers: 10 }
clients: { apps: { timeout: 1s, retry: { attempts: 1 } } }
faults: { blip: { at: 10s, for: 20s, errors: 50% } }
`;

function losses(...set: string[]): { lost: number; direct: number } {
	const scenario = loadScenario(CALM, { file: 'blip.yaml', set });
	const outcome = simulate(scenario);
	const count = (name: string): number =>
		Number(quantity(name)?.read(outcome, { fromUs: outcome.fromUs, toUs: outcome.toUs, where: {} }, scenario.world));
	return { lost: count('lost-by-birth'), direct: count('lost-direct-by-birth') };
}

/** A fault in place of the errors. */
const fault = (fields: string): string => `faults.blip={ at: 10s, for: 20s, ${fields} }`;
const LATENCY = 'clients.apps.latency=5ms';
const SHARING = 'edge.discipline=processor-sharing';

describe('losses to a fault are direct', () => {
	it.each([
		['errors', []],
		['errors, over a network with latency', [LATENCY]],
		['errors, where workers are shared', [SHARING]],
		['a crash that refuses', [fault('crash: true')]],
		['a crash that is silent', [fault('crash: true'), 'edge.crashed=silent', LATENCY]],
		['a crash that resets', [fault('crash: true'), 'edge.crash.work=reset', 'edge.service=200ms']],
		['a crash of one node, whose work is lost', [fault('crash: true, where: { nodes: 50% }'), 'edge.service=200ms']],
		['a crash where workers are shared', [fault('crash: true, where: { nodes: 50% }'), 'edge.service=100ms', SHARING]],
		['a crash whose work is kept', [fault('crash: true'), 'edge.crash.work=kept']],
		['a partition that refuses', [fault('partition: true'), 'edge.cutOff=refuse']],
		[
			'a partition that is silent, with work under way',
			[fault('partition: true'), 'edge.cutOff=silent', 'edge.service=100ms'],
		],
	])('%s: all of them', (_, set) => {
		const { lost, direct } = losses(...set);
		expect(lost).toBeGreaterThan(500);
		expect(direct).toBe(lost);
	});

	it('is about the first attempt: a retry that the fault fails makes none direct', () => {
		// Every first attempt waits in vain behind a full queue's worth of work before the crash; retries meet the crash.
		const { lost, direct } = losses(
			fault('crash: true'),
			'clients.apps.timeout=5ms',
			'clients.apps.retry={ attempts: 2, backoff: 0s }',
		);
		const bornWhileDown = 20 * 100;
		expect(direct).toBeLessThan(bornWhileDown * 1.1);
		expect(lost).toBeGreaterThan(5000);
	});

	it('leaves full queues, timeouts and errors of the class alone', () => {
		expect(losses(fault('speed: x0')).direct).toBe(0);
		expect(losses(fault('speed: x0')).lost).toBeGreaterThan(500);
		expect(losses(fault('latency: x1000'), LATENCY).direct).toBe(0);
		expect(losses(fault('latency: x1000'), LATENCY).lost).toBeGreaterThan(500);
		const overloaded = losses(fault('speed: x0.1'), 'edge.workers=2', 'edge.queue=5');
		expect(overloaded.lost).toBeGreaterThan(500);
		expect(overloaded.direct).toBe(0);
	});

	it('tells errors of a fault from those of a class', () => {
		const set = ['classes={ all: { errors: 20% } }', 'edge.workers=20', fault('errors: 50%')];
		const { lost, direct } = losses(...set);
		// 6,000 requests; of the 2,000 of the fault 20 % fail by themselves and half of the others by the fault.
		expect(direct).toBeGreaterThan(700);
		expect(direct).toBeLessThan(900);
		expect(lost - direct).toBeGreaterThan(1050);
		expect(lost - direct).toBeLessThan(1350);
	});

	it('does not hold of attempts that their clients had given up before', () => {
		// All work waits for the crash, and nobody waits for the work any more.
		const { direct } = losses(
			fault('crash: true'),
			'edge.service=100s',
			'clients.apps.timeout=1ms',
			'edge.workers=5000',
		);
		expect(direct).toBeLessThan(20 * 100 * 1.1);
	});
});
