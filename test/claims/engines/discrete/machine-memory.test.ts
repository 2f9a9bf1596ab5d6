/** What the machines of a population's instances cost: a state for each instance that is in use, and none for a request. */
import { describe, expect, test } from 'vitest';
import { DiscreteEngine } from '../../../../src/engines/discrete/engine.js';
import { every, type Story, world } from '../../../support/machine-worlds.js';
import { type PolicyOver, policy, S } from '../../../support/world-builder.js';

const INSTANCES = 10_000;

const statesAfter = (story: Story): number => {
	const engine = new DiscreteEngine(world(story), 1);
	engine.advance(Number.POSITIVE_INFINITY);
	const states = engine.machineStates;
	engine.outcome();
	return states;
};

const clients = (over: PolicyOver) => ({ layers: [policy({ attempts: 3, ...over })], instances: INSTANCES });
const bucket: PolicyOver = {
	budget: {
		...{ kind: 'quota', scope: 'instance', capacity: 500, initial: 500, cost: 14, costFor: [], refund: 1 },
		overfills: false,
	},
};
const breaker: PolicyOver = {
	breaker: { kind: 'consecutive', scope: 'host', inside: true, maxFailures: 5, penalty: { kind: 'fixed', us: S } },
};

/** Of so many instances drawn at random so often, those that are drawn at all. */
const drawn = (calls: number): number => INSTANCES * (1 - (1 - 1 / INSTANCES) ** calls);

describe('states of machines', () => {
	test('10,000 instances with a bucket each: one for each that has made a call', () => {
		for (const calls of [100, 1_000, 100_000]) {
			const states = statesAfter({ calls: every(0.0001, calls), seconds: 11, clients: clients(bucket) });
			expect(states).toBeLessThanOrEqual(Math.min(calls, INSTANCES));
			expect(Math.abs(states - drawn(calls))).toBeLessThan(4 * Math.sqrt(drawn(calls)));
		}
	});

	test('as many for calls that all fail and are tried again', () => {
		const story = { calls: every(0.001, 1_000), seconds: 2, clients: clients(bucket) };
		expect(statesAfter({ ...story, answers: '500' })).toBe(statesAfter(story));
	});

	test('breakers for each host: one for each pair of instance and node that met, however many there are', () => {
		const edge = { nodes: 100 };
		const states = statesAfter({
			...{ calls: every(0.001, 1_000), seconds: 2, clients: clients(breaker), edge, over: { nodeCount: 100 } },
		});
		expect(states).toBeLessThanOrEqual(1_000);
		expect(states).toBeGreaterThan(990);
	});

	test('worlds without machines keep none', () => {
		expect(statesAfter({ calls: every(0.001, 100), seconds: 1, clients: clients({}) })).toBe(0);
	});
});
