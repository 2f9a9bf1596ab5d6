/** `retrystorm policies` as a user types it. */
import { parse as parseCsv } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { retrystorm } from './cli.js';

describe('policies', () => {
	it('lists every policy within 80 columns', async () => {
		const { code, out, err } = await retrystorm(['policies']);
		expect([code, err]).toEqual([0, '']);
		expect(out).toContain('122 policies');
		expect(out).toMatch(/aws-js-v3-standard-2026 +3 +0s-49ms, 0s-99ms/);
		expect(out).toMatch(/okhttp +nodes/);
		expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
	});

	it('lists a family, as text, JSON and CSV', async () => {
		const text = await retrystorm(['policies', '--family', 'rpc']);
		expect(text.out).toContain('grpc-a6-retry-example');
		expect(text.out).not.toContain('aws-js');
		const json = JSON.parse((await retrystorm(['policies', '--family', 'rpc', '--format', 'json'])).out);
		expect(json.map(({ id }: { id: string }) => id)).toContain('finagle-requeue-default');
		const rows = parseCsv((await retrystorm(['policies', '--family', 'rpc', '--format', 'csv'])).out, {
			columns: true,
		});
		expect(rows.length).toBe(json.length);
		const row = (rows as Record<string, string>[]).find(({ id }) => id === 'grpc-a6-retry-example');
		expect(row).toMatchObject({ attempts: '4', retry1_least_s: '0.08', retry3_greatest_s: '0.48', opt_in: 'true' });
	});

	it('works out what a budget of tokens comes to', async () => {
		const { out } = await retrystorm(['policies', 'grpc-a6-retry-example']);
		expect(out).toMatch(/stops after 5 failures in a row: it takes more than 5 of 10\s+tokens to retry/);
		const all = await retrystorm(['policies']);
		expect(all.out).toContain('budget: tokens 10, earns 0.1');
		expect(all.out).not.toMatch(/undefined|NaN/);
	});

	it('explains one: YAML to paste, arithmetic, what to know, caveats, sources', async () => {
		const { code, out } = await retrystorm(['policies', 'chrome-auto-reload']);
		expect(code).toBe(0);
		for (const part of ['AS A POLICY', 'ARITHMETIC', 'WHAT THE SIMULATOR CANNOT SAY', 'SOURCES'])
			expect(out).toContain(part);
		expect(out).toContain('paused while the tab is hidden');
		expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
		const yaml = out.slice(out.indexOf('  retry:'), out.indexOf('  ARITHMETIC'));
		expect(parseYaml(yaml)).toMatchObject({
			retry: { attempts: 'unlimited', backoff: { growth: 'table', tableEnd: 'repeat' } },
		});
	});

	it('the YAML of every policy says what its JSON says', async () => {
		for (const id of ['aws-js-v3-standard-2026', 'finagle-requeue-default', 'swr', 'gaxios', 'aws-sns-managed']) {
			const { out } = await retrystorm(['policies', id]);
			const yaml = parseYaml(out.slice(out.indexOf('  retry:'), out.indexOf('  ARITHMETIC')));
			const json = JSON.parse((await retrystorm(['policies', id, '--format', 'json'])).out);
			expect(yaml.retry).toEqual(json.policy);
		}
	});

	it.each([
		['aws-js-v3-standrad-2026', 'did you mean aws-js-v3-standard-2026?'],
		['kafka-default', 'did you mean one of kafka-producer, kafka-reconnect, kafkajs?'],
		['go-http', 'did you mean one of go-retryablehttp, go-net-http'],
		['react-query', 'did you mean tanstack-query?'],
		['Boto3', 'did you mean botocore-standard-2026?'],
		['aws-js-v3-legacy', 'did you mean aws-js-v3-deprecated-v1-strategy?'],
		['botocore-standard', 'did you mean one of botocore-standard-pre2026, botocore-standard-2026?'],
	])('asks back on %s', async (id, hint) => {
		const { code, err } = await retrystorm(['policies', id]);
		expect(code).toBe(2);
		expect(err).toContain(hint);
	});

	it('takes an id or a family, and not both', async () => {
		const { code, err } = await retrystorm(['policies', '--family', 'mesh', 'openai-node']);
		expect([code, err]).toEqual([2, 'error: --family: found beside openai-node; one of them would do\n']);
	});

	it('asks back on a family that there is not', async () => {
		const { code, err } = await retrystorm(['policies', '--family', 'sdks']);
		expect(code).toBe(2);
		expect(err).toContain('did you mean sdk?');
	});
});
