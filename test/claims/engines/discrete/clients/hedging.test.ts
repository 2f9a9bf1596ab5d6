/** Copies of a hedged call are sends like any other: what they come to, what they cost, and who hears of them. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../../src/engine.js';
import { quantity } from '../../../../../src/metrics/definitions/metrics.js';
import { loadScenario } from '../../../../../src/scenario/load.js';

const WORLD = `
name: hedging
duration: 100s
traffic: { rate: 200/s }
edge: { service: { exponential: 100ms }, workers: 1000 }
clients: { apps: { retry: { attempts: 1 } } }
`;

/** Reads quantities of a run of the world above with some fields set. */
function reading(...set: string[]) {
	const scenario = loadScenario(WORLD, { file: 'hedging.yaml', set });
	const outcome = simulate(scenario);
	const { horizonUs } = scenario.world;
	return (name: string): number =>
		Number(quantity(name)?.read(outcome, { fromUs: 0, toUs: horizonUs, where: {} }, scenario.world));
}

/** What the first check that tripped had read. */
reading.decisions = (...set: string[]): number => {
	const [trip] = simulate(loadScenario(WORLD, { file: 'hedging.yaml', set })).decisions.filter(
		({ what }) => what === 'tripped',
	);
	return Number(trip.seen);
};

const hedged = (hedge: string, rest = '') =>
	`clients.apps.retry={ attempts: 1, hedge: { ${hedge} }${rest === '' ? '' : `, ${rest}`} }`;

describe('a failure that policies try again by default', () => {
	it('lets the next copy go: two copies of 30 % errors lose 9 %', () => {
		const of = reading(hedged('kind: fixed-delay, delay: 10s, total: 2'), 'classes={ request: { errors: 30% } }');
		expect(of('lost')).toBeCloseTo(0.09, 2);
	});

	it('lets it go whether it is named as an outcome or by its cause', () => {
		const lost = (on: string) =>
			reading(
				hedged(`kind: fixed-delay, delay: 10s, total: 2, on: [${on}]`),
				'classes={ request: { errors: 30% } }',
			)('lost-by-birth');
		expect(lost('error')).toBe(lost('500'));
		expect(lost('rejected')).toBe(lost('503'));
		expect(lost('error')).toBeLessThan(lost('503') / 2);
	});
});

describe('a copy that answers a failure', () => {
	const one = [
		'edge={ service: 20ms, workers: 1, queue: 0 }',
		'classes={ request: { errors: 50% } }',
		hedged('kind: fixed-delay, delay: 10s, total: 2, onFailure: next'),
	];
	it('meets the worker that its failure has freed, without latency as with 1 us', () => {
		const [instant, near] = [reading(...one)('lost'), reading(...one, 'clients.apps.latency=1us')('lost')];
		expect(Math.abs(instant - near)).toBeLessThan(0.012);
	});

	it('goes at once where no copy is out, though failures are not to hurry it (onFailure: wait)', () => {
		const of = reading(
			'edge={ service: 20ms, workers: 1000 }',
			'classes={ request: { errors: 100% } }',
			hedged('kind: fixed-delay, delay: 10s, total: 3, onFailure: wait'),
		);
		expect(of('amplification')).toBeCloseTo(3, 1);
		expect(of('lost')).toBeGreaterThan(0.999);
	});
});

describe('copies of a budgeted client', () => {
	const hedge = 'kind: fixed-delay, delay: 10ms, total: 5';

	it('count like any retry that is under way: one at a time is an Erlang loss system of one line', () => {
		const of = reading(hedged(hedge, 'budget: { kind: concurrency, max: 1 }'));
		// 200/s x e^-0.1 ask; a copy lasts until the faster of two exponential services of 100 ms has ended: the loser is
		// cancelled, and with it its charge. Held to the end of its own service it would be 1.047.
		const offered = 200 * Math.exp(-0.1);
		expect(of('amplification')).toBeCloseTo(1 + offered / (1 + offered * 0.05) / 200, 2);
		expect(of('amplification')).toBeLessThan(1.1);
	});

	it('pay a window of retries: 10 % of the calls', () => {
		const of = reading(hedged(hedge, 'budget: { kind: ratio-window, ratio: 10% }'));
		expect(of('amplification')).toBeCloseTo(1.1, 2);
	});

	it('pay the plain bucket', () => {
		const of = reading(hedged(hedge, 'budget: { ratio: 10%, capacity: 10 }'));
		expect(of('amplification')).toBeCloseTo(1.1, 2);
	});

	it('are the more the less anybody limits them: 3.56 copies by theory', () => {
		const sent = [1, 2, 3, 4].reduce((sum, k) => sum + Math.exp((-0.1 * k * (k + 1)) / 2), 1);
		expect(reading(hedged(hedge))('amplification')).toBeCloseTo(sent, 1);
	});
});

describe('copies of a client with gates', () => {
	const hedge = 'kind: fixed-delay, delay: 10ms, total: 5';
	it.each(['wait', 'deny'])('pass its limiter of sends: 250/s (%s)', (whenEmpty) => {
		const of = reading(
			hedged(hedge, `limiter: { kind: token-bucket, rate: 250/s, burst: 10, whenEmpty: ${whenEmpty} }`),
		);
		expect(of('attempts') / 100).toBeLessThan(250.2);
	});

	it('hold a permit each', () => {
		const of = reading(
			'edge.abandoned=cancel-in-service',
			hedged(hedge, 'limiter: { kind: concurrency, permits: 5, queue: 1000 }'),
		);
		expect(of('busy-workers')).toBeLessThanOrEqual(5);
	});

	it('stop while its breaker is open', () => {
		const breaker = 'breaker: { kind: consecutive, failures: 1, open: 1000s }';
		const of = reading('classes={ request: { errors: 100% } }', hedged(hedge, breaker));
		expect(of('attempts')).toBeLessThan(200);
	});
});

describe('copies that lose', () => {
	const set = (losers: string) => [
		'edge.abandoned=cancel-in-service',
		hedged(`kind: fixed-delay, delay: 50ms, total: 2, losers: ${losers}`),
	];
	it('are cancelled at the edge, or left to be served to the end', () => {
		const [cancelled, left] = [reading(...set('cancel')), reading(...set('leave'))];
		expect(cancelled('fate-cancelled-in-service')).toBeGreaterThan(0);
		expect(left('fate-cancelled-in-service')).toBe(0);
		expect(left('outcome-cancelled')).toBeGreaterThan(0);
		expect(left('attempts')).toBe(cancelled('attempts'));
		expect(left('wasted-share')).toBeGreaterThan(2 * cancelled('wasted-share'));
	});
});

describe('a gate on slow answers', () => {
	const slow = (accounting: string) =>
		reading.decisions(
			hedged('kind: fixed-delay, delay: 200ms, total: 2'),
			'duration=60s',
			'changes={ next: { fails: 0% } }',
			`rollouts={ push: { change: next, at: 20s, autoRevert: { numerator: slow, slowerThan: 200ms, accounting: ${accounting}, above: 5%, window: 10s, armed: 30s } } }`,
		);
	// An exponential service of 100 ms lasts longer than 200 ms with probability e^-2 = 13.5 %, whoever is asked meanwhile.
	it('sees the first attempts of hedged clients, answered or left for their copy', () => {
		expect(slow('first-attempts')).toBeCloseTo(Math.exp(-2), 1);
		expect(slow('first-attempts')).toBeGreaterThan(0.11);
	});

	it('sees them among all attempts', () => {
		expect(slow('all-attempts')).toBeGreaterThan(0.09);
	});
});

describe('a client that leaves', () => {
	const lost = (...set: string[]) => {
		const breaker = 'breaker: { kind: consecutive, failures: 1, open: 1000s, scope: population }';
		return reading('edge.service=1s', `clients.apps.retry={ attempts: 1, ${breaker} }`, ...set)('suppressed');
	};
	it('out of patience teaches its breaker nothing', () => {
		expect(lost('clients.apps.patience=100ms')).toBe(0);
	});

	it('because of a timeout does, of an attempt or of the whole request', () => {
		expect(lost('clients.apps.timeout=100ms')).toBeGreaterThan(19_000);
		expect(lost('clients.apps.timeout=100ms', 'clients.apps.timeoutClock=whole-request')).toBeGreaterThan(19_000);
	});

	it('out of patience opens no breaker, however often', () => {
		const of = reading(
			'edge={ service: 10ms, workers: 1000, queue: unlimited }',
			'faults={ hang: { at: 10s, for: 20s, speed: x0 } }',
			'clients.apps={ timeout: 1s, patience: 500ms, retry: { attempts: 1, breaker: { kind: consecutive, failures: 1, open: 1s, scope: population } } }',
		);
		expect(of('suppressed')).toBe(0);
		expect(of('outcome-timeout')).toBe(0);
		expect(of('outcome-cancelled')).toBeGreaterThan(3_500);
	});
});

describe('a token of a limiter', () => {
	const hedge = 'kind: fixed-delay, delay: 10ms, total: 5';
	it('is taken by what is sent alone: copies that are no longer needed leave theirs to others', () => {
		// 708/s would go without it; every token of 250/s is used.
		const of = reading(hedged(hedge, 'limiter: { kind: token-bucket, rate: 250/s, burst: 10, whenEmpty: wait }'));
		expect(of('attempts') / 100).toBeGreaterThan(246);
		expect(of('attempts') / 100).toBeLessThan(250.2);
	});
});
