/** What a policy comes to before any simulation, against published numbers (R2, R6 to R8 of the validation set). */
import { describe, expect, test } from 'vitest';
import { RETRY_PRESETS } from '../../../src/catalog/retries.js';
import { NO_DELAY } from '../../../src/model/retry/backoff/backoff.js';
import { CAUSE } from '../../../src/model/retry/cause.js';
import {
	concurrentRetriesPerSecond,
	failuresToThreshold,
	layeredTries,
	quotaRetries,
	type RetryPlan,
	thresholdBreakEven,
	totalBackoff,
	triesOf,
	windowAmplification,
} from '../../../src/model/retry/outage-arithmetic.js';
import { budgetInShort, budgetSentences } from '../../../src/report/policies/budget-text.js';
import { type PolicySheet, policySheet } from '../../../src/report/policies/sheet.js';

const S = 1e6;

function sheetOf(id: string): PolicySheet {
	const preset = RETRY_PRESETS.get(id);
	if (preset === undefined) throw new Error(`no preset ${id}`);
	return policySheet(preset);
}

describe('budgets that stop a policy', () => {
	test('R8: AWS quotas, 100 or 50 retries before November 2026, 35 since', () => {
		expect([quotaRetries(500, 5), quotaRetries(500, 10), quotaRetries(500, 14)]).toEqual([100, 50, 35]);
		expect(budgetSentences(sheetOf('aws-js-v3-standard-2026'))[0]).toContain('after 35 retries in a row');
	});

	test('R7: gRPC stops after the 5th failure in a row, and breaks even at 9.09 %', () => {
		expect(failuresToThreshold(10)).toBe(5);
		expect(thresholdBreakEven(0.1)).toBeCloseTo(0.0909, 4);
		const [stops, inTheLongRun] = budgetSentences(sheetOf('grpc-a6-retry-example'));
		expect(stops).toContain('after 5 failures in a row: it takes more than 5 of 10 tokens');
		expect(inTheLongRun).toContain('9.09%');
	});

	test('R6: 20 % + 10/s, at 10, 100 and 1000 calls per second', () => {
		expect(windowAmplification(0.2, 10, 10)).toBeCloseTo(2.2, 12);
		expect(windowAmplification(0.2, 10, 100)).toBeCloseTo(1.3, 12);
		expect(windowAmplification(0.2, 10, 1_000)).toBeCloseTo(1.21, 12);
	});

	test('no budget is told in fields that it does not have', () => {
		const reaches = [...RETRY_PRESETS.keys()]
			.map(sheetOf)
			.flatMap((sheet) => [budgetInShort(sheet), ...budgetSentences(sheet)]);
		expect(reaches.filter((text) => text !== 'none').length).toBeGreaterThan(20);
		expect(reaches.filter((text) => /undefined|NaN|null/.test(text))).toEqual([]);
	});

	test('a limit on retries at once, by Little', () => {
		expect(concurrentRetriesPerSecond(3, 12_500, 10_000)).toBeCloseTo(133.33, 2);
	});
});

describe('tries and time', () => {
	const fixed: RetryPlan = {
		attempts: 10,
		delay: { ...NO_DELAY, growth: { kind: 'fixed', baseUs: S } },
		cause: CAUSE['503'],
		overallUs: Number.POSITIVE_INFINITY,
	};

	test('R2: layers multiply', () => {
		expect([layeredTries([4, 4, 4]), layeredTries([3, 3, 3, 3, 3]), layeredTries([4, 3])]).toEqual([64, 243, 12]);
	});

	test('all tries are made where nothing ends them, fewer where a limit does', () => {
		expect(triesOf(fixed, 0)).toEqual({ fewest: 10, most: 10 });
		// Sends at 0, 1.5, 3.0, 4.5 s; the next one would start at 6 s.
		expect(triesOf({ ...fixed, overallUs: 6 * S }, 0.5 * S)).toEqual({ fewest: 4, most: 4 });
		expect(triesOf({ ...fixed, attempts: Number.POSITIVE_INFINITY }, 0, 60 * S)).toEqual({ fewest: 60, most: 60 });
		const none = { ...fixed, attempts: Number.POSITIVE_INFINITY, delay: NO_DELAY };
		expect(triesOf(none, 0, 60 * S).most).toBe(Number.POSITIVE_INFINITY);
	});

	test('time in back-off is the sum of the delays', () => {
		expect(totalBackoff(fixed)).toEqual({ leastUs: 9 * S, meanUs: 9 * S, greatestUs: 9 * S });
		expect(totalBackoff({ ...fixed, attempts: Number.POSITIVE_INFINITY })).toBeNull();
		const full = { ...fixed, delay: { ...fixed.delay, jitter: { kind: 'full' } as const } };
		expect(totalBackoff(full)).toEqual({ leastUs: 0, meanUs: 4.5 * S, greatestUs: 9 * S });
	});

	test.each<[string, number]>([
		['p-retry', 1_023],
		['botocore-legacy-dynamodb', 25.55],
		['chrome-http-transaction', 0],
		['signalr', 42 - 30],
	])('%s: %d s in back-off', (id, seconds) => {
		const { inAll } = sheetOf(id);
		expect(inAll === null ? null : inAll.meanUs / S).toBeCloseTo(seconds, 6);
	});

	test('.NET: hangs of 10 s leave 2 or 3 tries of 4 in 30 s', () => {
		const { hanging, atOnce } = sheetOf('dotnet-standard-resilience');
		expect(hanging).toEqual({ tryUs: 10 * S, tries: { fewest: 3, most: 3 } });
		expect(atOnce).toEqual({ fewest: 4, most: 4 });
	});

	test('Chrome reloads an error page 4 times in the first minute: after 1, 5 and 30 s', () => {
		expect(sheetOf('chrome-auto-reload').minute).toEqual({ fewest: 4, most: 4 });
	});
});
