/** Coverage and exposure: what the world says of whom a stage shows the change to, and what runs of it count. */
import { describe, expect, it } from 'vitest';
import { gateRun } from '../../../src/experiment/task/gate-record.js';
import { quantity } from '../../../src/metrics/definitions/metrics.js';
import { total, wholeRun } from '../../../src/metrics/reading/cell-sums.js';
import { chanceOfOne, coverage, EVERYWHERE } from '../../../src/model/coverage.js';
import { harmless, isHarmless } from '../../../src/model/harmless-twin.js';
import { loader } from '../../support/experiment-builder.js';
import { run as simulate } from '../../support/world-builder.js';

/** Nothing fails but what the change touches, and nobody tries again: failed first attempts are the touched ones. */
const world = (stage: string, change = '{ match: { class: b, platform: old } }') =>
	loader(`name: covered
duration: 40s
classes: { a: {}, b: {} }
mixes: { all: { a: 70%, b: 30% } }
mix: all
traffic: { rate: 1000/s }
edge:
  service: 1ms
  queue: 1000
  groups: { old: { platform: old, traffic: 40%, nodes: 4, workers: 50 }, new: { platform: new, traffic: 60%, nodes: 4, workers: 50 } }
regions: { west: { share: 75% }, east: { share: 25% } }
clients: { apps: { share: 50%, timeout: 1s }, bots: { share: 50%, timeout: 1s, classes: [b] } }
changes: { patch: ${change.replace('}', '}, fails: 100%').replace('{ }, ', '{ ')} }
rollouts: { patch: { at: 0s, stages: { only: { scope: ${stage} } } } }
`)('base').world;

const STAGES = [
	['everywhere', '{}', 0.4 * 0.65, 1],
	['a region', '{ region: west }', 0.4 * 0.65, 0.75],
	['a platform that it does not touch', '{ platform: new }', 0, 0.6],
	['a platform that it touches', '{ platform: old }', 0.65, 0.4],
	['a quarter of the nodes', '{ nodes: 25% }', 0.4 * 0.65, 0.25],
	['requests that are diverted', '{ requests: 30% }', 0.4 * 0.65, 0.3],
	['requests that are flagged', '{ requests: 30%, mode: flag }', 0.4 * 0.65 * 0.3, 1],
] as const;

describe('coverage', () => {
	it.each(STAGES)('%s', (_, stage, share, traffic) => {
		const of = world(stage);
		const found = coverage(of, 0, of.rollouts[0].stages[0].scope, 0);
		expect(found.share).toBeCloseTo(share, 12);
		expect(found.traffic).toBeCloseTo(traffic, 12);
		const outcome = simulate(of, 1);
		const sent = total(outcome, wholeRun(outcome), 'first_attempts') as number;
		const { firstAttempts } = outcome.exposure;
		// Four standard errors of a binomial share.
		const near = (p: number, n: number) => 4 * Math.sqrt((p * (1 - p)) / n) + 2 / n;
		expect(Math.abs(firstAttempts / sent - traffic)).toBeLessThan(near(traffic, sent));
		const failed = total(outcome, wholeRun(outcome), 'first_failed') as number;
		expect(Math.abs(failed / firstAttempts - share)).toBeLessThan(near(share, firstAttempts));
	});

	it('asks both shares of requests for one lot', () => {
		const change = '{ match: { class: b, requests: 20% } }';
		const diverted = world('{ requests: 50% }', change);
		const { share } = coverage(diverted, 0, diverted.rollouts[0].stages[0].scope, 0);
		expect(share).toBeCloseTo((0.65 * 0.2) / 0.5, 12);
		expect(coverage(diverted, 0, EVERYWHERE, 0).share).toBeCloseTo(0.65 * 0.2, 12);
	});

	it('needs three over the share to see one with 95%', () => {
		expect(chanceOfOne(0.001, 3000)).toBeCloseTo(0.95, 2);
		expect(chanceOfOne(0, 1e9)).toBe(0);
		expect(chanceOfOne(1, 1)).toBe(1);
	});
});

describe('exposure', () => {
	it('ends with the change, and counts the time of every node', () => {
		const { world: of } = loader(`name: back
duration: 40s
traffic: { rate: 100/s }
edge: { service: 1ms, nodes: 4, workers: 10, queue: 10 }
clients: { apps: { timeout: 1s } }
changes: { patch: {} }
rollouts: { patch: { at: 10s, stages: { half: { scope: { nodes: 50% } } }, people: { detect: 5s, declare: 0s, decide: 5s } } }
`)('base');
		const outcome = simulate(of, 1);
		const read = (name: string) => quantity(name)?.read(outcome, wholeRun(outcome), of);
		// Two nodes from 10 s to 20 s.
		expect(read('exposed-node-time')).toBe(20e6);
		expect(read('exposed-first-attempts')).toBeGreaterThan(400);
		expect(read('exposed-first-attempts')).toBeLessThan(600);
		expect(read('time-to-alert')).toBe(5e6);
		expect(read('time-to-verdict')).toBeNull();
	});
});

describe('the harmless twin', () => {
	it('has the same pushes, and nothing fails in it', () => {
		const of = world('{ nodes: 25% }');
		const twin = harmless(of);
		expect(twin.rollouts).toEqual(of.rollouts);
		expect([isHarmless(of.changes[0]), isHarmless(twin.changes[0])]).toEqual([false, true]);
		const [one, two] = [simulate(of, 3), simulate(twin, 3)];
		expect(two.exposure).toEqual(one.exposure);
		expect(total(two, wholeRun(two), 'first_failed')).toBe(0);
		const { excess, changed } = gateRun(one, two, of);
		expect(excess.firstFailed).toBe(total(one, wholeRun(one), 'first_failed'));
		expect(changed.verdict).toBe('unwatched');
	});

	it('of a world whose change does nothing is that world', () => {
		const of = world('{}', '{ match: { class: b } }');
		expect(harmless(harmless(of))).toEqual(harmless(of));
	});
});
