/**
 * One run as text for a terminal, 80 columns, without colour: what became of it, whether it kept its promises, what
 * happened when, and how to run it again. The command line may colour the pieces through `style`.
 */
import type { Judgement } from '../experiment/verdict.js';
import { type Curve, curve } from '../metrics/figures.js';
import { formatCount, formatInstant, formatQuantity, formatSpan, hasClock } from '../metrics/format.js';
import { impactStart, peak } from '../metrics/milestones.js';
import type { Outcome, Place } from '../metrics/outcome.js';
import { type QuantityKind, quantity } from '../metrics/quantities.js';
import { axis, range, sparkline } from './charts.js';
import { type Headline, headline, read } from './headline.js';
import { foldedLog, type StoryWorld, timeline } from './story.js';
import { entry, WIDTH, wrap } from './table.js';

export type StyleKind = 'title' | 'good' | 'bad' | 'dim';
/** Colours a piece of text that is laid out already. */
export type Style = (kind: StyleKind, text: string) => string;
const plain: Style = (_, text) => text;

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
		...section('DECISIONS', decisionLines(outcome), style),
	];
	if (rerun !== null) lines.push('', style('dim', `  again: ${rerun}`));
	return `${lines.join('\n')}\n`;
}

/** One expectation with its mark and what was seen. */
export function expectationLines({ expectation, verdict, text }: Judgement, style: Style = plain): string[] {
	const mark = verdict === 'pass' ? '✓' : '✗';
	const seen = verdict === 'no-data' && !text.startsWith('no samples') ? `no samples: ${text}` : text;
	const lines = wrap(expectation.text, WIDTH - 4).map((line, i) => (i === 0 ? `  ${mark} ${line}` : `    ${line}`));
	const last = lines[lines.length - 1];
	if (last.length + 2 + seen.length <= WIDTH) lines[lines.length - 1] = last + seen.padStart(WIDTH - last.length);
	else lines.push(...wrap(seen, WIDTH - 6).map((line) => line.padStart(WIDTH)));
	return lines.map((line) => style(verdict === 'pass' ? 'good' : 'bad', line));
}

function title(outcome: Outcome, head: Headline, style: Style): string[] {
	const name = outcome.variant === '' ? outcome.name : `${outcome.name}, ${outcome.variant}`;
	const day = outcome.date === null ? '' : `${outcome.date} `;
	const span = hasClock(outcome)
		? `${day}${formatInstant(outcome.fromUs, outcome)} to ${formatInstant(outcome.toUs, outcome)} UTC`
		: formatSpan(outcome.toUs - outcome.fromUs);
	const counts = `${number('count', head.requests, outcome)} requests, ${number('count', head.attempts, outcome)} attempts`;
	const lines = [...wrap(`${name}, seed ${outcome.seed}`, WIDTH - 2).map((line) => style('title', `  ${line}`))];
	lines.push(...wrap(`${span}: ${counts}`, WIDTH - 2).map((line) => `  ${line}`));
	if (outcome.stopped !== null) {
		const { limit, bound, atUs } = outcome.stopped;
		const by =
			limit === 'signal' ? 'a signal' : `limits.${limit} = ${formatCount(bound)}${limit === 'wall' ? ' ms' : ''}`;
		const stop = `STOPPED by ${by} at ${formatInstant(atUs, outcome)}: what follows is what it has so far`;
		lines.push(...wrap(stop, WIDTH - 2).map((line) => style('bad', `  ${line}`)));
	}
	return lines;
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
		top === null ? '' : `, peak ${number('factor', top.value, outcome)} at ${formatInstant(top.atUs, outcome)}`;
	const unhealed = read(outcome, world, 'recovered-at-all') === 0;
	const bad = head.collapse.collapsed || head.cascade?.cascaded === true || unhealed;
	const while_ = impaired === null ? '' : `, ${share(impaired)} while impaired`;
	return [
		...entry('verdict', verdictText(outcome, world, head), LABEL).map((line) => style(bad ? 'bad' : 'good', line)),
		...entry(
			'unavailable',
			`${share(head.unavailable)} of first attempts${while_}; ${show('outage-minutes')} of full outage, ${show('error-budget')} of a 30-day budget at 99.9%`,
			LABEL,
		),
		...entry(
			'lost',
			`${count(head.lost)} requests (${show('lost')}) = ${count(head.direct)} direct + ${count(head.collateral)} collateral; ${count(head.saved)} saved by a retry`,
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
			: entry(
					'response',
					`from ${formatInstant(impact, outcome)} (impact): detected after ${show('time-to-detect')}, mitigated after ${show('time-to-mitigate')}, recovered after ${show('time-to-recover')}`,
					LABEL,
				)),
	];
}

function verdictText(outcome: Outcome, world: StoryWorld, { cascade: worst, collapse: end }: Headline): string {
	const share = (value: number | null) => number('share', value, outcome);
	const rest = share(end.goodputShare);
	const state = end.collapsed
		? `COLLAPSED: goodput ends at ${rest} of demand although every trigger is gone`
		: end.triggered
			? 'not collapsed (a trigger is in force to the end)'
			: `not collapsed (goodput ends at ${rest} of demand)`;
	const spread =
		worst === null
			? 'nothing to cascade from'
			: `${worst.cascaded ? 'CASCADED' : 'no cascade'}: ${placeText(worst.place)} lost ${share(worst.lost)} at worst${
					worst.exact ? '' : ' (places as recorded)'
				}`;
	const back = read(outcome, world, 'recovered');
	const healed =
		impactStart(outcome) === null
			? 'never impaired'
			: back === null
				? 'NOT RECOVERED'
				: `recovered ${formatInstant(back, outcome)}`;
	return `${state}; ${spread}; ${healed}`;
}

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

function decisionLines(outcome: Outcome): string[] {
	return foldedLog(outcome.decisions).flatMap(({ fromUs, toUs, decision, text }) => {
		const until = toUs > fromUs ? ` until ${formatInstant(toUs, outcome)}` : '';
		const { rollout, by, what, stage } = decision;
		const who = `${rollout}${stage === '' ? '' : `/${stage}`} ${by} ${what}`;
		return entry(formatInstant(fromUs, outcome), `${who}${until}: ${text}`, 11);
	});
}

function section(name: string, lines: readonly string[], style: Style): string[] {
	return lines.length === 0 ? [] : ['', style('title', `  ${name}`), ...lines];
}

const number = formatQuantity;
