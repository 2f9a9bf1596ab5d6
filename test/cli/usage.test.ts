/** Wrong words on the command line, and files that cannot be read: exit code 2, and what would do. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { retrystorm, SMALL, scratch } from './cli.js';

const cwd = scratch({ 'small.yaml': SMALL });
const go = (...args: string[]) => retrystorm(args, { cwd });

it.each([
	[['rnu'], /unknown command 'rnu'[\s\S]*Did you mean run\?/],
	[['run', 'small.yaml', '--sede', '3'], /unknown option '--sede'[\s\S]*Did you mean --seed\?/],
	[['run'], /missing required argument 'file'/],
	[['run', 'small.yaml', 'b.yaml'], /too many arguments/],
	[['run', 'small.yaml', '--format', 'xml'], /Allowed choices are text, json, csv/],
	[['new', 'x.yaml', '--template', 'poem'], /Allowed choices are rollout, overload/],
	[['check'], /missing required argument 'file'/],
	[[], /Usage: retrystorm/],
])('%j', async (args, says) => {
	const { code, out, err } = await go(...args);
	expect({ code, out }).toEqual({ code: 2, out: '' });
	expect(err).toMatch(says);
});

describe('a file that cannot be read', () => {
	it.each([
		['gone.yaml', 'there is no such file'],
		['.', 'it is a folder'],
		['small.yaml/x', 'a part of its path is a file'],
	])('%s', async (file, why) => {
		const { code, out, err } = await go('run', file);
		expect({ code, out, err }).toEqual({ code: 2, out: '', err: `${file}: error: cannot be read: ${why}\n` });
	});

	it('one without end is not waited for', async () => {
		const { code, err } = await go('run', '/dev/zero');
		expect(code).toBe(104);
		expect(err).toBe('/dev/zero:1:1: error: found more than 4 MiB, a scenario of at most 4 MiB would do\n');
	});

	it('a binary one is explained', async () => {
		const { code, err } = await go('run', process.execPath);
		expect(code).toBe(104);
		expect(err).toMatch(/:1:1: error: found more than 4 MiB/);
		const binary = execFileSync('head', ['-c', '100000', process.execPath], { encoding: 'latin1' });
		const inner = await retrystorm(['run', '-'], { cwd, input: binary });
		expect(inner.code).toBe(104);
		expect(inner.err).toMatch(/^-:\d+:\d+: error: /);
	});
});

it('help and version are no errors', async () => {
	const help = await go('run', '--help');
	expect(help).toMatchObject({ code: 0, err: '' });
	expect(help.out).toContain('--variant');
	const version = await go('--version');
	expect(version).toMatchObject({ code: 0, out: '0.1.0\n' });
	expect((await go('--help')).out).toMatch(/ 106 +stopped by a named limit/);
});

it('nothing is written where nothing ran', () => {
	expect(execFileSync('ls', [join(cwd)], { encoding: 'utf8' })).toBe('small.yaml\n');
});

it('a control character of a name does not reach the terminal', async () => {
	const { code, err } = await retrystorm(['run', '-'], { cwd, input: '"\\e[2Jx": 1\n' });
	expect(code).toBe(104);
	expect(err).toContain('[2Jx: unknown field');
	expect(err).not.toContain('\u001b');
});
