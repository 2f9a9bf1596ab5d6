/** Storms that others have published, each small, with what is known of it: whether it ends, and what ends it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/metrics/outcome.js';
import { loadScenario } from '../../../../src/scenario/load.js';
import { run, total } from '../../../support/world-builder.js';

const FOLDER = join(import.meta.dirname, '../../../fixtures/field-scenarios');
const outcomeOf = (text: string, variant: string, set: string[] = [], seed = 1): Outcome =>
	run(loadScenario(text, { file: 'a.yaml', variant, set }).world, seed);
const of = (file: string, variant = 'base', set: string[] = [], seed = 1): Outcome =>
	outcomeOf(readFileSync(join(FOLDER, file), 'utf8'), variant, set, seed);
/** Answers for each fresh request of a span. */
const goodput = (outcome: Outcome, fromS: number, toS: number): number =>
	total(outcome, 'outcome_ok', fromS, toS) / total(outcome, 'born', fromS, toS);

describe('a burst on a search of small capacity', () => {
	const FILE = '40-search-rate-collapse.yaml';

	it('never ends by itself, at 2.7 attempts a request', () => {
		const outcome = of(FILE);
		expect(goodput(outcome, 100, 125)).toBeLessThan(0.05);
		expect(total(outcome, 'attempts') / total(outcome, 'born')).toBeGreaterThan(2.5);
		expect(total(outcome, 'attempts') / total(outcome, 'born')).toBeLessThan(2.9);
	});

	it('is nothing where there is capacity, patience and one retry', () => {
		expect(total(of(FILE, 'mitigated'), 'lost_by_birth')).toBe(0);
	});
});

describe('many small callers', () => {
	const [FILE, scale] = [
		'41-many-small-callers.yaml',
		['traffic.rate=250/s', 'edge.workers=2', 'edge.queue=50', 'clients.callers.instances=25'],
	];
	const attemptsPerRequest = (outcome: Outcome, fromS: number, toS: number): number =>
		total(outcome, 'attempts', fromS, toS) / total(outcome, 'born', fromS, toS);

	it.each(['base', 'no-bound', 'share'])('a bound of each caller bounds no fleet: %s', (variant) => {
		const outcome = of(FILE, variant, scale);
		expect(goodput(outcome, 100, 120)).toBeLessThan(0.05);
		expect(attemptsPerRequest(outcome, 32, 50)).toBeGreaterThan(2.8);
	});

	it('one bound of the fleet does', () => {
		expect(goodput(of(FILE, 'one-fleet', scale), 100, 120)).toBeGreaterThan(0.95);
	});
});

describe('a thousand clients that reconnect', () => {
	const FILE = `name: reconnect-storm
duration: 180s
traffic: { steps: [{ at: 0s, rate: 0/s }, { at: 5s, rate: 100k/s }, { at: 5.01s, rate: 0/s }], process: regular }
edge: { service: 20ms, workers: 10, queue: 50 }
clients: { workers: { timeout: 5s, retry: { attempts: unlimited, on: [ rejected, refused, timeout, error, shed ], backoff: { growth: exponential, base: 250ms, multiplier: 2, cap: 30s, jitter: none } } } }
faults: { restart: { at: 5s, for: 5s, partition: true } }
variants:
  full: { clients: { workers: { retry: { backoff: { jitter: full } } } } }
`;

	it('without jitter come in waves, of which 60 are served at a time', () => {
		const outcome = outcomeOf(FILE, 'base');
		expect(total(outcome, 'born')).toBeGreaterThan(990);
		expect(total(outcome, 'outcome_ok')).toBeLessThan(0.7 * total(outcome, 'born'));
		expect(total(outcome, 'outcome_ok') % 60).toBeLessThan(5);
	});

	it('with full jitter are all connected within 40 s', () => {
		const outcome = outcomeOf(FILE, 'full');
		expect(total(outcome, 'outcome_ok', 0, 45)).toBe(total(outcome, 'born'));
	});
});

describe('a slow-down whose services are fixed at the admission', () => {
	const FILE = '43-service-fixed-at-admission.yaml';
	const set = (lasts: string): string[] => ['edge.serviceDecided=admission', `faults.slow.for=${lasts}`];

	it.each([1, 2, 3])('storms from 700 ms on, and not up to 600 ms: seed %i', (seed) => {
		for (const lasts of ['500ms', '600ms'])
			expect(goodput(of(FILE, 'base', set(lasts), seed), 30, 40)).toBeGreaterThan(0.9);
		for (const lasts of ['700ms', '2s']) expect(goodput(of(FILE, 'base', set(lasts), seed), 30, 40)).toBeLessThan(0.5);
	});
});
