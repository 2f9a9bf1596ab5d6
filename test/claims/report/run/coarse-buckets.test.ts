/** What coarse time buckets hold is a range in every output alike: the text, summary.json, and what an expectation is judged by. */
import { describe, expect, it } from 'vitest';
import { quantity } from '../../../../src/metrics/definitions/metrics.js';
import type { Outcome } from '../../../../src/metrics/outcome.js';
import { wholeRun } from '../../../../src/metrics/reading/cell-sums.js';
import { headline } from '../../../../src/report/run/headline.js';
import { findings, runVerdict } from '../../../../src/report/run/run-findings.js';
import { summary } from '../../../../src/report/run/summary.js';
import { outcomeOf, RULES } from '../../../support/outcome-builder.js';

const world = { ...RULES, markers: [] };

/** 1000 requests a bucket; from the bucket `down` on all fail, and in the one before it `early` of them. */
const collapsing = (atUs: number, { bucketUs = 10e6, early = 0, down = 6 } = {}): Outcome =>
	outcomeOf({
		toUs: 30 * bucketUs,
		bucketUs,
		fill: (b) => {
			const failed = b >= down ? 1000 : b === down - 1 ? early : 0;
			return {
				...{ born: 1000, first_attempts: 1000, attempts: b === 7 ? 4000 : 1000 + failed },
				...{ succeeded: 1000 - failed, first_failed_by_birth: failed, first_failed: failed, lost_by_birth: failed },
			};
		},
		triggers: [{ kind: 'fault', name: 'f', fromUs: atUs, toUs: atUs + bucketUs }],
	});

function told(outcome: Outcome) {
	const head = headline(outcome, world);
	const json = JSON.parse(JSON.stringify(summary(outcome, world, [], '0')));
	const text = [runVerdict(outcome, world, head), ...findings(outcome, world, head, null).map((one) => one.text)].join(
		' ',
	);
	return { json, text };
}

const seconds = (json: { range: { offsetSeconds: number }[] }) => json.range.map((one) => one.offsetSeconds);
const whichFirst = (outcome: Outcome) => {
	const named = quantity('collapsed-before-trigger');
	const asked = [outcome, wholeRun(outcome), RULES] as const;
	return { is: named?.read(...asked), why: named?.undecided?.(...asked)?.why };
};

describe('in coarse time buckets', () => {
	it('a peak, a collapse and the last success are ranges, in the text as in summary.json', () => {
		const { json, text } = told(collapsing(60e6));
		expect(text).toContain('COLLAPSED since +60s to +70s');
		expect(seconds(json.undecidedTimes['collapsed-at'])).toEqual([60, 70]);
		expect(json.milestones['collapsed-at'].offsetSeconds).toBe(60);
		expect(text).toMatch(/peak x4 at \+70s to \+80s/);
		expect(seconds(json.undecidedTimes['peak-amplification-at'])).toEqual([70, 80]);
		expect(seconds(json.undecidedTimes['last-success'])).toEqual([50, 60]);
		expect(seconds(json.undecidedTimes['impact-start'])).toEqual([60, 70]);
		expect(json.undecidedTimes['impact-start'].why).toContain('time bucket of 10s');
	});

	it('what failed in the bucket before may belong to the collapse', () => {
		// 250 of 1000: half of all requests may fail at the end of that bucket for no more than half of it.
		const { json, text } = told(collapsing(60e6, { early: 250 }));
		expect(seconds(json.undecidedTimes['collapsed-at'])).toEqual([55, 70]);
		expect(text).toContain('since +55s to +70s (whether before the first trigger, time buckets of 10s do not tell)');
		expect(whichFirst(collapsing(60e6, { early: 250 }))).toEqual({
			is: null,
			why: 'time buckets of 10s do not tell which came first',
		});
	});

	it('a collapse is not earlier than a trigger in its bucket, where all was well in the one before', () => {
		expect(told(collapsing(64e6)).text).toContain('COLLAPSED since +64s to +70s');
		expect(whichFirst(collapsing(64e6))).toEqual({ is: 0, why: undefined });
		expect(whichFirst(collapsing(70e6))).toEqual({ is: 1, why: undefined });
		expect(told(collapsing(70e6)).text).toContain('since +60s to +70s, before the first trigger');
	});

	it('a time from them is a range too', () => {
		const { json, text } = told(collapsing(64e6));
		expect(json.seconds['time-to-mitigate']).toBe(10);
		expect(json.undecidedTimes['time-to-mitigate'].range).toEqual([4, 10]);
		expect(text).toContain('mitigated after 4s to 10s');
	});
});

it('in time buckets of a second they are instants, and there is nothing undecided about them', () => {
	const { json, text } = told(collapsing(6e6, { bucketUs: 1e6 }));
	expect(json.undecidedTimes).toBeUndefined();
	expect(text).toContain('COLLAPSED since +6s');
	expect(text).toMatch(/peak x4 at \+7s/);
});

it('an instant that a run ends too early for is undecided in summary.json, not "never"', () => {
	const open = outcomeOf({
		toUs: 60e6,
		fill: (b) => ({ born: 1000, succeeded: b < 50 ? 1000 : 0, first_failed_by_birth: b < 50 ? 0 : 1000 }),
		triggers: [{ kind: 'fault', name: 'f', fromUs: 50e6, toUs: 59e6 }],
	});
	const { json } = told(open);
	expect(json.milestones.recovered).toBeNull();
	expect(json.undecidedTimes.recovered).toMatchObject({ range: null, why: expect.stringContaining('window') });
	expect(json.undecidedTimes.recovered.neededSeconds).toBeGreaterThan(60);
});
