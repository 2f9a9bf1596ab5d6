/** `check`, `schema`, `new`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, retrystorm, SMALL, scratch } from './cli.js';

const BAD = 'name: bad\nduration: soon\nedge: { workerz: 3 }\n';
const cwd = scratch({ 'good.yaml': SMALL, 'bad.yaml': BAD, 'worse.yaml': 'name: [\n' });
const go = (...args: string[]) => retrystorm(args, { cwd });

describe('check', () => {
	it('is content with a good file', async () => {
		expect(await go('check', 'good.yaml')).toEqual({ code: 0, out: 'good.yaml: ok, 2 variants\n', err: '' });
	});

	it('prints the class mix that results for each population', async () => {
		const { code, out } = await go('check', join(ROOT, 'scenarios/december-5.yaml'));
		expect(code).toBe(0);
		expect(out).toContain('  apps under production: plain 90%, actions 10%\n');
	});

	it('tells all mistakes of all files at once', async () => {
		const { code, out, err } = await go('check', 'bad.yaml', 'good.yaml', 'worse.yaml');
		expect(code).toBe(104);
		expect(out).toMatch(/^bad\.yaml: \d+ errors\ngood\.yaml: ok, 2 variants\nworse\.yaml: \d+ errors?\n$/);
		expect(err).toMatch(/^bad\.yaml:2:11: error: duration: found "soon"/m);
		expect(err).toMatch(/^bad\.yaml:3:9: error: edge\.workerz: .*workers/m);
		expect(err).toMatch(/^worse\.yaml:\d+:\d+: error: /m);
	});

	it('looks at the others where one cannot be read', async () => {
		const { code, out, err } = await go('check', 'gone.yaml', 'bad.yaml', 'good.yaml');
		expect(code).toBe(2);
		expect(out).toContain('good.yaml: ok');
		expect(err).toContain('gone.yaml: error: cannot be read: there is no such file\n');
		expect(err).toContain('bad.yaml:2:11: error: ');
	});

	it('reads standard input, and writes JSON', async () => {
		const { code, out } = await retrystorm(['check', '-', '--format', 'json'], { cwd, input: BAD });
		expect(code).toBe(104);
		const [{ file, errors }] = JSON.parse(out);
		expect(file).toBe('-');
		expect(errors).toContainEqual(
			expect.objectContaining({ line: 2, column: 11, path: 'duration', severity: 'error' }),
		);
	});
});

describe('schema', () => {
	it('is draft-7, strict, described, and refers to nothing outside', async () => {
		const { code, out, err } = await go('schema');
		expect({ code, err }).toEqual({ code: 0, err: '' });
		const schema = JSON.parse(out);
		expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
		expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
		const keys = new Set<string>();
		const walk = (node: unknown): void => {
			if (node === null || typeof node !== 'object') return;
			for (const [key, value] of Object.entries(node)) {
				keys.add(key);
				if (key === '$ref') expect(String(value)).toMatch(/^#/);
				walk(value);
			}
		};
		walk(schema);
		// Words of later drafts that editors would pass over in silence.
		for (const later of ['prefixItems', '$defs', 'unevaluatedProperties', 'dependentRequired', '$dynamicRef']) {
			expect(keys, later).not.toContain(later);
		}
		expect(JSON.stringify(schema)).toContain('"description"');
	});

	it('knows every key that the shipped scenarios write at their top', async () => {
		const { properties } = JSON.parse((await go('schema')).out);
		for (const file of readdirSync(join(ROOT, 'scenarios'), { recursive: true, encoding: 'utf8' })) {
			if (!file.endsWith('.yaml')) continue;
			const text = readFileSync(join(ROOT, 'scenarios', file), 'utf8');
			for (const [, key] of text.matchAll(/^([\w-]+):/gm)) expect(Object.keys(properties), file).toContain(key);
		}
	});
});

describe('new', () => {
	it.each([[[]], [['-']], [['--template', 'overload']]])('%j prints a scenario that holds', async (args) => {
		const { code, out, err } = await go('new', ...args);
		expect({ code, err }).toEqual({ code: 0, err: '' });
		const ran = await retrystorm(['run', '-', '--no-results', '--variant', 'all'], { cwd, input: out });
		expect(ran).toMatchObject({ code: 0, err: '' });
	});

	it('writes a file named after itself, refuses to overwrite it, and does when forced', async () => {
		const first = await go('new', 'my-shop.yaml');
		expect(first).toEqual({
			code: 0,
			out: '',
			err: 'wrote my-shop.yaml; run it with: retrystorm run my-shop.yaml\n',
		});
		const text = readFileSync(join(cwd, 'my-shop.yaml'), 'utf8');
		expect(text).toContain('\nname: my-shop\n');
		expect((await go('run', 'my-shop.yaml', '--variant', 'all', '-q', '--no-results')).code).toBe(0);
		const second = await go('new', 'my-shop.yaml', '--template', 'overload');
		expect(second.code).toBe(1);
		expect(second.err).toBe('my-shop.yaml: error: cannot be written: it exists already (--force overwrites it)\n');
		expect(readFileSync(join(cwd, 'my-shop.yaml'), 'utf8')).toBe(text);
		expect((await go('new', 'my-shop.yaml', '--template', 'overload', '--force')).code).toBe(0);
		expect(readFileSync(join(cwd, 'my-shop.yaml'), 'utf8')).not.toBe(text);
	});

	it('falls back to a name that will do where the file has none', async () => {
		await go('new', 'my shop.yaml');
		expect(readFileSync(join(cwd, 'my shop.yaml'), 'utf8')).toContain('\nname: my-storm\n');
	});
});
