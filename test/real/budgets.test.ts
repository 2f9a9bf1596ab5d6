/** Retry budgets beside the code they are written after: the same life, the same tokens, the same retries. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type QuotaBudget, quota } from '../../src/model/retry/budgets/quota.js';
import { threshold } from '../../src/model/retry/budgets/threshold.js';
import { CAUSE, causeMask } from '../../src/model/retry/cause.js';
import { describeReal, real } from './packages.js';

const SEED = 20_251_205;

interface RetryToken {
	getRetryCount(): number;
}
interface Strategy {
	acquireInitialRetryToken(scope: string): Promise<RetryToken>;
	refreshRetryTokenForRetry(token: RetryToken, error: { errorType: string }): Promise<RetryToken>;
	recordSuccess(token: RetryToken): void;
	getCapacity(): number;
}

const AT_ONCE = { computeNextBackoffDelay: () => 0, setDelayBase: () => undefined };
const aws2026: QuotaBudget = {
	kind: 'quota',
	scope: 'instance',
	capacity: 500,
	initial: 500,
	cost: 14,
	costFor: [{ causes: causeMask(['429']), cost: 5 }],
	refund: 1,
	overfills: false,
};

/** A call: the failures it meets, each throttling or not, and whether it is then answered well. */
const call = fc.record({ failures: fc.array(fc.boolean(), { maxLength: 6 }), ok: fc.boolean() });

/** Lives the calls with both; the retries that passed and those refused. */
async function sideBySide(
	strategy: Strategy,
	budget: QuotaBudget,
	calls: readonly { failures: boolean[]; ok: boolean }[],
) {
	const machine = quota(budget);
	let s = machine.start(0);
	let [passed, refused] = [0, 0];
	for (const { failures, ok } of calls) {
		let token = await strategy.acquireInitialRetryToken('');
		let lastCost = 0;
		let gaveUp = false;
		for (const throttled of failures) {
			const cause = throttled ? CAUSE['429'] : CAUSE['500'];
			const errorType = throttled ? 'THROTTLING' : 'TRANSIENT';
			const next = await strategy.refreshRetryTokenForRetry(token, { errorType }).catch(() => null);
			expect(machine.allows(s, cause, 0)).toBe(next !== null);
			gaveUp = next === null;
			if (next === null) break;
			token = next;
			s = machine.charge(s, cause, 0);
			lastCost = machine.costOf(cause);
			passed++;
		}
		if (gaveUp) refused++;
		const well = ok && !gaveUp;
		if (well) strategy.recordSuccess(token);
		s = machine.ended(s, { ok: well, retried: lastCost > 0, lastCost, retryable: !well }, 0);
		expect(s.tokens).toBe(strategy.getCapacity());
	}
	return { passed, refused };
}

describeReal('budgets as published', () => {
	test('@smithy/core 3.41.0: the quota of the AWS SDKs since November 2026', async () => {
		const { StandardRetryStrategy } = real<{ StandardRetryStrategy: new (options: object) => Strategy }>(
			'@smithy/core/retry',
		);
		let [passed, refused] = [0, 0];
		await fc.assert(
			fc.asyncProperty(fc.array(call, { minLength: 40, maxLength: 60 }), async (calls) => {
				const strategy = new StandardRetryStrategy({ maxAttempts: 100, backoff: AT_ONCE });
				const life = await sideBySide(strategy, aws2026, calls);
				passed += life.passed;
				refused += life.refused;
			}),
			{ seed: SEED, numRuns: 10 },
		);
		expect(passed).toBeGreaterThan(100);
		expect(refused).toBeGreaterThan(10);
	});

	test('@smithy/util-retry 4.2.8: any success fills the quota, and more', async () => {
		const { StandardRetryStrategy } = real<{ StandardRetryStrategy: new (attempts: number) => Strategy }>(
			'@smithy/util-retry',
		);
		const budget = { ...aws2026, cost: 10, overfills: true };
		await fc.assert(
			fc.asyncProperty(fc.array(call, { minLength: 20, maxLength: 200 }), async (calls) => {
				await sideBySide(new StandardRetryStrategy(100), budget, calls);
			}),
			{ seed: SEED, numRuns: 50 },
		);
		const empty = new Array(50).fill({ failures: [false], ok: false });
		const strategy = new StandardRetryStrategy(100);
		expect(await sideBySide(strategy, budget, empty)).toEqual({ passed: 50, refused: 0 });
		expect(strategy.getCapacity()).toBe(0);
		strategy.recordSuccess(await strategy.acquireInitialRetryToken(''));
		expect(strategy.getCapacity()).toBe(500);
		strategy.recordSuccess(await strategy.acquireInitialRetryToken(''));
		expect(strategy.getCapacity()).toBe(501);
	});

	interface Throttler {
		readonly tokens: number;
		addCallSucceeded(): void;
		addCallFailed(): void;
		canRetryCall(): boolean;
	}

	// An eighth is exact in binary; sums of tenths are not, and there the two may differ where the tokens are exactly half.
	test.each([0.125, 0.1])('@grpc/grpc-js 1.14.7: RetryThrottler with a ratio of %d', (ratio) => {
		const { RetryThrottler } = real<{ RetryThrottler: new (max: number, ratio: number) => Throttler }>(
			'@grpc/grpc-js/build/src/retrying-call.js',
		);
		const machine = threshold({ kind: 'threshold', scope: 'destination', max: 10, ratio, checked: 'after-backoff' });
		let [passed, refused] = [0, 0];
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 100, maxLength: 300 }), (events) => {
				const throttler = new RetryThrottler(10, ratio);
				let s = machine.start(0);
				for (const event of events) {
					if (event > 0) throttler.addCallSucceeded();
					else throttler.addCallFailed();
					s =
						event > 0
							? machine.ended(s, { ok: true, retried: false, lastCost: 0, retryable: false }, 0)
							: machine.failed(s, CAUSE['503'], true, 0);
					expect(s.thousandths / 1000).toBeCloseTo(throttler.tokens, 9);
					if (ratio === 0.1 && s.thousandths === 5000) continue;
					expect(machine.allows(s, CAUSE['503'], 0)).toBe(throttler.canRetryCall());
					if (throttler.canRetryCall()) passed++;
					else refused++;
				}
			}),
			{ seed: SEED, numRuns: 100 },
		);
		expect(passed).toBeGreaterThan(1000);
		expect(refused).toBeGreaterThan(500);
	});
});
