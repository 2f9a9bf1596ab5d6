/** A run that begins with work: what a scenario writes, what the engine makes of it, and how the books carry it. */
import { describe, expect, it } from 'vitest';
import { DiscreteEngine } from '../../../../src/engines/discrete/engine.js';
import { collapse } from '../../../../src/metrics/reading/collapse.js';
import { recovered } from '../../../../src/metrics/reading/milestones.js';
import { collapsedStart } from '../../../../src/model/collapsed-state.js';
import type { Start } from '../../../../src/model/initial-state.js';
import type { World } from '../../../../src/model/world.js';
import { checkScenario, loadScenario } from '../../../../src/scenario/load.js';
import { build, constant, drawn, exponential, policy, run, S, steps, total } from '../../../support/world-builder.js';

const FILE = `name: starts
duration: 60s
traffic: { rate: 100/s }
edge: { service: 10ms, workers: 2, queue: 48, groups: { older: { traffic: 30%, nodes: 2 }, newer: { traffic: 70% } } }
clients:
  sdk: { share: 60%, timeout: 1s, retry: { attempts: 3, backoff: 500ms } }
  people: { share: 40%, timeout: 4s }
`;
const startOf = (written: string): Start | null =>
	loadScenario(FILE, { file: 'a.yaml', set: [`start=${written}`] }).world.start;
const complaints = (written: string): readonly string[] => {
	const { errors, warnings } = checkScenario(`${FILE}start: ${written}\n`, { file: 'a.yaml' });
	return [...errors, ...warnings].map(({ text }) => text.replace(/^a.yaml:\d+:\d+: /, ''));
};

describe('a scenario', () => {
	it('begins with nothing unless it says so', () => {
		expect(loadScenario(FILE, { file: 'a.yaml' }).world.start).toBeNull();
		expect(startOf('empty')).toBeNull();
		expect(startOf('{ edge: { abandoned: 0 } }')).toBeNull();
	});

	it.each([
		['{ edge: { abandoned: 7 } }', { abandoned: 7, live: 0 }],
		['{ edge: { abandoned: 80%, live: 3 } }', { abandoned: 40, live: 3 }],
		['{ edge: { abandoned: full } }', { abandoned: 50, live: 0 }],
		['{ edge: { abandoned: full, live: 20% } }', { abandoned: 40, live: 10 }],
		['{ edge: { abandoned: 30, live: full } }', { abandoned: 30, live: 20 }],
	])('%s: of 50 places of each node', (written, held) => {
		expect(startOf(written)).toEqual({ held: [held, held], backoff: [0, 0] });
	});

	it('may say so for single groups, and of populations', () => {
		expect(
			startOf('{ edge: { live: 1 }, groups: { older: { abandoned: 5 } }, clients: { sdk: { backoff: 9 } } }'),
		).toEqual({
			held: [
				{ abandoned: 5, live: 1 },
				{ abandoned: 0, live: 1 },
			],
			backoff: [9, 0],
		});
	});

	it('collapsed: every place is taken, and as many are in back-off as all failures would keep there', () => {
		// 60 requests a second of the SDK, each twice in a back-off of half a second.
		expect(startOf('collapsed')).toEqual({
			held: [
				{ abandoned: 50, live: 0 },
				{ abandoned: 50, live: 0 },
			],
			backoff: [60, 0],
		});
	});

	it.each([
		[
			'{ edge: { abandoned: 60 } }',
			'error: start.edge.live: found 60 attempts in a node of older, at most its 50 places (workers + queue) would do',
		],
		[
			'{ edge: { abandoned: full, live: full } }',
			'error: start.edge.live: found full for abandoned and for live work, one of them would do',
		],
		[
			'{ clients: { people: { backoff: 3 } } }',
			'error: start.clients.people.backoff: found 3 clients in back-off, but people never tries again; retry: { attempts: 3 } would do',
		],
		[
			'{ groups: { old: { live: 1 } } }',
			'error: start.groups.old: found "old", which is no node group here; one of older, newer would do',
		],
		['colapsed', 'error: start: found "colapsed"; did you mean collapsed?'],
		[
			'{ edge: { abandoned: many } }',
			'error: start.edge.abandoned: found "many", a number of attempts such as 50, a share of all places such as 80%, or full would do',
		],
	])('%s is a mistake', (written, message) => expect(complaints(written)).toContain(message));

	it('is told where a queue is never full, where the edge cancels, and where it is too much', () => {
		const messages = (edge: string, start: string) =>
			checkScenario(
				`name: a\nduration: 9s\ntraffic: { rate: 1/s }\nedge: { service: 10ms, ${edge} }\nstart: { edge: { ${start} } }\n`,
				{ file: 'a.yaml' },
			);
		const [unlimited] = messages('queue: unlimited', 'abandoned: full').errors;
		expect(unlimited.text).toContain('found full for a queue without limit, a number of attempts would do');
		const [cancels] = messages('abandoned: cancel-queued', 'abandoned: 5').warnings;
		expect(cancels.text).toContain('nodes of edge cancel what is abandoned (cancel-queued) and would not hold it');
		const [much] = messages('queue: unlimited', 'live: 2000000').errors;
		expect(much.text).toContain(
			'found 2000000 attempts and clients to begin with, at most limits.inFlight (1000000) would do',
		);
	});
});

describe('a collapsed start', () => {
	const world = (edge: Parameters<typeof build>[0]['edge'], clients: Parameters<typeof build>[0]['clients']): Start =>
		collapsedStart(build({ rate: 100, seconds: 60, edge, clients }));

	it('counts each wait of each layer by how often a request gets there', () => {
		const retry = policy({
			attempts: 4,
			growth: { kind: 'exponential', baseUs: S, multiplier: 2, capUs: 3 * S },
			jitter: { kind: 'full' },
		});
		// Half of 1 s, 2 s and 3 s: 100/s x 3 s.
		expect(world({ queueLimit: 9 }, { layers: [retry] }).backoff).toEqual([300]);
		// With probability 1/2 after each failure: 0.5 x 0.5 + 0.25 x 1 + 0.125 x 1.5 s.
		expect(world({ queueLimit: 9 }, { layers: [{ ...retry, probability: 0.5 }] }).backoff).toEqual([69]);
		// An outer layer of two tries, 10 s apart, doubles the inner waits and adds its own.
		const outer = policy({ attempts: 2, growth: { kind: 'fixed', baseUs: 10 * S } });
		expect(world({ queueLimit: 9 }, { layers: [retry, outer] }).backoff).toEqual([2 * 300 + 1_000]);
		// Behind a layer that never gives up nobody stands; its own waits are followed for a minute.
		const endless = policy({ attempts: Infinity, growth: { kind: 'fixed', baseUs: S } });
		expect(world({ queueLimit: 9 }, { layers: [endless, outer] }).backoff).toEqual([6_000]);
		expect(world({ queueLimit: 9 }, { layers: [endless], patience: constant(5) }).backoff).toEqual([500]);
	});

	it('lets through what a budget pays for while nothing succeeds', () => {
		const budget = {
			kind: 'ratio-bucket' as const,
			ratio: 0.1,
			capacity: 10,
			initial: 10,
			cost: 1,
			threshold: 1,
			strict: false,
			credit: 'per-call' as const,
			scope: 'population' as const,
		};
		const retry = policy({ attempts: 3, growth: { kind: 'fixed', baseUs: S } });
		expect(world({ queueLimit: 9 }, { layers: [{ ...retry, budget }] }).backoff).toEqual([10]);
		expect(
			world({ queueLimit: 9 }, { layers: [{ ...retry, budget: { ...budget, credit: 'per-success' } }] }).backoff,
		).toEqual([0]);
	});

	it('fills nodes with abandoned work, with live work where they cancel, and a line without limit up to twice the timeout', () => {
		const full = { queueLimit: 9, workers: 3 };
		expect(world(full, {}).held).toEqual([{ abandoned: 12, live: 0 }]);
		expect(world({ ...full, abandoned: 'drop-at-dequeue' }, {}).held).toEqual([{ abandoned: 12, live: 0 }]);
		expect(world({ ...full, abandoned: 'cancel-queued' }, {}).held).toEqual([{ abandoned: 0, live: 12 }]);
		const sharing = { ...full, discipline: 'processor-sharing' as const };
		expect(world({ ...sharing, abandoned: 'cancel-queued' }, {}).held).toEqual([{ abandoned: 12, live: 0 }]);
		expect(world({ ...sharing, abandoned: 'cancel-in-service' }, {}).held).toEqual([{ abandoned: 0, live: 12 }]);
		const service = [exponential(0.1)];
		expect(world({ queueLimit: Infinity, service, workers: 3 }, { timeout: constant(2) }).held).toEqual([
			{ abandoned: 3 + 120, live: 0 },
		]);
	});

	it('keeps a storm going from its first second on', () => {
		// Three of four attempts come again after half a second on average; nearly all are rejected at once.
		const storm = build({
			rate: 300,
			seconds: 60,
			bucketS: 1,
			edge: { workers: 1, queueLimit: 200, service: [exponential(0.01)] },
			clients: {
				timeout: constant(1),
				layers: [
					policy({
						attempts: 4,
						growth: { kind: 'fixed', baseUs: 500_000 },
						jitter: { kind: 'uniform', scale: [0.5, 1.5], addUs: [0, 0] },
					}),
				],
			},
		});
		const collapsed: World = { ...storm, start: collapsedStart(storm) };
		const o = run(collapsed, 1);
		const first = total(o, 'attempts', 0, 2) / 2;
		const later = total(o, 'attempts', 30, 60) / 30;
		// In the first second those are missing that will come back once their attempt in the queue has timed out.
		expect(Math.abs(first / later - 1)).toBeLessThan(0.12);
		expect(Math.abs(total(o, 'backoff_us', 30, 60) / (30 * S) / collapsedStart(storm).backoff[0] - 1)).toBeLessThan(
			0.03,
		);
		expect(collapse(o, collapsed).collapsed).toBe(true);
		expect(recovered(o, collapsed)).toBeNull();
	});
});

describe('a run that begins with work', () => {
	// One worker takes 1 s for each; nobody else comes.
	const held = build({
		rate: [],
		seconds: 10,
		bucketS: 1,
		edge: { queueLimit: 3, service: [constant(1)] },
		clients: { timeout: constant(2.5) },
		over: { start: { held: [{ abandoned: 2, live: 2 }], backoff: [0] }, recordInSystem: true },
	});

	it('does the abandoned work first, and none of it for anybody', () => {
		const o = run(held, 1);
		expect(total(o, 'fate_served_late')).toBe(4);
		// The live ones are served from 2 s and from 3 s on; both clients leave at 2.5 s.
		expect(total(o, 'useful_us')).toBe(0.5 * S);
		expect(total(o, 'wasted_us')).toBe(3.5 * S);
		expect(total(o, 'outcome_timeout')).toBe(2);
		expect(total(o, 'failed')).toBe(2);
		expect((o.inSystemUs ?? [])[0].slice(0, 5)).toEqual(new Float64Array([6, 1, 1, 1, 1].map((s) => s * S)));
		expect(o.passages.queueFullUs).toEqual([0]);
		expect(o.triggers).toEqual([{ kind: 'start', name: 'work from before', fromUs: 0, toUs: 0 }]);
	});

	it('carries its requests as open at the start, neither born nor sent nor lost by birth', () => {
		const { audit, ...o } = run(held, 1);
		expect(audit.requests).toEqual({ openAtStart: 2, born: 0, succeeded: 0, failed: 2, open: 0 });
		expect(audit.clientLedger).toEqual({ openAtStart: 2, sent: 0, entries: 2, open: 0 });
		expect(audit.serverLedger).toEqual({ openAtStart: 4, sent: 0, entries: 4, open: 0 });
		expect(audit.queues).toEqual({ openAtStart: 3, arrivals: 0, departures: 3, waiting: 0 });
		for (const measure of ['first_failed_by_birth', 'lost_by_birth', 'attempts'])
			expect(total({ audit, ...o }, measure)).toBe(0);
	});

	it('has the books right where the window begins later', () => {
		const later = { ...held, warmUpUs: 3 * S };
		expect(run(later, 1).audit.requests).toMatchObject({ openAtStart: 0, failed: 0 });
		const patient = { ...later, populations: [{ ...held.populations[0], timeout: constant(9) }] };
		expect(run(patient, 1).audit.requests).toMatchObject({ openAtStart: 2, succeeded: 2 });
		expect(run(patient, 1).latency.request[0]).toMatchObject({ count: 2, maxUs: 4 * S + 1 });
	});

	it('drops at dequeue what was abandoned before, but for what is in service already', () => {
		const dropping = { ...held, groups: [{ ...held.groups[0], abandoned: 'drop-at-dequeue' as const }] };
		const o = run(dropping, 1);
		expect(total(o, 'fate_dropped_at_dequeue')).toBe(1);
		expect(total(o, 'outcome_ok')).toBe(1);
	});

	it('loses it to a crash at once', () => {
		const scope = { regions: null, platforms: null, groups: null, nodes: null, nodeShare: 1 };
		const crash = { name: 'crash', fromUs: 0, toUs: S, scope, effect: { kind: 'crash' as const } };
		expect(total(run({ ...held, faults: [crash] }, 1), 'fate_lost')).toBe(4);
	});

	it('shares the workers among all of it where the node shares', () => {
		const shared = { ...held, groups: [{ ...held.groups[0], discipline: 'processor-sharing' as const }] };
		const o = run(shared, 1);
		expect(total(o, 'useful_us', 0, 4)).toBe(2 * 0.625 * S);
		expect(total(o, 'wasted_us', 0, 4)).toBe((2 + 2 * 0.375) * S);
	});
});

describe('clients that begin in back-off', () => {
	const waiting = (layers: World['populations'][number]['layers'], clients: number, over: Partial<World> = {}): World =>
		build({
			rate: [],
			seconds: 60,
			bucketS: 0.5,
			edge: { workers: 10_000, service: [constant(0.001)] },
			clients: { layers },
			over: { start: { held: [{ abandoned: 0, live: 0 }], backoff: [clients] }, ...over },
		});

	it('come back once, as a retry, and are saved', () => {
		const o = run(waiting([policy({ attempts: 3, growth: { kind: 'fixed', baseUs: S } })], 2_000), 1);
		expect(total(o, 'succeeded')).toBe(2_000);
		expect(total(o, 'saved')).toBe(2_000);
		expect(total(o, 'succeeded_by_birth')).toBe(0);
		expect(total(o, 'first_attempts')).toBe(0);
		// Half of the waits are before the first retry, half before the second.
		expect(Math.abs(total(o, 'attempts_2') - 1_000)).toBeLessThan(4 * Math.sqrt(500));
		expect(total(o, 'attempts_2') + total(o, 'attempts_3')).toBe(2_000);
		// They are anywhere in their second.
		expect(Math.abs(total(o, 'attempts', 0, 0.5) - 1_000)).toBeLessThan(4 * Math.sqrt(500));
		expect(total(o, 'attempts', 1, 60)).toBe(0);
		expect(o.audit.requests).toMatchObject({ openAtStart: 2_000, born: 0, succeeded: 2_000 });
	});

	it('wait a fresh exponential time where their waits are exponential', () => {
		const o = run(waiting([drawn(0.5, { attempts: 2 })], 10_000), 1);
		const mean = total(o, 'backoff_us') / 10_000 / S;
		expect(Math.abs(mean - 2)).toBeLessThan(4 * (2 / 100));
		expect(Math.abs(total(o, 'attempts', 0, 2) - 10_000 * (1 - Math.exp(-1)))).toBeLessThan(4 * Math.sqrt(2_325));
	});

	it('are in the layer whose waits take longest most often, and the others begin anew', () => {
		const inner = policy({ name: 'inner', attempts: 2, growth: { kind: 'fixed', baseUs: S } });
		const outer = policy({ name: 'outer', attempts: 3, growth: { kind: 'fixed', baseUs: 9 * S } });
		// Nothing is ever served, so that what is left of the policy shows: 2 s + 18 s + 1 s of waits in all, 2 x 3 attempts.
		const world = waiting([inner, outer], 3_000);
		const crashed = { ...world, groups: [{ ...world.groups[0], workers: 1, queueLimit: 0, service: [constant(100)] }] };
		const o = run(crashed, 1);
		// Of three inner waits of 1 s and two outer ones of 9 s, 3 / 21 of all are inner.
		const innerFirst = total(o, 'retries_layer_1', 0, 1);
		expect(Math.abs(innerFirst - (3_000 * 3) / 21 - total(o, 'retries_layer_2', 0, 0.5) * 0)).toBeLessThan(
			4 * Math.sqrt(370),
		);
		expect(total(o, 'attempts_7')).toBe(0);
		expect(total(o, 'attempts_6')).toBeGreaterThan(2_900);
	});

	it('give up when their patience ends, and no later', () => {
		const world = waiting([policy({ attempts: 3, growth: { kind: 'fixed', baseUs: 20 * S } })], 100);
		const hurried = { ...world, populations: [{ ...world.populations[0], patience: constant(5) }] };
		const o = run(hurried, 1);
		expect(total(o, 'failed', 5, 5.5)).toBe(total(o, 'failed'));
		expect(total(o, 'failed') + total(o, 'succeeded')).toBe(100);
	});
});

describe('the random numbers of a run', () => {
	const fresh = build({
		rate: steps([0, 50]),
		seconds: 20,
		bucketS: 1,
		edge: { workers: 1, queueLimit: 20, service: [exponential(0.015)], nodes: 2 },
		clients: {
			timeout: exponential(1),
			latency: exponential(0.01),
			layers: [policy({ attempts: 3, growth: { kind: 'fixed', baseUs: S }, jitter: { kind: 'full' } })],
		},
		over: { nodeCount: 2, choice: 'two-choices' },
	});
	const drawsOf = (world: World): Map<string, number[]> => {
		const draws = new Map<string, number[]>();
		const observe = (stream: string, value: number) => draws.set(stream, [...(draws.get(stream) ?? []), value]);
		new DiscreteEngine(world, 1, { observe }).advance(Infinity);
		return draws;
	};

	it('is that of a fresh one: the start draws from streams of its own', () => {
		const [before, after] = [drawsOf(fresh), drawsOf({ ...fresh, start: collapsedStart(fresh) })];
		const own = [...after.keys()].filter((name) => name.startsWith('start/'));
		expect(own.length).toBeGreaterThan(2);
		expect([...before.keys()].filter((name) => name.startsWith('start/'))).toEqual([]);
		expect(after.get('arrivals/world/clients')).toEqual(before.get('arrivals/world/clients'));
		for (const [name, values] of after) {
			if (name.startsWith('start/')) continue;
			const [shorter, longer] = [values, before.get(name) ?? []].toSorted((a, b) => a.length - b.length);
			expect(longer.slice(0, shorter.length), name).toEqual(shorter);
		}
	});
});
