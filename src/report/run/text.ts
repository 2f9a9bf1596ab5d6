/**
 * One run as text for a terminal, 80 columns, without colour: what became of it, whether it kept its promises, what
 * happened when, and how to run it again. The command line may colour the pieces through `style`.
 */
import type { Explanation } from '../../experiment/run/explain.js';
import type { Judgement } from '../../experiment/task/judge.js';
import { formatBound, formatInstant, formatQuantity, formatSpan, hasClock } from '../../metrics/definitions/format.js';
import { type QuantityKind, spokenName } from '../../metrics/definitions/metrics.js';
import type { Outcome } from '../../metrics/outcome.js';
import { type Curve, curve, pooledCurve } from '../../metrics/reading/curves.js';
import { MIN_SAMPLES } from '../../metrics/reading/milestones.js';
import { labelOf } from '../../scenario/variants.js';
import { expectationLines } from '../text/expectation-lines.js';
import { closingJudgement, type Judgement as JudgementLine, judgementOf, KIND_OF } from '../text/judgement.js';
import { axis, range, sparkline } from '../text/sparkline.js';
import { plain, type Style } from '../text/style.js';
import { entry, WIDTH, wrap } from '../text/text-table.js';
import { type Headline, headline } from './headline.js';
import { type Judgeable, judgedRun } from './judged-run.js';
import { notesOf } from './notes.js';
import { findings, runVerdict } from './run-findings.js';
import { foldedLog, type TimelineWorld, timeline } from './timeline.js';

export interface RunReport {
	readonly outcome: Outcome;
	readonly world: TimelineWorld;
	readonly judgements: readonly Judgement[];
	/** what its retries did; nothing is said of it where nobody asked */
	readonly explained?: Explanation;
	/** the command that gives this run again; null leaves the line out */
	readonly rerun: string | null;
}

const LABEL = 24;

/** The whole report of one run, with a line feed at its end. */
export function runReport(
	{ outcome, world, judgements, explained = null, rerun }: RunReport,
	style: Style = plain,
): string {
	const head = headline(outcome, world);
	const lines = [
		...title(outcome, head, style),
		'',
		...verdictEntry(outcome, world, head, toneOf(outcome, judgements), style),
		...findings(outcome, world, head, explained).flatMap(({ label, text }) => entry(label, text, LABEL)),
		...section(
			'EXPECTATIONS',
			judgements.flatMap((j) => expectationLines(j, style)),
			style,
		),
		...section('TIMELINE', timelineLines(outcome, world, style), style),
		...section('CURVES', curveLines(outcome, style), style),
		...section('READINGS', readingLines(outcome), style),
		...section('NOTES', noteLines(outcome, world, judgements), style),
	];
	if (rerun !== null) lines.push('', style('dim', `  again: ${rerun}`));
	return `${lines.join('\n')}\n`;
}

/** The short report of a run that stands beside others: its verdict and its promises, with a line feed at its end. */
export function verdictReport({ outcome, world, judgements, rerun }: RunReport, style: Style = plain): string {
	const head = headline(outcome, world);
	const lines = [
		...wrap(nameOf(outcome), WIDTH - 2).map((line) => style('title', `  ${line}`)),
		...stopLines(outcome, style),
		...verdictEntry(outcome, world, head, toneOf(outcome, judgements), style),
		...judgements.flatMap((j) => expectationLines(j, style)),
	];
	if (rerun !== null) lines.push(style('dim', `  again: ${rerun}`));
	return `${lines.join('\n')}\n`;
}

function title(outcome: Outcome, head: Headline, style: Style): string[] {
	const day = outcome.date === null ? '' : `${outcome.date} `;
	const span = hasClock(outcome)
		? `${day}${formatInstant(outcome.fromUs, outcome)} to ${formatInstant(outcome.toUs, outcome)} UTC`
		: formatSpan(outcome.toUs - outcome.fromUs);
	const counts = `${number('count', head.requests, outcome)} requests, ${number('count', head.attempts, outcome)} attempts`;
	const lines = [...wrap(nameOf(outcome), WIDTH - 2).map((line) => style('title', `  ${line}`))];
	lines.push(...wrap(`${span}: ${counts}`, WIDTH - 2).map((line) => `  ${line}`));
	return [...lines, ...stopLines(outcome, style)];
}

const nameOf = (outcome: Outcome): string => `${labelOf(outcome)}, seed ${outcome.seed}`;

function stopLines(outcome: Outcome, style: Style): string[] {
	if (outcome.stopped === null) return [];
	const { limit, bound, atUs } = outcome.stopped;
	const by = limit === 'signal' ? 'a signal' : `limits.${limit} = ${formatBound({ limit, bound })}`;
	const stop = `STOPPED by ${by} at ${formatInstant(atUs, outcome)}: what follows is what it has so far`;
	return wrap(stop, WIDTH - 2).map((line) => style('bad', `  ${line}`));
}

/** Coloured by what was expected: a collapse that a scenario expects is no bad news. */
function verdictEntry(
	outcome: Outcome,
	world: TimelineWorld,
	head: Headline,
	tone: JudgementLine['tone'],
	style: Style,
): string[] {
	return entry('verdict', runVerdict(outcome, world, head), LABEL).map((line) => style(KIND_OF[tone], line));
}

/** The first line of a story: what the expectations of all its runs came to. */
export function openingLine(runs: readonly Judgeable[], style: Style = plain): string {
	const { text, tone } = judgementOf(runs.map(judgedRun));
	return `${style(KIND_OF[tone], `  ${text}`)}\n`;
}

/** The last line of a story of several variants: the same, and which of them failed. */
export function closingLine(runs: readonly Judgeable[], style: Style = plain): string {
	const { text, tone } = closingJudgement(runs.map(judgedRun));
	return `${wrap(text, WIDTH - 2)
		.map((line) => style(KIND_OF[tone], `  ${line}`))
		.join('\n')}\n`;
}

const toneOf = (outcome: Outcome, judgements: readonly Judgement[]): JudgementLine['tone'] =>
	judgementOf([judgedRun({ outcome, judgements })]).tone;

function timelineLines(outcome: Outcome, world: TimelineWorld, style: Style): string[] {
	return timeline(outcome, world).flatMap(({ atUs, text, kind }) => {
		// Within a bucket the order is told, not the fraction: a milestone read from cells has none.
		const shownUs = outcome.bucketUs <= 1e6 ? Math.floor(atUs / outcome.bucketUs) * outcome.bucketUs : atUs;
		const lines = entry(formatInstant(shownUs, outcome), kind === 'note' ? `[${text}]` : text, 11);
		return kind === 'done' ? lines : lines.map((line) => style(kind === 'note' ? 'dim' : kind, line));
	});
}

function curveLines(outcome: Outcome, style: Style): string[] {
	const width = WIDTH - 2 - LABEL - 14;
	const line = (name: Curve, kind: QuantityKind, floor: number): string[] => {
		const ofBuckets = curve(outcome, name);
		if (ofBuckets === null || range(ofBuckets) === null) return [];
		// Thin buckets are read together, as for the peak in the headline.
		const values = name === 'amplification' || name === 'unavailable' ? pooledCurve(outcome, name) : ofBuckets;
		if (values === null) return [`  ${spokenName(name).padEnd(LABEL)}too few: less than ${MIN_SAMPLES} first attempts`];
		const valueRange = values === null ? null : range(values);
		if (valueRange === null) return [];
		const low = Math.min(floor, valueRange.low);
		const span = `${number(kind, low, outcome)}..${number(kind, valueRange.high, outcome)}`;
		return [`  ${spokenName(name).padEnd(LABEL)}${sparkline(values, width, low, valueRange.high)} ${span}`];
	};
	return [
		...line('amplification', 'factor', 1),
		...line('goodput', 'rate', 0),
		...line('unavailable', 'share', 0),
		style('dim', ' '.repeat(2 + LABEL) + axis(outcome, width)),
	];
}

/** The looks that decided nothing: what was decided stands in the timeline. */
function readingLines(outcome: Outcome): string[] {
	return foldedLog(outcome.decisions)
		.filter(({ decision: { what } }) => what === 'measured')
		.flatMap(({ fromUs, toUs, decision: { rollout, by, stage, check }, text }) => {
			const until = toUs > fromUs ? ` until ${formatInstant(toUs, outcome)}` : '';
			const which = check === null || check === by ? by : `${by} ${check}`;
			const who = `${rollout}${stage === '' ? '' : `/${stage}`} ${which}`;
			return entry(formatInstant(fromUs, outcome), `${who}${until}: ${text}`, 11);
		});
}

function noteLines(outcome: Outcome, world: TimelineWorld, judgements: readonly Judgement[]): string[] {
	return notesOf(outcome, world, judgements).flatMap((note) => wrap(note, WIDTH - 2).map((line) => `  ${line}`));
}

function section(name: string, lines: readonly string[], style: Style): string[] {
	return lines.length === 0 ? [] : ['', style('title', `  ${name}`), ...lines];
}

const number = formatQuantity;
