/**
 * Laws between two descriptions of one world: a class, or a node group, cut into two equal ones is what it was, and whatever
 * sends an attempt passes the gate, pays the budget and is told to the monitors.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { run, total } from '../../support/world-builder.js';

const outcome = (text: string, seed: number): Outcome => run(loadScenario(text, { file: 'a.yaml' }).world, seed);
/** The same worlds every day: four standard errors are passed by chance on some day. */
const SEED = Number(process.env.RANDOM_SEED ?? 20261130);

const COUNTS = [
	'born',
	'attempts',
	'succeeded',
	'failed',
	'lost_by_birth',
	'first_failed_by_birth',
	'busy_us',
	'wasted_us',
] as const;
const countsOf = (of: Outcome) => COUNTS.map((name) => total(of, name));

interface Drawn {
	readonly rate: number;
	readonly workers: number;
	readonly queue: number;
	readonly attempts: number;
	readonly timeoutMs: number;
	readonly errors: number;
	readonly choice: string;
}
const drawnWorld = fc.record<Drawn>({
	rate: fc.integer({ min: 20, max: 120 }),
	workers: fc.integer({ min: 1, max: 4 }),
	queue: fc.integer({ min: 0, max: 20 }),
	attempts: fc.integer({ min: 1, max: 4 }),
	timeoutMs: fc.integer({ min: 60, max: 2000 }),
	errors: fc.integer({ min: 0, max: 30 }),
	choice: fc.constantFrom('round-robin', 'random', 'least-outstanding'),
});
const world = ({ rate, workers, queue, attempts, timeoutMs, choice }: Drawn, service: string, rest: string) => `
name: split
duration: 20s
traffic: { rate: ${rate}/s }
edge: { workers: ${workers}, queue: ${queue}, choice: ${choice}, service: ${service}, ${rest.startsWith('groups') ? rest : 'nodes: 4'} }
clients: { apps: { timeout: ${timeoutMs}ms, retry: { attempts: ${attempts}, backoff: 50ms } } }
`;

describe('a class cut in two', () => {
	it('with the same service and errors changes nothing, to the last request', () => {
		const law = (drawn: Drawn, seed: number) => {
			const base = world(drawn, '{ exponential: 50ms }', '');
			const of = `{ errors: ${drawn.errors}% }`;
			const one = `${base}classes: { whole: ${of} }\n`;
			const two = `${base}classes: { left: ${of}, right: ${of} }\nmixes: { half: { left: 50%, right: 50% } }\nmix: half\n`;
			expect(countsOf(outcome(two, seed))).toEqual(countsOf(outcome(one, seed)));
		};
		fc.assert(fc.property(drawnWorld, fc.nat(1000), law), { numRuns: 12, seed: SEED });
	});
});

describe('a node group cut in two', () => {
	const whole = 'groups: { all: { nodes: 4 } }';
	const halves =
		'groups: { left: { platform: one, traffic: 50%, nodes: 2 }, right: { platform: one, traffic: 50%, nodes: 2 } }';

	it('changes nothing where the world has no chance, and no birth anywhere', () => {
		const law = (drawn: Drawn, seed: number) => {
			const exact = { ...drawn, choice: 'round-robin' };
			const regular = (rest: string) =>
				outcome(world(exact, '50ms', rest).replace(/rate: (\d+\/s)/, 'rate: $1, process: regular'), seed);
			expect(countsOf(regular(halves))).toEqual(countsOf(regular(whole)));
			const [one, two] = [whole, halves].map((rest) => outcome(world(drawn, '{ exponential: 50ms }', rest), seed));
			expect(total(two, 'born')).toBe(total(one, 'born'));
		};
		fc.assert(fc.property(drawnWorld, fc.nat(1000), law), { numRuns: 8, seed: SEED });
	});

	it('changes what is lost within noise only', () => {
		const law = (drawn: Drawn) => {
			const lost = (rest: string, from: number) =>
				Array.from({ length: 8 }, (_, k) => {
					const of = outcome(world(drawn, '{ exponential: 50ms }', rest), from + k);
					return total(of, 'lost_by_birth') / total(of, 'born');
				});
			const [a, b] = [lost(whole, 1), lost(halves, 100)];
			const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
			const error = (values: number[]) =>
				values.reduce((sum, x) => sum + (x - mean(values)) ** 2, 0) / (values.length - 1) / values.length;
			expect(Math.abs(mean(a) - mean(b))).toBeLessThanOrEqual(5 * Math.sqrt(error(a) + error(b)) + 1e-3);
		};
		fc.assert(fc.property(drawnWorld, law), { numRuns: 3, seed: SEED });
	});
});

describe('splits apply to every kind of attempt', () => {
	const POLICIES = fc.record({
		attempts: fc.integer({ min: 1, max: 5 }),
		errors: fc.integer({ min: 0, max: 80 }),
		hedge: fc.constantFrom(
			'',
			'hedge: { kind: fixed-delay, delay: 10ms, total: 4 }',
			'hedge: { kind: fixed-delay, delay: 50ms, total: 2, onFailure: next }',
			'hedge: { kind: fixed-delay, delay: 20ms, total: 3, losers: leave }',
		),
		whenEmpty: fc.constantFrom('wait', 'deny'),
		outer: fc.boolean(),
	});
	const text = (
		{ attempts, errors, hedge, outer }: { attempts: number; errors: number; hedge: string; outer: boolean },
		guard: string,
	) => {
		const inner = `{ attempts: ${attempts}, backoff: 20ms, ${hedge === '' ? '' : `${hedge}, `}${guard} }`;
		const retry = outer ? `layers: { inner: ${inner}, outer: { attempts: 2, backoff: 100ms } }` : `retry: ${inner}`;
		return `
name: door
duration: 20s
traffic: { rate: 60/s }
edge: { service: { exponential: 60ms }, workers: 200 }
classes: { request: { errors: ${errors}% } }
clients: { apps: { timeout: 400ms, ${retry} } }
`;
	};

	it('passes the limiter: never more than its burst and its rate', () => {
		const law = (drawn: Parameters<typeof text>[0] & { whenEmpty: string }, seed: number) => {
			const limiter = `limiter: { kind: token-bucket, rate: 70/s, burst: 5, whenEmpty: ${drawn.whenEmpty} }`;
			const of = outcome(text(drawn, limiter), seed);
			expect(total(of, 'attempts')).toBeLessThanOrEqual(5 + 70 * 20);
		};
		fc.assert(fc.property(POLICIES, fc.nat(1000), law), { numRuns: 10, seed: SEED });
	});

	it('pays the budget: no more retries than it has credit', () => {
		const law = (drawn: Parameters<typeof text>[0], seed: number) => {
			const of = outcome(text({ ...drawn, outer: false }, 'budget: { ratio: 10%, capacity: 10 }'), seed);
			const born = total(of, 'born');
			expect(total(of, 'attempts') - total(of, 'first_attempts')).toBeLessThanOrEqual(10 + 0.1 * born + 1e-6);
		};
		fc.assert(fc.property(POLICIES, fc.nat(1000), law), { numRuns: 10, seed: SEED });
	});

	it('is told to the monitors: a gate over all that was sent counts every attempt', () => {
		const law = (drawn: Parameters<typeof text>[0], seed: number) => {
			const gated = `${text(drawn, 'budget: { ratio: 100%, capacity: 1000 }')}changes: { none: { cost: x1 } }
rollouts:
  none: { at: 0s, stages: { all: { hold: 19s, gate: { numerator: retries, above: 100%, window: growing, scope: global } } } }
`;
			const of = outcome(gated, seed);
			const [look] = of.decisions.filter(({ what }) => what === 'measured').toReversed();
			const cells = (name: string) => total(of, name);
			// What was sent in the last second of the run is no part of the reading.
			expect(Number(look.samples)).toBeLessThanOrEqual(cells('attempts'));
			expect(Number(look.samples)).toBeGreaterThan(0.9 * cells('attempts'));
		};
		fc.assert(fc.property(POLICIES, fc.nat(1000), law), { numRuns: 8, seed: SEED });
	});
});
