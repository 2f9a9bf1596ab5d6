/** An expectation as lines of text, with the sign of its verdict. */

import type { Judgement, Verdict } from '../../experiment/task/judge.js';
import { plain, type Style, type StyleKind } from './style.js';
import { WIDTH, wrap } from './text-table.js';

/** The sign in front of an expectation, and its colour. */
export const MARKS: Readonly<Record<Verdict, { readonly sign: string; readonly kind: StyleKind }>> = {
	pass: { sign: '✓', kind: 'good' },
	fail: { sign: '✗', kind: 'bad' },
	'no-data': { sign: '✗', kind: 'bad' },
	undecided: { sign: '?', kind: 'open' },
	inconclusive: { sign: '?', kind: 'open' },
};

/** One expectation with its mark and what was seen. */
export function expectationLines(
	{ expectation, verdict, text }: Pick<Judgement, 'expectation' | 'verdict' | 'text'>,
	style: Style = plain,
): string[] {
	const { sign, kind } = MARKS[verdict];
	const result = verdict === 'no-data' && !text.startsWith('no samples') ? `no samples: ${text}` : text;
	const lines = wrap(expectation.text, WIDTH - 4).map((line, i) => (i === 0 ? `  ${sign} ${line}` : `    ${line}`));
	const last = lines[lines.length - 1];
	if (last.length + 2 + result.length <= WIDTH) lines[lines.length - 1] = last + result.padStart(WIDTH - last.length);
	else lines.push(...wrap(result, WIDTH - 6).map((line) => line.padStart(WIDTH)));
	return lines.map((line) => style(kind, line));
}
