/** Objectives of Sloth, Pyrra and OpenSLO become expectations, and a page by burn rates; what they count is told, or asked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ImportResult, importManifests } from '../../../src/readers/import.js';
import { readAnswers } from '../../../src/readers/rollouts/import-answers.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { run, S } from '../../support/world-builder.js';

const textOf = (name: string): string =>
	readFileSync(join(import.meta.dirname, `../../fixtures/import/objectives/${name}.yaml`), 'utf8');
const imported = (text: string, base: string | null = null): ImportResult =>
	importManifests([{ file: 'm.yaml', text }], base === null ? null : { file: 'b.yaml', text: base }, readAnswers({}));
const told = ({ notes }: ImportResult, kind: string): string =>
	notes
		.filter((note) => note.kind === kind)
		.map(({ text }) => text)
		.join('\n');
const alertOf = ({ text }: ImportResult) => parse(text).variants['bad-push'].rollouts.push.people.detect.alert;

describe('an objective', () => {
	it.each([
		['sloth', '99.9%'],
		['pyrra', '99.5%'],
		['openslo', '99.9%'],
	])('of %s is an expectation and a page', (name, slo) => {
		const result = imported(textOf(name));
		expect(result.errors).toEqual([]);
		expect(parse(result.text).expect).toEqual([{ that: 'success-rate', between: [slo, '100%'] }]);
		expect(alertOf(result)).toEqual({
			numerator: 'failures',
			accounting: 'logical-requests',
			window: '1h',
			burnRate: { slo, factor: 14.4, short: '5m' },
		});
		expect(result.variants).toEqual(['base', 'bad-push']);
		expect(told(result, 'asked')).toBe('');
		expect(told(result, 'assumed')).toMatch(/a counter at the server counts every attempt/);
		expect(told(result, 'assumed')).not.toMatch(/a warning/);
	});

	it('pages as the arithmetic of burn rates has it: the hour before counts, too', () => {
		const { text } = imported(textOf('pyrra'));
		// 14.4 x 0.5 % of an hour that fails in full.
		expect(parse(text).variants['bad-push'].expect).toEqual([{ that: 'time-to-detect', below: '6m' }]);
		const { world } = loadScenario(text, { file: 'a.yaml', variant: 'bad-push', set: ['traffic.rate=20/s'] });
		const { decisions } = run(world, 1);
		const timeOf = (word: string): number => Number(decisions.find(({ what }) => what === word)?.atUs);
		const detectedUs = timeOf('detected') - timeOf('push');
		expect(detectedUs / (60 * S)).toBeGreaterThan(4.1);
		expect(detectedUs / (60 * S)).toBeLessThan(4.8);
	});

	it('of a time is one of a quantile, where there is one', () => {
		const slow = textOf('pyrra').replace(
			/ratio:[\s\S]*$/,
			'latency:\n      success: { metric: \'http_request_duration_seconds_bucket{job="shop",le="0.25"}\' }\n      total: { metric: \'http_request_duration_seconds_count{job="shop"}\' }\n',
		);
		const result = imported(slow.replace('99.5', '99'));
		expect(parse(result.text).expect).toEqual([{ that: 'request-p99', below: '0.25s' }]);
		expect(() => imported(slow)).toThrow(/objectives of which none is a share of requests/);
	});

	it('whose query counts something else is asked', () => {
		const text = textOf('openslo').replaceAll('type: Prometheus', 'type: Datadog');
		expect(told(imported(text), 'asked')).toMatch(/what its query counts is not known/);
		const plugin = textOf('sloth').replace(/events:[\s\S]*?alerting/, 'plugin: { id: a/b }\n      alerting');
		expect(told(imported(plugin), 'asked')).toMatch(/what its query counts is not known/);
	});

	it('that a page cannot be asked of has none', () => {
		const result = imported(textOf('pyrra').replace('"99.5"', '"90"'));
		expect(result.text).not.toMatch(/bad-push:/);
		expect(told(result, 'not expressed')).toMatch(/more than all would have to fail/);
		expect(imported(textOf('sloth').replace('labels: { severity: page }', 'disable: true')).text).not.toMatch(
			/bad-push:/,
		);
	});

	it('is a variant of a scenario, and told where it is not in per cent', () => {
		const base =
			'name: b\nduration: 60s\ntraffic: { rate: 10/s }\nedge: { service: 10ms }\nclients: { a: { timeout: 1s } }\n';
		const result = imported(textOf('sloth'), base);
		expect(parse(result.text).variants['requests-availability'].expect).toHaveLength(1);
		expect(told(result, 'not expressed')).toMatch(/its page: a variant has its expectations alone/);
		expect(() => imported(textOf('pyrra').replace('"99.5"', '"0.995%"'))).toThrow(/found "0.995%": a number would do/);
	});

	it('of Sloth is read without Kubernetes as well', () => {
		const plain = `version: prometheus/v1\nservice: shop\nslos:\n  - name: a\n    objective: 99\n    sli: { events: { error_query: 'sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))', total_query: 'sum(rate(http_requests_total[{{ .window }}]))' } }\n    alerting: { page_alert: { disable: true } }\n`;
		const result = imported(plain);
		expect(parse(result.text).expect).toEqual([{ that: 'success-rate', between: ['99%', '100%'] }]);
		expect(result.variants).toEqual(['base']);
	});
});
