/** A scenario becomes the world its author wrote down: numbers, indices, every switch filled in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/engine.js';
import { UNAVAILABLE } from '../../../src/model/reply.js';
import { expectedArrivals, rateAt } from '../../../src/model/traffic.js';
import type { World } from '../../../src/model/world.js';
import { fnv1a } from '../../../src/scenario/fnv1a.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { NO_RETRIES } from '../../../src/scenario/resolve/clients/policies.js';
import { constant, diurnal, ramp, within } from '../../../src/scenario/resolve/traffic/piecewise-curve.js';
import { mixReport } from '../../../src/scenario/resolve.js';
import { jsonSchema } from '../../../src/scenario/schema/json-schema.js';
import { TEMPLATES, template } from '../../../src/scenario/starter-template.js';
import { gate } from '../../support/rollout-plans.js';
import { delayOf } from '../../support/world-builder.js';

const load = (text: string) => loadScenario(text, { file: 'a.yaml' });
const worldOf = (text: string): World => load(text).world;
const small = (rest: string): World =>
	worldOf(`name: small\nduration: 100s\nedge: { service: { exponential: 10ms } }\n${rest}\n`);

const INCIDENT = `name: december
date: "2025-12-05"
from: "08:40"
until: "09:20"
warmUp: 60s
classes:
  plain: { service: { exponential: 100ms }, priority: 1 }
  actions: { service: 300ms, errors: 0.1% }
mixes:
  production: { plain: 90%, actions: 10% }
  staging: { plain: 99%, actions: 1% }
mix: [{ at: 0s, mix: staging }, { at: "08:50", mix: production }]
traffic: { rate: 1000/s, spikes: { rush: { at: "09:00", for: 10s, factor: x3 } } }
regions:
  weur: { share: 25%, failover: [apac] }
  apac: { share: 75%, groups: { older: { nodes: 3, workers: 7 } } }
edge:
  workers: 16
  queue: "2.2s"
  groups:
    older: { platform: old, traffic: 28.5% }
    newer: { platform: new, traffic: 71.5%, nodes: 2 }
clients:
  apps: { share: 44%, classes: [actions, plain], timeout: 2.5s, retry: { attempts: 3 } }
  people: { share: 56%, classes: plain }
changes:
  patch: { match: { class: actions, region: [weur], platform: old }, fails: 100%, errorCost: x12 }
  other: { cost: x2 }
rollouts:
  patch:
    at: "08:47"
    stages:
      canary: { scope: { region: weur, nodes: 5% }, hold: 90s, propagation: { p50: 2s, p99: 10s }, gate: { above: 10% } }
      rest: {}
    autoRevert: { armed: 2m, above: 10%, window: 2500ms, every: 5s }
    revert: { poisonedBy: other }
    people: { detect: { alert: { numerator: failures, above: 5%, window: 60s } }, declare: 120s, decide: "09:11", rollback: { waves: 4, gap: 15s } }
faults:
  flood: { at: "09:10", for: 60s, traffic: x2, where: { region: apac } }
  dead: { at: 100s, for: 30s, crash: true, where: { group: older, node: 2 } }
markers: [{ at: "08:56", text: status page }]
expect:
  - { that: unavailable, over: "08:48..09:11", where: { platform: old }, between: [26%, 30%] }
  - { that: recovered, below: "09:13" }
  - { that: time-to-detect, above: 25m }
  - { that: lost, versus: { variant: no-change, as: difference }, above: -1% }
  - { that: collapsed, equals: false }
  - { that: detected, never: true }
  - { that: cascaded, equals: true }
  - { that: peak-amplification, equals: x3, tolerance: 0.5 }
`;

describe('time', () => {
	const world = worldOf(INCIDENT);
	it('runs from `from` less the warm-up', () => {
		expect(world).toMatchObject({
			date: '2025-12-05',
			clockUs: (8 * 3600 + 39 * 60) * 1e6,
			warmUpUs: 60e6,
			horizonUs: 41 * 60e6,
			bucketUs: 1e6,
		});
	});

	it('takes clock times and durations from the measured start alike', () => {
		expect(world.rollouts[0].atUs).toBe(8 * 60e6);
		expect(world.faults[1]).toMatchObject({ fromUs: 160e6, toUs: 190e6 });
		expect(world.markers).toEqual([{ atUs: 17 * 60e6, text: 'status page' }]);
		expect(world.mixes.map((mix) => mix.fromUs)).toEqual([0, 11 * 60e6]);
	});

	it('without a clock, counts from the measured window', () => {
		expect(small('warmUp: 5s\ntraffic: { rate: 1/s }')).toMatchObject({ clockUs: -5e6, date: null, horizonUs: 105e6 });
	});

	it('lets every window end on a control tick', () => {
		expect(world.tickUs).toBe(500_000);
		expect(small('traffic: { rate: 1/s }').tickUs).toBe(1e6);
	});
});

describe('places', () => {
	const world = worldOf(INCIDENT);
	it('numbers nodes through regions and groups, with the nearest level winning', () => {
		expect(world.platforms).toEqual(['old', 'new']);
		expect(
			world.groups.map(({ name, region, platform, firstNode, nodes, workers }) => [
				name,
				region,
				platform,
				firstNode,
				nodes,
				workers,
			]),
		).toEqual([
			['older', 0, 0, 0, 1, 16],
			['newer', 0, 1, 1, 2, 16],
			['older', 1, 0, 3, 3, 7],
			['newer', 1, 1, 6, 2, 16],
		]);
		expect(world.nodeCount).toBe(8);
	});

	it('takes shares of traffic by region and platform', () => {
		expect(world.regions.map(({ share, failover }) => [share, failover])).toEqual([
			[0.25, [1]],
			[0.75, []],
		]);
		for (const { platformShares } of world.regions) expect(platformShares).toEqual([0.285, 0.715]);
	});

	it('turns a queue in seconds into places, by the healthy mean service of the mix at the start', () => {
		// apps make 99 % plain and 1 % actions, people plain only: 0.4356 + 0.56 plain at 100 ms, 0.0044 actions at 300 ms.
		const meanMs = (0.44 * 0.99 + 0.56) * 100 + 0.44 * 0.01 * 300;
		expect(world.groups[0].queueLimit).toBe(Math.ceil((2200 * 16) / meanMs));
		expect(world.groups[2].queueLimit).toBe(Math.ceil((2200 * 7) / meanMs));
		// 2.2 s x 16 / 10 ms is 3520 exactly, whatever the floats say.
		const exact = worldOf(
			'name: a\nduration: 9s\ntraffic: { rate: 1/s }\nedge: { service: 10ms, workers: 16, queue: "2.2s" }\n',
		);
		expect(exact.groups[0].queueLimit).toBe(3520);
	});

	it('has one region, one group and one platform where none is written', () => {
		const world = small('traffic: { rate: 1/s }');
		expect(world.regions).toEqual([{ name: 'world', share: 1, failover: [], platformShares: [1] }]);
		expect(world.platforms).toEqual(['edge']);
		expect(world.groups).toEqual([
			{
				name: 'edge',
				region: 0,
				platform: 0,
				firstNode: 0,
				nodes: 1,
				workers: 16,
				queueLimit: 200,
				discipline: 'fifo',
				lifoAbove: 100,
				codel: null,
				onFull: 'reject',
				fullReply: UNAVAILABLE,
				abandoned: 'serve',
				rejectCostUs: 0,
				crashed: 'refuse',
				cutOff: 'refuse',
				crashWork: 'lost',
				shed: [],
				service: [{ kind: 'exponential', meanUs: 10_000 }],
				serviceDecided: 'progress',
				perInFlight: 0,
				standby: false,
				coldStart: null,
			},
		]);
		expect(world).toMatchObject({ choice: 'round-robin', failover: null });
	});

	it('adds up the shares of two groups on one platform', () => {
		const groups = '{ a: { platform: p, traffic: 30% }, b: { platform: p }, c: { traffic: 70% } }';
		const world = worldOf(
			`name: a\nduration: 9s\ntraffic: { rate: 1/s }\nedge: { service: 10ms, groups: ${groups} }\n`,
		);
		expect(world.platforms).toEqual(['p', 'c']);
		expect(world.regions[0].platformShares).toEqual([0.3, 0.7]);
	});
});

describe('clients', () => {
	it('share the traffic of each region', () => {
		const { sources } = worldOf(INCIDENT);
		expect(sources.map(({ region, population, share }) => [region, population, Number(share.toFixed(6))])).toEqual([
			[0, 0, 0.11],
			[0, 1, 0.14],
			[1, 0, 0.33],
			[1, 1, 0.42],
		]);
	});

	it('have one attempt where no retries are written', () => {
		const { populations } = small('traffic: { rate: 1/s }');
		expect(populations).toHaveLength(1);
		expect(populations[0]).toMatchObject({ name: 'clients', share: 1, instances: 1, timeout: null, patience: null });
		expect(populations[0].layers).toHaveLength(1);
		expect(populations[0].layers[0]).toMatchObject({ name: 'none', attempts: 1 });
	});

	it('keep their layers in the order of the file, from inside out', () => {
		const layers = `
      sdk: { attempts: 3, backoff: { growth: exponential, base: 200ms, cap: 2s, jitter: full }, budget: { ratio: 10%, capacity: 50 } }
      app: { attempts: unlimited, on: timeout, backoff: { growth: linear, base: 1s, step: 500ms } }
      person: { attempts: 2, marked: false, probability: 70%, backoff: { drawn: [1s, { exponential: 2s }] }, timeout: 30s }`;
		const [{ layers: stack }] = small(`traffic: { rate: 1/s }\nclients:\n  apps:\n    layers:${layers}`).populations;
		expect(stack[0]).toEqual({
			...NO_RETRIES,
			name: 'sdk',
			attempts: 3,
			on: ['error', 'rejected', 'shed', 'refused', 'reset', 'timeout'],
			delay: delayOf({ kind: 'exponential', baseUs: 200_000, multiplier: 2, capUs: 2e6 }, { kind: 'full' }),
			budget: {
				kind: 'ratio-bucket',
				ratio: 0.1,
				capacity: 50,
				initial: 50,
				cost: 1,
				threshold: 1,
				strict: false,
				credit: 'per-call',
				scope: 'instance',
			},
		});
		expect(stack[1]).toMatchObject({
			attempts: Number.POSITIVE_INFINITY,
			on: ['timeout'],
			delay: { growth: { kind: 'linear', baseUs: 1e6, stepUs: 5e5 } },
		});
		expect(stack[2]).toMatchObject({
			marked: false,
			probability: 0.7,
			delay: {
				growth: {
					kind: 'drawn',
					waits: [
						{ kind: 'constant', us: 1e6 },
						{ kind: 'exponential', meanUs: 2e6 },
					],
				},
			},
			timeout: { kind: 'constant', us: 30e6 },
		});
	});

	it('may have no share, and classes that a mix lacks', () => {
		const text = `name: p
duration: 10s
traffic: { rate: 20/s }
classes: { a: {}, b: {} }
mixes: { m: { a: 100%, b: 0% }, n: { a: 50%, b: 50% } }
mix: [{ at: 0s, mix: m }, { at: 5s, mix: n }]
edge: { service: { exponential: 20ms } }
clients: { x: { share: 100% }, y: { share: 0%, classes: b } }`;
		const outcome = simulate(loadScenario(text, { file: 'p.yaml' }));
		expect(outcome.audit.requests.born).toBeGreaterThan(100);
	});

	it('make their classes of the mix', () => {
		const report = mixReport(worldOf(INCIDENT));
		expect(report.map(({ population, mix, fromUs }) => [population, mix, fromUs])).toEqual([
			['apps', 'staging', 0],
			['apps', 'production', 11 * 60e6],
			['people', 'staging', 0],
			['people', 'production', 11 * 60e6],
		]);
		expect(report[0].shares).toEqual([
			{ class: 'plain', share: 0.99 },
			{ class: 'actions', share: 0.01 },
		]);
		expect(report[3].shares).toEqual([
			{ class: 'plain', share: 1 },
			{ class: 'actions', share: 0 },
		]);
	});
});

describe('change', () => {
	const { changes, rollouts, faults } = worldOf(INCIDENT);
	it('is a predicate with its effects', () => {
		expect(changes[0]).toMatchObject({
			classes: [false, true],
			regions: [true, false],
			platforms: [true, false],
			failProbability: 1,
			costFactor: 1,
			errorCostFactor: 12,
			calls: 1,
			crash: null,
		});
		// Failing costs what succeeding does, unless it is said.
		expect(changes[1]).toMatchObject({ classes: null, costFactor: 2, errorCostFactor: 2 });
	});

	it('travels in stages, with gates read once at the end of the hold', () => {
		const [canary, rest] = rollouts[0].stages;
		expect(canary).toMatchObject({
			name: 'canary',
			holdUs: 90e6,
			scope: { regions: [true, false], nodeShare: 0.05, requestMode: 'divert' },
		});
		expect(canary.gates).toEqual([
			gate({
				above: 0.1,
				everyUs: 90e6,
				metric: { scope: 'stage' },
			}),
		]);
		expect(rest).toMatchObject({
			holdUs: 0,
			gates: [],
			propagation: { kind: 'push', delay: { kind: 'constant', us: 0 } },
		});
		expect(rollouts[0].autoRevert).toMatchObject({
			armedUs: 120e6,
			schedule: { everyUs: 5e6 },
			metric: { scope: 'rollout', windowUs: 2.5e6 },
		});
		expect(rollouts[0].revert).toMatchObject({ poisonedBy: 1, waves: 1, decisionDelayUs: 0 });
		expect(rollouts[0].people).toMatchObject({
			detect: {
				kind: 'alert',
				alert: { metric: { scope: 'global', numerator: 'failures' }, schedule: { everyUs: 1e6 } },
			},
			declareUs: 120e6,
			decide: { kind: 'at', us: 32 * 60e6 },
			rollback: { waves: 4, waveGapUs: 15e6, poisonedBy: null },
		});
	});

	it('reads p50 and p99 as a log-normal law', () => {
		const { propagation } = rollouts[0].stages[0];
		expect(propagation.kind).toBe('push');
		if (propagation.kind !== 'push') return;
		const law = propagation.delay;
		expect(law.kind).toBe('lognormal');
		if (law.kind !== 'lognormal') return;
		const sigma = Math.sqrt(Math.log1p(law.scv));
		const median = law.meanUs / Math.exp(sigma ** 2 / 2);
		expect(median).toBeCloseTo(2e6, 3);
		expect(median * Math.exp(2.3263478740408408 * sigma)).toBeCloseTo(10e6, 2);
	});

	it('finds the nodes a fault befalls, counted inside the groups', () => {
		expect(faults[1].scope).toEqual({
			regions: null,
			platforms: null,
			groups: [true, false, true, false],
			nodes: [5],
			nodeShare: 1,
		});
	});
});

describe('traffic', () => {
	it('folds spikes and traffic faults into the curves, and notes the triggers', () => {
		const { sources, trafficTriggers } = worldOf(INCIDENT);
		const minute = 60e6;
		const [weur, , apac] = sources;
		expect(rateAt(weur.curve, 5 * minute)).toBeCloseTo(110, 9);
		expect(rateAt(weur.curve, 21 * minute)).toBeCloseTo(330, 9);
		expect(rateAt(weur.curve, 21 * minute + 10e6)).toBeCloseTo(110, 9);
		expect(rateAt(weur.curve, 31 * minute)).toBeCloseTo(110, 9);
		expect(rateAt(apac.curve, 31 * minute)).toBeCloseTo(660, 9);
		expect(trafficTriggers).toEqual([{ name: 'rush', fromUs: 21 * minute, toUs: 21 * minute + 10e6 }]);
	});

	it('is one of several forms', () => {
		const curve = (traffic: string, more = '') => {
			const { sources, horizonUs } = small(`warmUp: 10s\ntraffic: ${traffic}\n${more}`);
			const [{ curve }] = sources;
			expect(curve[0].fromUs).toBe(0);
			expect(curve.at(-1)?.toUs).toBe(horizonUs);
			for (const [i, piece] of curve.entries()) if (i > 0) expect(piece.fromUs).toBe(curve[i - 1].toUs);
			return (seconds: number) => rateAt(curve, seconds * 1e6);
		};
		const steps = curve('{ steps: [{ at: 0s, rate: 1/s }, { at: 60s, rate: 5/s }] }');
		expect([0, 69, 70, 109].map(steps)).toEqual([1, 1, 5, 5]);
		const ramp = curve('{ ramp: { from: 100/s, to: 200/s, over: "0s..60s" } }');
		expect([0, 10, 40, 70, 100].map(ramp)).toEqual([100, 100, 150, 200, 200]);
		const spiked = curve(
			'{ rate: 10/s, spikes: { a: { at: 0s, for: 10s, add: 5/s }, b: { at: 5s, for: 10s, factor: x2 }, c: { at: 50s, for: 1s, rate: 0/s } } }',
		);
		expect([9, 10, 15, 20, 24, 25, 60, 61].map(spiked)).toEqual([10, 15, 30, 20, 20, 10, 0, 10]);
		const counted = curve('{ counts: { every: 50s, values: [100, 300] } }');
		expect([5, 10, 59, 60, 109].map(counted)).toEqual([0, 2, 2, 6, 6]);
		const bursts = curve(
			'{ mmpp: { rates: [5/s, 1/s], switchRates: [1/s, 2/s] } }',
			'faults: { f: { at: 0s, for: 50s, traffic: x2 } }',
		);
		expect([5, 10, 59, 60].map(bursts)).toEqual([1, 2, 2, 1]);
	});

	it('keeps recorded arrivals as they are', () => {
		const counts = small('traffic: { counts: { every: 50s, values: [1, 2], exact: true } }');
		expect(counts.arrivals).toEqual({ kind: 'counts', fromUs: 0, intervalUs: 50e6, counts: [1, 2] });
		expect(counts.sources).toEqual([{ region: 0, population: 0, share: 1, curve: [] }]);
		const instants = small('warmUp: 1s\ntraffic: { instants: [1s, 2.5s] }');
		expect(instants.arrivals).toEqual({ kind: 'instants', atUs: [2e6, 3.5e6] });
	});

	it('gives a region a curve of its own, and the share that comes of it', () => {
		const { regions, sources } = small(
			'traffic: { rate: 100/s }\nregions: { a: { share: 100% }, b: { traffic: { rate: 300/s } } }',
		);
		expect(regions.map((region) => region.share)).toEqual([0.25, 0.75]);
		expect(sources.map((source) => source.curve[0].fromRate)).toEqual([100, 300]);
	});

	it('follows the clock of each region', () => {
		const text = (offset: string) => `name: a
from: "20:00"
duration: 1h
edge: { service: 10ms }
traffic: { diurnal: { mean: 100/s, amplitude: 50%, peak: "20:00" } }
regions: { a: { utcOffset: ${offset} } }
`;
		expect(rateAt(worldOf(text('0s')).sources[0].curve, 0)).toBeCloseTo(150, 9);
		expect(rateAt(worldOf(text('12h')).sources[0].curve, 0)).toBeCloseTo(50, 9);
		expect(rateAt(worldOf(text('-6h')).sources[0].curve, 0)).toBeCloseTo(100, 9);
	});

	it('draws a day as lines of a minute, no further off than stated', () => {
		const law = { mean: 100, amplitude: 0.5, peakUs: 3e9 };
		const curve = diurnal(law, 0, 86_400e6);
		let worst = 0;
		for (let s = 0; s < 86_400; s += 7) {
			const exact = 100 * (1 + 0.5 * Math.cos((2 * Math.PI * (s * 1e6 - law.peakUs)) / 86_400e6));
			worst = Math.max(worst, Math.abs(rateAt(curve, s * 1e6) - exact));
		}
		expect(worst).toBeLessThan(2.4e-6 * 0.5 * 100);
		expect(worst).toBeGreaterThan(1e-6 * 0.5 * 100);
	});

	it('changes a span of a curve and nothing else', () => {
		const instant = fc.integer({ min: -50, max: 150 }).map((s) => s * 1e6);
		fc.assert(
			fc.property(
				instant,
				fc.integer({ min: 0, max: 100 }),
				fc.integer({ min: 0, max: 9 }),
				(fromUs, seconds, factor) => {
					const toUs = fromUs + seconds * 1e6;
					const curve = ramp(10, 20, [20e6, 60e6], 100e6);
					const changed = within(curve, fromUs, toUs, (rate) => rate * factor);
					expect(changed[0].fromUs).toBe(0);
					expect(changed.at(-1)?.toUs).toBe(100e6);
					for (const [i, piece] of changed.entries()) {
						expect(piece.toUs).toBeGreaterThan(piece.fromUs);
						if (i > 0) expect(piece.fromUs).toBe(changed[i - 1].toUs);
					}
					const inside = expectedArrivals(curve, Math.max(0, fromUs), Math.max(0, toUs));
					const all = expectedArrivals(curve, 0, 100e6);
					expect(expectedArrivals(changed, 0, 100e6)).toBeCloseTo(all + (factor - 1) * inside, 6);
				},
			),
			{ seed: 8, numRuns: 300 },
		);
		expect(within(constant(5, 10), 20, 30, () => 0)).toEqual(constant(5, 10));
	});
});

describe('expectations', () => {
	const { expectations, world } = load(INCIDENT);
	it('have bounds in the unit of their quantity', () => {
		const bounds = expectations.map(({ bound }) => bound);
		expect(bounds[0].between).toEqual([0.26, 0.3]);
		expect(bounds[1].below).toBe(34 * 60e6);
		expect(bounds[2].above).toBe(25 * 60e6);
		expect(bounds[3].above).toBe(-0.01);
		expect(bounds[4].equals).toEqual({ value: 0, tolerance: 0 });
		expect(bounds[5].never).toBe(true);
		expect(bounds[6].equals).toEqual({ value: 1, tolerance: 0 });
		expect(bounds[7].equals).toEqual({ value: 3, tolerance: 0.5 });
	});

	it('read the measured window, or their span, of what they name', () => {
		expect(expectations[0].selection).toEqual({ fromUs: 9 * 60e6, toUs: 32 * 60e6, where: { platform: 'old' } });
		expect(expectations[1].selection).toEqual({ fromUs: 60e6, toUs: 41 * 60e6, where: {} });
		expect(expectations[3].versus).toEqual({ variant: 'no-change', as: 'difference' });
	});

	it('say what their author wrote', () => {
		expect(expectations.map(({ text }) => text)).toEqual([
			'unavailable over 08:48..09:11 where platform old between 26% and 30%',
			'recovered below 09:13',
			'time-to-detect above 25m',
			'lost versus no-change (difference) above -1%',
			'collapsed equals false',
			'detected never',
			'cascaded equals true',
			'peak-amplification equals x3 within 0.5',
		]);
	});

	it('have the places kept that they ask for', () => {
		expect(world.recordBy).toEqual(['region', 'platform']);
		expect(small('traffic: { rate: 1/s }').recordBy).toEqual([]);
	});
});

describe('the whole', () => {
	it('is plain data', () => {
		const { world } = load(INCIDENT);
		expect(structuredClone(world)).toEqual(world);
	});

	it('is the same every time', () => expect(load(INCIDENT)).toEqual(load(INCIDENT)));

	it('warns of what will not come', () => {
		// Its queue is about as long as a timeout, and its order of failover is for nobody: told elsewhere.
		const isTiming = (text: string) => /within 20% of the timeout of|failover: has no effect/.test(text);
		expect(load(INCIDENT).warnings.filter(({ text }) => !isTiming(text))).toEqual([]);
		const { warnings } = load(INCIDENT.replace('at: "08:56"', 'at: "09:56"').replace('at: 100s', 'at: 3h'));
		expect(warnings.map((issue) => issue.text).filter((text) => !isTiming(text))).toEqual([
			'a.yaml:40:15: warning: faults.dead.at: 3h is after the end of the run: it never comes',
			'a.yaml:41:17: warning: markers[0].at: 09:56 is outside of the run',
		]);
	});

	it('has the hash that FNV-1a is known to give', () => {
		expect(fnv1a('')).toBe('cbf29ce484222325');
		expect(fnv1a('a')).toBe('af63dc4c8601ec8c');
		expect(fnv1a('foobar')).toBe('85944171f73967e8');
	});
});

describe('templates', () => {
	it.each(TEMPLATES)('%s is a sound scenario, and so are its variants', (kind) => {
		const base = loadScenario(template(kind, 'mine'), { file: 'mine.yaml' });
		expect(base.name).toBe('mine');
		expect(base.warnings).toEqual([]);
		for (const variant of base.variants)
			expect(loadScenario(template(kind), { file: 'mine.yaml', variant }).warnings).toEqual([]);
	});
});

describe('the JSON Schema', () => {
	const schema = jsonSchema();
	it('is draft-7, and its references lead somewhere', () => {
		expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
		const text = JSON.stringify(schema);
		const targets = new Set([...text.matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)].map(([, name]) => name));
		expect(targets.size).toBeGreaterThan(10);
		for (const name of targets) expect(schema.definitions).toHaveProperty(name);
		expect(text).not.toContain('__schema');
	});

	it('describes every field', () => {
		const bare: string[] = [];
		const walk = (node: unknown, path: string): void => {
			if (typeof node !== 'object' || node === null) return;
			for (const [key, value] of Object.entries(node)) {
				if (key !== 'properties') {
					walk(value, `${path}/${key}`);
					continue;
				}
				for (const [name, field] of Object.entries(value)) {
					if (typeof field === 'object' && field !== null && !('description' in field)) bare.push(`${path}/${name}`);
					walk(field, `${path}/${name}`);
				}
			}
		};
		walk(schema, '');
		expect(bare).toEqual([]);
	});

	it('knows every field of the format', () => {
		expect(Object.keys(Object(schema.properties))).toEqual([
			...[
				'name',
				'about',
				'date',
				'from',
				'until',
				'duration',
				'warmUp',
				'coolDown',
				'classes',
				'mixes',
				'mix',
				'traffic',
				'regions',
			],
			...[
				'edge',
				'clients',
				'changes',
				'rollouts',
				'faults',
				'start',
				'record',
				'limits',
				'verdicts',
				'markers',
				'replications',
				'expect',
				'variants',
			],
		]);
	});
});
