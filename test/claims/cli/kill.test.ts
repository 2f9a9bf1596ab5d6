/** Nothing is lost: an experiment that is killed with -9 again and again ends with the bytes of one that never was. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Streams } from '../../../src/kernel/random.js';
import { ROOT, SMALL, scratch } from '../../cli/cli.js';

const KILLS = 16;
const dir = scratch({ 'small.yaml': SMALL });
const journal = join(dir, 'journal.ndjson');

interface Life {
	/** null where it was killed */
	readonly out: string | null;
	readonly err: string;
}

/** @param until told the bytes of the journal every few milliseconds; true: kill -9 */
function live(file: string, until: (bytes: number, ms: number) => boolean): Promise<Life> {
	return new Promise((done, fail) => {
		const args = [join(ROOT, 'test/support/kill-run.mjs'), file, join(dir, 'small.yaml')];
		const child = spawn(process.execPath, args, { cwd: ROOT });
		const born = performance.now();
		const texts = { out: '', err: '' };
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			texts.out += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			texts.err += text;
		});
		const watch = setInterval(() => {
			const bytes = existsSync(file) ? statSync(file).size : 0;
			if (until(bytes, performance.now() - born)) child.kill('SIGKILL');
		}, 2);
		child.on('error', fail);
		child.on('close', (code, signal) => {
			clearInterval(watch);
			if (signal !== 'SIGKILL' && code !== 0) fail(new Error(texts.err));
			done({ out: signal === 'SIGKILL' ? null : texts.out, err: texts.err });
		});
	});
}

it(`killed ${KILLS} times`, async () => {
	const undisturbed = await live(join(dir, 'undisturbed.ndjson'), () => false);
	const chance = new Streams(5).uniform('kills');
	let [kills, torn, grown, size] = [0, 0, 0, 0];
	for (;;) {
		// Every fourth life ends before it has written anything, most others after a few lines.
		const young = chance() < 0.25;
		const [afterMs, afterBytes] = [young ? 300 * chance() : Number.POSITIVE_INFINITY, size + 1 + 8000 * chance()];
		const { out } = await live(journal, (bytes, ms) => kills < KILLS && (bytes >= afterBytes || ms >= afterMs));
		if (out !== null) {
			expect(out).toBe(undisturbed.out);
			break;
		}
		kills++;
		const bytes = existsSync(journal) ? statSync(journal).size : 0;
		if (bytes > size) grown++;
		size = bytes;
		// The kernel seldom tears a line: so that some are, the last bytes are taken by hand.
		if (chance() < 0.3 && size > 1000) {
			size -= 1 + Math.floor(999 * chance());
			truncateSync(journal, size);
			torn++;
		}
	}
	expect(kills).toBe(KILLS);
	expect(torn).toBeGreaterThan(3);
	expect(grown).toBeGreaterThan(8);
	const tasks = readFileSync(journal, 'utf8')
		.trimEnd()
		.split('\n')
		.slice(1)
		.map((line) => JSON.parse(line));
	expect(new Set(tasks.map(({ key, seed }) => `${key}/${seed}`)).size).toBe(tasks.length);
	expect(tasks).toHaveLength(undisturbed.out?.trimEnd().split('\n').length ?? Number.NaN);
	expect(existsSync(`${journal}.lock`)).toBe(false);
});
