/** Terminals and pipes: colour and progress only where a person looks, and a reader that leaves is no error. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAIN, retrystorm, SMALL, STACK_TRACE, scratch } from './cli.js';

const cwd = scratch({ 'small.yaml': SMALL });
const ESC = '\u001b';

/** Runs in a terminal of 60 columns; needs `script` of util-linux. */
const script = spawnSync('script', ['--version']).status === 0;
function inTerminal(args: string, env: Record<string, string> = {}): string {
	const command = `stty cols 60; ${process.execPath} ${MAIN} ${args}`;
	const { PATH, HOME } = process.env;
	return execFileSync('script', ['-qec', command, '/dev/null'], {
		cwd,
		encoding: 'utf8',
		env: { PATH, HOME, TERM: 'xterm', ...env },
	});
}

it('a pipe gets neither colour nor progress', async () => {
	const { out, err } = await retrystorm(['run', 'small.yaml', '--no-results'], { cwd });
	expect(out).not.toContain(ESC);
	expect(err).toBe('');
});

describe.skipIf(!script)('in a terminal (skipped without the `script` of util-linux)', () => {
	const args = 'run small.yaml --no-results';

	it('there is colour and a line of progress that is wiped again', () => {
		const screen = inTerminal(args);
		expect(screen).toContain(`${ESC}[1m  small, seed 1`);
		expect(screen).toMatch(/base {2}\S+ {2}[\d.]+ M events\/s {2}\d+ s left/);
		expect(screen).toContain(`\r${ESC}[2K`);
		const report = screen.slice(screen.lastIndexOf(`${ESC}[2K`));
		expect(report).not.toContain('events/s');
	});

	it('no line of progress is wider than the terminal', () => {
		const name = 'a-name-that-is-longer-than-the-terminal-is-wide-by-some-columns';
		writeFileSync(join(cwd, 'long.yaml'), `${SMALL}  ${name}: { about: long }\n`);
		const screen = inTerminal(`run long.yaml --no-results --variant ${name}`);
		expect(screen).toContain(`\r${ESC}[2K${name.slice(0, 59)}`);
		for (const line of screen.split(`\r${ESC}[2K`).slice(1, -1)) expect(line.length).toBeLessThan(60);
	});

	it.each([
		['NO_COLOR', args, { NO_COLOR: '1' }],
		['--no-color', `${args} --no-color`, {}],
		['TERM=dumb', args, { TERM: 'dumb' }],
	])('%s is obeyed', (_, command, env) => {
		expect(inTerminal(command, env).replaceAll(`${ESC}[2K`, '')).not.toContain(ESC);
	});

	it('-q shows no progress', () => {
		expect(inTerminal(`${args} -q`)).not.toContain('events/s');
	});
});

describe('a reader that leaves', () => {
	it.each([
		['schema | head -1', '{'],
		['run small.yaml --format csv -o piped | head -1', 'offset_s'],
		['run small.yaml -q -o piped2 2>&1 | head -1', '  PASS: '],
	])('%s', (command, begins) => {
		const shell = `${process.execPath} ${MAIN} ${command}; echo "code \${PIPESTATUS[0]}"`;
		const { stdout, stderr } = spawnSync('bash', ['-c', shell], { cwd, encoding: 'utf8' });
		expect(stdout.startsWith(begins)).toBe(true);
		expect(stdout).toMatch(/\ncode 0\n$/);
		expect(stderr).not.toMatch(STACK_TRACE);
	});

	it('does not take the files or the exit code along', () => {
		const shell = `set -o pipefail; ${process.execPath} ${MAIN} run small.yaml --variant proud -o kept 2>&1 | true`;
		expect(spawnSync('bash', ['-c', shell], { cwd }).status).toBe(99);
		expect(existsSync(join(cwd, 'kept/timing.json'))).toBe(true);
	});
});

it.skipIf(!existsSync('/dev/full'))('a full disk under standard output is told, and is 1', () => {
	const shell = `${process.execPath} ${MAIN} run small.yaml -o full > /dev/full`;
	const { status, stderr } = spawnSync('bash', ['-c', shell], { cwd, encoding: 'utf8' });
	expect(status).toBe(1);
	expect(stderr).toMatch(/error: standard output cannot be written: .*ENOSPC/);
	expect(existsSync(join(cwd, 'full/timing.json'))).toBe(true);
});
