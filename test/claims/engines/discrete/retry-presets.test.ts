/** Presets against an edge that fails in one way: how often each really sends, beside what its source says. */
import { describe, expect, test } from 'vitest';
import { policyFields, RETRY_PRESETS } from '../../../../src/catalog/retries.js';
import { breakerOpens, isRecord } from '../../../../src/report/policies/outage-reach.js';
import { policySheet } from '../../../../src/report/policies/sheet.js';
import { loadScenario } from '../../../../src/scenario/load.js';
import { run, total } from '../../../support/world-builder.js';
import { importText, layerOf } from '../../readers/retries/support.js';

interface Failing {
	/** of every answer */
	readonly status?: number;
	readonly retryAfter?: string;
	/** in place of an answer: nobody is there */
	readonly refuses?: boolean;
	/** in place of an answer nothing comes, and nobody waits longer than a second */
	readonly hangs?: boolean;
	readonly nodes?: number;
	/** how long it goes on; default two minutes */
	readonly hours?: number;
}

/** Sends per request of ten requests, a second apart, each of another instance. @param retry the name of a preset, or a policy */
function sends(retry: string, failing: Failing): number {
	const { status = 503, retryAfter, refuses = false, hangs = false, nodes = 1, hours = 1 / 30 } = failing;
	const whole = `${hours * 60}m`;
	const after = retryAfter === undefined ? '' : `, retryAfter: ${retryAfter}`;
	const all = hangs ? '' : `, shed: { all: { reply: { status: ${status}${after} } } }`;
	const down = refuses ? `faults: { down: { at: 0s, for: ${whole}, crash: true } }` : '';
	const text = `
name: one
duration: ${whole}
record: { bucket: 1m }
traffic: { process: regular, steps: [{ at: 0s, rate: 1/s }, { at: 10s, rate: 0/s }] }
edge: { service: 1000s, nodes: ${nodes}, workers: 100000${all} }
${down}
clients: { apps: { instances: 1000, ${hangs ? 'timeout: 1s, ' : ''}retry: ${saying(retry)} } }
`;
	const outcome = run(loadScenario(text, { file: 'one.yaml' }).world, 1);
	return total(outcome, 'attempts') / total(outcome, 'born');
}

/** Where the number of tries is left to the user, three. */
const saying = (retry: string): string =>
	RETRY_PRESETS.has(retry) && policyFieldsOf(retry).attempts === undefined
		? `{ preset: ${retry}, attempts: 3 }`
		: retry;

const policyFieldsOf = (id: string) => {
	const preset = RETRY_PRESETS.get(id);
	if (preset === undefined) throw new Error(`no such preset: ${id}`);
	return policyFields(preset);
};

describe('failures that are retried only with a Retry-After', () => {
	/** tries after a bare answer, and after one with the header */
	const GATED: Readonly<Record<string, Readonly<Record<number, readonly [number, number]>>>> = {
		'urllib3-default': { 503: [1, 4], 429: [1, 4] },
		'urllib3-typical': { 503: [4, 4], 429: [1, 4] },
		'azure-core-rest-pipeline': { 503: [4, 4], 429: [1, 4] },
		'client-go-rest': { 503: [1, 11], 429: [1, 11] },
		// 0 s alone opens it
		okhttp: { 503: [1, 1], 429: [1, 1] },
	};

	test.each(Object.entries(GATED))('%s', (id, tries) => {
		for (const [status, [bare, headed]] of Object.entries(tries)) {
			expect(sends(id, { status: Number(status) }), `${status} alone`).toBe(bare);
			expect(sends(id, { status: Number(status), retryAfter: '1s' }), `${status} with a header`).toBe(headed);
		}
	});

	test('no other preset, of all that there are', () => {
		const gated = [...RETRY_PRESETS.keys()].filter((id) =>
			[503, 429].some((status) => sends(id, { status }) === 1 && sends(id, { status, retryAfter: '1s' }) > 1),
		);
		expect(gated).toEqual(
			Object.keys(GATED)
				.filter((id) => id !== 'okhttp')
				.toSorted(inCatalogue),
		);
	});

	test('every preset whose facts state it is checked', () => {
		const says = [...RETRY_PRESETS.values()].filter(({ retryOn, retryAfter }) => {
			const words = `${retryOn.otherRules} ${retryOn.requiresHeader}`;
			return retryAfter.mode === 'gate' || /(429|503)[^;]*(only|WITH)[^;]*Retry-After|^Retry-After/.test(words);
		});
		expect(says.map(({ id }) => id)).toEqual(Object.keys(GATED).toSorted(inCatalogue));
	});

	test('OkHttp: once, and for 0 s alone, on one node too', () => {
		for (const nodes of [1, 3]) {
			expect(sends('okhttp', { retryAfter: '0s', nodes }), `${nodes} nodes`).toBe(2);
			expect(sends('okhttp', { retryAfter: '1s', nodes })).toBe(1);
		}
	});
});

const IDS = [...RETRY_PRESETS.keys()];
const inCatalogue = (a: string, b: string): number => IDS.indexOf(a) - IDS.indexOf(b);

describe('throttling', () => {
	test.each(['botocore-standard-2026', 'botocore-standard-pre2026', 'botocore-adaptive'])('%s retries it', (id) => {
		expect(sends(id, { status: 429 })).toBe(3);
	});

	test('every AWS SDK does', () => {
		const sdks = IDS.filter((id) => /^(aws-(js|cpp)|botocore)/.test(id));
		expect(sdks.length).toBe(12);
		expect(sdks.filter((id) => sends(id, { status: 429 }) < 3)).toEqual([]);
	});
});

describe('a try that hangs', () => {
	test.each([
		['envoy-route-5xx', 1],
		['istio-default', 1],
		['istio-default-503', 1],
		['istio-inbound-default', 1],
		['envoy-gateway-retry', 1],
		['linkerd-route-annotations', 1],
		['linkerd-serviceprofile', 1],
		['gateway-api-retry', 1],
		['spring-cloud-gateway-retry', 1],
		// `timeout server` stands in nearly every configuration; the population's timeout is it
		['haproxy-all-retryable', 4],
		['kong-service', 6],
		['dotnet-standard-hedging', 2],
	])('%s: %d', (id, tries) => {
		expect(sends(id, { hangs: true })).toBe(tries);
	});

	test('is retried where the author gives a proxy a limit on a try', () => {
		expect(sends('{ preset: envoy-route-5xx, timeout: 500ms, on: [5xx, network] }', { hangs: true })).toBe(2);
	});
});

describe('resilience4j', () => {
	test.each(['resilience4j-default', 'resilience4j-exponential-random'])('%s retries what clients throw', (id) => {
		expect(sends(id, { status: 503 })).toBe(3);
		expect(sends(id, { hangs: true })).toBe(3);
	});

	test('an import of its defaults says the same as the preset', () => {
		const text = 'resilience4j:\n  retry:\n    instances: { pay: {} }\n  circuitbreaker:\n    instances: { pay: {} }\n';
		const { attempts, on, backoff } = layerOf(importText(text, 'application.yaml'), 'sdk');
		expect({ attempts, on }).toEqual({
			attempts: policyFieldsOf('resilience4j-default').attempts,
			on: policyFieldsOf('resilience4j-default').on,
		});
		expect(backoff).toMatchObject({ growth: 'fixed', base: '500ms' });
	});
});

describe('what the catalogue says of an outage is what a run does', () => {
	/** Policies that give up, and how often they say that they send. */
	const STATED = [...RETRY_PRESETS.values()].flatMap((preset) => {
		const { on, gated, atOnce, fields } = policySheet(preset);
		const [failure] = on.filter((cause) => !gated.includes(cause) && (/^\d/.test(cause) || cause === 'refused'));
		if (atOnce === null || atOnce.most > 200 || failure === undefined) return [];
		// There is one node, and a client makes one call: a breaker opens within it, a share of one call is one retry.
		const opens = breakerOpens(fields)?.failures ?? Number.POSITIVE_INFINITY;
		const share = isRecord(fields.budget) && fields.budget.kind === 'ratio-window' ? 2 : Number.POSITIVE_INFINITY;
		return [{ id: preset.id, failure, fewest: Math.min(atOnce.fewest, opens, share), most: atOnce.most }];
	});

	test('for most of them', () => {
		expect(STATED.length).toBeGreaterThan(60);
	});

	test.each(STATED)('$id, $failure: from $fewest to $most', ({ id, failure, fewest, most }) => {
		const made = sends(id, failure === 'refused' ? { refuses: true, hours: 2 } : { status: Number(failure), hours: 2 });
		expect(made).toBeGreaterThanOrEqual(fewest);
		expect(made).toBeLessThanOrEqual(most);
	});
});
