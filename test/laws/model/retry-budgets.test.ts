/** The retry budgets: bounds their state never leaves, promises they keep over any life, and the published figures. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BudgetMachine } from '../../../src/model/retry/budgets/budget-machine.js';
import { concurrencyBudget } from '../../../src/model/retry/budgets/concurrent-retries.js';
import { type FailureRatioBudget, failureRatio } from '../../../src/model/retry/budgets/failure-ratio.js';
import { type QuotaBudget, quota } from '../../../src/model/retry/budgets/quota.js';
import { type RatioWindowBudget, ratioWindowBudget } from '../../../src/model/retry/budgets/ratio-window-budget.js';
import { threshold } from '../../../src/model/retry/budgets/threshold.js';
import { type TtlWindowBudget, ttlWindow } from '../../../src/model/retry/budgets/ttl-window.js';
import { CAUSE, CAUSES, causeMask } from '../../../src/model/retry/cause.js';

const SEED = 20_251_205;
const S = 1_000_000;
const BROKEN = CAUSE['500'];

const aws = (over: Partial<QuotaBudget> = {}): QuotaBudget => ({
	kind: 'quota',
	scope: 'instance',
	capacity: 500,
	initial: 500,
	cost: 14,
	costFor: [{ causes: causeMask(['429']), cost: 5 }],
	refund: 1,
	overfills: false,
	...over,
});
const finagle = (over: Partial<TtlWindowBudget> = {}): TtlWindowBudget => ({
	kind: 'ttl-window',
	scope: 'instance',
	ttlUs: 10 * S,
	ratio: 0.2,
	perSecond: 10,
	slots: 10,
	forgets: 'tower',
	credit: 'per-call',
	...over,
});
const share = (over: Partial<RatioWindowBudget> = {}): RatioWindowBudget => ({
	kind: 'ratio-window',
	scope: 'instance',
	ratio: 0.1,
	windowUs: 10 * S,
	slots: 10,
	minCalls: 0,
	least: 0,
	leastUs: 10 * S,
	whole: false,
	...over,
});

/** Retries that pass one after the other where nothing else happens, up to a limit. */
function inARow<T>(machine: BudgetMachine<T>, cause: number, most = 1000): number {
	let s = machine.start(0);
	let passed = 0;
	while (passed < most && machine.allows(s, cause, 0)) {
		s = machine.charge(s, cause, 0);
		passed++;
	}
	return passed;
}

/** Calls come evenly, all fail, each asks for retries until refused; the times of the calls and of the retries. */
function storm<T>(machine: BudgetMachine<T>, perSecond: number, seconds: number, asks = Number.POSITIVE_INFINITY) {
	const calls: number[] = [];
	const retries: number[] = [];
	let s = machine.start(0);
	for (let k = 0; k < perSecond * seconds; k++) {
		const nowUs = Math.round((k / perSecond) * S);
		calls.push(nowUs);
		s = machine.called(s, nowUs);
		for (let ask = 0; ask < asks && machine.allows(s, BROKEN, nowUs); ask++) {
			s = machine.charge(s, BROKEN, nowUs);
			retries.push(nowUs);
		}
	}
	return { calls, retries };
}

const within = (times: readonly number[], fromUs: number, toUs: number): number =>
	times.filter((t) => t >= fromUs && t < toUs).length;

describe('quota', () => {
	test.each([
		['2026', 14, 35],
		['JavaScript before', 10, 50],
		['botocore before', 5, 100],
	])('R8: %s, cost %d: exactly %d retries in a row when all fails', (_, cost, retries) => {
		expect(inARow(quota(aws({ cost })), BROKEN)).toBe(retries);
	});

	test('costs by cause: 100 throttled retries where 35 others pass', () => {
		expect(inARow(quota(aws()), CAUSE['429'])).toBe(100);
	});

	test('a success gives back the cost of the last retry only, or the refund; a failure nothing', () => {
		const machine = quota(aws());
		const spent = [CAUSE['500'], CAUSE['429']].reduce((s, cause) => machine.charge(s, cause, 0), machine.start(0));
		expect(spent.tokens).toBe(500 - 14 - 5);
		const end = { ok: true, retried: true, lastCost: machine.costOf(CAUSE['429']), retryable: false };
		expect(machine.ended(spent, end, 0).tokens).toBe(500 - 14);
		expect(machine.ended(spent, { ...end, retried: false, lastCost: 0 }, 0).tokens).toBe(500 - 18);
		expect(machine.ended(spent, { ...end, ok: false, retryable: true }, 0)).toBe(spent);
	});

	test('the bug of spring 2026: one success anywhere fills the bucket, and overfills a full one', () => {
		const machine = quota(aws({ cost: 10, overfills: true }));
		let s = machine.start(0);
		while (machine.allows(s, BROKEN, 0)) s = machine.charge(s, BROKEN, 0);
		expect(s.tokens).toBe(0);
		const first = { ok: true, retried: false, lastCost: 0, retryable: false };
		expect(machine.ended(s, first, 0).tokens).toBe(500);
		expect(machine.ended(machine.start(0), first, 0).tokens).toBe(501);
	});

	test('tokens stay between 0 and the capacity after any sequence of calls', () => {
		const causes = fc.integer({ min: 0, max: CAUSES.length - 1 });
		const event = fc.record({ cause: causes, ok: fc.boolean(), retried: fc.boolean() });
		fc.assert(
			fc.property(fc.array(event, { maxLength: 300 }), (events) => {
				const machine = quota(aws());
				let s = machine.start(0);
				for (const { cause, ok, retried } of events) {
					if (machine.allows(s, cause, 0)) s = machine.charge(s, cause, 0);
					s = machine.ended(s, { ok, retried, lastCost: machine.costOf(cause), retryable: !ok }, 0);
					expect(s.tokens).toBeGreaterThanOrEqual(0);
					expect(s.tokens).toBeLessThanOrEqual(500);
				}
			}),
			{ seed: SEED, numRuns: 200 },
		);
	});
});

describe('threshold', () => {
	const grpc = threshold({ kind: 'threshold', scope: 'destination', max: 10, ratio: 0.1, checked: 'decision' });
	const well = { ok: true, retried: false, lastCost: 0, retryable: false };

	test('R7: retries pass after failures 1 to 4, none from the 5th', () => {
		let s = grpc.start(0);
		const passes = [1, 2, 3, 4, 5, 6].map(() => {
			s = grpc.failed(s, BROKEN, true, 0);
			return grpc.allows(s, BROKEN, 0);
		});
		expect(passes).toEqual([true, true, true, true, false, false]);
	});

	test('R7: it holds at failure shares below 1 in 11 and runs down above', () => {
		const gained = (successes: number): number => {
			let s = grpc.start(0);
			for (let k = 0; k < 10; k++) s = grpc.failed(s, BROKEN, true, 0);
			const empty = s.thousandths;
			// From empty, a turn of one failure and so many successes: what is earned must exceed what is lost.
			for (let turn = 0; turn < 1000; turn++) {
				for (let k = 0; k < successes; k++) s = grpc.ended(s, well, 0);
				s = grpc.failed(s, BROKEN, true, 0);
			}
			return s.thousandths - empty;
		};
		expect(gained(10)).toBe(0);
		expect(gained(11)).toBeGreaterThan(5000);
	});

	test('tokens stay in bounds, other failures leave them alone, and it passes only above half', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom('ok', 'fails', 'fatal'), { maxLength: 300 }), (events) => {
				let s = grpc.start(0);
				for (const event of events) {
					const before = s;
					s = event === 'ok' ? grpc.ended(s, well, 0) : grpc.failed(s, BROKEN, event === 'fails', 0);
					if (event === 'fatal') expect(s).toBe(before);
					expect(s.thousandths).toBeGreaterThanOrEqual(0);
					expect(s.thousandths).toBeLessThanOrEqual(10_000);
					expect(grpc.allows(s, BROKEN, 0)).toBe(s.thousandths > 5000);
				}
			}),
			{ seed: SEED, numRuns: 200 },
		);
	});
});

describe('ttl window', () => {
	// The reserve is one for each window, and a window is 10 to 11 parts of a second long.
	test.each([
		[100, 1.3],
		[1000, 1.21],
		[10, 2.2],
	])('R6: %d calls a second, all failing, make %d attempts a call', (perSecond, amplification) => {
		const { retries } = storm(ttlWindow(finagle()), perSecond, 220);
		const measured = within(retries, 110 * S, 220 * S) / 110;
		expect(measured).toBeLessThanOrEqual((amplification - 1) * perSecond + 1);
		expect(measured).toBeGreaterThanOrEqual(0.2 * perSecond + 10 * (10 / 11) - 1);
	});

	test('a client that never called has its reserve: 100 retries at once, and no more', () => {
		expect(inARow(ttlWindow(finagle()), BROKEN)).toBe(100);
	});

	test('only what its credit names deposits', () => {
		const ends = [
			{ ok: true, retried: false, lastCost: 0, retryable: false },
			{ ok: false, retried: false, lastCost: 0, retryable: false },
			{ ok: false, retried: false, lastCost: 0, retryable: true },
		];
		const deposits = (credit: TtlWindowBudget['credit']) => {
			const machine = ttlWindow(finagle({ credit }));
			const s = machine.start(0);
			return [machine.called(s, 0).writing, ...ends.map((end) => machine.ended(s, end, 0).writing)];
		};
		expect(deposits('per-call')).toEqual([1, 0, 0, 0]);
		expect(deposits('per-success')).toEqual([0, 1, 0, 0]);
		expect(deposits('per-final')).toEqual([0, 1, 1, 0]);
	});

	test('deposits are forgotten after the ttl: the slots test of tower', () => {
		const machine = ttlWindow(finagle({ ttlUs: S, ratio: 0.5, perSecond: 0 }));
		let s = machine.called(machine.called(machine.start(0), 0), 0);
		expect(machine.allows(s, BROKEN, 901_000)).toBe(true);
		s = machine.charge(s, BROKEN, 901_000);
		s = machine.called(s, 2_902_000);
		s = machine.called(s, 3_203_000);
		s = machine.called(s, 4_004_000);
		expect(machine.allows(s, BROKEN, 4_004_000)).toBe(true);
		expect(machine.allows(machine.charge(s, BROKEN, 4_004_000), BROKEN, 4_004_000)).toBe(false);
	});

	test.each([
		['tower', 0.5],
		['finagle', 0.9],
	] as const)('%s: what passed in %d ttl is never above the promise', (forgets, looksBack) => {
		const step = fc.record({ waitUs: fc.integer({ min: 0, max: S / 2 }), retry: fc.boolean() });
		const ratios = fc.double({ min: 0.05, max: 1, noNaN: true });
		let [passed, refused] = [0, 0];
		fc.assert(
			fc.property(fc.array(step, { minLength: 50, maxLength: 300 }), ratios, (steps, ratio) => {
				const budget = finagle({ ttlUs: 2 * S, ratio, perSecond: 2, forgets });
				const machine = ttlWindow(budget);
				const calls: number[] = [];
				const retries: number[] = [];
				let s = machine.start(0);
				let nowUs = 0;
				for (const { waitUs, retry } of steps) {
					nowUs += waitUs;
					if (!retry) {
						calls.push(nowUs);
						s = machine.called(s, nowUs);
					} else if (machine.allows(s, BROKEN, nowUs)) {
						s = machine.charge(s, BROKEN, nowUs);
						retries.push(nowUs);
					} else refused++;
				}
				passed += retries.length;
				// A part lasts until somebody comes, half a second too long at most; a window is ten closed ones and one open.
				const longestUs = 11 * (budget.ttlUs / 10 + S / 2);
				for (const endUs of retries) {
					const paid = within(calls, endUs - longestUs, endUs + 1) / machine.costOf(BROKEN);
					const made = within(retries, endUs - budget.ttlUs * looksBack, endUs + 1);
					expect(made).toBeLessThanOrEqual(paid + budget.perSecond * 2);
				}
			}),
			{ seed: SEED, numRuns: 100 },
		);
		expect(passed).toBeGreaterThan(500);
		expect(refused).toBeGreaterThan(100);
	});
});

describe('concurrency', () => {
	test('Envoy: three at once, a fourth when one has its answer', () => {
		const machine = concurrencyBudget({ kind: 'concurrency', scope: 'destination', limit: { kind: 'fixed', max: 3 } });
		let s = machine.start(0);
		for (let k = 0; k < 3; k++) s = machine.charge(s, BROKEN, 0);
		expect(machine.allows(s, BROKEN, 0)).toBe(false);
		expect(machine.allows(machine.released(s, 0), BROKEN, 0)).toBe(true);
	});

	test.each([
		[0, 3],
		[10, 3],
		[19, 3],
		[20, 4],
		[1000, 200],
	])('a fifth of %d attempts in flight, 3 at least: %d retries', (inFlight, most) => {
		const limit = { kind: 'share', share: 0.2, least: 3 } as const;
		const machine = concurrencyBudget({ kind: 'concurrency', scope: 'destination', limit });
		let s = machine.start(0);
		for (let k = 0; k < inFlight; k++) s = machine.inFlight(s, 1);
		let passed = 0;
		for (; machine.allows(s, BROKEN, 0); passed++) s = machine.charge(s, BROKEN, 0);
		expect(passed).toBe(most);
	});
});

describe('ratio window', () => {
	test('R5: three attempts under a tenth make 1.1 attempts a call', () => {
		const { calls, retries } = storm(ratioWindowBudget(share({ windowUs: 120 * S })), 50, 600, 2);
		const [callTimes, again] = [calls, retries].map((times) => within(times, 240 * S, 600 * S));
		expect(1 + again / callTimes).toBeCloseTo(1.1, 2);
	});

	test('.NET: free below ten calls, then whole tenths, and one at least', () => {
		const machine = ratioWindowBudget(share({ whole: true, minCalls: 10, least: 1 }));
		const passes = (calls: number, retries: number): boolean => {
			let s = machine.start(0);
			for (let k = 0; k < calls; k++) s = machine.called(s, 0);
			for (let k = 0; k < retries; k++) s = machine.charge(s, BROKEN, 0);
			return machine.allows(s, BROKEN, 0);
		};
		expect([passes(9, 5), passes(10, 0), passes(10, 1), passes(19, 1), passes(20, 1), passes(29, 2)]).toEqual([
			true,
			true,
			false,
			false,
			true,
			false,
		]);
	});

	test('Gateway API: ten a second at least, though the window is long spent', () => {
		const machine = ratioWindowBudget(share({ ratio: 0.2, least: 10, leastUs: S }));
		const { retries } = storm(machine, 5, 60);
		for (let second = 20; second < 60; second++)
			expect(within(retries, second * S, (second + 1) * S)).toBeLessThanOrEqual(20);
		const perSecond = within(retries, 20 * S, 60 * S) / 40;
		expect(perSecond).toBeGreaterThan(9);
		expect(perSecond).toBeLessThanOrEqual(11);
	});

	test('what the window holds is never beyond the ratio, and it is asked anew when calls have left', () => {
		const machine = ratioWindowBudget(share());
		let s = machine.start(0);
		for (let k = 0; k < 10; k++) s = machine.called(s, 0);
		s = machine.charge(s, BROKEN, 0);
		expect(machine.allows(s, BROKEN, 9 * S)).toBe(false);
		expect(machine.allows(machine.called(s, 10 * S), BROKEN, 10 * S)).toBe(true);
	});
});

describe('failure ratio', () => {
	const breaker = (over: Partial<FailureRatioBudget> = {}): FailureRatioBudget => ({
		...{
			kind: 'failure-ratio',
			of: 'answers',
			scope: 'instance',
			ratio: 0.1,
			windowUs: Number.POSITIVE_INFINITY,
			slots: 1,
			minCalls: 0,
		},
		...over,
	});
	const good = { ok: true, retried: false, lastCost: 0, retryable: false };

	test('retries pass while at most its share of all answers ever were failures', () => {
		fc.assert(
			fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (answers) => {
				const machine = failureRatio(breaker());
				let s = machine.start(0);
				answers.forEach((ok, k) => {
					s = ok ? machine.ended(s, good, k * S) : machine.failed(s, BROKEN, true, k * S);
					const failures = answers.slice(0, k + 1).filter((one) => !one).length;
					expect(machine.allows(s, BROKEN, k * S)).toBe(10 * failures <= k + 1);
				});
			}),
			{ seed: SEED },
		);
	});

	test('a window forgets; before so many answers every retry passes', () => {
		const machine = failureRatio(breaker({ windowUs: 10 * S, slots: 10, minCalls: 3 }));
		let s = machine.start(0);
		for (let k = 0; k < 3; k++) {
			s = machine.failed(s, BROKEN, true, 0);
			expect(machine.allows(s, BROKEN, 0)).toBe(k < 2);
		}
		expect(machine.allows(s, BROKEN, 9.9 * S)).toBe(false);
		expect(machine.allows(s, BROKEN, 10 * S)).toBe(true);
	});
});
