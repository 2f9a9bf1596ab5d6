/** What opens a page: who it is about, what came out, what was asked, whose account it tells, and how to ask again. */
import type { PageHead, PageVerdict } from '../../../report/page/parts.js';
import type { Finding } from '../../../report/text/finding.js';
import { button, type Child, h } from '../dom/dom.js';

/** A verdict is never told by its colour alone. */
const SIGNS: Readonly<Record<PageVerdict['tone'], string>> = { good: '✓', bad: '✗', open: '?', note: '•' };

interface Opening extends PageHead {
	readonly kicker: string;
	readonly verdicts: readonly PageVerdict[];
	readonly findings: readonly Finding[];
}

/** @param more stands between the findings and the command */
export function opening(page: Opening, ...more: readonly Child[]): HTMLElement {
	const { kicker, label, about, account, asked, verdicts, findings, rerun } = page;
	return h(
		'header',
		{},
		h('p', { class: 'kicker' }, kicker),
		h('h1', {}, label),
		about === '' ? null : h('p', { class: 'about' }, about),
		...verdicts.map(({ text, tone }) =>
			h('p', { class: `verdict ${tone}` }, h('b', { 'aria-hidden': 'true' }, `${SIGNS[tone]} `), text),
		),
		findingList([
			...(account === '' ? [] : [{ label: 'account', text: account }]),
			...(asked === '' ? [] : [{ label: 'asked', text: asked }]),
			...findings,
		]),
		...more,
		rerun === null ? null : rerunLine(rerun),
	);
}

export const findingList = (findings: readonly Finding[]): HTMLElement =>
	h(
		'dl',
		{ class: 'findings' },
		...findings.map(({ label, text }) => h('div', {}, h('dt', {}, label), h('dd', {}, text))),
	);

/** The command, and a button that copies it. */
export function rerunLine(command: string): HTMLElement {
	const said = h('span', { role: 'status' });
	const copy = button('Copy', () => {
		navigator.clipboard.writeText(command).then(
			() => {
				said.textContent = 'copied';
			},
			() => {
				said.textContent = 'select it to copy';
			},
		);
	});
	return h('p', { class: 'rerun' }, 'Run again: ', h('code', {}, command), ' ', copy, ' ', said);
}
