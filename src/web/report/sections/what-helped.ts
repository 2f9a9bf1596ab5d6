/** What would have helped: the variants side by side, or what to ask where nothing was compared. */
import type { RunPart, RunsPage } from '../../../report/run/page-data.js';
import { h, section, table } from '../dom/dom.js';

export function helpedSection({ rerun }: RunPart, beside: RunsPage['beside']): HTMLElement {
	if (beside === null)
		return section(
			'helped',
			'What would have helped',
			h(
				'p',
				{},
				'Not known: this page has one run and nothing to compare it with. ',
				'Run variants of the scenario on one page (--variant A --variant B), or compare them over many seeds: ',
				h('code', {}, `retrystorm compare ${fileIn(rerun)} VARIANT`),
				'.',
			),
		);
	return section(
		'helped',
		'What would have helped',
		beside.sentence === null ? null : h('p', { class: 'lead' }, beside.sentence),
		table(
			'Variants side by side',
			['figure', ...beside.labels],
			beside.rows.map(({ label, cells }) => [label.trim(), ...cells]),
		),
		h(
			'p',
			{ class: 'hint' },
			'One run of each variant, the same seed: no confidence intervals. Use compare --reps 20.',
		),
	);
}

const fileIn = (rerun: string | null): string => rerun?.match(/^retrystorm run (\S+)/)?.[1] ?? 'FILE';
