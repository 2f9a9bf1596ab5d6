/** Breakers beside the code they are written after: who is let through, over random lives on a grid of times. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BreakerMachine } from '../../src/model/retry/breakers/breaker-machine.js';
import { consecutive } from '../../src/model/retry/breakers/consecutive.js';
import { type RatioWindowBreaker, ratioWindowBreaker } from '../../src/model/retry/breakers/ratio-window-breaker.js';
import { describeReal, real } from './packages.js';

const SEED = 20_251_205;
const S = 1_000_000;
const PLACE = { scope: 'instance', inside: true } as const;
const STEP_MS = 100;

const ratio: RatioWindowBreaker = {
	...PLACE,
	kind: 'ratio-window',
	window: { kind: 'calls', calls: 10 },
	ratio: 0.5,
	strict: true,
	minCalls: 5,
	slow: null,
	counts: 'answers',
	penalty: { kind: 'fixed', us: 2 * S },
	probes: 1,
	probeAgainUs: Number.POSITIVE_INFINITY,
	onClose: 'probe',
};

/** A send on the grid after so many steps, and how it would be answered. */
const life = fc.array(fc.record({ steps: fc.constantFrom(0, 0, 0, 1, 1, 2, 7, 31), ok: fc.boolean() }), {
	minLength: 50,
	maxLength: 200,
});

/** Says of each send whether the real breaker let it through and ours did; both see the same answers at once. */
async function sideBySide<T>(
	machine: BreakerMachine<T>,
	fire: (ok: boolean) => Promise<boolean>,
	sends: readonly { steps: number; ok: boolean }[],
): Promise<{ passed: number; refused: number }> {
	let s = machine.start(Date.now() * 1000);
	let [passed, refused] = [0, 0];
	for (const { steps, ok } of sends) {
		vi.advanceTimersByTime(steps * STEP_MS);
		const nowUs = Date.now() * 1000;
		const lets = machine.allows(s, nowUs);
		s = lets ? machine.answered(machine.sent(s, nowUs), ok, 0, nowUs, 0) : machine.refused(s, nowUs);
		expect(lets).toBe(await fire(ok));
		if (lets) passed++;
		else refused++;
	}
	return { passed, refused };
}

/** Many lives, each with a new breaker; both letting through and keeping back must have been seen. */
async function compare<T>(machine: BreakerMachine<T>, fresh: () => (ok: boolean) => Promise<boolean>): Promise<void> {
	let [passed, refused] = [0, 0];
	await fc.assert(
		fc.asyncProperty(life, async (sends) => {
			vi.clearAllTimers();
			vi.setSystemTime(0);
			const decisions = await sideBySide(machine, fresh(), sends);
			passed += decisions.passed;
			refused += decisions.refused;
		}),
		{ seed: SEED, numRuns: 50 },
	);
	expect(passed).toBeGreaterThan(500);
	expect(refused).toBeGreaterThan(500);
}

interface Cockatiel {
	circuitBreaker(policy: object, options: object): { execute(run: () => Promise<void>): Promise<void> };
	readonly handleAll: object;
	readonly BrokenCircuitError: new () => Error;
	readonly ConsecutiveBreaker: new (threshold: number) => object;
	readonly CountBreaker: new (options: object) => object;
	readonly ExponentialBackoff: new (options: object) => object;
	readonly noJitterGenerator: object;
}

describeReal('breakers as published', () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	/** One of cockatiel's, as a function that says whether a send went out. */
	const cockatiel = (halfOpenAfter: (lib: Cockatiel) => unknown, breaker: (lib: Cockatiel) => object) => () => {
		const lib = real<Cockatiel>('cockatiel');
		const policy = lib.circuitBreaker(lib.handleAll, { halfOpenAfter: halfOpenAfter(lib), breaker: breaker(lib) });
		return async (ok: boolean): Promise<boolean> => {
			try {
				await policy.execute(async () => {
					if (!ok) throw new Error('as the test wants it');
				});
			} catch (error) {
				return !(error instanceof lib.BrokenCircuitError);
			}
			return true;
		};
	};

	test('cockatiel 3.2.1: ConsecutiveBreaker, whose penalty doubles', async () => {
		const penalty = { kind: 'exponential', baseUs: S, multiplier: 2, capUs: 8 * S, jitter: 0 } as const;
		await compare(
			consecutive({ ...PLACE, kind: 'consecutive', maxFailures: 3, penalty }),
			cockatiel(
				(lib) => new lib.ExponentialBackoff({ generator: lib.noJitterGenerator, initialDelay: 1000, maxDelay: 8000 }),
				(lib) => new lib.ConsecutiveBreaker(3),
			),
		);
	});

	test('cockatiel 3.2.1: CountBreaker', async () => {
		await compare(
			ratioWindowBreaker(ratio),
			cockatiel(
				() => 2000,
				(lib) => new lib.CountBreaker({ threshold: 0.5, size: 10, minimumNumberOfCalls: 5 }),
			),
		);
	});

	interface Opossum {
		fire(ok: boolean): Promise<unknown>;
		shutdown(): void;
	}

	test.each([0, 5])('opossum 9.0.0: the defaults, with a volume threshold of %d', async (volumeThreshold) => {
		const CircuitBreaker = real<new (action: (ok: boolean) => Promise<void>, options: object) => Opossum>('opossum');
		await compare(
			ratioWindowBreaker({
				...ratio,
				window: { kind: 'time', windowUs: 10 * S, slots: 10 },
				minCalls: volumeThreshold,
				counts: 'sends',
				penalty: { kind: 'fixed', us: 3 * S },
				onClose: 'kept',
			}),
			() => {
				let ran = false;
				const action = async (ok: boolean): Promise<void> => {
					ran = true;
					if (!ok) throw new Error('as the test wants it');
				};
				const circuit = new CircuitBreaker(action, { timeout: false, resetTimeout: 3000, volumeThreshold });
				return async (ok) => {
					ran = false;
					await circuit.fire(ok).catch(() => undefined);
					return ran;
				};
			},
		);
	});
});
