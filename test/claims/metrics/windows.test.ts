/** Windows and spans: what counts at their ends, and what a few failures in one of them show. */
import { describe, expect, it } from 'vitest';
import { quantity } from '../../../src/metrics/definitions/metrics.js';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { wholeRun } from '../../../src/metrics/reading/cell-sums.js';
import { curve } from '../../../src/metrics/reading/curves.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { ran } from '../../support/scenario-runs.js';
import { S } from '../../support/world-builder.js';

const FILE = `name: windows
duration: 90s
traffic: { rate: 50/s, process: regular }
edge: { workers: 16, service: 5ms }
clients: { apps: { timeout: 1s } }
`;
const rules = loadScenario(FILE, { file: 'a.yaml' }).world;
const read = (name: string, outcome: Outcome, over: Partial<ReturnType<typeof wholeRun>> = {}): number | null => {
	const known = quantity(name);
	if (known === undefined) throw new Error(`no quantity ${name}`);
	return known.read(outcome, { ...wholeRun(outcome), ...over }, rules);
};

describe('a last bucket that is short', () => {
	const SHORT = ['record={ bucket: 60s }', 'faults={ down: { at: 0s, for: 90s, errors: 100% } }'];
	it('counts as long as it is: 90 s of outage in a run of 90 s', () => {
		expect(read('outage-minutes', ran(FILE, SHORT))).toBe(90 * S);
		expect(read('outage-minutes', ran(FILE, [...SHORT, 'faults.down.errors=50%']))).toBeLessThan(50 * S);
	});

	it('has the rates of its own time', () => {
		const [whole, short] = curve(ran(FILE, SHORT), 'demand') ?? [];
		expect(whole).toBeCloseTo(50, 0);
		expect(short).toBeCloseTo(50, 0);
	});
});

describe('decisions in a span', () => {
	const ROLLED = `${FILE}changes: { patch: { fails: 20% } }
rollouts: { out: { change: patch, at: 30s, stages: { some: { scope: { nodes: 50% }, hold: 10s }, all: {} } } }
`;
	it('count at its start and not at its end: spans that meet share none', () => {
		const outcome = ran(ROLLED);
		const pushes = (fromS: number, toS: number) => read('pushes', outcome, { fromUs: fromS * S, toUs: toS * S });
		expect(pushes(0, 90)).toBe(2);
		expect(pushes(0, 30)).toBe(0);
		expect(pushes(30, 40)).toBe(1);
		expect(pushes(40, 90)).toBe(1);
	});
});

describe('impact start', () => {
	const BASE = [
		'classes={ page: { errors: 0.5%, service: 5ms } }',
		'mixes={ all: { page: 100% } }',
		'traffic={ rate: 20/s }',
		'duration=600s',
		'changes={ patch: { fails: 0% } }',
		'rollouts={ out: { change: patch, at: 60s, stages: { all: {} } } }',
	];
	it('a harmless rollout has none', () => {
		const hit = Array.from({ length: 40 }, (_, k) => read('impact-start', ran(FILE, BASE, k + 1)));
		expect(hit.filter((us) => us !== null)).toEqual([]);
	});

	it('one that fails a tenth of all has one within seconds', () => {
		for (let seed = 1; seed <= 20; seed++) {
			const us = Number(read('impact-start', ran(FILE, [...BASE, 'changes.patch.fails=10%', 'duration=120s'], seed)));
			expect(us).toBeGreaterThanOrEqual(60 * S);
			expect(us).toBeLessThan(75 * S);
		}
	});

	it('a full outage at once, however little calm there was before', () => {
		for (const at of ['0s', '1s', '20s']) {
			const outcome = ran(FILE, [`faults={ down: { at: ${at}, for: 30s, errors: 100% } }`]);
			expect(read('impact-start', outcome)).toBe(Number.parseInt(at, 10) * S);
		}
	});

	it('a single failure is none', () => {
		const outcome = ran(FILE, ['faults={ blip: { at: 30s, for: 20ms, errors: 100% } }']);
		expect(read('first-failed', outcome)).toBe(1);
		expect(read('impact-start', outcome)).toBeNull();
	});
});

describe('milestones', () => {
	it('come no earlier than the trigger, though time buckets do', () => {
		for (const at of ['30.7s', '37.001s', '59.9s']) {
			const outcome = ran(FILE, [
				`faults={ down: { at: ${at}, for: 10s, errors: 100% } }`,
				'record={ bucket: 5s }',
				'duration=300s',
			]);
			for (const name of ['impact-start', 'recovered', 'first-recovery'])
				expect(Number(read(name, outcome)), name).toBeGreaterThanOrEqual(Number.parseFloat(at) * S);
		}
		const calm = ran(FILE, ['faults={ none: { at: 30.7s, for: 1s, latency: x2 } }']);
		expect(read('recovered', calm)).toBeNull();
	});
});

describe('times since a push', () => {
	it('belong to the rollout that is decided on, not to whichever was pushed first', () => {
		const outcome = ran(`${FILE}changes: { calm: {}, bad: { fails: 50% } }
rollouts:
  early: { change: calm, at: 5s, stages: { all: {} } }
  late: { change: bad, at: 40s, stages: { all: {} }, autoRevert: { armed: 30s, numerator: failures, accounting: all-attempts, above: 10%, window: 10s, every: 5s } }
`);
		for (const name of ['revert-after', 'time-to-verdict']) expect(read(name, outcome), name).toBe(5 * S);
	});
});
