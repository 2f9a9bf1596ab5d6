/** Families of what forbids a client to send: budgets, breakers, limiters; and what tells it when to come back. */
import { base, eagerClient, tightEdge, traffic, trouble } from './parts.js';
import { both, type Document, type Family, type Picker } from './picker.js';

const world = (pick: Picker, exact: boolean, guard: Document, more: Document = {}): Document => ({
	...base('guards'),
	...traffic(pick, exact),
	edge: { ...tightEdge(pick, exact), ...more },
	clients: { apps: eagerClient(pick, exact, guard) },
	...trouble(pick, exact),
});

const scope = (pick: Picker): Document => ({ scope: pick.one('instance', 'population', 'destination') });

const budgets: Readonly<Record<string, (pick: Picker) => Document>> = {
	'ratio bucket': (pick) => ({
		kind: 'ratio-bucket',
		ratio: pick.one('10%', '50%'),
		capacity: pick.one(0, 2, 10),
		...pick.maybe({ initial: 0, cost: 2, threshold: 3, strict: true }),
		credit: pick.one('per-call', 'per-success', 'per-first-success'),
	}),
	quota: (pick) => ({
		kind: 'quota',
		capacity: pick.one(50, 500),
		cost: pick.one(5, 14),
		costFor: { timeout: 10 },
		overfills: pick.chance(0.3),
	}),
	threshold: (pick) => ({
		kind: 'threshold',
		max: pick.one(4, 10),
		ratio: pick.one(0.1, 0.5),
		checked: pick.one('decision', 'after-backoff'),
	}),
	'ttl window': (pick) => ({
		kind: 'ttl-window',
		ttl: pick.one('1s', '3s'),
		ratio: pick.one('20%', '50%'),
		minPerSecond: pick.one(0, 2),
		forgets: pick.one('tower', 'finagle'),
		credit: pick.one('per-call', 'per-success', 'per-final'),
	}),
	concurrency: (pick) => ({
		kind: 'concurrency',
		...pick.one<Document>({ max: 1 }, { max: 3 }, { share: '20%', least: 1 }, { share: '50%', least: 0 }),
	}),
	'ratio window': (pick) => ({
		kind: 'ratio-window',
		ratio: pick.one('10%', '40%'),
		window: pick.one('1s', '3s'),
		minCalls: pick.one(0, 10),
		least: pick.one(0, 2),
		whole: pick.chance(0.5),
	}),
	'failure ratio': (pick) => ({
		kind: 'failure-ratio',
		ratio: pick.one('10%', '50%'),
		...pick.maybe({ window: '2s' }),
		minCalls: pick.one(0, 10),
	}),
};

const breakers: Readonly<Record<string, (pick: Picker, exact: boolean) => Document>> = {
	'ratio window': (pick, exact) => ({
		kind: 'ratio-window',
		...pick.one<Document>({ window: '1s' }, { windowCalls: 10 }),
		ratio: pick.one('20%', '50%'),
		strict: pick.chance(0.5),
		minCalls: pick.one(3, 10),
		...pick.maybe({ slow: { over: '40ms', ratio: '50%' } }),
		open: penalty(pick, exact),
		probes: pick.one(1, 3),
		...pick.maybe({ probeAgain: '300ms' }),
		onClose: pick.one('empty', 'kept', 'probe'),
	}),
	consecutive: (pick, exact) => ({ kind: 'consecutive', failures: pick.one(1, 3), open: penalty(pick, exact) }),
	hybrid: (pick, exact) => ({
		kind: 'hybrid',
		failures: pick.one(3, 10),
		window: '1s',
		minCalls: 3,
		open: penalty(pick, exact),
	}),
	'count in window': (pick) => ({
		kind: 'count-in-window',
		failures: pick.one(2, 4),
		window: '500ms',
		open: pick.one('300ms', '900ms'),
	}),
	'fail timeout': (pick) => ({ kind: 'fail-timeout', failures: pick.one(1, 3), timeout: '1s' }),
};

const penalty = (pick: Picker, exact: boolean): unknown =>
	pick.one<unknown>(
		'200ms',
		{ growth: 'exponential', base: '100ms', cap: '800ms', jitter: exact ? '0%' : '50%' },
		exact ? '500ms' : { growth: 'equal-then-exp', base: '100ms', cap: '800ms' },
	);

const limiters: Readonly<Record<string, (pick: Picker) => Document>> = {
	'token bucket': (pick) => ({
		kind: 'token-bucket',
		rate: pick.one('10/s', '40/s'),
		burst: pick.one(1, 5),
		appliesTo: pick.one('tries', 'retries'),
		whenEmpty: pick.one('wait', 'deny'),
	}),
	concurrency: (pick) => ({ kind: 'concurrency', permits: pick.one(1, 3), queue: pick.one(0, 2, 100) }),
	cubic: (pick) => ({ kind: 'cubic', throttles: ['503', '500'], startFill: pick.one('0.5/s', '5/s') }),
};

const throttles = (pick: Picker): Document => ({
	kind: 'adaptive-throttle',
	k: pick.one(1.1, 2),
	window: pick.one('1s', '4s'),
	refusals: ['503', '500', 'refused'],
});

const onWithKept = (pick: Picker): Document =>
	pick.maybe({ on: ['error', 'rejected', 'shed', 'refused', 'timeout', 'suppressed', 'open'] });

export const GUARDS: readonly Family[] = [
	...Object.entries(budgets).flatMap(([kind, make]) =>
		both(`budget: ${kind}`, (pick, exact) => world(pick, exact, { budget: { ...make(pick), ...scope(pick) } })),
	),
	...Object.entries(breakers).flatMap(([kind, make]) =>
		both(`breaker: ${kind}`, (pick, exact) =>
			world(pick, exact, {
				breaker: { ...make(pick, exact), scope: pick.one('instance', 'population'), inside: pick.chance(0.7) },
				...onWithKept(pick),
			}),
		),
	),
	...Object.entries(limiters).flatMap(([kind, make]) =>
		both(`limiter: ${kind}`, (pick, exact) =>
			world(pick, exact, { limiter: { ...make(pick), ...scope(pick) }, ...onWithKept(pick) }),
		),
	),
	...both('throttle', (pick, exact) =>
		world(pick, exact, { limiter: { ...throttles(pick), ...scope(pick) }, ...onWithKept(pick) }),
	).filter(({ exact }) => !exact),
	...both('retry-after', (pick, exact) =>
		world(
			pick,
			exact,
			{
				retryAfter: {
					mode: pick.one('ignore', 'replace', 'floor', 'clamp', 'gate'),
					...pick.maybe({ on: ['503'] }),
					...pick.maybe({ cap: '300ms', over: pick.one('clamp', 'give-up', 'backoff') }),
					slack: '50ms',
					...pick.maybe({ needed: ['503'] }),
					...(exact ? {} : pick.maybe({ scale: [1, 1.3] })),
				},
			},
			{ fullReply: { status: pick.one(503, 429), ...pick.maybe({ retryAfter: pick.one('100ms', '700ms') }) } },
		),
	),
	...both('hedging', (pick, exact) =>
		world(pick, exact, {
			hedge: {
				...pick.one<Document>({ kind: 'fixed-delay', delay: pick.one('11ms', '40ms') }, { kind: 'on-per-try-timeout' }),
				total: pick.one(2, 3),
				onFailure: pick.one('next', 'wait'),
				losers: pick.one('cancel', 'leave'),
			},
		}),
	),
];
