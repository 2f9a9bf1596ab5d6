/** One client where a crowd is meant: what each should have of its own is then one thing for all, and hides their storm. */
import { expect, test } from 'vitest';
import { loadScenario } from '../../../../../src/scenario/load.js';
import { isCaveat } from '../../../../support/caveats.js';

const warnings = (rate: string, client: string): string[] =>
	loadScenario(
		`name: x\nduration: 10s\ntraffic: { rate: ${rate} }\nedge: { service: 10ms }\nclients: { apps: { ${client} } }\n`,
		{ file: 'x.yaml' },
	)
		.warnings.map(({ text }) => text)
		.filter((text) => !isCaveat(text));

test.each([
	['retry: aws-js-v3-standard-2026', 'budget'],
	['retry: dotnet-standard-resilience', 'limiter and breaker'],
	['layers: { sdk: { attempts: 3 }, mesh: { attempts: 2, budget: { kind: quota } } }', 'budget'],
	['retry: reconnecting-websocket', 'draw of its delays'],
])('500/s of one client warns: %s', (client, what) => {
	expect(warnings('500/s', client)).toEqual([
		`x.yaml:5:12: warning: clients.apps: one client makes all 500 requests a second, with one ${what} for them; instances: 500 would give each of so many its own, instances: 1 says that it is meant`,
	]);
});

test.each([
	['10/s', 'retry: aws-js-v3-standard-2026'],
	['500/s', 'instances: 1, retry: aws-js-v3-standard-2026'],
	['500/s', 'instances: 50, retry: aws-js-v3-standard-2026'],
	['500/s', 'retry: { attempts: 3, budget: { kind: quota, scope: population } }'],
	['500/s', 'retry: istio-default'],
	['500/s', 'retry: openai-node'],
])('%s, %s: nothing to say', (rate, client) => {
	expect(warnings(rate, client)).toEqual([]);
});
