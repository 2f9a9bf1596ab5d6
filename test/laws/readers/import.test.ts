/** Imported limits decide as their systems do, on every ratio that could be counted; and queries mean what they say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { podShare } from '../../../src/readers/argo/pods.js';
import { parseCondition } from '../../../src/readers/promql/condition-parser.js';
import { argoVerdicts, limitsAlong, type ResultVerdicts, rangeVerdicts } from '../../../src/readers/promql/limits.js';
import { parseQuery } from '../../../src/readers/promql/parser.js';
import { queryMeaning } from '../../../src/readers/promql/query-meaning.js';

const condition = (text: string | null) => (text === null ? null : parseCondition(text));
const argo = (success: string | null, failure: string | null = null): ResultVerdicts =>
	argoVerdicts(condition(success), condition(failure));

const meaningOf = (query: string) => queryMeaning(parseQuery(query));
const reason = (query: string): string => {
	try {
		return `understood: ${JSON.stringify(meaningOf(query).measure)}`;
	} catch (error) {
		return error instanceof Error ? error.message : 'unknown';
	}
};

describe('limits', () => {
	const percent = fc.integer({ min: 1, max: 99 }).map((p) => p / 100);
	const form = fc.constantFrom(
		(limit: number, op: string) => `result[0] ${op} ${limit}`,
		(limit: number, op: string) => `result ${op} ${limit}`,
		(limit: number, op: string) => `len(result) == 0 || result[0] ${op} ${limit}`,
		(limit: number, op: string) => `len(result) > 0 && !isNaN(result[0]) && asFloat(result[0]) ${op} ${limit}`,
		(limit: number, op: string) => `isNaN(result[0]) || result[0] * 100 ${op} ${limit * 100}`,
		(limit: number, op: string) => `all(result, # ${op} ${limit})`,
		(limit: number, op: string) => `default(result[0], 0) ${op} ${limit} ? true : false`,
	);

	it('fail on the same counts as the condition does, at the limit itself too', () => {
		const counts = fc
			.integer({ min: 1, max: 400 })
			.chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
		fc.assert(
			fc.property(form, percent, fc.constantFrom('<', '<='), counts, (write, limit, op, [bad, n]) => {
				const verdicts = argo(write(limit, op));
				const { fails } = limitsAlong(verdicts, { from: 0, to: 1, quantity: (result) => result });
				const above = fails.itself ? fails.value - 1e-8 : fails.value;
				// Where the share is the limit but for the last bit, both sides round as they please.
				fc.pre(bad / n === limit || Math.abs(bad / n - limit) > 1e-12);
				expect(bad / n > above).toBe(verdicts.of(bad / n) === 'failed');
			}),
			{ numRuns: 500 },
		);
	});

	it('on successes are limits on failures', () => {
		fc.assert(
			fc.property(form, percent, fc.constantFrom('>', '>='), (write, limit, op) => {
				const along = { from: 1, to: 0, quantity: (result: number) => 1 - result };
				const { fails, doubts } = limitsAlong(argo(write(limit, op)), along);
				expect(fails.value).toBeCloseTo(1 - limit, 12);
				expect(fails.itself).toBe(op === '>');
				expect(doubts).toBeNull();
			}),
		);
	});

	it('between two conditions are inconclusive', () => {
		fc.assert(
			fc.property(percent, percent, (a, b) => {
				fc.pre(a !== b);
				const [low, high] = [Math.min(a, b), Math.max(a, b)];
				const both = argo(`result[0] <= ${low}`, `result[0] > ${high}`);
				const limits = limitsAlong(both, { from: 0, to: 1, quantity: (result) => result });
				expect(limits).toEqual({ fails: { value: high, itself: false }, doubts: { value: low, itself: false } });
			}),
		);
	});

	it('that cannot be are refused in words', () => {
		const along = { from: 0, to: 1, quantity: (result: number) => result };
		expect(() => limitsAlong(argo('result[0] >= 0.3'), along)).toThrow(/does not only get worse/);
		expect(() => limitsAlong(argo('result[0] < 7'), along)).toThrow(/fails on nothing that could be seen/);
		expect(() => limitsAlong(argo('result[0] > 7'), along)).toThrow(/fails whatever is seen/);
		expect(() => limitsAlong(argo("result[0] == 'ok'"), along)).toThrow(/fails whatever is seen/);
		for (const text of [
			'result[0] >=',
			'now() > 3',
			'result.errors < 1',
			'((((',
			'result[0] < 0.05; rm',
			'len(result',
		]) {
			expect(() => parseCondition(text), text).toThrow(/condition/);
		}
	});

	it('say what no data is', () => {
		const of = (success: string | null, failure: string | null = null) => argo(success, failure).of('empty');
		expect(of('result[0] >= 0.95')).toBe('error');
		expect(of(null, 'result[0] > 0.05')).toBe('error');
		expect(of('len(result) == 0 || result[0] >= 0.95')).toBe('passed');
		expect(of('len(result) > 0 && result[0] >= 0.95')).toBe('failed');
		expect(of('len(result) > 0 && result[0] >= 0.95', 'len(result) > 0 && result[0] < 0.9')).toBe('inconclusive');
		expect(of('default(result, 0) < 0.05')).toBe('passed');
		expect(of('isNaN(result[0]) || result[0] < 0.05')).toBe('error');
		expect(argo('isNaN(result) || result < 0.05').of(Number.NaN)).toBe('passed');
		expect(argo('result[0] >= 0.95').of(Number.NaN)).toBe('failed');
		expect(rangeVerdicts(99, null).of('empty')).toBe('failed');
	});

	it('of a range are inside it', () => {
		const along = { from: 100, to: 0, quantity: (result: number) => (100 - result) / 100 };
		expect(limitsAlong(rangeVerdicts(99, null), along).fails).toEqual({ value: 0.01, itself: false });
		expect(limitsAlong(rangeVerdicts(99, 100), along).fails).toEqual({ value: 0.01, itself: false });
	});
});

describe('queries', () => {
	const total = 'sum(rate(istio_requests_total{app="canary"}[5m]))';
	const good = 'sum(rate(istio_requests_total{app="canary",response_code!~"5.*"}[5m]))';
	const bad = 'sum(rate(istio_requests_total{app="canary",response_code=~"5.."}[5m]))';
	const errors = { kind: 'share', numerator: 'errors', slowerThanUs: null };

	it.each([
		[`${good} / ${total}`, { scale: -1, offset: 1 }],
		[`${bad} / ${total}`, { scale: 1, offset: 0 }],
		[`1 - ${bad} / ${total}`, { scale: -1, offset: 1 }],
		[`100 - (${bad} / ${total}) * 100`, { scale: -100, offset: 100 }],
		[`(${total} - ${bad}) / ${total}`, { scale: -1, offset: 1 }],
		[`100 * ${bad} / ${total}`, { scale: 100, offset: 0 }],
		[`${bad} / (${good} + ${bad})`, { scale: 1, offset: 0 }],
		[`scalar(${bad} / on(app) group_left ${total})`, { scale: 1, offset: 0 }],
		[`(${bad} or on() vector(0)) / (${total} > 0)`, { scale: 1, offset: 0 }],
	])('%s', (query, expected) => {
		expect(meaningOf(query)).toMatchObject({ measure: { ...errors, ...expected }, windowUs: 300e6 });
	});

	it.each([
		['nginx_ingress_controller_requests{status=~"[5].*"}', 'nginx_ingress_controller_requests'],
		['envoy_cluster_upstream_rq{envoy_response_code=~"5.."}', 'envoy_cluster_upstream_rq'],
		['envoy_cluster_upstream_rq_xx{envoy_response_code_class="5"}', 'envoy_cluster_upstream_rq_total'],
		['traefik_service_requests_total{code=~"5.."}', 'traefik_service_requests_total'],
		['response_total{classification="failure"}', 'response_total'],
		['http_requests_total{status=~"5.*"}', 'http_requests_total{job="x"}'],
		['http_server_requests_seconds_count{outcome="SERVER_ERROR"}', 'http_server_requests_seconds_count'],
		['http_request_duration_seconds_count{code=~"5.*"}', 'http_request_duration_seconds_count'],
		[
			'traefik_service_request_duration_seconds_bucket{code=~"5..",le="+Inf"}',
			'traefik_service_request_duration_seconds_bucket{le="+Inf"}',
		],
		['grpc_server_handled_total{grpc_code!="OK"}', 'grpc_server_started_total'],
	])('%s over %s is a share of errors', (failed, all) => {
		expect(meaningOf(`sum(increase(${failed}[1m])) / sum(increase(${all}[1m]))`).measure).toEqual({
			...errors,
			scale: 1,
			offset: 0,
		});
	});

	it.each([
		[
			'histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket[1m])) by (le))',
			{ quantile: 0.99, unitUs: 1e6 },
		],
		[
			'histogram_quantile(0.9, sum by (le) (rate(istio_request_duration_milliseconds_bucket[1m])))',
			{ quantile: 0.9, unitUs: 1e3 },
		],
		['1000 * histogram_quantile(0.95, rate(http_server_requests_seconds_bucket[1m]))', { quantile: 0.95, unitUs: 1e3 }],
		['histogram_quantile(0.99, sum(rate(response_latency_ms_bucket[1m])) by (le))', { quantile: 0.99, unitUs: 1e3 }],
	])('%s is a quantile', (query, expected) => {
		expect(meaningOf(query).measure).toEqual({ kind: 'quantile', ...expected });
	});

	it('a bucket over the count is the share of those that were not slow', () => {
		const query =
			'sum(rate(http_request_duration_seconds_bucket{le="0.3"}[1m])) / sum(rate(http_request_duration_seconds_count[1m]))';
		expect(meaningOf(query).measure).toEqual({
			kind: 'share',
			numerator: 'slow',
			slowerThanUs: 300_000,
			scale: -1,
			offset: 1,
		});
	});

	it('what it answers without data is known where the query says so', () => {
		expect(meaningOf(`${bad} / ${total}`)).toMatchObject({ emptyIs: null, absentUntilFirst: true });
		expect(meaningOf(`${good} / ${total}`)).toMatchObject({ emptyIs: null, absentUntilFirst: false });
		expect(meaningOf(`(${bad} or vector(0)) / ${total}`)).toMatchObject({ emptyIs: null, absentUntilFirst: false });
		expect(meaningOf(`100 - 100 * (${bad} / ${total} or vector(0))`)).toMatchObject({
			emptyIs: 100,
			absentUntilFirst: false,
		});
		expect(meaningOf(`scalar(${good} / ${total})`)).toMatchObject({ emptyIs: Number.NaN, absentUntilFirst: false });
	});

	it('retries over requests are retries', () => {
		const query =
			'sum(rate(envoy_cluster_upstream_rq_retry[1m])) / clamp_min(sum(rate(envoy_cluster_upstream_rq_total[1m])), 1)';
		expect(meaningOf(query)).toMatchObject({ measure: { numerator: 'retries', scale: 1, offset: 0 }, emptyIs: 0 });
	});

	it.each([
		['sum(rate(orders_total[1m])) / sum(rate(carts_total[1m]))', /orders_total is no counter of requests/],
		[
			'sum(rate(istio_requests_total{response_code="404"}[1m])) / sum(rate(istio_requests_total[1m]))',
			/picks out neither/,
		],
		['sum(increase(istio_requests_total{response_code=~"5.*"}[1m]))', /a ratio of two sums would do/],
		[`${bad} / ${good}`, /does not divide by all requests/],
		['up{job="x"}', /a rate over a window would do/],
		[
			'sum(rate(http_request_duration_seconds_sum[1m])) / sum(rate(http_request_duration_seconds_count[1m]))',
			/a mean says nothing/,
		],
		[`avg_over_time((${bad} / ${total})[10m:1m])`, /query/],
		[`${bad} / sum(rate(istio_requests_total[1m]))`, /two windows/],
		['sum(rate(istio_requests_total[5m] offset 1h)) / 2', /another time than now/],
		['sum(rate(istio_requests_total{response_code=~"5.*"}[{{args.window}}]))', /query/],
		['', /query/],
		[`${'('.repeat(5000)}1`, /nested so deeply|query/],
	])('%s is not guessed at', (query, says) => {
		expect(reason(query)).toMatch(says);
	});
});

describe('weights of pods', () => {
	// By the rule of Argo's source; several are named beside it.
	it.each([
		[10, 1, 10, 1 / 10],
		[10, 3, 30, 3 / 10],
		[10, 1, 5, 1 / 11],
		[1, 1, 5, 1 / 2],
		[1, 1, 95, 1 / 2],
		[3, 0, 50, 2 / 3],
		[10, 0, 15, 2 / 10],
		[5, 2, 100, 1],
		[5, 2, 0, 0],
	])('of %i replicas with %i on top, %i %% is a share of %d', (replicas, maxSurge, weight, expected) => {
		expect(podShare({ replicas, maxSurge }, weight)).toBeCloseTo(expected, 12);
	});
});
