/** A folder of results is of one world: no run overwrites those of another without a word. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { retrystorm, SMALL, scratch } from './cli.js';

const cwd = scratch({ 'small.yaml': SMALL });
const run = (...args: string[]) => retrystorm(['run', 'small.yaml', ...args], { cwd });
const worldIn = (dir: string) => JSON.parse(readFileSync(join(cwd, dir, 'manifest.json'), 'utf8'));

it('--set stands in the name of the folder', async () => {
	expect((await run()).err).toContain('results: results/small/base/1\n');
	const set = await run('--set', 'duration=4s');
	expect(set.err).toContain('results: results/small/base+duration=4s/1\n');
	expect(worldIn('results/small/base/1').scenario.duration).not.toBe(
		worldIn('results/small/base+duration=4s/1').scenario.duration,
	);
	const odd = await run('--set', 'edge.queue="2s"', '--set', 'duration=4s');
	expect(odd.err).toMatch(/results: results\/small\/base\+edge\.queue=_2s_\+duration=4s-[0-9a-f]{8}\/1\n/);
	const reps = await run('--reps', '2', '--set', 'duration=4s');
	expect(reps.err).toContain('results: results/small/base+duration=4s/replications-from-1\n');
});

it('a scenario that was edited gets a folder beside the old one, and says so', async () => {
	writeFileSync(join(cwd, 'edited.yaml'), SMALL.replace('name: small', 'name: edited'));
	const edited = (...args: string[]) => retrystorm(['run', 'edited.yaml', ...args], { cwd });
	await edited();
	const before = readFileSync(join(cwd, 'results/edited/base/1/summary.json'), 'utf8');
	writeFileSync(join(cwd, 'edited.yaml'), `${SMALL.replace('name: small', 'name: edited')}\nlimits: { events: 1e9 }\n`);
	const again = await edited();
	expect(again.err).toMatch(
		/^results\/edited\/base\/1 holds the results of another world; these go to (results\/edited\/base\/1-[0-9a-f]{8})\n[\s\S]*results: \1\n/,
	);
	expect(readFileSync(join(cwd, 'results/edited/base/1/summary.json'), 'utf8')).toBe(before);
	expect((await edited('-q')).err).toContain('another world');
});

it('--out that names a folder of another world, or another seed, is refused before anything runs', async () => {
	await run('-o', 'kept');
	for (const args of [
		['--seed', '2'],
		['--set', 'duration=4s'],
		['--reps', '2', '--set', 'duration=4s'],
	]) {
		const { code, out, err } = await run('-o', 'kept', ...args);
		expect({ code, out }).toEqual({ code: 2, out: '' });
		expect(err).toMatch(
			/^kept: error: holds the results of another world or seed; another --out would do, or --restart/,
		);
	}
	expect(worldIn('kept').seed).toBe(1);
	expect((await run('-o', 'kept')).code).toBe(0);
	expect((await run('-o', 'kept', '--seed', '2', '--restart')).code).toBe(0);
	expect(worldIn('kept').seed).toBe(2);
	expect(existsSync(join(cwd, 'kept/report.html'))).toBe(true);
});

it('compare says when two folders hold the same world, and what differs where they do not', async () => {
	for (const [dir, ...args] of [['one'], ['two'], ['slow', '--set', 'clients.apps.timeout=2s']]) {
		expect((await run('--reps', '3', '-o', dir, ...args)).code).not.toBe(2);
	}
	const compare = (...dirs: string[]) => retrystorm(['compare', ...dirs, '--no-results'], { cwd });
	expect((await compare('one', 'two')).err).toContain('two and one hold the same world');
	expect((await compare('one', 'slow')).err).toMatch(
		/slow and one hold different worlds: clients\.apps\.timeout \(.+ against .+\)\n/,
	);
});
