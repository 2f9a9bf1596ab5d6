/** The cubic rate limiter beside that of @smithy/core 3.41.0: the same answers at the same times, the same waits. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CAUSE, causeMask } from '../../src/model/retry/cause.js';
import { cubic } from '../../src/model/retry/limiters/cubic.js';
import { describeReal, real } from './packages.js';

const SEED = 20_251_205;

interface RateLimiter {
	getSendToken(): Promise<void>;
	updateClientSendingRate(response: object): void;
	readonly enabled: boolean;
	readonly fillRate: number;
	readonly maxCapacity: number;
	readonly measuredTxRate: number;
	readonly availableTokens: number;
}

describeReal('limiters as published', () => {
	test('@smithy/core 3.41.0: DefaultRateLimiter', async () => {
		const { DefaultRateLimiter } = real<{
			DefaultRateLimiter: (new () => RateLimiter) & { setTimeoutFn: (wake: () => void, ms: number) => void };
		}>('@smithy/core/retry');
		const clock = { us: 1e9 };
		class Clocked extends DefaultRateLimiter {
			getCurrentTimeInSeconds(): number {
				return clock.us / 1e6;
			}
		}
		// A wait is a jump of the clock, to the next whole microsecond as in the simulator.
		DefaultRateLimiter.setTimeoutFn = (wake, ms) => {
			clock.us += Math.ceil(ms * 1000);
			wake();
		};
		const machine = cubic({
			kind: 'cubic',
			scope: 'instance',
			throttles: causeMask(['429']),
			beta: 0.7,
			scale: 0.4,
			smooth: 0.8,
			minFillPerSecond: 0.5,
			startFillPerSecond: 0.5,
			minCapacity: 1,
		});
		const step = fc.record({
			afterUs: fc.integer({ min: 1_000, max: 400_000 }),
			event: fc.constantFrom('send', 'send', 'ok', 'ok', 'ok', 'throttled'),
		});
		let waits = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 50, maxLength: 300 }), async (steps) => {
				clock.us = 1e9;
				const limiter = new Clocked();
				let s = machine.start(clock.us);
				for (const { afterUs, event } of steps) {
					clock.us += afterUs;
					if (event === 'send') {
						let ours = clock.us;
						let answer = machine.ask(s, ours, 0);
						while (answer.decision === 'ask-again') {
							waits++;
							ours += Math.ceil(answer.waitUs);
							answer = machine.ask(answer.state, ours, 0);
						}
						s = answer.state;
						await limiter.getSendToken();
						expect(Math.abs(ours - clock.us)).toBeLessThanOrEqual(2);
						clock.us = Math.max(ours, clock.us);
					} else {
						limiter.updateClientSendingRate(event === 'ok' ? {} : { errorType: 'THROTTLING' });
						s = machine.answered(s, event === 'ok' ? null : CAUSE['429'], clock.us);
					}
					expect(s.awake).toBe(limiter.enabled);
					expect(s.measured).toBeCloseTo(limiter.measuredTxRate, 6);
					expect(s.fill).toBeCloseTo(limiter.fillRate, 6);
					expect(s.capacity).toBeCloseTo(limiter.maxCapacity, 6);
					expect(s.tokens).toBeCloseTo(limiter.availableTokens, 4);
				}
			}),
			{ seed: SEED, numRuns: 50 },
		);
		expect(waits).toBeGreaterThan(500);
	});
});
