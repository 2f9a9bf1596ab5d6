/** Replays every input that a fuzzer has found, and tries some hundred new ones of a fixed seed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, scratch } from '../cli/cli.js';
import { targetOfFound, targetsOf } from './targets.js';
import { pickerOf, targetOf } from './worker.js';

const FOUND = join(ROOT, 'test/fixtures/found');
const targets = targetsOf(ROOT, join(scratch(), 'journals'));
const found = readdirSync(FOUND).filter((name) => name.endsWith('.txt'));
const NEW = 200;
const MOST_CPU_S = 2;

it.each(found)('%s is borne', async (name) => {
	const target = targets.find((one) => one.name === targetOfFound(name));
	expect(target).toBeDefined();
	const from = process.cpuUsage().user;
	await target?.take(readFileSync(join(FOUND, name), 'utf8'));
	expect((process.cpuUsage().user - from) / 1e6).toBeLessThan(MOST_CPU_S);
});

it(`${NEW} inputs of seed 15 are borne, and the same ones are made again`, async () => {
	for (let number = 0; number < NEW; number++) {
		const target = targetOf(targets, number);
		const text = target.make(pickerOf(15, number));
		expect(target.make(pickerOf(15, number)) === text, `${target.name} ${number}`).toBe(true);
		await target.take(text);
	}
}, 120_000);
