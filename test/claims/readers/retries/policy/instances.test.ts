/** Where an imported policy keeps state in each client, the number of clients is written and marked as assumed. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { importManifests } from '../../../../../src/readers/import.js';
import { readAnswers } from '../../../../../src/readers/rollouts/import-answers.js';
import { fixture, importFixture } from '../support.js';

/** Beside `instances` of the invented world; null where there is no such line. */
const beside = (file: string): string | null => {
	const { text } = importFixture(file);
	return /^ {4}instances: (.*)$/m.exec(text)?.[1] ?? null;
};

describe('the number of clients in the invented world', () => {
	it.each([
		['grpc.json', '48 # assumed: 48 clients, one for each 10 requests/s: each has its own tokens or counts; say how'],
		['istio.yaml', '48 # assumed: 48 clients, one for each 10 requests/s: each has its own tokens or counts; say how'],
		['linkerd.yaml', '48 # assumed: 48 clients, one for each 10 requests/s: each has its own circuit breaker; say how'],
		['dotnet.json', '48 # assumed: 48 clients, one for each 10 requests/s: each has its own limit on sends and circ'],
		['aws-config', '48 # assumed: 48 clients, one for each 10 requests/s: each has its own tokens or counts and limit'],
		['nginx.conf', '1 # assumed: one proxy stands before all of them: each has its own circuit breaker; say how many'],
	])('stands in that of %s', (file, start) => {
		expect(beside(file)).toContain(start);
	});

	it.each(['envoy.json', 'gateway-api.yaml', 'haproxy.cfg'])(
		'is not written for %s, whose clients keep none',
		(file) => {
			expect(beside(file)).toBeNull();
		},
	);
});

const base = (clients: string): string => `name: base
duration: 60s
traffic: { rate: 900/s }
edge: { service: 10ms }
${clients}`;

const laid = (clients: string): Record<string, { instances?: number }> => {
	const result = importManifests([fixture('grpc.json')], { file: 'b.yaml', text: base(clients) }, readAnswers({}));
	return parse(result.text).variants[result.variants[0]].clients;
};

describe('the number of clients in a base', () => {
	it('follows the rate of each population, and is kept where it is written', () => {
		const written = laid('clients: { web: { share: 60%, instances: 7 }, batch: { share: 40% } }\n');
		expect(written.web).not.toHaveProperty('instances');
		expect(written.batch.instances).toBe(36);
		expect(laid('').apps.instances).toBe(90);
	});
});
