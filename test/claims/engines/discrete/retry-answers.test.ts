/** What a policy makes of the answer it got: which failures it tries again, for whom, how often, and when. */
import { describe, expect, test } from 'vitest';
import type { NodeGroup } from '../../../../src/model/node-group.js';
import type { Reply } from '../../../../src/model/reply.js';
import { CAUSES, type Cause, causeMask } from '../../../../src/model/retry/cause.js';
import type { RetryAfterLaw } from '../../../../src/model/retry/retry-after.js';
import { loadScenario } from '../../../../src/scenario/load.js';
import { every, play, type Story, together, when } from '../../../support/machine-worlds.js';
import {
	constant,
	delayOf,
	fault,
	type PolicyOver,
	policy,
	requestClass,
	run,
	S,
	total,
} from '../../../support/world-builder.js';

const retrying = (over: PolicyOver) => ({ layers: [policy({ attempts: 2, ...over })] });
const throttling: Reply = { cause: '429', retryAfterUs: 2 * S };

describe('Retry-After', () => {
	const law = (mode: RetryAfterLaw['mode'], over: Partial<RetryAfterLaw> = {}): RetryAfterLaw => ({
		...{ mode, causes: causeMask(CAUSES), maxUs: 100 * S, over: 'clamp', slackUs: 5 * S },
		...{ needed: 0, gateUs: Number.POSITIVE_INFINITY, scale: [1, 1], offsetUs: 0, ...over },
	});
	/** One worker, taken for a minute by the first call: the second one is turned away. */
	const full: Partial<NodeGroup> = { service: [constant(60)], workers: 1, queueLimit: 0, fullReply: throttling };
	const retryAt = (edge: Partial<NodeGroup>, retryAfter: RetryAfterLaw | null, baseUs: number) => {
		const clients = retrying({ retryAfter, growth: { kind: 'fixed', baseUs } });
		const outcome = play({ calls: [0, 1], seconds: 30, edge, clients });
		return when(outcome).slice(2);
	};

	test.each<[string, RetryAfterLaw | null, number, [number, number][]]>([
		['nobody looks', null, S, [[2, 1]]],
		['ignore', law('ignore'), S, [[2, 1]]],
		['replace', law('replace'), 10 * S, [[3, 1]]],
		['floor, longer', law('floor'), S, [[3, 1]]],
		['floor, shorter', law('floor'), 10 * S, [[11, 1]]],
		['clamp, within its slack', law('clamp'), S, [[3, 1]]],
		['clamp, beyond its slack', law('clamp', { slackUs: S / 2 }), S, [[2, 1]]],
		['gate, open', law('gate'), 10 * S, [[3, 1]]],
		['gate, shut', law('gate', { gateUs: S }), S, []],
		['too long: clamp', law('replace', { maxUs: S }), 10 * S, [[2, 1]]],
		['too long: give up', law('replace', { maxUs: S, over: 'give-up' }), S, []],
		['too long: back off', law('replace', { maxUs: S, over: 'backoff' }), 10 * S, [[11, 1]]],
		['read with 503 alone', law('replace', { causes: causeMask(['503']) }), 10 * S, [[11, 1]]],
		['half a second more', law('replace', { offsetUs: 1.5 * S }), S, [[4, 1]]],
	])('of a full queue: %s', (_, retryAfter, baseUs, retries) => {
		expect(retryAt(full, retryAfter, baseUs)).toEqual(retries);
	});

	test('of a shed rule, over a network and from a shared worker too', () => {
		const rule = {
			...{ queueAbove: null, utilisationAbove: 0.5, classes: null, retriesOnly: false, share: 1 },
			...{ reply: throttling, fromUs: 0, toUs: Number.POSITIVE_INFINITY },
		};
		const shedding = { ...full, queueLimit: 10, fullReply: { ...throttling, retryAfterUs: null }, shed: [rule] };
		expect(retryAt(shedding, law('replace'), 10 * S)).toEqual([[3, 1]]);
		expect(retryAt({ ...shedding, discipline: 'processor-sharing' }, law('replace'), 10 * S)).toEqual([[3, 1]]);
		const clients = { ...retrying({ retryAfter: law('replace') }), latency: constant(0.25) };
		expect(when(play({ calls: [0, 1], seconds: 30, bucketS: 0.25, edge: shedding, clients })).slice(2)).toEqual([
			[3.5, 1],
		]);
	});

	test('of a fault and of a class; a failure without one has none left over from another', () => {
		const of = (reply: Reply, story: Partial<Story>) =>
			when(
				play({
					...{
						calls: [0, 5],
						seconds: 20,
						clients: retrying({ retryAfter: law('replace'), growth: { kind: 'fixed', baseUs: S } }),
					},
					over: {
						classes: [requestClass()],
						faults: [
							fault(0, 1, { kind: 'error', probability: 1, reply: throttling }),
							fault(4, 100, { kind: 'error', probability: 1, reply }, { name: 'other' }),
						],
					},
					...story,
				}),
			).map(([s]) => s);
		expect(of({ cause: '503', retryAfterUs: null }, {})).toEqual([0, 2, 5, 6]);
		expect(of({ cause: '503', retryAfterUs: 3 * S }, {})).toEqual([0, 2, 5, 8]);
		const classes = [requestClass({ errorProbability: 1, errorReply: throttling })];
		expect(of(throttling, { calls: [2], over: { classes } })).toEqual([2, 4]);
	});
});

describe('which failures', () => {
	const sends = (answers: Story['answers'], over: PolicyOver): number =>
		total(play({ calls: [0], answers, seconds: 60, clients: retrying({ attempts: 5, ...over }) }), 'attempts');

	test('statuses, each by its own', () => {
		for (const status of ['500', '502', '503', '504', '429'] as const) {
			expect(sends(status, { on: [status] })).toBe(5);
			expect(sends(status, { on: CAUSES.filter((cause) => cause !== status) })).toBe(1);
			expect(sends(status, { on: ['error'] })).toBe(5);
		}
	});

	test('another number of sends for some, and the first that fits', () => {
		const attemptsFor = [
			{ causes: causeMask(['429']), attempts: 3 },
			{ causes: causeMask(['429', '503']), attempts: 9 },
		];
		expect(sends('429', { attemptsFor })).toBe(3);
		expect(sends('503', { attemptsFor })).toBe(9);
		expect(sends('500', { attemptsFor })).toBe(5);
	});

	test('waitsOn: all others are tried again at once', () => {
		const delay = { ...delayOf({ kind: 'fixed', baseUs: S }), waitsOn: causeMask(['429']) };
		const times = (answers: Story['answers']) =>
			when(play({ calls: [0], answers, seconds: 10, clients: retrying({ delay }) }));
		expect(times('429')).toEqual([
			[0, 1],
			[1, 1],
		]);
		expect(times('503')).toEqual([[0, 2]]);
	});

	const crashed = fault(0, 5, { kind: 'crash' });
	const methodWorld = (method: string, idempotent: boolean, over: PolicyOver, broken: boolean) =>
		total(
			play({
				...{ calls: [1], seconds: 20, clients: retrying({ attempts: 3, ...over }) },
				over: {
					classes: [
						requestClass({
							method: method as 'GET',
							idempotent,
							errorProbability: broken ? 0 : 1,
							errorReply: { cause: '503', retryAfterUs: null },
						}),
					],
					faults: broken ? [crashed] : [],
				},
			}),
			'attempts',
		);

	test('a POST that was answered 503 is not tried again, one that never arrived is', () => {
		const safe: PolicyOver = { methods: ['GET', 'HEAD'], networkMethods: null };
		expect(methodWorld('GET', true, safe, false)).toBe(3);
		expect(methodWorld('POST', false, safe, false)).toBe(1);
		expect(methodWorld('POST', false, safe, true)).toBe(3);
		const idempotent: PolicyOver = { methods: 'idempotent', networkMethods: 'idempotent' };
		expect(methodWorld('POST', true, idempotent, true)).toBe(3);
		expect(methodWorld('POST', false, idempotent, true)).toBe(1);
	});

	test('what a crash does to its work: reset is heard of at once, lost is waited for, a dead node refuses', () => {
		const story = (crashWork: NodeGroup['crashWork'], on: Cause) =>
			play({
				...{ calls: [0, 2], seconds: 20 },
				edge: { service: [constant(5)], workers: 5, crashWork },
				clients: { ...retrying({ on: [on], growth: { kind: 'fixed', baseUs: 6 * S } }), timeout: constant(8) },
				over: { faults: [fault(1, 4, { kind: 'crash' })] },
			});
		// The first call is in the node when it crashes at 1 s, the second meets a dead one at 2 s.
		expect(when(story('reset', 'reset'))).toEqual([
			[0, 1],
			[2, 1],
			[7, 1],
		]);
		expect(when(story('reset', 'refused'))).toEqual([
			[0, 1],
			[2, 1],
			[8, 1],
		]);
		expect(when(story('lost', 'reset'))).toEqual([
			[0, 1],
			[2, 1],
		]);
		expect(when(story('lost', 'timeout'))).toEqual([
			[0, 1],
			[2, 1],
			[14, 1],
		]);
	});

	test.each([
		['fails: 100%, status: 502', 2],
		['fails: 100%, status: 503', 1],
		['sheds: 100%, shedReply: { status: 502 }', 2],
		['sheds: 100%', 1],
	])('of a change, as an author writes it: %s', (what, perCall) => {
		const text = `
name: answers
duration: 20s
traffic: { rate: 10/s, process: regular }
edge: { service: 1ms, workers: 100 }
clients: { users: { retry: { attempts: 2, on: 502 } } }
changes: { patch: { ${what} } }
rollouts: { patch: { at: 5s, stages: { everywhere: {} } } }
`;
		const outcome = run(loadScenario(text, { file: 'a.yaml' }).world, 1);
		expect(total(outcome, 'attempts')).toBe(49 + 150 * perCall);
	});
});

describe('the whole call', () => {
	const second = { kind: 'fixed', baseUs: S } as const;

	test('before-try: no try starts later, one that runs may end', () => {
		const clients = retrying({ attempts: 100, growth: second, lastTryUs: 3.5 * S });
		const outcome = play({ calls: [10], answers: '500', seconds: 30, clients, edge: { service: [constant(0.4)] } });
		// sends at 10, 11.4, 12.8; the next would start at 14.2
		expect(when(outcome)).toEqual([
			[10, 1],
			[11, 1],
			[12, 1],
		]);
		const slow = play({ calls: [10], answers: '500', seconds: 30, clients, edge: { service: [constant(2)] } });
		expect([when(slow), total(slow, 'outcome_error')]).toEqual([
			[
				[10, 1],
				[13, 1],
			],
			2,
		]);
	});

	test('always: what runs is cut off', () => {
		const layers = [policy({ attempts: 100, growth: second, lastTryUs: 3.5 * S }), policy({ timeout: constant(3.5) })];
		const outcome = play({
			...{ calls: [10], answers: '500', seconds: 30, clients: { layers }, edge: { service: [constant(2)] } },
		});
		expect([when(outcome), total(outcome, 'outcome_error'), total(outcome, 'outcome_timeout')]).toEqual([
			[
				[10, 1],
				[13, 1],
			],
			1,
			1,
		]);
	});

	test('each call of a layer has its own time', () => {
		const layers = [
			policy({ attempts: 100, growth: second, lastTryUs: 2.5 * S }),
			policy({ attempts: 2, growth: { kind: 'fixed', baseUs: 5 * S } }),
		];
		const outcome = play({ calls: [0], answers: '500', seconds: 30, clients: { layers } });
		expect(when(outcome).map(([s]) => s)).toEqual([0, 1, 2, 7, 8, 9]);
	});

	test('a draw that each client keeps: its retries come after the same wait every time', () => {
		const delay = { ...delayOf({ kind: 'fixed', baseUs: 2 * S }, { kind: 'full' }), perClient: true };
		const clients = retrying({ delay });
		const outcome = play({ calls: every(5, 40), answers: '500', seconds: 210, bucketS: 0.01, clients });
		const waits = when(outcome).map(([s]) => Math.round((s % 5) * 100));
		expect(new Set(waits.filter((_, k) => k % 2 === 1)).size).toBeLessThanOrEqual(2);
		const many = play({
			calls: together(200),
			answers: '500',
			seconds: 5,
			bucketS: 0.01,
			clients: { ...clients, instances: 1e6 },
		});
		expect(when(many).length).toBeGreaterThan(100);
	});
});
