/** Expectations with what was seen of them: open where one does not hold. */
import type { Json } from '../../../report/files/json.js';
import { h } from '../dom/dom.js';
import { at, list } from '../dom/json.js';

const WORDS: Readonly<Record<string, readonly [sign: string, word: string, tone: string]>> = {
	pass: ['✓', 'holds', 'good'],
	fail: ['✗', 'fails', 'bad'],
	'no-data': ['✗', 'no samples', 'bad'],
	undecided: ['?', 'undecided', 'open'],
	inconclusive: ['?', 'inconclusive', 'note'],
};

const badge = (verdict: string): HTMLElement => {
	const [sign, word, tone] = WORDS[verdict] ?? WORDS.inconclusive;
	return h('span', { class: `badge ${tone}` }, `${sign} ${word}`);
};

/** @param summary with `expectations` in it; null where there are none */
export function expectationList(summary: Json): HTMLElement | null {
	// Of a sweep, which judges every point by itself, they are words alone.
	const all = list(at(summary, 'expectations')).filter((one) => at(one, 'verdict') !== null);
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
	return h('details', { class: 'expectations', open: broken > 0 }, h('summary', {}, title), h('ul', {}, ...items));
}
