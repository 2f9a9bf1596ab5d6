/** The page of a comparison: what differs once luck is taken out, the courses over each other, and every pair of runs. */
import { formatQuantity, formatSpan } from '../../../metrics/definitions/format.js';
import { kindOf, spokenName } from '../../../metrics/definitions/metrics.js';
import type { ComparisonPage, Difference } from '../../../report/compare/page-data.js';
import { HOW, staged } from '../chart/aligned-charts.js';
import { spreadPanels } from '../chart/band-panels.js';
import { chart } from '../chart/chart.js';
import type { Line, Panel } from '../chart/panel.js';
import { SharedAxis } from '../chart/shared-axis.js';
import { type Child, details, h, section, table } from '../dom/dom.js';
import { intervalBar } from '../dom/interval-bar.js';
import { secondsOf, timeText } from '../dom/time.js';
import { closingOf, openingOf } from '../sections/experiment.js';

export function comparisonPage(page: ComparisonPage): Node[] {
	return [
		openingOf(page, 'variants under the same luck'),
		differences(page),
		differing(page),
		courses(page),
		pairs(page),
		closingOf(page),
	].filter((node) => node !== null);
}

const TONE: Readonly<Record<string, string>> = {
	better: '✓ better',
	worse: '✗ worse',
	same: '= same',
	unclear: '? unclear',
};

function differences({ sides: [baseline, ...others], measures }: ComparisonPage): HTMLElement {
	return section(
		'differences',
		'Differences, paired seed by seed',
		h(
			'p',
			{ class: 'hint' },
			'Bars show relative changes against the baseline with their intervals; the thin line is no difference. What lies beyond the ends is cut.',
		),
		...others.map((other, k) => {
			const all = measures.map(({ name, others: found }) => ({ name, found: found[k] }));
			const reach = reachOf(all.map(({ found }) => found));
			const rows = all.map(({ name, found }): Child[] => [
				spokenName(name),
				found.baseline,
				found.other,
				found.change,
				found.shown?.relative === true ? intervalBar(found.shown, { from: -reach, to: reach, zero: 0 }) : '',
				TONE[found.finding] ?? found.finding,
				found.gain,
			]);
			const head = [
				'mean over pairs',
				baseline,
				other,
				'change',
				`-${percent(reach)} to +${percent(reach)}`,
				'finding',
				'gain by pairing',
			];
			return h(
				'div',
				{},
				h('h3', {}, `${other} against ${baseline}`),
				table(`${other} against ${baseline}`, head, rows),
				details(`${other} in words`, () => [
					h('ul', { class: 'said' }, ...all.map(({ found }) => h('li', {}, found.sentence))),
				]),
			);
		}),
	);
}

/** As far as the bars go, in round numbers: three quarters of the intervals fit, so that one that is huge does not hide the others. */
function reachOf(all: readonly Difference[]): number {
	const ends = all
		.flatMap(({ shown }) => (shown?.relative === true ? [Math.max(Math.abs(shown.low), Math.abs(shown.high))] : []))
		.toSorted((a, b) => a - b);
	const most = ends.length === 0 ? 1 : ends[Math.floor(0.75 * (ends.length - 1))];
	return [0.02, 0.05, 0.1, 0.25, 0.5, 1].find((round) => most <= round) ?? 2;
}

const percent = (share: number): string =>
	formatQuantity('share', share, { date: null, clockUs: 0, fromUs: 0, toUs: 0 });

function differing({ differs, sides: [baseline] }: ComparisonPage): HTMLElement | null {
	if (differs.every(({ rows }) => rows.length === 0)) return null;
	return section(
		'differs',
		'What differs in the scenarios',
		...differs.map(({ label, rows }) =>
			rows.length === 0
				? h('p', {}, `${label} is the same scenario.`)
				: table(`Fields in which ${label} differs`, ['field', baseline, label], rows),
		),
	);
}

function courses({ courses: all, stepsUs, clock, without }: ComparisonPage): HTMLElement | null {
	const lost =
		without.length === 0 ? '' : ` Not drawn, for their times are others or were not kept: ${without.join(', ')}.`;
	if (all.length === 0 || stepsUs.length < 2) return null;
	const staging = {
		start: secondsOf(stepsUs[0], clock),
		end: secondsOf(stepsUs[stepsUs.length - 1], clock),
		step: (stepsUs[1] - stepsUs[0]) / 1e6,
		marks: [],
		time: (x: number) => timeText(x, clock),
	};
	return section(
		'courses',
		'Variants over each other',
		...staged(spreadPanels(all, stepsUs, clock), staging, `${HOW}${lost}`),
	);
}

/** Dots seed by seed: pairs are what the differences are made of. */
function pairs(page: ComparisonPage): HTMLElement {
	return section(
		'pairs',
		'Every pair',
		h('p', { class: 'hint' }, 'What each seed gave on each side; pairs.csv has every quantity.'),
		...page.measures.map((measure) => details(spokenName(measure.name), () => [pairChart(page, measure)])),
	);
}

function pairChart(
	{ sides, clock }: ComparisonPage,
	{ name, values, firstSeed }: ComparisonPage['measures'][number],
): HTMLElement {
	const count = values[0].length;
	const seeds = Array.from({ length: count }, (_, k) => firstSeed + k);
	const kind = kindOf(name);
	const show = (value: number): string => (kind === 'instant' ? formatSpan(value) : formatQuantity(kind, value, clock));
	const panel: Panel = {
		id: `pair-${name}`,
		title: `${spokenName(name)}, seed by seed`,
		caption: `One dot for every run; runs of one seed met the same luck.`,
		xName: 'seed',
		x: seeds,
		lines: sides.map((label, i): Line => ({ label, values: values[i], ink: i, dots: true })),
		y: { show, least: 0 },
	};
	const stage = new SharedAxis(firstSeed - 0.5, firstSeed + count - 0.5, 1, [], () => {});
	return chart(panel, stage, (x) => `seed ${Math.round(x)}`);
}
