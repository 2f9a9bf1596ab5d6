/**
 * The delays of published packages beside those of our presets: the real function is called for retries 1 to 4 with a
 * seeded Math.random, and the two samples must come from one law (Kolmogorov-Smirnov; equal to the millisecond where
 * nothing is random).
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { policyFields, RETRY_PRESETS } from '../../src/catalog/retries.js';
import { Streams } from '../../src/kernel/random.js';
import { compileDelay, type DelayLaw } from '../../src/model/retry/backoff/backoff.js';
import { CAUSE, type Cause } from '../../src/model/retry/cause.js';
import { delayLaw } from '../../src/scenario/resolve/distributions.js';
import { describeReal, real, realFile } from './packages.js';

const SEED = 20_251_205;
const CALLS = 5_000;
/** A two-sample distance beyond this has a chance of 6e-5, that of four standard errors: sqrt(-ln(3e-5) / 2) = 2.28. */
const FURTHEST = 2.28 * Math.sqrt(2 / CALLS);

/** The delays in ms before the first retries of one call. */
type Real = () => readonly number[] | Promise<readonly number[]>;

interface Case {
	readonly preset: string;
	readonly retries: number;
	readonly cause?: Cause;
	/** loads the package */
	readonly load: () => Real | Promise<Real>;
}

const nth = (retries: number, delayMs: (n: number) => number): Real => {
	const ns = Array.from({ length: retries }, (_, i) => i + 1);
	return () => ns.map((n) => delayMs(n));
};

/** Where a package keeps its function to itself: the timers that it sets while all fails, until so many were seen. */
async function timersOf(run: () => Promise<unknown>, most: number): Promise<number[]> {
	const set: number[] = [];
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
	const spy = vi.spyOn(globalThis, 'setTimeout');
	run().catch(() => undefined);
	while (set.length < most) {
		await vi.advanceTimersToNextTimerAsync();
		set.splice(0, set.length, ...spy.mock.calls.map(([, ms]) => Number(ms)).filter((ms) => ms > 0));
	}
	spy.mockRestore();
	vi.useRealTimers();
	return set.slice(0, most);
}

const fails = async (): Promise<never> => {
	throw new Error('as the test wants it');
};

interface AwsBackoff {
	computeNextBackoffDelay(count: number): number;
	setDelayBase(ms: number): void;
}
/** The back-off that the AWS SDK's standard strategy makes for itself. */
const awsBackoff = (): AwsBackoff => {
	const { StandardRetryStrategy } = real<{
		StandardRetryStrategy: new (attempts: number) => { readonly retryBackoffStrategy: AwsBackoff };
	}>('@smithy/core/retry');
	return new StandardRetryStrategy(3).retryBackoffStrategy;
};
interface CockatielBackoff {
	readonly duration: number;
	next(): CockatielBackoff;
}

const CASES: readonly Case[] = [
	{
		preset: 'aws-js-v3-standard-2026',
		retries: 2,
		load: () => {
			const backoff = awsBackoff();
			return nth(2, (n) => backoff.computeNextBackoffDelay(n - 1));
		},
	},
	{
		preset: 'aws-js-v3-standard-2026',
		retries: 2,
		cause: '429',
		load: () => {
			const backoff = awsBackoff();
			backoff.setDelayBase(1000);
			return nth(2, (n) => backoff.computeNextBackoffDelay(n - 1));
		},
	},
	{
		preset: 'ky',
		retries: 2,
		load: async () => {
			const { normalizeRetryOptions } = await realFile<{
				normalizeRetryOptions: () => { delay: (n: number) => number };
			}>('ky/distribution/utils/normalize.js');
			return nth(2, normalizeRetryOptions().delay);
		},
	},
	{
		preset: 'got',
		retries: 2,
		load: async () => {
			const { default: delay } = await realFile<{ default: (context: object) => number }>(
				'got/dist/source/core/calculate-retry-delay.js',
			);
			const { got } = await realFile<{ got: { defaults: { options: { retry: object } } } }>('got/dist/source/index.js');
			const error = { name: 'RequestError', code: 'ECONNRESET', options: { method: 'GET' } };
			return nth(2, (n) => delay({ attemptCount: n, retryOptions: got.defaults.options.retry, error }));
		},
	},
	{
		preset: 'p-retry',
		retries: 4,
		load: async () => {
			const { default: pRetry } = await realFile<{ default: (run: () => Promise<never>) => Promise<unknown> }>(
				'p-retry/index.js',
			);
			return () => timersOf(() => pRetry(fails), 4);
		},
	},
	{
		preset: 'node-retry',
		retries: 4,
		load: () => {
			const retry = real<{ timeouts: () => number[] }>('retry');
			return () => retry.timeouts().slice(0, 4);
		},
	},
	{
		preset: 'axios-retry-default',
		retries: 3,
		load: () => {
			const { DEFAULT_OPTIONS } = real<{ DEFAULT_OPTIONS: { retryDelay: (n: number) => number } }>('axios-retry');
			return nth(3, DEFAULT_OPTIONS.retryDelay);
		},
	},
	{
		preset: 'axios-retry-exponential',
		retries: 3,
		load: () => nth(3, real<{ exponentialDelay: (n: number) => number }>('axios-retry').exponentialDelay),
	},
	{
		preset: 'exponential-backoff-npm',
		retries: 4,
		load: () => {
			const { backOff } = real<{ backOff: (run: () => Promise<never>) => Promise<unknown> }>('exponential-backoff');
			return () => timersOf(() => backOff(fails), 4);
		},
	},
	{
		preset: 'cockatiel-exponential',
		retries: 4,
		load: () => {
			const { ExponentialBackoff } = real<{ ExponentialBackoff: new () => CockatielBackoff }>('cockatiel');
			return () => {
				let step = new ExponentialBackoff().next();
				return Array.from({ length: 4 }, () => {
					const { duration } = step;
					step = step.next();
					return duration;
				});
			};
		},
	},
	{
		preset: 'stripe-node',
		retries: 2,
		load: () => {
			const Stripe =
				real<new (key: string) => { _requestSender: { _getSleepTimeInMS: (n: number) => number } }>('stripe');
			const sender = new Stripe('sk_test')._requestSender;
			return nth(2, (n) => sender._getSleepTimeInMS(n - 1));
		},
	},
	{
		preset: 'openai-node',
		retries: 2,
		load: () => {
			const { OpenAI } = real<{
				OpenAI: new (options: object) => { calculateDefaultRetryTimeoutMillis(left: number, most: number): number };
			}>('openai');
			const client = new OpenAI({ apiKey: 'none' });
			return nth(2, (n) => client.calculateDefaultRetryTimeoutMillis(2 - (n - 1), 2));
		},
	},
	{
		preset: 'socket-io-client',
		retries: 4,
		load: async () => {
			const { Backoff } = await realFile<{ Backoff: new (options: object) => { duration(): number } }>(
				'socket.io-client/build/esm/contrib/backo2.js',
			);
			return () => {
				const backoff = new Backoff({ min: 1000, max: 5000, jitter: 0.5 });
				return Array.from({ length: 4 }, () => backoff.duration());
			};
		},
	},
	{
		preset: 'firebase-util-backoff',
		retries: 4,
		load: () => {
			const { calculateBackoffMillis } = real<{ calculateBackoffMillis: (count: number) => number }>('@firebase/util');
			return nth(4, (n) => calculateBackoffMillis(n - 1));
		},
	},
	{
		preset: 'apollo-retrylink',
		retries: 4,
		load: async () => {
			const { buildDelayFunction } = await realFile<{ buildDelayFunction: () => (n: number) => number }>(
				'@apollo/client/link/retry/delayFunction.js',
			);
			return nth(4, buildDelayFunction());
		},
	},
	{
		preset: 'grpc-a6-retry-example',
		retries: 3,
		load: () => {
			const { RetryingCall } = real<{ RetryingCall: { prototype: { getNextRetryBackoffMs(): number } } }>(
				'@grpc/grpc-js/build/src/retrying-call.js',
			);
			const retryPolicy = { initialBackoff: '0.1s', maxBackoff: '1s', backoffMultiplier: 2 };
			return () => {
				const call = Object.create(RetryingCall.prototype);
				Object.assign(call, { callConfig: { methodConfig: { retryPolicy } }, nextRetryBackoffSec: 0.1 });
				return Array.from({ length: 3 }, () => call.getNextRetryBackoffMs());
			};
		},
	},
];

function lawOf(id: string): DelayLaw {
	const preset = RETRY_PRESETS.get(id);
	if (preset === undefined) throw new Error(`no preset ${id}`);
	return delayLaw(policyFields(preset).backoff);
}

/** Our delays in ms before the first retries of one call. */
function ours(law: DelayLaw, retries: number, cause: number, uniform: () => number): () => number[] {
	const delay = compileDelay(law);
	return () => {
		let memory = delay.firstMemory;
		return Array.from({ length: retries }, (_, i) => {
			const u = uniform();
			const us = delay.delayUs(i + 1, u, memory, cause);
			memory = delay.remember(i + 1, u, memory, us);
			return us / 1000;
		});
	};
}

/** The greatest distance between the two empirical distributions. */
function distance(a: readonly number[], b: readonly number[]): number {
	const [x, y] = [a, b].map((sample) => Float64Array.from(sample).sort());
	let [i, j, most] = [0, 0, 0];
	while (i < x.length && j < y.length) {
		const at = Math.min(x[i], y[j]);
		while (i < x.length && x[i] <= at) i++;
		while (j < y.length && y[j] <= at) j++;
		most = Math.max(most, Math.abs(i / x.length - j / y.length));
	}
	return most;
}

/** Packages round to the millisecond, and not all the same way. */
const wholeMs = (ms: number): number => Math.floor(ms + 1e-6);

describeReal('delays as published', () => {
	beforeEach(() => {
		vi.spyOn(Math, 'random').mockImplementation(new Streams(SEED).uniform('real'));
	});
	afterEach(() => {
		vi.restoreAllMocks();
	});

	test.each(CASES.map((one) => ({ ...one, title: [one.preset, one.cause].join(' ').trim() })))(
		'$title',
		async ({ preset, retries, cause = 'refused', load }) => {
			const theirs = await load();
			const law = lawOf(preset);
			const mine = ours(law, retries, CAUSE[cause], new Streams(SEED).uniform(preset));
			const calls = compileDelay(law).draws ? CALLS : 1;
			const samples: [number, number][][] = Array.from({ length: retries }, () => []);
			for (let k = 0; k < calls; k++) {
				const [a, b] = [await theirs(), mine()];
				expect(a.length).toBe(retries);
				expect(a.every(Number.isFinite)).toBe(true);
				for (let n = 0; n < retries; n++) samples[n].push([wholeMs(a[n]), wholeMs(b[n])]);
			}
			for (const sample of samples) {
				const [a, b] = [sample.map(([real]) => real), sample.map(([, own]) => own)];
				if (calls === 1) expect(b).toEqual(a);
				else expect(distance(a, b)).toBeLessThan(FURTHEST);
			}
		},
	);
});
