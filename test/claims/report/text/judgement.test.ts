/** What opens every report: pass, fail, undecided or no expectations; never a pass that is none. */
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../src/experiment/task/judge.js';
import { closingJudgement, judgementOf, ofIncomplete, ofStopped } from '../../../../src/report/text/judgement.js';

const of = (label: string, ...verdicts: Verdict[]) => ({ label, verdicts });
const many = (n: number): Verdict[] => Array.from({ length: n }, () => 'pass');

describe('the first line', () => {
	it.each<[Verdict[], string, string]>([
		[[], 'no expectations', 'note'],
		[['pass'], 'PASS: the expectation holds', 'good'],
		[many(12), 'PASS: all 12 expectations hold', 'good'],
		[[...many(11), 'fail'], 'FAIL 1 of 12 expectations', 'bad'],
		[[...many(11), 'no-data'], 'FAIL 1 of 12 expectations', 'bad'],
		[[...many(10), 'inconclusive', 'inconclusive'], 'UNDECIDED 2 of 12 expectations', 'note'],
		[['fail', 'inconclusive', 'pass'], 'FAIL 1 of 3 expectations, 1 undecided', 'bad'],
		[ofStopped(['fail', 'pass']), 'UNDECIDED 2 of 2 expectations', 'note'],
		[ofIncomplete(['fail', 'pass']), 'FAIL 1 of 2 expectations, 1 undecided', 'bad'],
		[ofIncomplete(['pass']), 'UNDECIDED 1 of 1 expectation', 'note'],
	])('of %s is %s', (verdicts, text, tone) => {
		expect(judgementOf([of('a', ...verdicts)])).toEqual({ text, tone });
	});
});

describe('the last line of several variants', () => {
	it('repeats the first and names those that failed, and those that are open', () => {
		const all = [of('calm', 'pass', 'pass'), of('storm', 'fail', 'pass'), of('odd', 'inconclusive'), of('idle')];
		expect(closingJudgement(all).text).toBe(
			'FAIL 1 of 5 expectations, 1 undecided: failed in storm (1 of 2); undecided in odd (1 of 1)',
		);
		expect(closingJudgement([of('calm', 'pass')])).toEqual(judgementOf([of('calm', 'pass')]));
	});
});
