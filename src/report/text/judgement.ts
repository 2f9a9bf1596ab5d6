/** What opens every report: whether what was expected came out, in a few words, and which runs kept it from doing so. */
import type { Verdict } from '../../experiment/task/judge.js';
import { formatCount } from '../../metrics/definitions/format.js';
import type { StyleKind } from './style.js';

/** What the expectations of one variant came to. */
export interface Judged {
	/** of the variant, for people */
	readonly label: string;
	readonly verdicts: readonly Verdict[];
}

/** Of a run that did not come to its end: what it has seen so far may still change, so nothing is decided. */
export const ofStopped = (verdicts: readonly Verdict[]): Verdict[] => verdicts.map(() => 'inconclusive');

/** Of many runs some of which did not come to their end: what failed has failed, what holds may yet not. */
export const ofIncomplete = (verdicts: readonly Verdict[]): Verdict[] =>
	verdicts.map((verdict) => (verdict === 'pass' ? 'inconclusive' : verdict));

export interface Judgement {
	readonly text: string;
	readonly tone: 'good' | 'bad' | 'note';
}

/** "PASS: all 12 expectations hold", "FAIL 1 of 12 expectations", "UNDECIDED 2 of 12 expectations", "no expectations". */
export function judgementOf(all: readonly Judged[]): Judgement {
	const { total, failed, open } = countsOf(all);
	if (total === 0) return { text: 'no expectations', tone: 'note' };
	const of = `of ${counted(total)}`;
	if (failed > 0) {
		const also = open === 0 ? '' : `, ${formatCount(open)} undecided`;
		return { text: `FAIL ${formatCount(failed)} ${of}${also}`, tone: 'bad' };
	}
	if (open > 0) return { text: `UNDECIDED ${formatCount(open)} ${of}`, tone: 'note' };
	return { text: `PASS: ${total === 1 ? 'the expectation holds' : `all ${counted(total)} hold`}`, tone: 'good' };
}

/** The same at the end of a report on several variants, with the names of those that keep it from passing. */
export function closingJudgement(all: readonly Judged[]): Judgement {
	const { text, tone } = judgementOf(all);
	const named = (what: 'failed' | 'open'): string =>
		all
			.map((one) => ({ label: one.label, ...countsOf([one]) }))
			.filter((one) => one[what] > 0)
			.map((one) => `${one.label} (${formatCount(one[what])} of ${formatCount(one.total)})`)
			.join(', ');
	const [failed, open] = [named('failed'), named('open')];
	const parts = [failed === '' ? '' : `failed in ${failed}`, open === '' ? '' : `undecided in ${open}`];
	const who = parts.filter((part) => part !== '').join('; ');
	return { text: who === '' ? text : `${text}: ${who}`, tone };
}

/** Whatever neither holds nor fails is open. */
function countsOf(all: readonly Judged[]) {
	const verdicts = all.flatMap((one) => one.verdicts);
	const failed = verdicts.filter((verdict) => verdict === 'fail' || verdict === 'no-data').length;
	const passed = verdicts.filter((verdict) => verdict === 'pass').length;
	return { total: verdicts.length, failed, open: verdicts.length - failed - passed };
}

const counted = (n: number): string => `${formatCount(n)} expectation${n === 1 ? '' : 's'}`;

/** How a terminal shows it. */
export const KIND_OF: Readonly<Record<Judgement['tone'], StyleKind>> = { good: 'good', bad: 'bad', note: 'open' };
