/**
 * Formulas that a preset gives in words, as fields of the delay pipeline. By the text itself: a formula that changes is no
 * longer taken for told.
 */

interface Added {
	/** entries after those of the preset's table */
	readonly tableMore?: readonly string[];
	/** beside the preset's scale */
	readonly jitterAdd?: readonly [string, string];
	readonly [field: string]: unknown;
}

/** What a formula adds to the fields that the preset's numbers make; {} where it says the same again. */
export const EXPRESSIBLE_FORMULAS: Readonly<Record<string, Added>> = {
	// gaxios: retryDelay before retry 1, then (2^(n-1) - 1) / 2 s; as many as anybody configures.
	'n=1: retryDelay(100) ; n>1: ((mult^(n-1) - 1)/2)*1000 with mult=2': {
		tableMore: [4, 5, 6, 7, 8, 9, 10].map((n) => `${((2 ** (n - 1) - 1) / 2) * 1000}ms`),
	},
	// Envoy: the windows are min(250, 25 2^(n-1)) of the pipeline; a remainder by whole milliseconds.
	'integer ms: random % I_n, I_1=B, I_{n+1} = I_n < max/2 ? 2*I_n : max  (25,50,100,200,250)': { quantum: '1ms' },
	'RetryPolicy.tries: d1 = 5 ms exactly; d_{n+1} = d_n + U(0, min(cap,3*d_n) - d_n)': {},
	'n=1: 0; n>=2: backoff_factor*2^(n-1) + U(0,backoff_jitter), cap 120 s; backoff_factor default 0 = no delay': {},
	// resilience4j: an interval I grows in whole ms; of it floor(I/2 + u (I + 1)), the same u in both summands.
	'interval truncated to long at every step; randomize: min + rand*(max-min+1), floor 1 ms': {
		stepQuantum: '1ms',
		jitterAdd: ['0s', '1ms'],
		quantum: '1ms',
	},
	'min( floor(U(0.8,1.2) * 100 * 2^min(n-1, log2(10))), 1000 )': { quantum: '1ms' },
	// client-go: with a header it sleeps what the header says; a GET whose connection was lost waits a made-up second.
	'sleep exactly Retry-After seconds (1 s for GET network errors); no growth, no jitter': {
		base: '1s',
		waitsOn: ['reset'],
	},
	'~~((rand+0.5) * 2^min(n,8)) * 5000; n starts at 1; 10000 on slow connections': {},
	'1st dial 0; k-th consecutive redial 1000*2^(k-1), exponent capped at 19': { maxExponent: 19 },
	'c=min(4,2^n)/2; c + rand*c seconds': {},
	'r=rand; dev=floor(r*0.5*ms); floor(r*10) even ? ms-dev : ms+dev  (sign tied to magnitude: a 10-tooth comb)': {},
	'minReconnectionDelay = 1000 + rand*4000 drawn ONCE when the module loads, then multiplied': {},
};

/** What else of these formulas the pipeline cannot say. */
export const PARTLY_EXPRESSIBLE: Readonly<Record<string, string>> = {
	'~~((rand+0.5) * 2^min(n,8)) * 5000; n starts at 1; 10000 on slow connections':
		'slow connections wait in steps of 10 s; here all wait in steps of 5 s',
	'n=1: 0; n>=2: backoff_factor*2^(n-1) + U(0,backoff_jitter), cap 120 s; backoff_factor default 0 = no delay':
		'backoff_jitter adds to the delay where it is set; its default is 0',
};

/** Where a delay is skipped after some failures: the causes that do wait. */
export const WAITS_ON: Readonly<Record<string, readonly string[]>> = {
	'status retries (502/503/504) are IMMEDIATE; connection errors also immediate until attempts >= pool size': [
		'refused',
		'reset',
		'timeout',
	],
	'L7 retries (status, empty, junk, timeout) have no delay; only connect errors on the same server wait': ['refused'],
};

/** Delays that the source cuts to whole milliseconds, as its notes say ("floor() to whole ms."). */
export const WHOLE_MS: ReadonlySet<string> = new Set([
	'aws-js-v3-standard-2026',
	'aws-js-v3-dynamodb-2026',
	'aws-js-v3-standard-pre2026',
	'aws-js-v3-standard-le-2026-03',
	'aws-js-v3-adaptive-2026',
	'aws-js-v3-deprecated-v1-strategy',
]);

/** MongoDB: an overloaded server is tried again after U(0, min(10 s, 100 ms 2^n)), other failures at once. */
export const OVERLOADED = {
	text: 'U(0, min(10000, base*2^n)) with base 100 ms or server baseBackoffMS: first U(0,200)',
	fields: {
		growth: 'exponential',
		base: '100ms',
		multiplier: 2,
		firstExponent: 1,
		cap: '10s',
		jitter: 'full',
		waitsOn: [429],
	},
} as const;
