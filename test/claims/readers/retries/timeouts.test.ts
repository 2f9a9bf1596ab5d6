/** Without a limit on each try, one that hangs is never retried: the policy does not name timeouts, whatever population it is laid into. */
import { describe, expect, it } from 'vitest';
import { importManifests } from '../../../../src/readers/import.js';
import { readAnswers } from '../../../../src/readers/rollouts/import-answers.js';
import { loadScenario } from '../../../../src/scenario/load.js';
import { importText, layerOf } from './support.js';

const envoy = (perTry: string): string =>
	`virtual_hosts: [{ name: a, routes: [{ route: { cluster: c, timeout: 9s, retry_policy: { retry_on: "5xx,reset", num_retries: 2${perTry} } } }] }]\n`;

const istio = (perTry: string): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec: { http: [{ timeout: 9s, retries: { attempts: 2, retryOn: "5xx,gateway-error"${perTry} } }] }
`;

const linkerd = (more: string): string => `apiVersion: v1
kind: Service
metadata: { name: a, annotations: { retry.linkerd.io/http: 5xx${more}, timeout.linkerd.io/request: 9s } }
`;

const haproxy = (more: string): string =>
	`backend a\n  retries 2\n  retry-on 503 response-timeout\n${more}  server s1 10.0.0.1:80\n`;

const grpc = `methodConfig: [{ name: [{}], timeout: 9s, retryPolicy: { maxAttempts: 3, initialBackoff: 0.1s, maxBackoff: 1s, backoffMultiplier: 2, retryableStatusCodes: [DEADLINE_EXCEEDED, UNAVAILABLE] } }]\n`;

describe('a policy without a limit on each try', () => {
	it.each([
		['Envoy', 'proxy', envoy('')],
		['Envoy, whose limit is above that of its route', 'proxy', envoy(', per_try_timeout: 9s')],
		['Istio', 'mesh', istio('')],
		['Linkerd', 'mesh', linkerd('')],
		['Linkerd, whose limit of 0 is unset', 'mesh', linkerd(', retry.linkerd.io/timeout: "0"')],
		['gRPC, whose deadline is that of the call', 'sdk', grpc],
		['HAProxy', 'proxy', haproxy('')],
	])('of %s does not retry timeouts, and keeps its limit on the call', (_, layer, text) => {
		const { on, timeout, overall } = layerOf(importText(text), layer);
		expect(on).toContain(503);
		expect(on).not.toContain('timeout');
		expect(timeout).toBeUndefined();
		if (layer !== 'proxy' || text.includes('9s')) expect(overall).toEqual({ after: '9s', checked: 'always' });
	});

	it.each([
		['Envoy', 'proxy', envoy(', per_try_timeout: 2s')],
		['Istio', 'mesh', istio(', perTryTimeout: 2s')],
		['Linkerd', 'mesh', linkerd(', retry.linkerd.io/timeout: 2s')],
		['HAProxy', 'proxy', haproxy('  timeout server 2s\n')],
	])('is another than one with it: %s', (_, layer, text) => {
		expect(layerOf(importText(text), layer)).toMatchObject({ on: expect.arrayContaining(['timeout']), timeout: '2s' });
	});

	it('does not take the timeout of a population for its own', () => {
		const text = `name: b\nduration: 60s\ntraffic: { rate: 10/s }\nedge: { service: 10ms }\nclients: { apps: { timeout: 1s } }\n`;
		const result = importManifests([{ file: 'e.yaml', text: envoy('') }], { file: 'b.yaml', text }, readAnswers({}));
		const { world } = loadScenario(result.text, { file: 'b.yaml', variant: result.variants[0] });
		const [proxy] = world.populations[0].layers;
		expect(proxy.attempts).toBe(3);
		expect(proxy.on).toContain('reset');
		expect(proxy.on).not.toContain('timeout');
	});
});
