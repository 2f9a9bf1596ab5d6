/** `mix` as a user runs it: staging that hardly sees a class, and the gate that is blind to it. */
import { describe, expect, it } from 'vitest';
import { leastNoticed } from '../../src/experiment/fit/mix-comparison.js';
import { combined, NOON } from '../support/logs.js';
import { retrystorm, scratch } from './cli.js';

/** @param logins of a thousand requests */
const log = (n: number, logins: number): string =>
	Array.from({ length: n }, (_, i) => combined(NOON + i, { path: i % 1000 < logins ? '/login' : '/read' })).join('\n');
const cwd = scratch({ 'staging.log': log(20_000, 2), 'production.log': log(20_000, 280), 'empty.log': '' });
const go = (...args: string[]) => retrystorm(['mix', ...args], { cwd });

describe('mix', () => {
	it('sets shares side by side, with what a gate on either would notice', async () => {
		const { code, out, err } = await go('staging.log', 'production.log');
		expect(code).toBe(0);
		expect(err).toContain('staging.log: combined access log');
		expect(out).toMatch(/^ {2}GET \/read +99\.8% 99\.7-99\.9 +72% 71\.4-72\.6 +6\.3% +8\.73%$/m);
		expect(out).toMatch(/^! GET \/login +0\.2% 0\.15-0\.27 +28% 27\.4-28\.6 +p=<0\.01% +22\.5%$/m);
		expect(out.replace(/\s+/g, ' ')).toContain('of cases on A, fewer than 95%: 28% of B');
		expect(out.replace(/\s+/g, ' ')).toContain('hold one of it in 86.5% of cases');
	});

	it('by the binomial law of the gate that is asked about', async () => {
		const { out } = await go(
			'staging.log',
			'production.log',
			'--samples',
			'200',
			'--above',
			'1%',
			'--power',
			'80%',
			'--format',
			'json',
			'-q',
		);
		const pair = JSON.parse(out);
		const least = leastNoticed({ samples: 200, above: 0.01, power: 0.8 });
		expect(pair.leastShare).toBeCloseTo(Number(least), 11);
		const login = pair.classes.find((one: { class: string }) => one.class === 'GET /login');
		expect(login.a).toMatchObject({ share: 0.002, noticed: null });
		expect(login.b.noticed).toBeCloseTo(Number(least) / 0.28, 12);
		expect(login.hardly).toBe('a');
	});

	it('of a traffic with itself is no difference, and nothing is missed', async () => {
		const { out } = await go('production.log', 'production.log', '-q');
		expect(out).toContain('0% of the requests are of another class: no more than luck');
		expect(out).toContain('what the gate would notice in B it would notice in A');
	});

	it('takes own classes, writes CSV and files', async () => {
		const { out } = await go('staging.log', 'production.log', '--classes', 'auth=/login', '--format', 'csv', '-q');
		expect(out.split('\n').map((line) => line.split(',')[0])).toEqual(['class', 'auth', 'other', '']);
		expect(await go('staging.log', 'production.log', '-o', 'mix.txt', '-q')).toMatchObject({
			code: 0,
			out: '',
			err: '',
		});
		expect(await go('staging.log', 'production.log', '-o', 'mix.txt', '-q')).toMatchObject({ code: 1 });
	});

	it.each([
		[['-', '-'], 2, 'standard input can be read once'],
		[['staging.log', 'empty.log'], 104, 'empty.log:1: error: found an empty log'],
		[['staging.log', 'production.log', '--above', '100%'], 2, '--above: found "100%"'],
		[['staging.log', 'production.log', '--samples', '0'], 2, '--samples'],
		[['staging.log', 'production.log', '--samples', '99999999'], 2, 'at most 10000000 would do'],
	])('refuses %j', async (args, code, message) => {
		expect(await go(...args)).toMatchObject({ code, err: expect.stringContaining(message) });
	});
});
