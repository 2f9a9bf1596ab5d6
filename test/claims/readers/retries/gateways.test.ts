/** Gateways and meshes that write the same retries in words of their own: each with its right answer, its defaults, and what it lacks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportResult } from '../../../../src/readers/import.js';
import { importText, layerOf, variantOf } from './support.js';

const FIELD = join(import.meta.dirname, '../../../fixtures/import/field');
const textOf = (file: string): string => readFileSync(join(FIELD, file), 'utf8');
const told = ({ notes }: ImportResult, kind: string): string =>
	notes
		.filter((note) => note.kind === kind)
		.map(({ text }) => text)
		.join('\n');
const SAFE = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'];

describe('ingress-nginx', () => {
	const text = textOf('30-neighbour-ingress.yaml');

	it('reads its annotations; tries count the first, and are not bounded by the number of servers', () => {
		const result = importText(text);
		expect(layerOf(result, 'proxy')).toEqual({
			attempts: 3,
			on: [502, 'refused', 'reset', 'timeout'],
			methods: SAFE,
			networkMethods: SAFE,
			backoff: { growth: 'none' },
			timeout: '60s',
			target: 'repick',
		});
		expect(told(result, 'assumed')).toMatch(/no proxy-read-timeout: 60s by default/);
	});

	it.each([
		['"error timeout http_502"', '"error http_503 non_idempotent"', { on: [503, 'refused', 'reset'] }],
		['"error timeout http_502"', '"off"', { attempts: 1 }],
		['next-upstream-tries: "3"', 'next-upstream-tries: "0"', { attempts: 'unlimited' }],
		['next-upstream-tries: "3"', 'next-upstream-timeout: "10"', { overall: { after: '10s' }, attempts: 3 }],
		['next-upstream-tries: "3"', 'read-timeout: "5"', { timeout: '5s', attempts: 3 }],
	])('%s as %s', (from, to, layer) => {
		expect(layerOf(importText(text.replace(from, to)), 'proxy')).toMatchObject(layer);
	});

	it('refuses a duration that is none, and an Ingress without a word of retries under its name', () => {
		expect(() => importText(text.replace('next-upstream-tries: "3"', 'read-timeout: soon'))).toThrow(
			/number of seconds/,
		);
		expect(() => importText(text.replaceAll('proxy-next-upstream', 'limit-rps'))).toThrow(
			/found kind: Ingress \(Kubernetes\) alone/,
		);
	});
});

describe('Traefik', () => {
	const text = textOf('30-neighbour-traefik.yaml');

	it('attempts count the first, connections alone are tried again, and delays grow to twice the first', () => {
		expect(layerOf(importText(text), 'proxy')).toEqual({
			attempts: 4,
			on: ['connection-refused'],
			backoff: { growth: 'exponential', base: '100ms', multiplier: 1.25992, jitter: { scale: [0.5, 1.5] } },
			target: 'repick',
		});
		expect(layerOf(importText(text.replace(', initialInterval: 100ms', '')), 'proxy')).toMatchObject({
			backoff: { growth: 'none' },
		});
	});

	it('with statuses answers are retried as well, which is assumed', () => {
		const result = importText(text.replace('attempts: 4', 'attempts: 4, status: ["502-504", 429]'));
		expect(layerOf(result, 'proxy')).toMatchObject({ on: [502, 503, 504, 429, 'connection-refused'] });
		expect(told(result, 'assumed')).toMatch(/status: 502-504, 429, and where a server/);
	});

	it('reads a dynamic configuration as well, and refuses a Middleware of another kind under its name', () => {
		const file = 'http:\n  middlewares:\n    again: { retry: { attempts: 2 } }\n    zip: { compress: {} }\n';
		expect(layerOf(importText(file), 'proxy')).toMatchObject({ attempts: 2 });
		expect(() => importText(text.replace('retry: { attempts: 4, initialInterval: 100ms }', 'compress: {}'))).toThrow(
			/found kind: Middleware \(Traefik\) alone/,
		);
		expect(() => importText(text.replace('attempts: 4, ', ''))).toThrow(/attempts, 1 or more, would do/);
	});
});

describe('Dapr', () => {
	const text = textOf('30-neighbour-dapr.yaml');

	it('a target has the policies that it names: a timeout within a breaker within retries', () => {
		expect(layerOf(importText(text), 'mesh')).toMatchObject({
			attempts: 4,
			on: [500, 502, 503, 504, 429, 'refused', 'reset', 'timeout'],
			backoff: { growth: 'exponential', base: '500ms', multiplier: 1.5, cap: '15s', jitter: { scale: [0.5, 1.5] } },
			timeout: '5s',
			breaker: { kind: 'consecutive', failures: 5, open: '30s' },
		});
	});

	it.each([
		[
			'policy: exponential, maxInterval: 15s',
			'policy: constant, duration: 2s',
			{ backoff: { growth: 'fixed', base: '2s' } },
		],
		['policy: exponential, maxInterval: 15s', 'policy: constant', { backoff: { growth: 'fixed', base: '5s' } }],
		['maxRetries: 3', 'maxRetries: -1', { attempts: 'unlimited' }],
		[
			'maxRetries: 3',
			'matching: { httpStatusCodes: "429,502-504" }, maxRetries: 3',
			{ on: [502, 503, 504, 429, 'refused', 'reset', 'timeout'] },
		],
		['>= 5', '> 5', { breaker: { failures: 6 } }],
		['timeout: general, ', '', { on: [500, 502, 503, 504, 429, 'refused', 'reset'] }],
	])('%s as %s', (from, to, layer) => {
		expect(layerOf(importText(text.replace(from, to)), 'mesh')).toMatchObject(layer);
	});

	it('asks for an expression, and refuses the name of a policy that is not there', () => {
		expect(told(importText(text.replace('consecutiveFailures >= 5', 'totalFailures > 9')), 'asked')).toMatch(
			/trip: totalFailures > 9: an expression that is not read; 6 failures in a row are taken/,
		);
		expect(() => importText(text.replace('retry: important', 'retry: other'))).toThrow(
			/one of policies.retries would do/,
		);
	});

	it('policies that no target uses are met with calls of an app', () => {
		const result = importText(text.replace(/ {2}targets:[\s\S]*$/, ''));
		expect(layerOf(result, 'mesh')).toMatchObject({ attempts: 4 });
		expect(told(result, 'assumed')).toMatch(/no target here uses them/);
	});
});

describe('Kong', () => {
	const text = textOf('30-neighbour-kong.yaml');

	it('retries are further tries after failures of the connection, at one of the targets', () => {
		const result = importText(text);
		expect(layerOf(result, 'proxy')).toMatchObject({
			attempts: 6,
			on: ['refused', 'reset', 'timeout'],
			methods: SAFE,
			timeout: '60s',
		});
		expect(result.text).toMatch(/nodes: 2\n/);
		expect(told(result, 'not expressed')).toMatch(/connect_timeout: .*\n.*write_timeout: /);
	});

	it('the defaults are said, and each service is a variant', () => {
		const more = text.replace('\nupstreams', '\n  - { name: cart, url: "http://cart" }\nupstreams');
		const result = importText(more.replace('retries: 5, ', 'retries: 0, '));
		expect(layerOf(result, 'proxy')).toMatchObject({ attempts: 1 });
		expect(variantOf(result, 'cart', 'proxy')).toMatchObject({ attempts: 6 });
		expect(told(result, 'assumed')).toMatch(/no retries: 5 by default, which is 6 tries/);
	});
});

describe('AWS App Mesh', () => {
	const text = textOf('02-appmesh-router.yaml');

	it('is Envoy in words of its own: maxRetries counts retries', () => {
		expect(layerOf(importText(text), 'mesh')).toMatchObject({
			attempts: 5,
			on: [500, 502, 503, 504, 'refused', 'reset', 'timeout'],
			timeout: '2s',
		});
	});

	it('says what a route without a policy has, and what events come to nothing', () => {
		const bare = text.replace(/ +retryPolicy:[\s\S]*?(?=\n {6}\S|$)/, '');
		expect(() => importText(bare)).toThrow(/in which nothing says how to retry/);
		const client = importText(text.replace(/httpRetryEvents: .*/, 'httpRetryEvents: [ client-error, gateway-error ]'));
		expect(told(client, 'not expressed')).toMatch(/retriable-4xx: status 409 alone/);
	});
});
