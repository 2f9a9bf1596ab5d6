/** Units are read at the border: what is written is read back, and what cannot be meant is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/errors.js';
import * as units from '../../../src/kernel/units.js';

const SEED = { seed: 20251205, numRuns: 500 };

describe('written and read back', () => {
	it('whole microseconds, exactly', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: units.MAX_DURATION_US }), (us) => {
				expect(units.parseDuration(units.formatDuration(us))).toBe(us);
			}),
			SEED,
		);
	});

	it('signed durations', () => {
		fc.assert(
			fc.property(fc.integer({ min: -1e12, max: 1e12 }), (us) => {
				expect(units.parseSignedDuration(units.formatDuration(us))).toBe(us);
			}),
			SEED,
		);
	});

	it('clock times of a day, exactly', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: units.DAY - 1 }), (us) => {
				expect(units.parseClock(units.formatClock(us))).toBe(us);
			}),
			SEED,
		);
	});

	it('shares, rates and factors, to the eleventh digit', () => {
		const close = (read: number, was: number) =>
			expect(Math.abs(read - was)).toBeLessThanOrEqual(1e-11 * Math.abs(was));
		fc.assert(
			fc.property(fc.double({ min: 1e-6, max: 1, noNaN: true }), (x) => {
				close(units.parseShare(units.formatShare(x)), x);
				close(units.parseRate(units.formatRate(x * 1e8)), x * 1e8);
				close(units.parseFactor(units.formatFactor(x * 1e5)), x * 1e5);
			}),
			SEED,
		);
	});
});

describe('reading', () => {
	it.each([
		['250us', 250],
		['10ms', 10_000],
		['1.5s', 1_500_000],
		['4m', 240e6],
		['1h', 3600e6],
		['1m30s', 90e6],
		['0s', 0],
	])('%s', (text, us) => expect(units.parseDuration(text)).toBe(us));

	it.each([
		['50k/s', 50_000],
		['1200/s', 1200],
		['30/m', 0.5],
		['1.5M/s', 1.5e6],
		['7200/h', 2],
	])('%s', (text, perSecond) => expect(units.parseRate(text)).toBe(perSecond));

	it.each([
		['08:47', 31_620e6],
		['08:47:30', 31_650e6],
		['08:47:30.5', 31_650.5e6],
		['24:10', 87_000e6],
	])('%s', (text, us) => expect(units.parseClock(text)).toBe(us));

	it('shares and factors as texts and as numbers', () => {
		expect(units.parseShare('28%')).toBe(0.28);
		expect(units.parseShare(0.28)).toBe(0.28);
		expect(units.parseFactor('x6')).toBe(6);
		expect(units.parseFactor(0.5)).toBe(0.5);
		expect(units.parseNumber('1.5k')).toBe(1500);
		expect(units.parseNumber('x300')).toBe(300);
	});
});

describe('refused', () => {
	const odd = [
		Number.NaN,
		Number.POSITIVE_INFINITY,
		-1,
		null,
		undefined,
		{},
		[],
		true,
		'',
		'NaN',
		'Infinity',
		'-5',
		'1e999',
	];
	it.each([
		['duration', units.parseDuration, ['90', 90, '90 s', '-1s', '1y', '400d', '0.1us', '1..2s', `${'9'.repeat(400)}s`]],
		['share', units.parseShare, ['101%', 28, '-1%', '28 %', 'x0.5']],
		['rate', units.parseRate, ['50k', 50, '50/y', '-1/s', '2G/s', `${'9'.repeat(400)}/s`]],
		['factor', units.parseFactor, ['6x', 'x', 'x-1', 'x1e9', 1e7]],
		['number', units.parseNumber, ['-1', '1 k', '3%', -0.5]],
		['clock', units.parseClock, ['8:5', '08:60', '48:00', '08:47:60', 31_620, '08.47']],
	] as const)('as a %s', (_, read: (value: unknown) => number, values: readonly unknown[]) => {
		for (const value of [...odd, ...values]) expect(() => read(value), String(value)).toThrow(UserError);
	});

	it('says what was found and what would do', () => {
		expect(() => units.parseDuration('90 sec')).toThrow(
			'found "90 sec", a duration such as 250us, 10ms, 90s, 4m or 1h would do',
		);
		expect(() => units.parseShare(28)).toThrow('found 28, a share such as 28% or 0.28 would do');
		expect(() => units.parseRate(1000)).toThrow('found 1000, a rate such as 50k/s, 1200/s or 30/m would do');
	});
});

describe('writing for people', () => {
	it('rounds where asked', () => {
		expect(units.formatDuration(123_456_789, units.SECOND)).toBe('2m3s');
		expect(units.formatDuration(90e6)).toBe('90s');
		expect(units.formatDuration(12_500)).toBe('12.5ms');
		expect(units.formatShare(0.28)).toBe('28%');
		expect(units.formatShare(0.28123, 1)).toBe('28.1%');
		expect(units.formatRate(50_000)).toBe('50k/s');
		expect(units.formatRate(1234.56, 0)).toBe('1235/s');
		expect(units.formatClock(31_650e6)).toBe('08:47:30');
		expect(units.formatClock(31_650e6, false)).toBe('08:47');
		expect(units.formatClock(-30e6)).toBe('23:59:30');
		expect(units.formatClock(units.DAY + 60e6)).toBe('00:01:00');
	});
});
