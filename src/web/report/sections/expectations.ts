/** Expectations with what was seen of them: open where one does not hold. */
import type { Json } from '../../../report/files/json.js';
import { at, list } from '../dom/data-path.js';
import { h } from '../dom/dom.js';

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
	const count = (...verdicts: string[]): number =>
		all.filter((one) => verdicts.includes(String(at(one, 'verdict')))).length;
	const [held, failed] = [count('pass'), count('fail', 'no-data')];
	const broken = all.length - held;
	const parts = [
		...(failed > 0 ? [`${failed} ${failed === 1 ? 'fails' : 'fail'}`] : []),
		...(broken > failed ? [`${broken - failed} ${broken - failed === 1 ? 'is' : 'are'} undecided`] : []),
	];
	const title =
		broken === 0 ? `All ${all.length} expectations hold` : `Of ${all.length} expectations ${parts.join(', and ')}`;
	const items = all.map((one) =>
		h(
			'li',
			{},
			badge(String(at(one, 'verdict'))),
			h('span', { class: 'that' }, String(at(one, 'text'))),
			h('b', {}, String(at(one, 'seenText'))),
		),
	);
	return h(
		'details',
		{ class: 'expectations paper-open', open: broken > 0 },
		h('summary', {}, title),
		h('ul', {}, ...items),
	);
}
