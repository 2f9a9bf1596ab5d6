/** What an import makes of the retries of clients: the fields of a layer, and what is said of each line. */
import { describe, expect, it } from 'vitest';
import { fixture, importFixture, importText, layerOf, lineWith, said, variantOf } from './support.js';

describe('gRPC', () => {
	const result = importFixture('grpc.json');
	const throttle = { kind: 'threshold', max: 10, ratio: 0.123, scope: 'instance' };

	it('takes at most five attempts, x U(0.8, 1.2), and one bucket for all methods', () => {
		expect(layerOf(result, 'sdk')).toEqual({
			attempts: 5,
			on: [502, 503, 504, 429, 'refused', 'reset'],
			backoff: { growth: 'exponential', base: '100ms', multiplier: 2, cap: '1s', jitter: { scale: [0.8, 1.2] } },
			overall: { after: '2.5s', checked: 'always' },
			budget: throttle,
			retryAfter: { mode: 'replace' },
		});
		expect(said(result, lineWith('grpc.json', 'maxAttempts": 7'))).toMatch(/7 acts as 5/);
		expect(said(result, lineWith('grpc.json', 'retryThrottling'))).toMatch(/at half of it, 5, all retries stop/);
	});

	it('warns of a fraction in a timeout, which grpc-js misreads', () => {
		expect(said(result, lineWith('grpc.json', '2.5s'))).toMatch(/assumed: .*grpc-js 1\.14\.7 misreads the fraction/);
		const whole = importText(fixture('grpc.json').text.replace('2.5s', '2s'));
		expect(whole.notes.map(({ text }) => text).join('\n')).not.toMatch(/misreads/);
	});

	it('hedges', () => {
		expect(variantOf(result, 'shop-Search', 'sdk')).toEqual({
			attempts: 1,
			on: [502, 503, 504, 'refused', 'reset'],
			hedge: { kind: 'fixed-delay', delay: '500ms', total: 3, onFailure: 'next' },
			budget: throttle,
		});
	});

	it('ends a hedged call with any failure, where no code is non-fatal', () => {
		const text = fixture('grpc.json').text.replace(/, "nonFatalStatusCodes": \["UNAVAILABLE"\]/, '');
		expect(variantOf(importText(text), 'shop-Search', 'sdk')).toMatchObject({ on: ['open'], hedge: { total: 3 } });
	});

	it.each([
		['"maxAttempts": 7', '"maxAttempts": 1', /maxAttempts: found 1: a whole number from 2/],
		['"initialBackoff": "0.1s",', '', /initialBackoff: missing/],
		['"ABORTED"', '"ABORTD"', /a status code of gRPC/],
		['"maxTokens": 10', '"maxTokens": 2000', /above 0 and up to 1000/],
		['["unavailable", 8, "ABORTED"]', '[]', /retryableStatusCodes, one at least/],
	])('refuses what gRPC refuses: %s as %s', (from, to, message) => {
		expect(() => importText(fixture('grpc.json').text.replace(from, to))).toThrow(message);
	});

	it('reads a record of DNS', () => {
		const inner = JSON.parse(fixture('grpc.json').text);
		const text = JSON.stringify([{ clientLanguage: ['GO'], percentage: 10, serviceConfig: inner }]);
		const wrapped = importText(text);
		expect(layerOf(wrapped, 'sdk')).toEqual(layerOf(result, 'sdk'));
		expect(wrapped.notes.map(({ text: each }) => each)).toContainEqual(expect.stringMatching(/^percentage: /));
	});
});

describe('.NET', () => {
	const result = importFixture('dotnet.json');

	it('has Polly in its order, in any case of a key, and defaults where a section has no value', () => {
		expect(layerOf(result, 'sdk')).toEqual({
			attempts: 5,
			on: [500, 502, 503, 504, 429, 'refused', 'reset', 'timeout'],
			backoff: { growth: 'decorrelated-v2', base: '500ms', cap: '8s', capStage: 'result' },
			timeout: '3s',
			overall: { after: '20s', checked: 'always' },
			breaker: { kind: 'ratio-window', ratio: '25%', minCalls: 100, window: '30s', open: '15s', inside: true },
			limiter: { kind: 'concurrency', permits: 1000, queue: 0 },
			retryAfter: { mode: 'replace' },
		});
		expect(said(result, lineWith('dotnet.json', '"Jitter"'))).toMatch(
			/not expressed: HttpClients\.Orders\.Retry\.Jitter/,
		);
	});

	it('has linear delays x U(0.75, 1.25), and hedges', () => {
		expect(variantOf(result, 'Prices', 'sdk').backoff).toEqual({
			growth: 'linear',
			base: '1s',
			step: '1s',
			jitter: { scale: [0.75, 1.25] },
		});
		expect(variantOf(result, 'Stock', 'sdk')).toMatchObject({
			attempts: 1,
			hedge: { kind: 'fixed-delay', delay: '1s', total: 3, onFailure: 'next' },
			timeout: '5s',
		});
	});

	it('caps a constant delay', () => {
		const text = fixture('dotnet.json').text.replace('"Linear"', '"Constant", "MaxDelay": "00:00:01.100"');
		expect(variantOf(importText(text), 'Prices', 'sdk').backoff).toEqual({
			growth: 'linear',
			base: '1s',
			step: '0s',
			cap: '1.1s',
			capStage: 'result',
			jitter: { scale: [0.75, 1.25] },
		});
	});

	it.each([
		['"00:00:03"', '"00:00:25"', /at most TotalRequestTimeout, 20s/],
		['"00:00:03"', '"00:00:16"', /at least twice AttemptTimeout/],
		['"Exponential"', '"Quadratic"', /Constant, Linear or Exponential/],
		['"00:00:08"', '"8s"', /a TimeSpan such as/],
	])('refuses what .NET refuses: %s as %s', (from, to, message) => {
		expect(() => importText(fixture('dotnet.json').text.replace(from, to))).toThrow(message);
	});
});

describe('resilience4j', () => {
	const result = importFixture('resilience4j.yaml');

	it('says that a result without an exception would not be retried, as its preset does', () => {
		const { notes } = importFixture('resilience4j.yaml');
		const matching = notes.filter(({ text }) => text.startsWith('an answer that comes back as a result'));
		expect(matching.map(({ kind }) => kind)).toContain('assumed');
	});

	it('heeds no back-off without waitDuration, and has the default config in every instance', () => {
		const { attempts, backoff } = layerOf(result, 'sdk');
		expect({ attempts, backoff }).toEqual({ attempts: 4, backoff: { growth: 'fixed', base: '500ms' } });
		expect(said(result, lineWith('resilience4j.yaml', 'Multiplier: 3'))).toMatch(/ignored .* no waitDuration/);
	});

	it('heeds no maximum without a multiplier', () => {
		const { backoff } = variantOf(result, 'capped', 'sdk');
		expect(backoff).toEqual({ growth: 'exponential', base: '200ms', multiplier: 1.5, jitter: 'none' });
		expect(said(result, lineWith('resilience4j.yaml', 'PT2S'))).toMatch(/not expressed: exponentialMaxWaitDuration/);
	});

	it('has breaker and time limiter of the same name inside', () => {
		expect(variantOf(result, 'full', 'sdk')).toEqual({
			attempts: 5,
			on: ['refused', 'reset', 'timeout'],
			backoff: {
				growth: 'exponential',
				base: '100ms',
				multiplier: 2,
				cap: '2s',
				capStage: 'result',
				jitter: { scale: [0.6, 1.4] },
			},
			timeout: '750ms',
			breaker: {
				kind: 'ratio-window',
				ratio: '40%',
				minCalls: 50,
				windowCalls: 50,
				slow: { over: '60s', ratio: '80%' },
				open: '60s',
				probes: 10,
				inside: true,
			},
		});
		expect(said(result, lineWith('resilience4j.yaml', 'maxAtempts'))).toMatch(/not expressed: .*maxAtempts/);
	});

	it('needs the config that an instance names', () => {
		const text = fixture('resilience4j.yaml').text.replace('maxAttempts: 5', 'baseConfig: gone');
		expect(() => importText(text)).toThrow(/baseConfig: found "gone", the name of one of `configs` would do/);
	});
});

describe('AWS profiles', () => {
	const result = importFixture('aws-config');

	it('are presets, with attempts that count the first', () => {
		expect(layerOf(result, 'sdk')).toEqual({ preset: 'aws-js-v3-adaptive-2026', attempts: 8 });
		expect(variantOf(result, 'plain', 'sdk')).toEqual({ preset: 'aws-js-v3-standard-2026', attempts: 2 });
		expect(said(result, lineWith('aws-config', 'region'))).toMatch(/not expressed: region/);
	});

	it('may be variables', () => {
		const set = importText('export AWS_RETRY_MODE=legacy\nAWS_MAX_ATTEMPTS="4"\n', '.env');
		expect(layerOf(set, 'sdk')).toEqual({ preset: 'botocore-legacy', attempts: 4 });
	});

	it.each([
		['adaptive', 'eager', /aws-config:5:1: error: retry_mode: found "eager", standard, adaptive or legacy/],
		['max_attempts = 8', 'max_attempts = none', /a whole number from 1/],
	])('refuses %s as %s', (from, to, message) => {
		expect(() => importText(fixture('aws-config').text.replace(from, to), 'aws-config')).toThrow(message);
	});
});
