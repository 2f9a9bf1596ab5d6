/**
 * The page of one run or several variants. The first screen answers in 30 seconds; below it: what happened, why, what would
 * have helped, what was assumed.
 */
import type { Verdict } from '../../../experiment/task/judge.js';
import type { RunPart, RunsPage } from '../../../report/run/page-data.js';
import { closingJudgement, ofStopped } from '../../../report/text/judgement.js';
import { HOW, stagedApart } from '../chart/aligned-charts.js';
import { choice } from '../dom/choice.js';
import { at, list } from '../dom/data-path.js';
import { h, section } from '../dom/dom.js';
import { secondsOf, timeText } from '../dom/time.js';
import { assumptionsSection } from '../sections/assumptions.js';
import { chain, marksOf, whyParts } from '../sections/chain-of-events.js';
import { expectationList } from '../sections/expectations.js';
import { numbersSection } from '../sections/figures-table.js';
import { chosen, firstScreen, signOf } from '../sections/first-screen.js';
import { findingList, rerunLine } from '../sections/header.js';
import { causePanels, effectPanels, picturePanel } from '../sections/run-panels.js';
import { helpedSection } from '../sections/what-helped.js';

export function runsPage(data: RunsPage): Node[] {
	const { runs } = data;
	const place = h('div', {});
	const nav = choice(
		'Variant',
		runs.map((run) => run.label),
		(i) => place.replaceChildren(...sectionsOf(runs[i], data)),
		runs.map((run) => `${signOf(run)} `),
	);
	return [runs.length > 1 ? judgementLine(runs) : null, nav, place].filter((node) => node !== null);
}

/** What the expectations of all variants came to; below it each variant says it of its own. */
function judgementLine(runs: readonly RunPart[]): HTMLElement {
	const verdictsOf = ({ summary }: RunPart): Verdict[] => {
		const all = list(at(summary, 'expectations')).map((one) => String(at(one, 'verdict')) as Verdict);
		return at(summary, 'partial') === true ? ofStopped(all) : all;
	};
	const { text, tone } = closingJudgement(runs.map((run) => ({ label: run.label, verdicts: verdictsOf(run) })));
	return h('p', { class: `verdict overall ${tone}` }, text);
}

/** Each variant has its own stage: their times may differ. */
function sectionsOf(run: RunPart, { runs, beside, version }: RunsPage): Node[] {
	const { clock, steps } = run;
	const time = (x: number): string => timeText(x, clock);
	const staging = {
		start: secondsOf(steps.fromUs, clock),
		end: secondsOf(steps.toUs, clock),
		step: steps.stepUs / 1e6,
		marks: marksOf(run, time),
		time,
	};
	const [picture, effects, causes] = [picturePanel(run), effectPanels(run), causePanels(run, chosen(runs, run))];
	const hint = `Numbers above the charts are those of the table of events. ${HOW}`;
	const { tools, charts } = stagedApart([picture, ...effects, ...causes], staging, hint);
	const { account, asked, findings, rerun } = run;
	return [
		firstScreen(run, version, charts[0]),
		...tools,
		section(
			'happened',
			'What happened',
			expectationList(run.summary),
			chain(run, time),
			...charts.slice(1, 1 + effects.length),
		),
		section('why', 'Why', findingList(findings), ...whyParts(run), ...charts.slice(1 + effects.length)),
		helpedSection(run, beside),
		assumptionsSection(
			run.assumptions,
			findingList([...(account === '' ? [] : [{ label: 'account', text: account }]), { label: 'asked', text: asked }]),
			rerun === null ? null : rerunLine(rerun),
		),
		numbersSection(run),
	];
}
