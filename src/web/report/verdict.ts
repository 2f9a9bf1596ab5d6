/** The first screen: what was asked, what came out, whether promises were kept, and how to run it again. */
import type { RunPart } from '../../report/page-data.js';
import type { Finding } from '../../report/verdict-words.js';
import { button, h } from './dom.js';
import { at, list } from './json.js';

const WORDS: Readonly<Record<string, readonly [sign: string, word: string, tone: string]>> = {
	pass: ['✓', 'holds', 'good'],
	fail: ['✗', 'fails', 'bad'],
	'no-data': ['✗', 'no samples', 'bad'],
	inconclusive: ['?', 'undecided', 'note'],
};

export const badge = (verdict: string): HTMLElement => {
	const [sign, word, tone] = WORDS[verdict] ?? WORDS.inconclusive;
	return h('span', { class: `badge ${tone}` }, `${sign} ${word}`);
};

export function verdictHeader(run: RunPart, version: string): Node[] {
	const { label, about, account, asked, verdict, findings, clock, summary } = run;
	const stopped = at(summary, 'partial') === true;
	const day = clock.date === null ? '' : `${clock.date}, `;
	return [
		h(
			'header',
			{},
			h(
				'p',
				{ class: 'kicker' },
				`Retrystorm ${version}: a simulation, ${day}times in UTC, seed ${String(at(summary, 'seed'))}`,
			),
			h('h1', {}, label),
			about === '' ? null : h('p', { class: 'about' }, about),
			h('p', { class: `verdict ${verdict.bad ? 'bad' : 'good'}` }, h('b', {}, verdict.bad ? '✗ ' : '✓ '), verdict.text),
			stopped
				? h('p', { class: 'verdict bad' }, '✗ Stopped before its end: what follows is what it has so far.')
				: null,
			h(
				'dl',
				{ class: 'findings' },
				...(account === '' ? [] : [{ label: 'account', text: account }]).map(row),
				row({ label: 'asked', text: asked }),
				...findings.map(row),
			),
			expectations(run),
			rerun(run.rerun),
		),
	];
}

const row = (one: Finding): HTMLElement => h('div', {}, h('dt', {}, one.label), h('dd', {}, one.text));

function expectations({ summary }: RunPart): HTMLElement | null {
	const all = list(at(summary, 'expectations'));
	if (all.length === 0) return null;
	const broken = all.filter((one) => at(one, 'verdict') !== 'pass').length;
	const title =
		broken === 0 ? `All ${all.length} expectations hold` : `${broken} of ${all.length} expectations do not hold`;
	const items = all.map((one) =>
		h(
			'li',
			{},
			badge(String(at(one, 'verdict'))),
			h('span', { class: 'that' }, String(at(one, 'text'))),
			h('b', {}, String(at(one, 'seenText'))),
		),
	);
	const made = h(
		'details',
		{ class: 'expectations', open: broken > 0 },
		h('summary', {}, title),
		h('ul', {}, ...items),
	);
	return made;
}

/** The command, and a button that copies it. */
export function rerun(command: string): HTMLElement {
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

/** All runs, the one that is shown first. */
export const chosen = (all: readonly RunPart[], run: RunPart): readonly RunPart[] => [
	run,
	...all.filter((other) => other !== run),
];
