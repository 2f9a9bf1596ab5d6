/**
 * A recording beside its prediction as text for a terminal, 80 columns: coverage and bias in one line for each measure,
 * amplification, what was promised of it, and every bucket with what lies outside its band marked.
 */
import type { JudgedRecording } from '../../experiment/measure/judge-recording.js';
import type {
	Bin,
	BucketShare,
	MeasuredVsPredicted,
	SeriesVsPredicted,
	TotalVsPredicted,
} from '../../experiment/measure/measured-vs-predicted.js';
import { relativeTo } from '../../experiment/measure/sharpness.js';
import { formatShare } from '../../kernel/units.js';
import { formatCount, formatSpan } from '../../metrics/definitions/format.js';
import { type AttemptSeriesName, isTimed } from '../../metrics/reading/attempt-series.js';
import { MARKS } from '../text/expectation-lines.js';
import { plain, type Style } from '../text/style.js';
import { entry, row, WIDTH, wrap } from '../text/text-table.js';
import { type MeasureHead, measuredText } from './files.js';

export interface MeasureReport {
	readonly about: MeasureHead;
	readonly comparison: MeasuredVsPredicted;
	readonly judged: readonly JudgedRecording[];
	/** the command that compares again; null leaves the line out */
	readonly rerun: string | null;
}

const LABEL = 15;
const BIN = 9;
const CELL = 11;

/** @returns with a line feed at its end */
export function measureReport(report: MeasureReport, style: Style = plain): string {
	const { about, comparison: beside, judged, rerun } = report;
	const { label, recording, seeds, notes, failures } = about;
	const title = `${recording.file} beside ${label}: ${seeds.runs} replications (seeds ${seeds.first} to ${seeds.first + seeds.runs - 1})`;
	const shown = beside.measures.filter(({ bins }) => bins.some(isBusy));
	const lines = [
		...wrap(title, WIDTH - 2).map((line) => style('title', `  ${line}`)),
		...wrap(bandText(beside), WIDTH - 2).map((line) => style('dim', `  ${line}`)),
		...failures.flatMap(({ seed, message }) =>
			entry('failed', `seed ${seed}: ${message}`, LABEL).map((line) => style('bad', line)),
		),
		...notes.flatMap((text) => entry('note', text, LABEL)),
		'',
		...shown.flatMap((measure) => entry(measure.name, measureText(measure, beside), LABEL)),
		...entry('amplification', totalText(beside.amplification, factor), LABEL),
		...(judged.length === 0 ? [] : ['', ...judged.flatMap((one) => judgedLines(one, style))]),
		'',
		...tableLines(shown, beside, style),
	];
	if (rerun !== null) lines.push('', ...wrap(`again: ${rerun}`, WIDTH - 2).map((line) => style('dim', `  ${line}`)));
	return `${lines.join('\n')}\n`;
}

export const isBusy = ({ measured, band }: Bin): boolean =>
	(measured !== null && measured !== 0) || (band !== null && band.high !== 0);

export function bandText({ runs, level, buckets, stepUs }: MeasuredVsPredicted): string {
	const inside = formatShare(Number(level.toPrecision(3)));
	return `band: where one further run falls with ${inside} (order statistics of ${runs} runs), in each of ${buckets} buckets of ${formatSpan(stepUs)}`;
}

/** "38 of 40 (95%) inside, busy ones 9 of 9; bias: +0.4%; predicted 31,402 (a run: 30,900 to 31,800), measured 31,281; band 12% wide, interval score 15%" */
export function measureText(
	{ name, inside, busy, sharpness, total }: SeriesVsPredicted,
	{ buckets }: MeasuredVsPredicted,
): string {
	const few = inside.of < buckets ? ` (${buckets - inside.of} without)` : '';
	const busyText = busy.of < inside.of ? `; of the busy ones ${hitsText(busy)}` : '';
	const show = shower(name);
	return `${hitsText(inside)} inside${few}${busyText}; ${totalText(total, show)}${sharpnessText(sharpness, show)}`;
}

/** Of the mean measured; in its own unit where nothing was measured. */
function sharpnessText(
	{ width, score, measured }: SeriesVsPredicted['sharpness'],
	show: (value: number) => string,
): string {
	if (width === null || score === null) return '';
	const say = (value: number): string => {
		const share = relativeTo(value, measured);
		return share === null ? show(value) : formatShare(Number(share.toPrecision(2)));
	};
	return `; band ${say(width)} wide, interval score ${say(score)}`;
}

export const hitsText = ({ hits, of }: BucketShare): string =>
	of === 0 ? 'none' : `${hits} of ${of} (${formatShare(Number((hits / of).toPrecision(3)))})`;

export function totalText(
	{ measured, predicted, branch, band, bias }: TotalVsPredicted,
	show: (value: number) => string,
): string {
	const cell = (value: number | null): string => (value === null ? '-' : show(value));
	const range = band === null ? '' : ` (a run: ${show(band.low)} to ${show(band.high)})`;
	const off = bias === null ? '' : `: ${bias < 0 ? '-' : '+'}${formatShare(Number(Math.abs(bias).toPrecision(2)))}`;
	return `bias${off === '' ? ' unknown' : off}; predicted ${cell(predicted)}${branch === null ? '' : ` where ${branch}`}${range}, measured ${cell(measured)}`;
}

export const factor = (value: number): string => `x${value.toFixed(3)}`;

const shower = (name: AttemptSeriesName) =>
	isTimed(name) ? formatSpan : (value: number) => formatCount(Math.round(value));

/** The words that a promise is marked with, as those of `run` are. */
function judgedLines(judged: JudgedRecording, style: Style): string[] {
	const { expectation, verdict } = judged;
	const text = `${expectation.text} · ${measuredText(judged)}`;
	const { sign, kind } = MARKS[verdict];
	return entry(sign, text, 2).map((line) => style(kind, line));
}

const MARK = { below: '▼', above: '▲', inside: ' ' } as const;

function tableLines(
	shown: readonly SeriesVsPredicted[],
	{ buckets, stepUs }: MeasuredVsPredicted,
	style: Style,
): string[] {
	const names = shown.map(({ name }) => `${name}  `);
	const rows = Array.from({ length: buckets }, (_, i) => {
		const cells = shown.map(({ name, bins }) => cellText(name, bins[i]));
		return row(`  +${formatSpan(i * stepUs)}`, cells, BIN, CELL).trimEnd();
	});
	const outside = shown.flatMap(({ name, bins }) =>
		bins.flatMap((bin, i) =>
			bin.place === 'below' || bin.place === 'above' ? [outsideText(name, bin, i * stepUs)] : [],
		),
	);
	return [
		style('title', row('  MEASURED', names, BIN + 2, CELL).trimEnd()),
		...rows,
		...(outside.length === 0 ? [] : ['', style('title', '  OUTSIDE (▼ fewer than predicted, ▲ more)')]),
		...outside.map((line) => `  ${line}`),
	];
}

const cellText = (name: AttemptSeriesName, { measured, place }: Bin): string =>
	`${measured === null ? '-' : shower(name)(measured)} ${place === null ? ' ' : MARK[place]}`;

function outsideText(name: AttemptSeriesName, { measured, band, place }: Bin, us: number): string {
	const show = shower(name);
	const range = band === null ? '' : `, band ${show(band.low)} to ${show(band.high)}`;
	return `${place === 'below' ? '▼' : '▲'} +${formatSpan(us)} ${name}: ${measured === null ? '-' : show(measured)}${range}`;
}
