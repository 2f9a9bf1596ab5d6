/** The first screen of a run: verdict, what happened in a sentence, three figures, one picture. */
import type { RunPart } from '../../../report/run/page-data.js';
import { at } from '../dom/data-path.js';
import { type Child, h } from '../dom/dom.js';

/** A verdict is never told by its colour alone. */
const SIGNS = { good: '✓', bad: '✗', open: '?', note: '•' } as const;

export const toneOf = ({ judgement: { text, tone } }: RunPart): keyof typeof SIGNS =>
	text.startsWith('UNDECIDED') ? 'open' : tone;

export const signOf = (run: RunPart): string => SIGNS[toneOf(run)];

/** @param picture null where nothing was measured to draw */
export function firstScreen(run: RunPart, version: string, picture: Child): HTMLElement {
	const { judgement, clock, summary, label, about, sentence, keyFigures } = run;
	const day = clock.date === null ? '' : `${clock.date}, `;
	const partial = at(summary, 'partial') === true;
	return h(
		'header',
		{ class: 'first-screen' },
		h(
			'p',
			{ class: 'kicker' },
			`Retrystorm ${version}: a simulation, ${day}times in UTC, seed ${String(at(summary, 'seed'))}`,
		),
		h('div', { class: 'title' }, h('h1', {}, label), judgementBadge(run, judgement.text)),
		about === '' ? null : h('p', { class: 'about' }, about),
		partial ? h('p', { class: 'verdict bad' }, 'Stopped before its end: what follows is what it has so far.') : null,
		h('p', { class: 'sentence' }, sentence),
		h(
			'dl',
			{ class: 'key-figures' },
			...keyFigures.map(({ label: name, value, note }) =>
				h(
					'div',
					{},
					h('dt', {}, name),
					h('dd', { class: 'value' }, value),
					note === '' ? null : h('dd', { class: 'note' }, note),
				),
			),
		),
		h('h2', { class: 'hidden' }, 'The run in one picture'),
		picture,
	);
}

const judgementBadge = (run: RunPart, text: string): HTMLElement =>
	h('p', { class: `judgement ${toneOf(run)}` }, h('b', { 'aria-hidden': 'true' }, `${signOf(run)} `), text);

/** All runs, the one that is shown first. */
export const chosen = (all: readonly RunPart[], run: RunPart): readonly RunPart[] => [
	run,
	...all.filter((other) => other !== run),
];
