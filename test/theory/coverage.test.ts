/** Every oracle is compared with, or stands here with the reason why it is not: nothing is forgotten in silence. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ORACLES } from './support.js';

const LEFT_OUT: Readonly<Record<string, string>> = {
	HOTOS_QUEUE_ORBIT:
		'its late clients know at the door that they will be late and go to the orbit at once; here a client waits for its timeout',
};

/** Figures of families that are compared in part. */
const PARTLY: Readonly<Record<string, string>> = {
	'ZPS_METASTABLE, ZPS-5': 'from empty to full it takes 1.7e8 s',
	'validation P3, P4': 'the studies under scenarios/studies are their tests',
	'validation P9':
		'the window of its breaker of retries is not published: the study has one that fits both of its figures',
};

it('each family is compared or left out with a reason', () => {
	const here = import.meta.dirname;
	const text = readdirSync(here, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.test.ts'))
		.map((name) => readFileSync(join(here, name), 'utf8'))
		.join('\n');
	const families = [...new Set(ORACLES.map((oracle) => oracle.family))];
	const compared = families.filter((name) => text.includes(`family('${name}')`));
	const missing = families.filter((name) => !compared.includes(name) && LEFT_OUT[name] === undefined);
	expect(missing).toEqual([]);
	expect(compared.filter((name) => LEFT_OUT[name] !== undefined)).toEqual([]);
	for (const [what, why] of Object.entries({ ...LEFT_OUT, ...PARTLY })) console.log(`left out: ${what}: ${why}`);
});
