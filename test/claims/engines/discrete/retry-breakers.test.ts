/** Breakers and ejections in whole worlds small enough for a pencil: when they open, what passes, which nodes are left out. */
import { describe, expect, test } from 'vitest';
import type { ConsecutiveBreaker } from '../../../../src/model/retry/breakers/consecutive.js';
import type { EjectionBreaker } from '../../../../src/model/retry/breakers/ejection.js';
import type { FailTimeoutBreaker } from '../../../../src/model/retry/breakers/fail-timeout.js';
import type { RatioWindowBreaker } from '../../../../src/model/retry/breakers/ratio-window-breaker.js';
import { every, play, type Story, series, when } from '../../../support/machine-worlds.js';
import { constant, fault, type PolicyOver, policy, S, total } from '../../../support/world-builder.js';

const guarded = (over: PolicyOver) => ({ layers: [policy(over)] });
const fixed = (us: number) => ({ kind: 'fixed', us }) as const;

const polly: RatioWindowBreaker = {
	...{ kind: 'ratio-window', scope: 'instance', inside: true, ratio: 0.5, strict: false, minCalls: 10, slow: null },
	...{ window: { kind: 'time', windowUs: 10 * S, slots: 10 }, counts: 'answers', penalty: fixed(5 * S) },
	...{ probes: 1, probeAgainUs: Number.POSITIVE_INFINITY, onClose: 'empty' },
};
const row: ConsecutiveBreaker = {
	...{ kind: 'consecutive', scope: 'instance', inside: true, maxFailures: 3, penalty: fixed(5 * S) },
};

describe('a breaker', () => {
	test('opens at its ratio, lets nothing pass before its time, then one probe at a time', () => {
		const outcome = play({
			...{ calls: every(0.1, 600), answers: '503', seconds: 60, bucketS: 0.1 },
			clients: guarded({ breaker: polly }),
		});
		// The tenth answer comes at 0.901 s; probes at 6.0, 11.1, ... 57.0 s fail, each of them 1 ms after it was sent.
		expect(when(outcome)).toEqual([...every(0.1, 10), ...every(5.1, 11, 6)].map((s) => [s, 1]));
		expect([total(outcome, 'suppressed'), total(outcome, 'failed')]).toEqual([600 - 21, 600]);
	});

	test('closes after a probe that went well', () => {
		const clients = guarded({ breaker: polly });
		const outcome = play({ calls: every(0.1, 600), broken: [[0, 3]], seconds: 60, clients });
		expect(total(outcome, 'outcome_error')).toBe(10);
		expect(total(outcome, 'suppressed')).toBe(50);
		expect(total(outcome, 'succeeded')).toBe(540);
	});

	test('inside the retry tries count, and a retry is kept back; outside of it whole calls', () => {
		const calls = every(1, 10);
		const breaker = { ...row, penalty: fixed(100 * S) };
		const inside = play({ calls, answers: '500', seconds: 10, clients: guarded({ attempts: 2, breaker }) });
		// two tries, then one: its retry finds the breaker open
		expect(when(inside).map(([, sends]) => sends)).toEqual([2, 1]);
		expect(total(inside, 'suppressed')).toBe(9);
		const around = guarded({ attempts: 2, breaker: { ...breaker, inside: false } });
		const outside = play({ calls, answers: '500', seconds: 10, clients: around });
		expect(when(outside).map(([, sends]) => sends)).toEqual([2, 2, 2]);
		expect(total(outside, 'suppressed')).toBe(7);
	});

	test('one outside of the retry hears of the calls it let through, and of no others', () => {
		// NGINX's counts every failure it hears of from then on: calls kept back must not make its time longer.
		const breaker: FailTimeoutBreaker = {
			...{ kind: 'fail-timeout', scope: 'instance', inside: false, maxFailures: 1, failTimeoutUs: 5 * S },
		};
		const clients = guarded({ attempts: 2, breaker });
		const outcome = play({ calls: every(0.5, 60), answers: '500', seconds: 30, bucketS: 0.5, clients });
		// the first at 0 s fails at 0.002 s; more than 5 whole seconds later, in the sixth, the next may go
		expect(when(outcome)).toEqual(every(6, 5).map((s) => [s, 2]));
	});

	test('slow calls are timed from their first try where it stands outside of the retry', () => {
		const breaker: RatioWindowBreaker = {
			...polly,
			...{ inside: false, minCalls: 2, ratio: 1, strict: true, slow: { overUs: 1.5 * S, ratio: 1 } },
		};
		const clients = guarded({ attempts: 2, breaker, growth: { kind: 'fixed', baseUs: S } });
		const broken = [0, 3, 6, 9].map((s) => [s, s + 0.1] as const);
		// Each call fails, retries a second later and is served in 0.6 s: no try is slow, every call is.
		const edge = { service: [constant(0.6)], workers: 10 };
		const outcome = play({ calls: [0, 3, 6, 9], broken, seconds: 12, edge, clients });
		expect(total(outcome, 'attempts')).toBe(4);
		expect(total(outcome, 'suppressed')).toBe(2);
	});

	test('`on: open` tries again what it kept back: the retry that comes after its time is the probe', () => {
		const clients = guarded({
			...{ attempts: 10, on: ['500', 'open'], growth: { kind: 'fixed', baseUs: 2 * S } },
			breaker: { ...row, maxFailures: 1, penalty: fixed(3 * S) },
		});
		const outcome = play({ calls: [0], broken: [[0, 1]], seconds: 20, clients });
		expect(when(outcome)).toEqual([
			[0, 1],
			[4, 1],
		]);
		expect([total(outcome, 'suppressed'), total(outcome, 'saved')]).toEqual([1, 1]);
	});

	test('outside of its layer an open one is for the layers further out', () => {
		const layers = [
			policy({ attempts: 3, on: ['500', 'open'], breaker: { ...row, inside: false, maxFailures: 1 } }),
			policy({ name: 'outer', attempts: 2, on: ['open'], growth: { kind: 'fixed', baseUs: 6 * S } }),
		];
		const outcome = play({ calls: [0, 1], broken: [[0, 0.5]], seconds: 20, clients: { layers } });
		// The first call's three tries open it; the second is kept back at 1 s, and let through at 7 s.
		expect(when(outcome)).toEqual([
			[0, 3],
			[7, 1],
		]);
	});

	test('each instance has its own, or the population one', () => {
		const sends = (scope: 'instance' | 'population') =>
			total(
				play({
					...{ calls: every(0.01, 1_000), answers: '500', seconds: 11 },
					clients: { ...guarded({ breaker: { ...row, scope, penalty: fixed(100 * S) } }), instances: 20 },
				}),
				'attempts',
			);
		expect([sends('instance'), sends('population')]).toEqual([60, 3]);
	});
});

/** So many nodes, of which some answer nothing but 500 in a span. */
const nodes = (count: number, bad: readonly number[], span: readonly [number, number], story: Story): Story => ({
	...story,
	edge: { nodes: count },
	over: {
		nodeCount: count,
		faults: [
			fault(
				span[0],
				span[1],
				{ kind: 'error', probability: 1, reply: { cause: '500', retryAfterUs: null } },
				{ scope: { regions: null, platforms: null, groups: null, nodes: bad, nodeShare: 1 } },
			),
		],
	},
});

describe('a breaker for each host', () => {
	const hosts = guarded({ breaker: { ...row, scope: 'host', maxFailures: 2 } });

	test('leaves a node that fails to the others, and tries it again by and by', () => {
		const story = { calls: every(0.1, 300), seconds: 30, clients: hosts };
		const outcome = play(nodes(3, [1], [0, 100], story));
		// Node 1 fails calls 1 and 4, and is open from 0.401 s on: one probe a little more than 5 s after each failure.
		expect(when(outcome, 'outcome_error').reduce((sum, [, count]) => sum + count, 0)).toBe(2 + 5);
		expect([total(outcome, 'suppressed'), total(outcome, 'attempts')]).toEqual([0, 300]);
	});

	test('where no node is left the send is kept back', () => {
		const story = { calls: every(0.1, 100), seconds: 10, clients: hosts };
		const outcome = play(nodes(2, [0, 1], [0, 100], story));
		// two failures of each, and one probe of each some five seconds later
		expect([total(outcome, 'attempts'), total(outcome, 'suppressed')]).toEqual([6, 94]);
	});

	test('is the affair of each instance', () => {
		const story = { calls: every(0.01, 1_000), seconds: 20, clients: { ...hosts, instances: 10 } };
		const penalty = fixed(100 * S);
		const clients = { ...guarded({ breaker: { ...row, scope: 'host', maxFailures: 2, penalty } }), instances: 10 };
		expect(total(play(nodes(2, [0], [0, 100], { ...story, clients })), 'outcome_error')).toBe(20);
	});

	test('NGINX: the next peer at once, and none that has failed for ten seconds', () => {
		const peers = guarded({
			...{ attempts: 3, target: 'next-node' },
			breaker: { kind: 'fail-timeout', scope: 'host', inside: true, maxFailures: 1, failTimeoutUs: 10 * S },
		});
		const story = { calls: every(0.5, 60), seconds: 30, clients: peers };
		const outcome = play(nodes(3, [0, 1], [0, 100], story));
		// Call 1 goes round 0, 1, 2; the two are out until more than 10 s later, and are tried in turn then.
		expect(total(outcome, 'succeeded')).toBe(60);
		expect(series(outcome, 'outcome_error').slice(0, 10)).toEqual([2, ...new Array(9).fill(0)]);
		expect(total(outcome, 'outcome_error', 10, 20)).toBe(2);
		expect(total(outcome, 'outcome_error')).toBe(2 + 2 + 2);
	});

	test('next-node goes round the pool and comes back to its first', () => {
		const clients = guarded({ attempts: 5, target: 'next-node' });
		// Three of four nodes fail: whoever starts at node 0 needs four tries, at node 3 one.
		const outcome = play(nodes(4, [0, 1, 2], [0, 100], { calls: every(1, 8), seconds: 8, clients }));
		expect(series(outcome, 'attempts')).toEqual([4, 3, 2, 1, 4, 3, 2, 1]);
	});
});

describe('ejection (Envoy)', () => {
	const envoy: EjectionBreaker = {
		...{ kind: 'consecutive-ejection', maxFailures: 5, sweepUs: 10 * S, baseUs: 30 * S, maxUs: 300 * S },
		...{ jitterUs: 0, maxShare: 0.1, atLeastOne: true, panic: 0.5 },
	};
	const clients = guarded({ breaker: envoy });

	test('five failures in a row take a node out, and a sweep after its time brings it back', () => {
		const outcome = play(nodes(10, [4], [0, 20], { calls: every(0.01, 10_000), seconds: 100, clients }));
		// Ten nodes, ten calls a second each: the fifth failure comes at 0.44 s. It is back at the sweep at 40 s, and well.
		expect([total(outcome, 'outcome_error'), total(outcome, 'outcome_error', 0, 1)]).toEqual([5, 5]);
		expect(total(outcome, 'suppressed')).toBe(0);
	});

	test('a second time it stays out twice as long', () => {
		const outcome = play(nodes(10, [4], [0, 1000], { calls: every(0.01, 20_000), seconds: 200, clients }));
		// out from 0.44 s, back at 40 s; out for 60 s more, back at 110 s; and for 90 s
		expect(when(outcome, 'outcome_error')).toEqual([
			[0, 5],
			[40, 5],
			[110, 5],
		]);
	});

	test('no more than its share of a pool is out, and one at least', () => {
		const two = play(nodes(10, [3, 4], [0, 1000], { calls: every(0.01, 2_000), seconds: 20, clients }));
		// One of the two is out and fails no more; the other one gets a ninth of the calls.
		expect(total(two, 'outcome_error', 10, 20)).toBeGreaterThan(100);
		expect(total(two, 'outcome_error', 10, 20)).toBeLessThan(123);
		const none = guarded({ breaker: { ...envoy, atLeastOne: false } });
		const small = play(nodes(3, [1], [0, 1000], { calls: every(0.01, 300), seconds: 3, clients: none }));
		expect(total(small, 'outcome_error')).toBe(100);
	});

	test('where all would be out all are in', () => {
		const all = guarded({ breaker: { ...envoy, maxShare: 1 } });
		const outcome = play(nodes(3, [0, 1, 2], [0, 1000], { calls: every(0.01, 300), seconds: 3, clients: all }));
		expect([total(outcome, 'attempts'), total(outcome, 'suppressed')]).toEqual([300, 0]);
	});

	test('throttling is an answer of a node that is well; the whole population learns from a failure', () => {
		const story = { calls: every(0.01, 1_000), seconds: 10, edge: { nodes: 10 }, over: { nodeCount: 10 } };
		const throttled = play({ ...story, clients, answers: '429' });
		expect(series(throttled, 'attempts')).toEqual(new Array(10).fill(100));
		const many = play(nodes(10, [4], [0, 100], { ...story, clients: { ...clients, instances: 1_000 } }));
		expect(total(many, 'outcome_error')).toBe(5);
	});

	test("a try that an outer layer's time-out cuts counts against its node", () => {
		const layers = [policy({ breaker: envoy }), policy({ name: 'route', timeout: constant(0.05) })];
		const base = nodes(10, [], [0, 1], { calls: every(0.01, 2_000), seconds: 20, clients: { layers } });
		const slow = {
			...base,
			over: {
				...base.over,
				faults: [
					fault(
						0,
						100,
						{ kind: 'speed', factor: 0.001 },
						{
							scope: { regions: null, platforms: null, groups: null, nodes: [4], nodeShare: 1 },
						},
					),
				],
			},
		};
		const outcome = play(slow);
		// The fifth time-out comes at 0.49 s; what was sent until then is cut as well.
		expect(total(outcome, 'failed')).toBe(5);
	});
});
