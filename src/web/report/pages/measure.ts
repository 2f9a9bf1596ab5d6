/** The page of a recording beside its prediction: for each measure the band in which one further run would fall, and in it what was measured. */
import { formatCount, formatSpan } from '../../../metrics/definitions/format.js';
import type { Json } from '../../../report/files/json.js';
import type { MeasurePage } from '../../../report/measure/page-data.js';
import { HOW, staged } from '../chart/aligned-charts.js';
import type { Panel, Values } from '../chart/panel.js';
import { at, list, number } from '../dom/data-path.js';
import { section } from '../dom/dom.js';
import { secondsOf, timeText } from '../dom/time.js';
import { closingOf, openingOf } from '../sections/experiment.js';

const TITLES: Readonly<Record<string, string>> = {
	attempts: 'Attempts sent',
	ok: 'Attempts answered well',
	rejected: 'Attempts rejected or shed',
	timeout: 'Attempts timed out',
	error: 'Attempts answered with an error',
	refused: 'Attempts refused',
	p50: 'Latency of good attempts, median',
	p99: 'Latency of good attempts, p99',
};

export function measurePage(page: MeasurePage): Node[] {
	return [openingOf(page, 'beside what was measured'), courses(page), closingOf(page)].filter((node) => node !== null);
}

function courses({ summary, measures, clock, stepUs, buckets }: MeasurePage): HTMLElement {
	const step = stepUs / 1e6;
	const start = secondsOf(clock.fromUs, clock);
	const x = Array.from({ length: buckets }, (_, i) => start + i * step);
	const panels = measures.map((measure) => panelOf(measure, at(summary, 'measures', measure.name, 'bins'), x, step));
	return section(
		'courses',
		'Measured beside predicted',
		...staged(
			panels,
			{ start, end: start + buckets * step, step, marks: [], time: (at) => timeText(at, clock) },
			`Areas are the band in which one further run of the scenario would fall; dots are the recording, rings what of it lies outside. ${HOW}`,
		),
	);
}

function panelOf(
	{ name, timed, inside }: MeasurePage['measures'][number],
	bins: Json,
	x: number[],
	step: number,
): Panel {
	const all = list(bins);
	const edge = (end: 0 | 1): Values => all.map((bin) => number(list(at(bin, 'band'))[end] ?? null));
	const measured = (isOut: boolean): Values =>
		all.map((bin) => {
			const place = at(bin, 'place');
			const out = place === 'below' || place === 'above';
			return out === isOut ? number(at(bin, 'measured')) : null;
		});
	const thin = { ink: 0, width: 0.7, edge: true } as const;
	const outside = measured(true);
	const per = timed ? '' : ` in each ${formatSpan(step * 1e6)}`;
	return {
		id: `measured-${name}`,
		title: `${TITLES[name] ?? name}${per}`,
		caption: `${inside} of the measured values lie inside the band.`,
		x,
		lines: [
			{ label: 'predicted: upper end of the band', values: edge(1), ...thin },
			{
				label: 'predicted: median, with the band',
				values: all.map((bin) => number(at(bin, 'predicted'))),
				ink: 0,
				width: 2,
			},
			{ label: 'predicted: lower end of the band', values: edge(0), ...thin },
			{ label: 'measured', values: measured(false), ink: 1, apart: 'dot' },
			...(outside.some((value) => value !== null)
				? [{ label: 'measured, outside the band', values: outside, ink: 2, apart: 'ring' } as const]
				: []),
		],
		bands: [{ high: 0, middle: 1, low: 2, ink: 0 }],
		y: { show: timed ? (seconds) => formatSpan(Math.round(seconds * 1e6)) : formatCount, least: 0 },
	};
}
