/**
 * Budgets, limiters, breakers and hedges of the presets: what the facts call their fields, and what a scenario does. A field
 * that stands in no table is told in words, so that none is lost.
 */
import type { Machine, RetryPreset } from './facts.js';
import { byCause, duration, NO_TRANSLATION, type PresetTranslation, present } from './translation.js';

interface Table {
	/** the kind in a scenario */
	readonly kind: string;
	/** fact -> field, and how its value is written */
	readonly fields: Readonly<Record<string, readonly [string, ((value: unknown) => unknown)?]>>;
	/** what a product does besides, told by one of its facts */
	readonly also?: (machine: Machine) => Readonly<Record<string, unknown>>;
	/** what the machine of this kind does anyway: told only where it is otherwise */
	readonly implied?: Readonly<Record<string, readonly unknown[]>>;
}

const ms = (value: unknown): unknown => (typeof value === 'number' ? duration(value) : value);
const perSecond = (value: unknown): string => `${value}/s`;
const share = (value: unknown): string => `${Number((Number(value) * 100).toPrecision(12))}%`;
const unlimited = (value: unknown): unknown => (value === 4_294_967_295 ? 'unlimited' : value);
const costs = (value: unknown): unknown => byCause(value as Record<string, number>).causes;
/** The source's words as a scenario's; others stay as they are, and show. */
const words =
	(known: Readonly<Record<string, unknown>>) =>
	(value: unknown): unknown =>
		known[String(value)] ?? value;
const credit = words({
	'requests classified Successful': 'per-success',
	'non-retryable final outcome only (success or non-retryable failure)': 'per-final',
});
const HOST = words({ endpoint: 'host', 'peer per worker (shared with zone)': 'host' });
/** One client's own, or one process's for an endpoint: the simulator's instance keeps it. */
const INSTANCE_SCOPES = [
	'per client instance',
	'per client',
	'per client, shared by requeue and retry filters',
	'per channel/server name, all methods',
	'cluster x priority, whole Envoy process',
	'per proxy per destination',
	'per client task (and criticality)',
	'per endpoint',
];

const BUDGETS: Readonly<Record<string, Table>> = {
	'quota-bucket': {
		kind: 'quota',
		fields: {
			capacity: ['capacity'],
			initial: ['initial'],
			costDefault: ['cost'],
			costByClass: ['costFor', costs],
			refundOnFirstTrySuccess: ['refund'],
			// The bug of spring 2026: a success fills the bucket.
			successSetsTokensTo: ['overfills', words({ '500': true })],
		},
		implied: {
			refundOnRetriedSuccess: ['cost of the LAST retry only'],
			refundOnFailure: [0],
			timeRefillPerSec: [0],
			refuseWhen: ['tokens < cost'],
			checkedAt: ['decision'],
		},
	},
	'threshold-bucket': {
		kind: 'threshold',
		fields: {
			maxTokens: ['max'],
			plusPerSuccess: ['ratio'],
		},
		implied: {
			initial: [10],
			minusPerRetryableFailure: [1],
			allowWhen: ['tokens > maxTokens/2'],
			countsFirstAttemptFailures: [true],
		},
	},
	'ttl-window': {
		kind: 'ttl-window',
		fields: {
			ttlMs: ['ttl', ms],
			ratio: ['ratio', share],
			minRetriesPerSec: ['minPerSecond'],
			slots: ['slots'],
			depositOn: ['credit', credit],
		},
		also: ({ withdraw }) => (withdraw === 5000 ? { forgets: 'finagle' } : {}),
		// Tokens in other units: withdraw = deposit / ratio, reserve = minPerSecond ttl withdraw.
		implied: {
			deposit: [1, 1000],
			withdraw: ['floor(1/ratio)=5', 5, 5000],
			reserve: ['minRetriesPerSec*ttl*withdraw=500', 500, 500_000],
		},
	},
	concurrency: {
		kind: 'concurrency',
		fields: { maxConcurrentRetries: ['max', unlimited] },
		implied: { counts: ['retries in back-off AND in flight'] },
	},
	'ratio-window': {
		kind: 'ratio-window',
		fields: {
			ratio: ['ratio', share],
			windowMs: ['window', ms],
			minRetries: ['least'],
			minRetriesPerMs: ['leastPer', ms],
			minThroughput: ['minCalls'],
		},
		// .NET rounds its allowance down, as its formula says.
		also: ({ minThroughput }) => (minThroughput === undefined ? {} : { whole: true }),
	},
};

const LIMITERS: Readonly<Record<string, Table>> = {
	'cubic-client-rate-limiter': {
		kind: 'cubic',
		fields: {
			beta: ['beta'],
			scaleConstant: ['scale'],
			smooth: ['smooth'],
			minFillRatePerSec: ['minFill', perSecond],
			startFillRate: ['startFill', perSecond],
			minCapacity: ['minCapacity'],
		},
		implied: {
			enabledAfter: ['first throttling response'],
			appliesTo: ['every attempt incl. the first'],
			rateBucketSec: [0.5],
			maxRateVsMeasured: [2],
		},
	},
	'token-bucket': {
		kind: 'token-bucket',
		fields: {
			qps: ['rate', perSecond],
			burst: ['burst'],
			appliesTo: ['appliesTo', words({ 'requeues, shared by all items': 'retries', 'every try': 'tries' })],
		},
	},
	'adaptive-throttle': {
		kind: 'adaptive-throttle',
		fields: { K: ['k'], windowMs: ['window', ms] },
		implied: { appliesTo: ['every request before sending'] },
	},
	concurrency: {
		kind: 'concurrency',
		fields: { permitLimit: ['permits'], queueLimit: ['queue'] },
		implied: { position: ['outermost'] },
	},
};

const BREAKERS: Readonly<Record<string, Table>> = {
	'ratio-window': {
		kind: 'ratio-window',
		fields: {
			failureRatio: ['ratio', share],
			windowMs: ['window', ms],
			windowCalls: ['windowCalls'],
			buckets: ['slots'],
			minRequests: ['minCalls'],
			openMs: ['open', ms],
			halfOpenMaxInFlight: ['probes'],
			position: ['inside', words({ 'inside retry (each try counts)': true })],
		},
		also: ratioWindowExtras,
		// Of slow calls: see `also`; one that passes its timeout has failed anyway.
		implied: { slidingWindow: ['COUNT_BASED'], slowCallIsFailure: [true], slowCallRatio: [1], slowCallMs: [60_000] },
	},
	// NGINX: a peer that failed so often within the time is left out for as long.
	'consecutive-ejection': {
		kind: 'fail-timeout',
		fields: {
			maxFails: ['failures'],
			failTimeoutMs: ['timeout', ms],
			scope: ['scope', HOST],
		},
		implied: { openMs: [10_000] },
	},
	hybrid: {
		kind: 'hybrid',
		fields: {
			consecutiveFailures: ['failures'],
			successRateThreshold: ['successRate', share],
			windowMs: ['window', ms],
			minRequests: ['minCalls'],
			openBackoff: [
				'open',
				(value) => {
					const { kind, baseMs, capMs } = value as { kind: string; baseMs: number; capMs: number };
					return { growth: kind, base: duration(baseMs), cap: duration(capMs) };
				},
			],
			scope: ['scope', HOST],
		},
	},
};

/** By product: opossum counts sends and forgets nothing on closing, .NET probes again after each break, resilience4j looks at slow calls. */
function ratioWindowExtras({ buckets, windowMs, openMs, slowCallMs, slowCallRatio }: Machine): Record<string, unknown> {
	if (buckets !== undefined) return { counts: 'sends', strict: true, onClose: 'kept' };
	if (slowCallMs !== undefined) return { slow: { over: ms(slowCallMs), ratio: share(slowCallRatio) } };
	return windowMs === undefined ? {} : { probeAgain: ms(openMs) };
}

const HEDGES: Readonly<Record<string, Table>> = {
	'fixed-delay': {
		kind: 'fixed-delay',
		fields: {
			delayMs: ['delay', ms],
			maxTotal: ['total'],
			onNonFatal: ['onFailure', words({ 'send next now': 'next' })],
			onFailure: ['onFailure', words({ 'launch next now': 'next' })],
		},
		implied: { cancelOthersOnSuccess: [true] },
	},
};

/** Fields budget, limiter, breaker, hedge. */
export function translateMachines({ budget, rateLimit, breaker, hedging }: RetryPreset): PresetTranslation {
	const parts = [
		translateMachine('budget', budget, BUDGETS),
		translateMachine('limiter', rateLimit, LIMITERS),
		translateMachine('breaker', breaker, BREAKERS),
		translateMachine('hedge', hedging, HEDGES),
	];
	return {
		fields: Object.assign({}, ...parts.map(({ fields }) => fields)),
		caveats: parts.flatMap(({ caveats }) => caveats),
	};
}

/** Words about a machine, which the catalogue shows as they are. */
const WORDS = new Set(['kind', 'note', 'formula', 'enabled', 'enabledByDefault']);

function translateMachine(what: string, machine: Machine, tables: Readonly<Record<string, Table>>): PresetTranslation {
	if (machine.kind === 'none') return NO_TRANSLATION;
	const off = machine.enabled === false || machine.enabledByDefault === false;
	const table = tables[machine.kind];
	if (off || table === undefined) {
		const why = off ? 'is off unless it is set, and is left out' : 'is not simulated';
		return { fields: {}, caveats: [`${what}: ${machine.kind}${inWords(machine)} ${why}`] };
	}
	const entries = Object.entries(machine).filter(([name]) => !WORDS.has(name));
	const translated = entries.filter(([name]) => table.fields[name] !== undefined);
	const untranslated = entries.filter(
		([name, value]) => table.fields[name] === undefined && !isImplied(table, name, value),
	);
	const fields = translated.map(([name, value]) => {
		const [field, write] = table.fields[name];
		return [field, write === undefined ? value : write(value)];
	});
	const scope = INSTANCE_SCOPES.includes(String(machine.scope)) ? { scope: 'instance' } : {};
	return {
		fields: {
			[what]: present({ kind: table.kind, ...Object.fromEntries(fields), ...table.also?.(machine), ...scope }),
		},
		caveats: untranslated.map(([name, value]) => `${what}: ${name} = ${show(value)}, not told by the fields`),
	};
}

const isImplied = ({ implied }: Table, name: string, value: unknown): boolean =>
	(name === 'scope' && INSTANCE_SCOPES.includes(String(value))) || implied?.[name]?.includes(value) === true;

function inWords(machine: Machine): string {
	const entries = Object.entries(machine).filter(([name]) => !WORDS.has(name));
	return entries.length === 0 ? '' : ` (${entries.map(([name, value]) => `${name} ${show(value)}`).join(', ')})`;
}

const show = (value: unknown): string =>
	typeof value === 'object' && value !== null
		? Object.entries(value)
				.map(([name, part]) => `${name} ${show(part)}`)
				.join(', ')
		: String(value);
