/** `import` as a user runs it: where the scenario goes, where the list goes, and what it ends with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { HOSTILE } from '../fixtures/import/hostile.js';
import { ROOT, retrystorm, SMALL, scratch } from './cli.js';

const fixture = (name: string): string => readFileSync(join(ROOT, 'test/fixtures/import', name), 'utf8');
const cwd = scratch({
	'pods.yaml': fixture('argo-pods.yaml'),
	'unknown.yaml': fixture('argo-unknown.yaml'),
	'step.yaml': fixture('flagger-step.yaml'),
	'small.yaml': SMALL,
	'other.yaml': 'kind: Service\nmetadata: { name: x }\n',
	'long.yaml': HOSTILE['ten megabytes'].text,
});
const go = (...args: string[]) => retrystorm(['import', ...args], { cwd });

describe('import', () => {
	it('prints a scenario that runs, and the list beside it', async () => {
		const { code, out, err } = await go('pods.yaml');
		expect(code).toBe(0);
		expect(err).toContain(
			'pods.yaml:12: understood: setWeight: 15; without trafficRouting it is one of pods: 20% of 10',
		);
		expect(err).toMatch(/\nimported: \d+ understood, \d+ assumed, 0 not expressed, 0 asked\n$/);
		expect(out).toContain('hold: 2m # understood: pause: 2m (pods.yaml:13)\n');
		const checked = await retrystorm(['check', '-'], { cwd, input: out });
		expect(checked).toMatchObject({ code: 0, err: '' });
	});

	it('writes a file, says how to run it, and overwrites none unasked', async () => {
		const { code, err, out } = await go('pods.yaml', '--base', 'small.yaml', '-o', 'out.yaml');
		expect({ code, out }).toEqual({ code: 0, out: '' });
		expect(err).toMatch(/\nwrote out\.yaml: .*; run it with: retrystorm run out\.yaml --variant mailer\n$/);
		expect(await retrystorm(['check', 'out.yaml'], { cwd })).toMatchObject({
			code: 0,
			out: 'out.yaml: ok, 3 variants\n',
		});
		const again = await go('pods.yaml', '-o', 'out.yaml');
		expect(again).toMatchObject({ code: 1, err: expect.stringContaining('it exists already (--force overwrites it)') });
		expect(await go('pods.yaml', '-o', 'out.yaml', '-f')).toMatchObject({ code: 0 });
	});

	it('asks on standard error, and takes the answers as flags', async () => {
		const imported = await go('unknown.yaml');
		expect(imported.code).toBe(0);
		expect(imported.err).toMatch(/^unknown\.yaml:29: asked: .*--map baskets-kept=/m);
		expect(parse(imported.out).rollouts.basket.gates).toEqual({});
		const { out, err } = await go(
			'unknown.yaml',
			'--map',
			'baskets-kept=failures',
			'--map',
			'datadog-errors=errors',
			'--arg',
			'least=0.9',
		);
		expect(Object.keys(parse(out).rollouts.basket.gates)).toEqual(['baskets-kept', 'datadog-errors', 'from-cluster']);
		expect(err).toMatch(/, 0 asked\n$/);
	});

	it('reads standard input', async () => {
		const { code, out } = await retrystorm(['import', '-', '--approval', '90s'], {
			cwd,
			input: fixture('flagger-step.yaml'),
		});
		expect(code).toBe(0);
		expect(out).toContain('approval: 90s # understood: ');
	});

	it('ends with 104 where there is nothing to import, and with 2 for a flag or a file that cannot be read', async () => {
		expect(await go('other.yaml')).toMatchObject({
			code: 104,
			out: '',
			err: expect.stringContaining('found kind: Service alone'),
		});
		expect(await go('long.yaml')).toMatchObject({
			code: 104,
			err: expect.stringContaining('a file of at most 4 MiB would do'),
		});
		expect(await go('gone.yaml')).toMatchObject({ code: 2, err: expect.stringContaining('there is no such file') });
		expect(await go('pods.yaml', '--base', 'other.yaml')).toMatchObject({ code: 104 });
		expect(await go('pods.yaml', '--map', 'x=many')).toMatchObject({
			code: 2,
			err: expect.stringContaining('failures|errors|retries|slow would do'),
		});
		expect(await go('pods.yaml', '--approval', 'soon')).toMatchObject({
			code: 2,
			err: expect.stringContaining('--approval: found "soon"'),
		});
	});
});

describe('import of retries', () => {
	const retries = (name: string): string => readFileSync(join(ROOT, 'test/fixtures/import/retries', name), 'utf8');
	const here = scratch({
		'nginx.conf': retries('nginx.conf'),
		'istio.yaml': retries('istio.yaml'),
		'service.yaml': 'kind: Service\nmetadata: { name: x }\n',
		'open.conf': 'upstream a {\n  server b;\n',
	});
	const run = (...args: string[]) => retrystorm(['import', ...args], { cwd: here });

	it('says what a file was read as, and every line in the order of the text', async () => {
		const { out, err } = await run('nginx.conf');
		expect(err).toMatch(/^nginx\.conf:1: understood: read as the configuration of NGINX\n/);
		expect(err).toContain(
			'nginx.conf:22: not expressed: proxy_nxt_upstream: not read by this import; it is left out\n',
		);
		const lines = [...err.matchAll(/^nginx\.conf:(\d+): /gm)].map(([, line]) => Number(line));
		expect(lines).toEqual(lines.toSorted((a, b) => a - b));
		expect(parse(out).clients.apps.layers.proxy).toMatchObject({ attempts: 3, backoff: { growth: 'none' } });
	});

	it('reads several files together, and refuses others with their line', async () => {
		const { out } = await run('istio.yaml', 'nginx.conf');
		expect(Object.keys(parse(out).variants)).toEqual([
			'shop',
			'10-0-0-9-8080',
			'reviews-written',
			'reviews-never',
			'reviews-silent',
		]);
		expect(await run('service.yaml')).toMatchObject({
			code: 104,
			out: '',
			err: expect.stringContaining('retries of Envoy'),
		});
		expect(await run('open.conf')).toMatchObject({ code: 104, err: expect.stringMatching(/^open\.conf:1:1: error: /) });
		expect(await run('gone.conf')).toMatchObject({ code: 2 });
	});
});
