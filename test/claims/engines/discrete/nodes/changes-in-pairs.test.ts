/** Several changes on one node, and several effects of one change: each does what it would do alone. */
import { describe, expect, it } from 'vitest';
import { ran, ratio } from '../../../../support/scenario-runs.js';
import { S, total } from '../../../../support/world-builder.js';

const FILE = `name: pairs
duration: 100s
traffic: { rate: 200/s }
edge: { nodes: 20, workers: 4, service: 10ms }
clients: { apps: { timeout: 1s } }
rollouts: { first: { change: a, at: 0s, stages: { all: {} } }, second: { change: b, at: 0s, stages: { all: {} } } }
`;
const both = (a: string, b: string): string => `${FILE}changes: { a: ${a}, b: ${b} }\n`;
const lost = (text: string, set: readonly string[] = []): number => ratio(ran(text, set), 'failed', 'born');
const busy = (text: string): number => {
	const outcome = ran(text);
	return (total(outcome, 'useful_us') + total(outcome, 'wasted_us')) / (outcome.toUs - outcome.fromUs);
};

describe('two changes on a node', () => {
	it.each([
		['{ fails: 100% }', '{ fails: 0%, failOpen: true }', 1],
		['{ fails: 30% }', '{ fails: 100%, failOpen: true }', 0.3],
		['{ fails: 100%, failOpen: true }', '{ fails: 30% }', 0.3],
		['{ fails: 50% }', '{ fails: 50% }', 0.75],
		['{ fails: 50%, failOpen: true }', '{ fails: 50%, failOpen: true }', 0],
	])('%s and %s: failing open does not pass the failures of the other change', (a, b, share) => {
		expect(Math.abs(lost(both(a, b)) - share)).toBeLessThan(0.015);
	});

	it.each([
		// 200 requests a second of 10 ms each keep 2 workers busy.
		['{ fails: 100% }', '{ fails: 0%, errorCost: x10 }', 2],
		['{ fails: 100%, errorCost: x3 }', '{ fails: 0%, errorCost: x10 }', 6],
		['{ fails: 100%, errorCost: x0.5 }', '{ cost: x4 }', 4],
		['{ fails: 50%, errorCost: x3 }', '{ fails: 50%, errorCost: x5 }', 6],
		['{ fails: 50%, errorCost: x3 }', '{ fails: 100%, failOpen: true, errorCost: x5 }', 8],
	])('%s and %s: the change that failed the request says what failing costs', (a, b, workers) => {
		expect(busy(both(a, b)) / workers).toBeGreaterThan(0.96);
		expect(busy(both(a, b)) / workers).toBeLessThan(1.04);
	});

	it('a request that fails has the status of the change that failed it', () => {
		const policies = (on: string): string[] => [
			`clients.apps.retry={ attempts: 2, on: [${on}], backoff: 0s }`,
			'changes.a.status=500',
			'changes.b.status=503',
		];
		const text = both('{ fails: 40% }', '{ fails: 100% }');
		expect(ratio(ran(text, policies('"500"')), 'attempts', 'born') - 1).toBeCloseTo(0.4, 1);
		expect(ratio(ran(text, policies('"503"')), 'attempts', 'born') - 1).toBeCloseTo(0.6, 1);
	});
});

describe('what a change sheds and what it fails', () => {
	it.each([
		['{ sheds: 50%, fails: 100% }', 0.5, 0.5],
		['{ sheds: 40%, fails: 50% }', 0.4, 0.3],
		['{ sheds: 100%, fails: 100% }', 1, 0],
		['{ sheds: 0%, fails: 25% }', 0, 0.25],
	])('%s: shed is decided first, and fails is the share of those that are served', (a, shed, failed) => {
		const outcome = ran(both(a, '{}'));
		expect(Math.abs(ratio(outcome, 'outcome_shed', 'attempts') - shed)).toBeLessThan(0.015);
		expect(Math.abs(ratio(outcome, 'outcome_error', 'attempts') - failed)).toBeLessThan(0.015);
		expect(total(outcome, 'lost_direct_by_birth')).toBe(total(outcome, 'failed'));
	});

	it('two that shed do so independently', () => {
		const outcome = ran(both('{ sheds: 50% }', '{ sheds: 50%, fails: 50% }'));
		expect(Math.abs(ratio(outcome, 'outcome_shed', 'attempts') - 0.75)).toBeLessThan(0.015);
		expect(Math.abs(ratio(outcome, 'outcome_error', 'attempts') - 0.125)).toBeLessThan(0.015);
	});
});

describe('aboveLoad', () => {
	const LOADED = both('{ fails: 100% }', '{}').replace('nodes: 20', 'nodes: 1').replace('200/s', '2000/s');
	it.each(['76%', '90%', '100%'])(
		"counts the attempt's own worker: %s of four workers acts when all are busy",
		(load) => {
			const outcome = ran(LOADED, [`changes.a.aboveLoad=${load}`, 'edge.queue=0']);
			const served = total(outcome, 'outcome_ok') + total(outcome, 'outcome_error');
			// The fourth worker is the one that fails; an Erlang loss system at this load has it busy more often than not.
			expect(total(outcome, 'outcome_error') / served).toBeGreaterThan(0.5);
			expect(total(outcome, 'lost_direct_by_birth')).toBeGreaterThanOrEqual(total(outcome, 'outcome_error'));
		},
	);

	it('never acts below it', () => {
		const outcome = ran(both('{ fails: 100% }', '{}'), [
			'changes.a.aboveLoad=76%',
			'traffic.rate=20/s',
			'traffic.process=regular',
		]);
		expect(total(outcome, 'outcome_error')).toBe(0);
	});
});

describe('a share of the nodes', () => {
	it.each([
		[100, '7%', 7],
		[100, '29%', 29],
		[100, '57%', 57],
		[7, '10%', 1],
		[50, '14%', 7],
		[3, '34%', 2],
	])('of %i nodes %s are %i', (nodes, share, hit) => {
		const outcome = ran(both(`{ fails: 100%, match: { nodes: ${share} } }`, '{}'), [
			`edge.nodes=${nodes}`,
			'traffic={ rate: 700/s, process: regular }',
			'edge.service=1ms',
		]);
		expect(Math.abs(ratio(outcome, 'outcome_error', 'attempts') - hit / nodes)).toBeLessThan(1e-3);
	});
});

describe('two rollouts that divert', () => {
	const canary = (share: string): string => `{ canary: { scope: { requests: ${share} }, hold: 1h } }`;
	const rollouts = (one: string, other: string): string[] => [
		`rollouts.first.stages=${canary(one)}`,
		`rollouts.second.stages=${other}`,
	];
	it('each has its own share', () => {
		const failing = (set: readonly string[]): number => lost(both('{ fails: 100% }', '{}'), set);
		expect(failing(rollouts('5%', canary('5%')))).toBeCloseTo(0.05, 2);
		expect(failing(rollouts('5%', canary('10%')))).toBeCloseTo(0.05, 2);
		expect(failing(rollouts('10%', canary('5%')))).toBeCloseTo(0.1, 2);
	});

	it('one that ends, or reaches everything, leaves the other alone', () => {
		const ends = '{ some: { scope: { requests: 20% }, hold: 1s }, all: {} }';
		const outcome = ran(both('{ fails: 100% }', '{}'), rollouts('5%', ends));
		expect(total(outcome, 'failed', 0, 100) / total(outcome, 'born', 0, 100)).toBeCloseTo(0.05, 2);
		expect(outcome.toUs).toBe(100 * S);
	});
});
