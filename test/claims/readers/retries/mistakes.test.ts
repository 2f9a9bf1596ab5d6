/** What is wrong in a retry configuration: a value where a map should stand, and all mistakes at once, each with its place. */
import { describe, expect, it } from 'vitest';
import { InvalidScenario } from '../../../../src/scenario/document/issue.js';
import { importText, layerOf, variantOf } from './support.js';

/** `line:column: path: message` of all. */
function mistakes(text: string, file = 'm.yaml'): string[] {
	try {
		importText(text, file);
		return [];
	} catch (error) {
		if (!(error instanceof InvalidScenario)) throw error;
		expect(error.exit).toBe(104);
		return error.issues.map(({ line, column, path, message }) => `${line}:${column}: ${path}: ${message}`);
	}
}

describe('a value where a map should stand', () => {
	it.each([
		[
			'Envoy',
			'virtual_hosts:\n  - name: a\n    routes:\n      - route: { cluster: c, retry_policy: 5 }\n',
			'4:30: virtual_hosts[0].routes[0].route.retry_policy',
			'5',
		],
		[
			'resilience4j',
			'resilience4j:\n  retry:\n    instances:\n      a: 5\n',
			'4:7: resilience4j.retry.instances.a',
			'5',
		],
		['gRPC', 'methodConfig:\n  - name: [{}]\n    retryPolicy: 7\n', '3:5: methodConfig[0].retryPolicy', '7'],
		[
			'Istio',
			'kind: VirtualService\nmetadata: { name: a }\nspec: { http: [{ retries: often }] }\n',
			'3:18: spec.http[0].retries',
			'"often"',
		],
		[
			'the Gateway API',
			'kind: HTTPRoute\nmetadata: { name: a }\nspec: { rules: [{ retry: 3 }] }\n',
			'3:19: spec.rules[0].retry',
			'3',
		],
	])('is refused in a file of %s', (_, text, at, found) => {
		expect(mistakes(text)).toEqual([`${at}: found ${found}: a map would do`]);
	});
});

describe('several mistakes', () => {
	it('of a service config come at once, from all methods', () => {
		const text = `methodConfig:
  - name: [{}]
    timeout: soon
    retryPolicy:
      maxAttempts: 1
      initialBackoff: 100ms
      maxBackoff: 1s
      backoffMultiplier: -2
      retryableStatusCodes: [UNAVAILABLE, BUSY, 99]
  - name: [{ service: a }]
    hedgingPolicy: { maxAttempts: no, hedgingDelay: 5 }
retryThrottling: { maxTokens: 0, tokenRatio: 0 }
`;
		expect(mistakes(text).map((each) => each.slice(0, each.indexOf(': ', each.indexOf(': ') + 2)))).toEqual([
			'3:5: methodConfig[0].timeout',
			'5:7: methodConfig[0].retryPolicy.maxAttempts',
			'6:7: methodConfig[0].retryPolicy.initialBackoff',
			'8:7: methodConfig[0].retryPolicy.backoffMultiplier',
			'9:43: methodConfig[0].retryPolicy.retryableStatusCodes[1]',
			'9:49: methodConfig[0].retryPolicy.retryableStatusCodes[2]',
			'11:22: methodConfig[1].hedgingPolicy.maxAttempts',
			'11:39: methodConfig[1].hedgingPolicy.hedgingDelay',
			'12:20: retryThrottling.maxTokens',
			'12:34: retryThrottling.tokenRatio',
		]);
	});

	it('of several policies come at once too', () => {
		const route = '{ route: { cluster: c, timeout: soon, retry_policy: { retry_on: 5xx, num_retries: -1 } } }';
		const envoy = `virtual_hosts: [{ name: a, routes: [${route}, ${route}] }]\n`;
		expect(mistakes(envoy)).toHaveLength(2);
		const spring =
			'resilience4j.retry.instances: { a: { maxAttempts: -1, waitDuration: soon }, b: { waitDuration: 0 } }\n';
		expect(mistakes(spring)).toHaveLength(2);
	});
});

describe("Spring's keys with dots", () => {
	it('are the same as maps, and may stand beside them', () => {
		const text = `resilience4j.retry.instances.a.maxAttempts: 5
resilience4j.retry.instances.a.wait-duration: 200ms
resilience4j:
  retry.instances:
    b: { maxAttempts: 2 }
  circuitbreaker.instances.a.failureRateThreshold: 40
`;
		const result = importText(text);
		expect(layerOf(result, 'sdk')).toMatchObject({
			attempts: 5,
			backoff: { growth: 'fixed', base: '200ms' },
			breaker: { ratio: '40%' },
		});
		expect(variantOf(result, 'b', 'sdk')).toMatchObject({ attempts: 2 });
		expect(result.notes.filter((note) => /not read/.test(note.text))).toEqual([]);
		expect(result.notes.find((note) => note.text.startsWith('maxAttempts: 5'))?.at).toBe('m.yaml:1');
	});
});

describe('texts that are no YAML', () => {
	it('name the directive that lacks its semicolon, where it stands', () => {
		const block = 'location / {\n    proxy_pass http://be;\n    proxy_read_timeout 5s\n  }';
		expect(mistakes(`upstream be { server a; }\nserver {\n  ${block}\n}\n`)).toEqual([
			'5:5: : proxy_read_timeout 5s: missing ;',
		]);
		expect(mistakes('upstream be { server a; }\nproxy_pass http://be;\n  proxy_read_timeout 5s')).toEqual([
			'3:3: : proxy_read_timeout 5s: missing ;',
		]);
		expect(mistakes('upstream be { server a; } }')).toEqual(['1:27: : found }, which closes nothing']);
	});

	it.each([
		[
			'NGINX',
			'upstream be { server a; server b; }\n server { proxy_pass http://be; proxy_read_timeout 1x; }\n',
			'2:33',
		],
		['NGINX', 'upstream be { server "a\nb"; }\n "never closed', '3:2'],
		['HAProxy', 'backend a\n   retries many\n  server s 10.0.0.1:80\n', '2:4'],
		['an AWS profile', '[default]\n  max_attempts = many\n', '2:3'],
	])('have columns: %s', (_, text, at) => {
		expect(mistakes(text).map((each) => each.split(': ')[0])).toEqual([at]);
	});
});

describe('a percentage or a share that is none', () => {
	const ENVOY = (rest: string) => `static_resources:
  listeners:
    - filter_chains: [{ filters: [{ typed_config: { route_config: { virtual_hosts: [{ name: a, domains: ["*"],
        routes: [{ match: { prefix: / }, route: { cluster: c, retry_policy: { retry_on: 5xx } } }] }] } } }] }]
  clusters:
    - { name: c, ${rest} }
`;
	const budget = (percent: number) =>
		`circuit_breakers: { thresholds: [{ retry_budget: { budget_percent: { value: ${percent} } } }] }`;
	const profile = (ratio: number) => `apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: { name: a.default.svc.cluster.local }
spec:
  routes: [{ name: a, condition: { method: GET, pathRegex: / }, isRetryable: true }]
  retryBudget: { retryRatio: ${ratio}, minRetriesPerSecond: 10, ttl: 10s }
`;
	const grpc = (ratio: number) =>
		JSON.stringify({
			retryThrottling: { maxTokens: 10, tokenRatio: ratio },
			methodConfig: [
				{
					name: [{ service: 's' }],
					retryPolicy: {
						maxAttempts: 4,
						initialBackoff: '0.1s',
						maxBackoff: '1s',
						backoffMultiplier: 2,
						retryableStatusCodes: ['UNAVAILABLE'],
					},
				},
			],
		});
	const destination = (percent: number) => `kind: DestinationRule
metadata: { name: a }
spec: { host: h, trafficPolicy: { retryBudget: { percent: ${percent} } } }
---
kind: VirtualService
metadata: { name: a }
spec: { hosts: [h], http: [{ retries: { attempts: 3 }, route: [{ destination: { host: h } }] }] }
`;
	it.each([
		['budget_percent', ENVOY(budget(-20)), 'found -20: a number from 0 to 100 would do'],
		['budget_percent', ENVOY(budget(101)), 'found 101: a number from 0 to 100 would do'],
		['retryRatio', profile(-0.5), 'found -0.5: a number from 0 to 1000 would do'],
		['percent', destination(-20), 'found -20: a number from 0 to 100 would do'],
		['tokenRatio', grpc(0.0001), 'found 0.0001: 0.001 or more, as gRPC keeps three decimals and takes no 0, would do'],
		['tokenRatio', grpc(-0.1), 'found -0.1: a number above 0, which gRPC demands, would do'],
	])('%s is refused at its place, not understood', (_, text, says) => {
		expect(mistakes(text).join('\n')).toContain(says);
	});
});
