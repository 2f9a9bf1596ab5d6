/** What an import makes of the retries of proxies and meshes: the fields of a layer, and what is said of each line. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { importManifests } from '../../../../src/readers/import.js';
import { readAnswers } from '../../../../src/readers/rollouts/import-answers.js';
import { fixture, importFixture, importText, layerOf, lineWith, said, variantOf } from './support.js';

const ENVOY_BACKOFF = { growth: 'exponential', jitter: 'full', quantum: '1ms' };

describe('Envoy', () => {
	const result = importFixture('envoy.yaml');

	it("takes the route's own policy with its timeouts, cluster and hedge", () => {
		expect(layerOf(result, 'proxy')).toEqual({
			attempts: 4,
			on: [500, 502, 503, 504, 429, 'refused', 'reset', 'timeout'],
			backoff: { ...ENVOY_BACKOFF, base: '50ms', cap: '1s' },
			timeout: '800ms',
			overall: { after: '3s', checked: 'always' },
			budget: { kind: 'concurrency', share: '25%', least: 5, scope: 'destination' },
			breaker: {
				kind: 'consecutive-ejection',
				failures: 8,
				sweep: '10s',
				base: '20s',
				max: '5m',
				maxShare: '10%',
			},
			hedge: { kind: 'on-per-try-timeout', total: 4 },
			target: 'avoid-previous',
		});
	});

	it('takes the policy of the host where a route has none, with the defaults of Envoy', () => {
		expect(variantOf(result, 'shop-search', 'proxy')).toEqual({
			attempts: 2,
			on: ['connection-refused'],
			backoff: { ...ENVOY_BACKOFF, base: '25ms', cap: '250ms' },
			overall: { after: '15s', checked: 'always' },
			budget: { kind: 'concurrency', max: 3, scope: 'destination' },
			target: 'repick',
		});
	});

	it('reports unknown words and unknown fields at their lines', () => {
		expect(said(result, lineWith('envoy.yaml', 'num_retires'))).toMatch(/not expressed: .*retry_policy\.num_retires/);
		expect(said(result, lineWith('envoy.yaml', 'reste'))).toMatch(/not expressed: reste: no word of Envoy's/);
		expect(said(result, lineWith('envoy.yaml', 'num_retries: 3'))).toMatch(/counts retries: 4 attempts/);
		expect(said(result, lineWith('envoy.yaml', 'max_retries: 7'))).toMatch(/overrides it/);
		expect(said(result, lineWith('envoy.yaml', 'HIGH'))).toMatch(/not expressed: thresholds of priority HIGH/);
	});

	it('reads camelCase and JSON, and ignores as Envoy does a per-try timeout above the whole one', () => {
		const json = importFixture('envoy.json');
		const layer = layerOf(json, 'proxy');
		expect(layer).toMatchObject({ attempts: 2, on: [502, 503, 504, 'refused', 'reset'] });
		expect(layer).not.toHaveProperty('timeout');
		expect(said(json, 'envoy.json:11')).toMatch(/not below the route's timeout of 2s: Envoy ignores it/);
	});

	it.each([
		['base_interval: 1s, max_interval: 0.5s', /max_interval: found "0\.5s".*at least base_interval/],
		['base_interval: 250ms', /base_interval: found "250ms": a duration of protocol buffers/],
		['max_interval: 1s', /base_interval: missing/],
	])('refuses a back-off that Envoy refuses: %s', (backoff, message) => {
		const text = fixture('envoy.yaml').text.replace('base_interval: 0.050s, max_interval: 1s', backoff);
		expect(() => importText(text)).toThrow(message);
	});

	it('takes words of gRPC for a route of gRPC, and for nothing beside words of HTTP', () => {
		const route = (on: string) =>
			`virtual_hosts: [{ name: a, routes: [{ route: { cluster: c, retry_policy: { retry_on: "${on}" } } }] }]\n`;
		expect(layerOf(importText(route('unavailable,resource-exhausted')), 'proxy').on).toEqual([502, 503, 504, 429]);
		expect(layerOf(importText(route('retriable-4xx,connect-failure,unavailable')), 'proxy').on).toEqual([
			'connection-refused',
		]);
		// Nothing that happens here is left: one attempt.
		expect(layerOf(importText(route('retriable-4xx')), 'proxy')).toMatchObject({ attempts: 1 });
	});
});

describe('Istio', () => {
	const result = importFixture('istio.yaml');

	it('counts retries, moves bare codes, and takes the budget of the subset and the ejection of the host', () => {
		expect(layerOf(result, 'mesh')).toEqual({
			attempts: 4,
			on: [503, 429, 'connection-refused'],
			backoff: { ...ENVOY_BACKOFF, base: '100ms', cap: '1s' },
			timeout: '1s',
			target: 'avoid-previous',
			overall: { after: '5s', checked: 'always' },
			budget: { kind: 'concurrency', share: '15%', least: 3, scope: 'instance' },
			breaker: expect.objectContaining({ kind: 'consecutive-ejection', failures: 7, sweep: '5s', base: '30s' }),
		});
		expect(parse(result.text).clients.apps.layers.app).toEqual({ attempts: 1 });
	});

	it('has attempts 0 for no retries, and no block for the two of the mesh, none of them after an answer', () => {
		expect(variantOf(result, 'reviews-never', 'mesh')).toMatchObject({ attempts: 1 });
		expect(said(result, lineWith('istio.yaml', 'attempts: 0'))).toMatch(/switches retries off/);
		const silent = variantOf(result, 'reviews-silent', 'mesh');
		expect(silent).toMatchObject({ attempts: 3, on: ['connection-refused'] });
		expect(silent).not.toHaveProperty('overall');
		expect(silent).not.toHaveProperty('budget');
	});

	it('says that attempts 0 beside other fields is refused by Istio', () => {
		const text = fixture('istio.yaml').text.replace('{ attempts: 0 }', '{ attempts: 0, perTryTimeout: 2s }');
		expect(
			importText(text)
				.notes.map((note) => note.text)
				.join('\n'),
		).toMatch(/perTryTimeout: beside attempts 0/);
	});

	it('takes a rule from another file', () => {
		const [service, rule] = fixture('istio.yaml').text.split('---\n');
		const files = [
			{ file: 'service.yaml', text: service },
			{ file: 'rule.yaml', text: rule },
		];
		const { text } = importManifests(files, null, readAnswers({}));
		expect(parse(text).clients.apps.layers.mesh.budget.share).toBe('15%');
	});
});

describe('Linkerd', () => {
	const result = importFixture('linkerd.yaml');

	it('has a limit per request and no budget by annotations; a limit of 0 is one retry', () => {
		expect(layerOf(result, 'mesh')).toEqual({
			attempts: 2,
			on: [500, 502, 503, 504, 429, 'timeout'],
			backoff: { growth: 'exponential', base: '25ms', cap: '250ms', capStage: 'result', jitter: { scale: [1, 2] } },
			timeout: '400ms',
			overall: { after: '2s', checked: 'always' },
			breaker: {
				kind: 'consecutive',
				failures: 4,
				open: { growth: 'exponential', base: '1s', cap: '60s', jitter: '50%' },
				scope: 'host',
			},
		});
		expect(said(result, lineWith('linkerd.yaml', 'limit: "0"'))).toMatch(/counts as unset, so it is 1 retry/);
	});

	it('has a budget, no limit and no delay by a profile, for what its classes call failures', () => {
		expect(variantOf(result, 'authors-get', 'mesh')).toEqual({
			attempts: 'unlimited',
			on: [502, 503, 504],
			backoff: { growth: 'none' },
			overall: { after: '500ms', checked: 'always' },
			budget: { kind: 'ttl-window', ratio: '10%', minPerSecond: 5, ttl: '15s', credit: 'per-final', scope: 'instance' },
		});
		expect(said(result, lineWith('linkerd.yaml', 'name: put'))).toMatch(/put: not retryable/);
	});

	it.each([
		['400ms', '0.4s', /found "0\.4s": one whole number with ms, s/],
		['400ms', '400', /found 400: one whole number/],
		['5xx,429', '5xy', /5xx, gateway-error, 503 or 500-504/],
		['ttl: 15s', 'ttl: 90s', /a ttl from 1s to 60s/],
	])('refuses what Linkerd does not read: %s as %s', (from, to, message) => {
		expect(() => importText(fixture('linkerd.yaml').text.replace(from, to))).toThrow(message);
	});

	it('says nothing of how a route is met that is left out', () => {
		const { notes } = importFixture('linkerd.yaml');
		const left = notes.filter(({ text }) => text.endsWith('not retryable; it is left out')).map(({ at }) => at);
		expect(left).toEqual([lineWith('linkerd.yaml', 'name: put')]);
		const matching = notes.filter(({ text }) => text.includes('the route stands for all requests'));
		expect(matching.map(({ at }) => at)).toEqual([lineWith('linkerd.yaml', 'method: GET')]);
	});

	it('drops a list with blanks, as Linkerd does, and says so', () => {
		const blank = importText(fixture('linkerd.yaml').text.replace('5xx,429', '5xx, 429'));
		expect(layerOf(blank, 'mesh').on).toEqual(['timeout']);
		expect(said(blank, 'm.yaml:6')).toBe('not expressed: http: a list with blanks, which Linkerd does not read');
	});
});

describe('Gateway API', () => {
	it('counts retries, and has the budget of the policy for its backend', () => {
		const result = importFixture('gateway-api.yaml');
		expect(layerOf(result, 'proxy')).toEqual({
			attempts: 3,
			on: [500, 503, 'refused', 'reset'],
			backoff: '100ms',
			timeout: '1s',
			overall: { after: '4s', checked: 'always' },
			budget: { kind: 'ratio-window', ratio: '25%', window: '10s', least: 5, leastPer: '2s', scope: 'destination' },
		});
		expect(said(result, lineWith('gateway-api.yaml', '418'))).toMatch(/not expressed: 418/);
	});
});

describe('NGINX', () => {
	const result = importFixture('nginx.conf');

	it('tries each server that is not down once, at once, and POST only once', () => {
		const safe = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'];
		expect(layerOf(result, 'proxy')).toEqual({
			attempts: 3,
			on: [503, 'refused', 'reset', 'timeout'],
			methods: safe,
			networkMethods: safe,
			backoff: { growth: 'none' },
			timeout: '5s',
			overall: { after: '8s', checked: 'before-try' },
			breaker: { kind: 'fail-timeout', failures: 3, timeout: '30s', scope: 'host' },
			target: 'next-node',
		});
		// The spare serves when the others are out.
		expect(parse(result.text).edge.groups).toEqual({ main: { nodes: 2 }, spare: { nodes: 1, standby: true } });
	});

	it('lets the inner directive replace the outer one, limits the tries, and retries nothing with one server', () => {
		const orders = variantOf(result, 'shop', 'proxy');
		expect(orders).toMatchObject({ attempts: 2, on: ['refused', 'reset', 'timeout'], timeout: '60s' });
		expect(orders).not.toHaveProperty('methods');
		expect(variantOf(result, '10-0-0-9-8080', 'proxy')).toMatchObject({ attempts: 1 });
		expect(said(result, lineWith('nginx.conf', 'proxy_nxt_upstream'))).toMatch(/not expressed: proxy_nxt_upstream/);
	});

	it.each([
		['fail_timeout=30s backup;', 'fail_timeout=soon backup;', /fail_timeout of the first/],
		['proxy_read_timeout 5s;', 'proxy_read_timeout five;', /m\.yaml:15:13: error: .*a duration such as 10s/],
		['location / {', 'location / ', /error: /],
		['listen 80;', 'listen "80;', /which is never closed/],
	])('names the line of what is wrong: %s as %s', (from, to, message) => {
		const run = () => importText(fixture('nginx.conf').text.replace(from, to));
		if (from.startsWith('fail'))
			expect(
				run()
					.notes.map((note) => note.text)
					.join(),
			).toMatch(message);
		else expect(run).toThrow(message);
	});
});

describe('HAProxy', () => {
	const result = importFixture('haproxy.cfg');

	it('counts retries, and goes on at once where it is redispatched to another of several servers', () => {
		expect(layerOf(result, 'proxy')).toEqual({
			attempts: 3,
			on: [503, 429, 'refused', 'reset'],
			backoff: { growth: 'none' },
			target: 'repick',
			timeout: '4s',
		});
		expect(said(result, lineWith('haproxy.cfg', 'retry-on'))).toMatch(/POST as well/);
	});

	it('otherwise waits for min(1 s, timeout connect) before the same server', () => {
		expect(variantOf(result, 'legacy', 'proxy')).toEqual({
			attempts: 3,
			on: ['connection-refused'],
			backoff: { growth: 'fixed', base: '500ms', waitsOn: ['connection-refused'] },
			target: 'same',
			timeout: '4s',
		});
	});
});
