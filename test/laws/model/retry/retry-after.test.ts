/** Retry-After as each client takes it, and what copies of a hedged call do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAUSE, causeMask } from '../../../../src/model/retry/cause.js';
import {
	emptyTail,
	type HedgeLaw,
	nextCopyUs,
	onCopyFailed,
	onCopyLate,
	tailAfter,
} from '../../../../src/model/retry/hedge.js';
import { type RetryAfterLaw, waitUs } from '../../../../src/model/retry/retry-after.js';

const SEED = 20_251_205;
const MS = 1000;
const S = 1_000_000;
const LATE = CAUSE['503'];

const law = (over: Partial<RetryAfterLaw>): RetryAfterLaw => ({
	mode: 'replace',
	causes: causeMask(['429', '503']),
	maxUs: Number.POSITIVE_INFINITY,
	over: 'clamp',
	slackUs: 0,
	needed: 0,
	gateUs: Number.POSITIVE_INFINITY,
	scale: [1, 1],
	offsetUs: 0,
	...over,
});

describe('Retry-After', () => {
	test.each([
		['ignore', {}, 7 * S, S],
		['replace', {}, 7 * S, 7 * S],
		['replace', {}, null, S],
		['floor', {}, 7 * S, 7 * S],
		['floor', {}, 0, S],
		['clamp', { slackUs: 5 * S }, 7 * S, 6 * S],
		['clamp', { slackUs: 5 * S }, 3 * S, 3 * S],
		['clamp', { slackUs: 5 * S }, 0, S],
		['gate', {}, 7 * S, 7 * S],
		['gate', {}, null, null],
		['gate', { gateUs: 0 }, S, null],
		['gate', { gateUs: 0 }, 0, 0],
		['replace', { needed: causeMask(['503']) }, null, null],
		['replace', { needed: causeMask(['503']) }, 7 * S, 7 * S],
		['replace', { needed: causeMask(['429']) }, null, S],
		['ignore', { needed: causeMask(['503']) }, null, null],
		['ignore', { needed: causeMask(['503']) }, 7 * S, S],
		['floor', { needed: causeMask(['503']), maxUs: 5 * S, over: 'backoff' }, 7 * S, null],
		['replace', { maxUs: 5 * S }, 7 * S, 5 * S],
		['replace', { maxUs: 5 * S, over: 'give-up' }, 7 * S, null],
		['replace', { maxUs: 5 * S, over: 'backoff' }, 7 * S, S],
		['replace', { offsetUs: 50 * MS }, 7 * S, 7 * S + 50 * MS],
	] as const)('%s %o: a header of %o us makes 1 s %o us', (mode, over, headerUs, expected) => {
		expect(waitUs(law({ mode, ...over }), S, headerUs, LATE, 0)).toBe(expected);
	});

	test('it is read only for its causes', () => {
		expect(waitUs(law({}), S, 7 * S, CAUSE['500'], 0)).toBe(S);
		expect(waitUs(law({ mode: 'gate' }), S, null, CAUSE.reset, 0)).toBe(S);
	});

	test('one uniform for the delay and the header: axios-retry scales the longer of the two', () => {
		const u = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
		const us = fc.integer({ min: 0, max: 100 * S });
		fc.assert(
			fc.property(u, us, us, (draw, delayUs, headerUs) => {
				const jitter = 1 + draw * (1.2 - 1);
				const got = waitUs(law({ mode: 'floor', scale: [1, 1.2] }), delayUs * jitter, headerUs, LATE, draw);
				expect(got).toBeCloseTo(Math.max(delayUs, headerUs) * jitter, 3);
			}),
			{ seed: SEED },
		);
	});

	test('clamp keeps between the delay and the delay with the slack', () => {
		const us = fc.integer({ min: 0, max: 100 * S });
		fc.assert(
			fc.property(us, us, us, (delayUs, headerUs, slackUs) => {
				const got = waitUs(law({ mode: 'clamp', slackUs }), delayUs, headerUs, LATE, 0);
				expect(got).toBeGreaterThanOrEqual(delayUs);
				expect(got).toBeLessThanOrEqual(delayUs + slackUs);
			}),
			{ seed: SEED },
		);
	});
});

describe('hedging', () => {
	const grpc: HedgeLaw = {
		when: { kind: 'fixed-delay', delayUs: 500 * MS },
		total: 4,
		goesOn: causeMask(['503', '500']),
		onFailure: 'next',
		losers: 'cancel',
	};

	test('gRPC A6: a copy each half second up to four; a failure brings the next at once, a fatal one the end', () => {
		expect([1, 2, 3, 4].map((copies) => nextCopyUs(grpc, copies, 0))).toEqual([500 * MS, 500 * MS, 500 * MS, null]);
		expect(onCopyFailed(grpc, CAUSE['503'], 2, 1)).toBe('next');
		expect(onCopyFailed(grpc, CAUSE['429'], 2, 1)).toBe('ends');
		expect(onCopyFailed(grpc, CAUSE['503'], 4, 1)).toBe('wait');
		expect(onCopyFailed(grpc, CAUSE['503'], 4, 0)).toBe('ends');
	});

	test('Envoy: the copy that is late runs on beside the next', () => {
		const envoy: HedgeLaw = { ...grpc, when: { kind: 'on-per-try-timeout' }, total: 2 };
		expect(nextCopyUs(envoy, 1, 0)).toBeNull();
		expect([1, 2].map((copies) => onCopyLate(envoy, copies))).toEqual(['next', 'cut']);
		expect(onCopyLate(grpc, 1)).toBe('cut');
	});

	test('Finagle: it learns the percentile, to the width of a bin, and only at a refresh', () => {
		const backup: HedgeLaw = {
			...grpc,
			when: { kind: 'percentile', p: 0.95, leastUs: MS, refreshUs: 3 * S },
			total: 2,
		};
		let tail = emptyTail(0);
		for (let k = 1; k <= 1000; k++) tail = tailAfter(backup, tail, k * MS, k * 2 * MS);
		expect(nextCopyUs(backup, 1, tail.learntUs)).toBe(Number.POSITIVE_INFINITY);
		tail = tailAfter(backup, tail, MS, 3 * S);
		expect(tail.learntUs).toBeGreaterThanOrEqual(950 * MS);
		expect(tail.learntUs).toBeLessThanOrEqual(950 * MS * 1.05);
		expect(nextCopyUs(backup, 1, 10)).toBe(MS);
	});
});
