/** Runs the built command line as a user does: in a folder of its own, with a clean environment, watching both streams. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect } from 'vitest';

export const ROOT = resolve(import.meta.dirname, '../..');
export const MAIN = join(ROOT, 'dist/cli/main.js');

export interface Ended {
	readonly code: number | null;
	readonly out: string;
	readonly err: string;
}

export interface How {
	readonly cwd?: string;
	readonly env?: Readonly<Record<string, string>>;
	/** standard input; empty without it */
	readonly input?: string;
	/** sends this so long after the start, or after the first word on standard error: a busy machine starts late */
	readonly signal?: { readonly name: NodeJS.Signals; readonly afterMs: number; readonly onceHeard?: boolean };
}

/** Never throws on an exit code; fails the test when a stack trace is printed. */
export function retrystorm(args: readonly string[], how: How = {}): Promise<Ended> {
	return new Promise((done, fail) => {
		const { PATH, HOME } = process.env;
		const child = spawn(process.execPath, [MAIN, ...args], {
			cwd: how.cwd ?? ROOT,
			env: { PATH, HOME, ...how.env },
		});
		const texts = { out: '', err: '' };
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			texts.out += text;
		});
		const { signal } = how;
		const sendLater = () => signal !== undefined && setTimeout(() => child.kill(signal.name), signal.afterMs);
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			if (texts.err === '' && signal?.onceHeard === true) sendLater();
			texts.err += text;
		});
		child.stdin.on('error', () => {}).end(how.input ?? '');
		if (signal?.onceHeard !== true) sendLater();
		child.on('error', fail);
		child.on('close', (code) => {
			expect(texts.out + texts.err).not.toMatch(STACK_TRACE);
			done({ code, ...texts });
		});
	});
}

/** Runs, and sends a signal once the journal has grown to so many bytes: some runs are finished, and some are not. */
export function cutShort(
	args: readonly string[],
	when: { readonly cwd: string; readonly journal: string; readonly bytes: number; readonly signal: NodeJS.Signals },
): Promise<Ended> {
	const { cwd, journal, bytes, signal } = when;
	return new Promise((done) => {
		const child = spawn(process.execPath, [MAIN, ...args], { cwd });
		const texts = { out: '', err: '' };
		child.stdout.on('data', (text) => {
			texts.out += text;
		});
		child.stderr.on('data', (text) => {
			texts.err += text;
		});
		let sent = false;
		const watch = setInterval(() => {
			if (!sent && sizeOf(journal) >= bytes) sent = child.kill(signal);
		}, 5);
		child.on('close', (code) => {
			clearInterval(watch);
			expect(sent).toBe(true);
			done({ code, ...texts });
		});
	});
}

/** 0 for a file that is not there. */
export const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

export const STACK_TRACE = /^\s+at .*(\.js|\.ts|node:)/m;

/** A folder that is gone after the test file. */
export function scratch(files: Readonly<Record<string, string>> = {}): string {
	const dir = mkdtempSync(join(tmpdir(), 'retrystorm-'));
	for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
	afterAll(() => rmSync(dir, { recursive: true, force: true }));
	return dir;
}

/**
 * Five seconds that take a few milliseconds to run, with two variants of which one breaks its promise. The verdicts look at
 * spans that fit, and the second without births lets every request end: nothing is undecided unless a test makes it so.
 */
export const SMALL = `name: small
duration: 5s
coolDown: 1s
traffic: { rate: 200/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: 100 }
clients:
  apps: { timeout: 1s, retry: { attempts: 3, backoff: 100ms } }
faults: { blip: { at: 2s, for: 1s, errors: 50% } }
verdicts: { recovered: { window: 1s }, collapsed: { last: 1s } }
expect: [{ that: amplification, above: 1 }]
variants:
  calm: { faults: { blip: null }, expect: [{ that: lost, equals: 0% }] }
  proud: { expect: [{ that: amplification, equals: 1 }] }
`;

/** Everybody tries again at once, for ever, and nobody is served in time. */
export const RUNAWAY = `name: runaway
duration: 20h
traffic: { rate: 1000/s }
edge: { service: { exponential: 20ms }, workers: 1, queue: 10, onFull: silent }
clients:
  apps: { timeout: 10ms, retry: { attempts: unlimited, backoff: 1ms } }
`;
