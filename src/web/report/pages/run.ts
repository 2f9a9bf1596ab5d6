/** The page of one run or several variants: the verdict, the incident on one axis, why, and what was assumed. */
import type { Verdict } from '../../../experiment/task/judge.js';
import type { RunPart, RunsPage } from '../../../report/run/page-data.js';
import { closingJudgement, ofStopped } from '../../../report/text/judgement.js';
import { HOW, staged } from '../chart/aligned-charts.js';
import { choice } from '../dom/choice.js';
import { at, list } from '../dom/data-path.js';
import { h, section, table } from '../dom/dom.js';
import { secondsOf, timeText } from '../dom/time.js';
import { assumptionsSection } from '../sections/assumptions.js';
import { marksOf, whySection } from '../sections/chain-of-events.js';
import { numbersSection } from '../sections/figures-table.js';
import { panelsOf } from '../sections/run-panels.js';
import { chosen, verdictHeader } from '../sections/run-verdict.js';

export function runsPage(data: RunsPage): Node[] {
	const { runs, beside } = data;
	const place = h('div', {});
	const head = h('div', {});
	const nav = choice(
		'Variant',
		runs.map(({ label }) => label),
		(i) => {
			head.replaceChildren(...verdictHeader(runs[i], data.version));
			place.replaceChildren(...sectionsOf(runs[i], runs));
		},
	);
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
	return [runs.length > 1 ? judgementLine(runs) : null, nav, head, side, place].filter((node) => node !== null);
}

/** What the expectations of all variants came to; below it each variant says it of its own. */
function judgementLine(runs: readonly RunPart[]): HTMLElement {
	const verdictsOf = ({ summary }: RunPart): Verdict[] => {
		const all = list(at(summary, 'expectations')).map((one) => String(at(one, 'verdict')) as Verdict);
		return at(summary, 'partial') === true ? ofStopped(all) : all;
	};
	const { text, tone } = closingJudgement(runs.map((run) => ({ label: run.label, verdicts: verdictsOf(run) })));
	return h('p', { class: `verdict ${tone}` }, text);
}

/** All below the verdict. Each variant has its own stage: their times may differ. */
function sectionsOf(run: RunPart, all: readonly RunPart[]): Node[] {
	const { clock, steps } = run;
	const time = (x: number): string => timeText(x, clock);
	const staging = {
		start: secondsOf(steps.fromUs, clock),
		end: secondsOf(steps.toUs, clock),
		step: steps.stepUs / 1e6,
		marks: marksOf(run),
		time,
	};
	const hint = `Numbers on the charts are those of the chain of events below. ${HOW}`;
	return [
		section('incident', 'The incident on one time axis', ...staged(panelsOf(run, chosen(all, run)), staging, hint)),
		whySection(run, time),
		numbersSection(run),
		assumptionsSection(run.assumptions),
	];
}
