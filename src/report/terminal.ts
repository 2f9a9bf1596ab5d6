/**
 * One run as text for a terminal, 80 columns, without colour: what became of it, whether it kept its promises, what
 * happened when, and how to run it again. The command line may colour the pieces through `style`.
 */
import type { Judgement, Verdict } from '../experiment/verdict.js';
import { type Curve, curve } from '../metrics/figures.js';
import { formatCount, formatInstant, formatQuantity, formatSpan, hasClock } from '../metrics/format.js';
import { impactStart, peak } from '../metrics/milestones.js';
import type { Outcome, Place } from '../metrics/outcome.js';
import { type QuantityKind, quantity } from '../metrics/quantities.js';
import { labelOf } from '../scenario/edit.js';
import { axis, range, sparkline } from './charts.js';
import { type Headline, headline, read } from './headline.js';
import { foldedLog, type StoryWorld, timeline } from './story.js';
import { entry, WIDTH, wrap } from './table.js';

export type StyleKind = 'title' | 'good' | 'bad' | 'open' | 'dim';
/** Colours a piece of text that is laid out already. */
export type Style = (kind: StyleKind, text: string) => string;
export const plain: Style = (_, text) => text;

export interface RunReport {
	readonly outcome: Outcome;
	readonly world: StoryWorld;
	readonly judgements: readonly Judgement[];
	/** the command that gives this run again; null leaves the line out */
	readonly rerun: string | null;
}

const LABEL = 15;

/** The whole report of one run, with a line feed at its end. */
export function runReport({ outcome, world, judgements, rerun }: RunReport, style: Style = plain): string {
	const head = headline(outcome, world);
	const lines = [
		...title(outcome, head, style),
		'',
		...verdicts(outcome, world, head, style),
		...section(
			'EXPECTATIONS',
			judgements.flatMap((j) => expectationLines(j, style)),
			style,
		),
		...section('TIMELINE', timelineLines(outcome, world, style), style),
		...section('CURVES', curveLines(outcome, style), style),
		...section('READINGS', readingLines(outcome), style),
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
		...verdictEntry(outcome, world, head, style),
		...judgements.flatMap((j) => expectationLines(j, style)),
	];
	if (rerun !== null) lines.push(style('dim', `  again: ${rerun}`));
	return `${lines.join('\n')}\n`;
}

/** The sign in front of an expectation, and its colour. */
export const MARKS: Readonly<Record<Verdict, { readonly sign: string; readonly kind: StyleKind }>> = {
	pass: { sign: '✓', kind: 'good' },
	fail: { sign: '✗', kind: 'bad' },
	'no-data': { sign: '✗', kind: 'bad' },
	inconclusive: { sign: '?', kind: 'open' },
};

/** One expectation with its mark and what was seen. */
export function expectationLines(
	{ expectation, verdict, text }: Pick<Judgement, 'expectation' | 'verdict' | 'text'>,
	style: Style = plain,
): string[] {
	const { sign, kind } = MARKS[verdict];
	const seen = verdict === 'no-data' && !text.startsWith('no samples') ? `no samples: ${text}` : text;
	const lines = wrap(expectation.text, WIDTH - 4).map((line, i) => (i === 0 ? `  ${sign} ${line}` : `    ${line}`));
	const last = lines[lines.length - 1];
	if (last.length + 2 + seen.length <= WIDTH) lines[lines.length - 1] = last + seen.padStart(WIDTH - last.length);
	else lines.push(...wrap(seen, WIDTH - 6).map((line) => line.padStart(WIDTH)));
	return lines.map((line) => style(kind, line));
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
	const by =
		limit === 'signal' ? 'a signal' : `limits.${limit} = ${formatCount(bound)}${limit === 'wall' ? ' ms' : ''}`;
	const stop = `STOPPED by ${by} at ${formatInstant(atUs, outcome)}: what follows is what it has so far`;
	return wrap(stop, WIDTH - 2).map((line) => style('bad', `  ${line}`));
}

function verdicts(outcome: Outcome, world: StoryWorld, head: Headline, style: Style): string[] {
	const show = (name: string) => {
		const named = quantity(name);
		return number(named === undefined ? 'count' : named.kind, read(outcome, world, name), outcome);
	};
	const share = (value: number | null) => number('share', value, outcome);
	const count = (value: number | null) => number('count', value, outcome);
	const impact = impactStart(outcome);
	const impaired = head.unavailableWhileImpaired;
	const top = peak(outcome, 'amplification');
	const peakText =
		top === null || top.value <= 1
			? ''
			: `, peak ${number('factor', top.value, outcome)} at ${formatInstant(top.atUs, outcome)}`;
	// Direct is what a change itself fails: without one there is nothing to split.
	const split =
		outcome.changes.length === 0 ? '' : ` = ${count(head.direct)} direct + ${count(head.collateral)} collateral`;
	const while_ = impaired === null ? '' : `, ${share(impaired)} while impaired`;
	return [
		...verdictEntry(outcome, world, head, style),
		...entry(
			'unavailable',
			`${share(head.unavailable)} of first attempts${while_}; ${show('outage-minutes')} of full outage, ${show('error-budget')} of a 30-day budget at 99.9%`,
			LABEL,
		),
		...entry(
			'lost',
			`${count(head.lost)} requests (${show('lost')})${split}; ${count(head.saved)} saved by a retry`,
			LABEL,
		),
		...entry(
			'amplification',
			`${show('amplification')} attempts per first attempt${peakText}; ${show('retry-share')} of attempts are retries`,
			LABEL,
		),
		...entry(
			'latency',
			`p50 ${show('request-p50')}, p99 ${show('request-p99')}, p99.9 ${show('request-p999')}, of requests that succeeded`,
			LABEL,
		),
		...(impact === null
			? []
			: entry('response', `from ${formatInstant(impact, outcome)} (impact): ${response(outcome, world)}`, LABEL)),
	];
}

/** How long until someone noticed, the cause was gone, and all was well again. Where nobody watches, nobody detects. */
function response(outcome: Outcome, world: StoryWorld): string {
	const step = (done: string, quantityName: string): string => {
		const us = read(outcome, world, quantityName);
		return us === null ? `not ${done}` : `${done} after ${formatSpan(us)}`;
	};
	return [
		...(outcome.decisions.length === 0 ? [] : [step('detected', 'time-to-detect')]),
		step('mitigated', 'time-to-mitigate'),
		step('recovered', 'time-to-recover'),
	].join(', ');
}

function verdictEntry(outcome: Outcome, world: StoryWorld, head: Headline, style: Style): string[] {
	const unhealed = read(outcome, world, 'recovered-at-all') === 0;
	const bad = head.collapse.collapsed || head.cascade?.cascaded === true || unhealed;
	return entry('verdict', verdictText(outcome, world, head), LABEL).map((line) => style(bad ? 'bad' : 'good', line));
}

function verdictText(
	outcome: Outcome,
	world: StoryWorld,
	{ requests, cascade: worst, collapse: end }: Headline,
): string {
	const state = stateText(outcome, end);
	const spread =
		worst === null
			? 'nothing to cascade from'
			: `${worst.cascaded ? 'CASCADED' : 'no cascade'}: ${placeText(worst.place)} lost ${number('share', worst.lost, outcome)} at worst${
					worst.exact || onePlace(world) ? '' : ' (its regions and platforms were not recorded apart)'
				}`;
	if (requests === 0) return 'nobody asked for anything';
	return `${state}; ${spread}; ${healthText(outcome, world, end.triggered)}`;
}

function stateText({ stopped, ...outcome }: Outcome, { collapsed, triggered, goodputShare }: Headline['collapse']) {
	// Collapse is a verdict on the end of a run, and a stopped one has not come there.
	if (stopped !== null) return 'no verdict on collapse, the end was not reached';
	const rest = formatQuantity('share', goodputShare, outcome);
	if (collapsed) return `COLLAPSED: goodput ends at ${rest} of demand although every trigger is gone`;
	return triggered
		? 'not collapsed (a trigger is in force to the end)'
		: `not collapsed (goodput ends at ${rest} of demand)`;
}

function healthText(outcome: Outcome, world: StoryWorld, triggered: boolean): string {
	if (impactStart(outcome) === null) return 'never impaired';
	const back = read(outcome, world, 'recovered');
	if (back !== null) return `recovered ${formatInstant(back, outcome)}`;
	return triggered || outcome.stopped !== null ? 'not recovered by then' : 'NOT RECOVERED';
}

const onePlace = ({ regions, platforms }: StoryWorld): boolean =>
	regions !== undefined && regions.length * platforms.length === 1;

function placeText({ region, platform }: Place): string {
	const names = [region, platform].filter((name) => name !== undefined);
	return names.length === 0 ? 'the whole edge' : names.join('/');
}

function timelineLines(outcome: Outcome, world: StoryWorld, style: Style): string[] {
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
		const values = curve(outcome, name);
		const seen = values === null ? null : range(values);
		if (values === null || seen === null) return [];
		const low = Math.min(floor, seen.low);
		const span = `${number(kind, low, outcome)}..${number(kind, seen.high, outcome)}`;
		return [`  ${name.padEnd(LABEL)}${sparkline(values, width, low, seen.high)} ${span}`];
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

function section(name: string, lines: readonly string[], style: Style): string[] {
	return lines.length === 0 ? [] : ['', style('title', `  ${name}`), ...lines];
}

const number = formatQuantity;
