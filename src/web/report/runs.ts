/** The page of one run or several variants: the verdict, the incident on one axis, why, and what was assumed. */
import type { RunPart, RunsPage } from '../../report/page-data.js';
import { assumptionsSection } from './assumptions.js';
import { chart } from './chart.js';
import { button, h, section, table } from './dom.js';
import { numbersSection } from './numbers.js';
import { panelsOf } from './run-panels.js';
import { Stage } from './stage.js';
import { secondsOf, timeText } from './time.js';
import { chosen, verdictHeader } from './verdict.js';
import { marksOf, whySection } from './why.js';

export function runsPage(data: RunsPage): Node[] {
	const { runs, beside } = data;
	document.title = `${runs[0].label}: retrystorm report`;
	const place = h('div', {});
	const head = h('div', {});
	const buttons = runs.map((run, i) => button(run.label, () => show(i), { class: 'choice' }));
	const show = (i: number): void => {
		buttons.forEach((one, k) => {
			one.setAttribute('aria-pressed', String(k === i));
		});
		head.replaceChildren(...verdictHeader(runs[i], data.version));
		place.replaceChildren(...storyOf(runs[i], runs));
	};
	show(0);
	const nav =
		runs.length > 1
			? h('nav', { class: 'choices', 'aria-label': 'Variants' }, h('span', {}, 'Variant'), ...buttons)
			: null;
	const side =
		beside === null
			? null
			: section(
					'beside',
					'Variants side by side',
					beside.sentence === null ? null : h('p', { class: 'lead' }, beside.sentence),
					table(
						'Variants side by side',
						['figure', ...beside.labels],
						beside.rows.map(({ label, cells }) => [label.trim(), ...cells]),
					),
				);
	return [nav, head, side, place].filter((node) => node !== null);
}

/** All below the verdict. Each variant has its own stage: their times may differ. */
function storyOf(run: RunPart, all: readonly RunPart[]): Node[] {
	const { clock } = run;
	const time = (x: number): string => timeText(x, clock);
	const start = secondsOf(run.steps.fromUs, clock);
	const reset = button('Show all', () => stage.reset(), { disabled: true });
	const stage = new Stage(start, secondsOf(run.steps.toUs, clock), run.steps.stepUs / 1e6, marksOf(run), (zoomed) => {
		reset.disabled = !zoomed;
		range.textContent = `${time(stage.from)} to ${time(stage.to)}`;
	});
	const panels = panelsOf(run, chosen(all, run));
	stage.longestName = Math.max(
		0,
		...panels.flatMap(({ plane }) =>
			plane === undefined || plane.inside ? [] : plane.rows.map((name) => name.length),
		),
	);
	const range = h('span', { class: 'range', 'aria-live': 'polite' }, `${time(stage.from)} to ${time(stage.to)}`);
	return [
		section(
			'incident',
			'The incident on one time axis',
			h(
				'p',
				{ class: 'hint' },
				'Numbers on the charts are those of the chain of events below. Drag to zoom, double-click to see all; with the keyboard: arrows move the crosshair on all charts, + and − zoom, Escape shows all.',
			),
			h('p', { class: 'tools' }, range, reset),
			...panels.map((panel) => chart(panel, stage, time)),
		),
		whySection(run, time),
		numbersSection(run),
		assumptionsSection(run),
	];
}
