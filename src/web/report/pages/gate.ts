/** The page of what gates are worth: how often they detect and cry wolf, the table of truth, and what each check can see. */
import type { GatePage } from '../../../report/gate/page-data.js';
import { at, list } from '../dom/data-path.js';
import { type Child, details, h, section, table } from '../dom/dom.js';
import { closingOf, openingOf } from '../sections/experiment.js';
import { ends } from './replicate.js';

export function gatePage(page: GatePage): Node[] {
	return [
		openingOf(page, 'a rollout beside its harmless twin'),
		ends(page, 'How often', WORDS),
		truth(page),
		checks(page),
		runs(page),
		closingOf(page),
	].filter((node) => node !== null);
}

const WORDS: Readonly<Record<string, string>> = {
	detect: 'some tool trips: P(detect)',
	falseAlarm: 'one trips on the harmless twin: P(false alarm)',
	inconclusive: 'no data where it had to decide: P(inconclusive)',
	inconclusiveOnTwin: 'the same on the harmless twin',
	alert: 'people are alerted: P(alert)',
	alertOnTwin: 'the same on the harmless twin',
};

const OF: Readonly<Record<string, readonly [row: string, tripped: string, passed: string]>> = {
	harm: ['the change did harm', 'hit', 'miss'],
	'no-harm': ['it did none', 'false alarm', 'correct'],
	'harmless-twin': ['its harmless twin', 'false alarm', 'correct'],
};

function truth({ summary, harm }: GatePage): HTMLElement {
	const rows = list(at(summary, 'truth')).map((one, i): Child[] => {
		const [name, tripped, passed] = OF[String(at(one, 'of'))] ?? [String(at(one, 'of')), '', ''];
		const cell = (key: string, word: string): Child => {
			const count = at(one, key);
			return h(
				'span',
				{},
				h('data', { value: Number(count), 'data-path': `truth.${i}.${key}` }, String(count)),
				` ${word}`,
			);
		};
		return [
			name,
			cell('runs', 'runs'),
			cell('tripped', tripped),
			cell('passed', passed),
			cell('inconclusive', ''),
			cell('unwatched', ''),
			cell('undecided', ''),
		];
	});
	return section(
		'truth',
		'What the tools said, against what the change did',
		table(
			'Confusion table',
			['the change', 'runs', 'tripped', 'passed', 'inconclusive', 'nobody looked', 'undecided'],
			rows,
		),
		h('p', { class: 'hint' }, harm),
	);
}

const SIGNS = { good: '✓', bad: '✗', open: '?', note: '•' } as const;

function checks({ checks: all }: GatePage): HTMLElement {
	if (all.length === 0) {
		return section(
			'checks',
			'What each check can see',
			h('p', {}, 'No check with a limit of its own watches this rollout: the note above says who or what does.'),
		);
	}
	return section(
		'checks',
		'What each check can see',
		...all.map(({ title, sentence, tone, rows }) =>
			h(
				'article',
				{ class: 'panel' },
				h('h3', {}, title),
				h('p', { class: tone }, h('b', { 'aria-hidden': 'true' }, `${SIGNS[tone]} `), `It ${sentence}.`),
				h(
					'dl',
					{ class: 'findings' },
					...rows.map(({ label, text }) => h('div', {}, h('dt', {}, label), h('dd', {}, text))),
				),
			),
		),
	);
}

function runs({ runs: [head, ...rows], left }: GatePage): HTMLElement {
	const columns = head.slice(1);
	return section(
		'runs',
		'Every run',
		left > 0 ? h('p', { class: 'hint' }, `${left} more stand in gate.csv.`) : null,
		details(`${rows.length} runs`, () => [
			table(
				'Runs',
				columns,
				rows.map((row) => row.slice(1)),
			),
		]),
	);
}
