/**
 * Replications as text for a terminal, 80 columns: how they end, with intervals, then each branch's figures and bands. A
 * figure is mean ± half its interval, and the 5 %, 50 % and 95 % quantiles over the runs.
 */

import {
	type Branch,
	type End,
	type Figure,
	HEADLINES,
	type OpenAtEnd,
	type ReplicationSummary,
	type WarmUpFound,
} from '../../experiment/replicate/branch-statistics.js';
import type { JudgedExpectation } from '../../experiment/replicate/probabilistic-expectations.js';
import { reasonsText } from '../../experiment/replicate/reasons.js';
import { halfWidth } from '../../experiment/statistics/interval.js';
import { proportionText } from '../../experiment/statistics/proportion.js';
import { durationText } from '../../experiment/task/judge.js';
import { type Clock, formatCount, formatQuantity, formatSpan } from '../../metrics/definitions/format.js';
import { kindOf, spokenName } from '../../metrics/definitions/metrics.js';
import { expectationLines } from '../text/expectation-lines.js';
import { failureLines } from '../text/failure-lines.js';
import { type Judged, type Judgement, judgementOf, KIND_OF, ofIncomplete } from '../text/judgement.js';
import { axis, range, sparkline } from '../text/sparkline.js';
import { plain, type Style } from '../text/style.js';
import { entry, row, WIDTH, wrap } from '../text/text-table.js';

export interface ReplicateReport {
	readonly answer: ReplicationSummary;
	readonly judged: readonly JudgedExpectation[];
	readonly clock: Clock;
	/** the command that gives all runs again; null leaves the line out */
	readonly rerun: string | null;
}

const LABEL = 15;
const CELL = 16;

/** With a line feed at its end. */
export function replicateReport({ answer, judged, clock, rerun }: ReplicateReport, style: Style = plain): string {
	const { seeds, ends, branches } = answer;
	const of = `seeds ${seeds.first} to ${seeds.first + seeds.runs - 1}`;
	const judgement = judgementOfRuns(answer, judged);
	const lines = [
		style(KIND_OF[judgement.tone], `  ${judgement.text}`),
		...wrap(`${answer.label}: ${seeds.runs} replications (${of})`, WIDTH - 2).map((l) => style('title', `  ${l}`)),
		...failureLines(
			answer.failures.map(({ seed, failure }) => `seed ${seed}: ${failure.message}`),
			style,
		),
		'',
		...entry('P(collapsed)', endText(answer, 'collapsed', clock), LABEL).map((l) =>
			style(ends.collapsed.n === 0 ? 'open' : KIND_OF[judgement.tone], l),
		),
		...(answer.beforeTrigger.hits === 0
			? []
			: entry('  down before', `the first trigger: ${proportionText(answer.beforeTrigger)}`, LABEL)),
		...entry('P(cascaded)', endText(answer, 'cascaded', clock), LABEL),
		...entry('P(recovered)', endText(answer, 'recovered-at-all', clock), LABEL),
		...(answer.open.requests === 0 ? [] : entry('open at end', openText(answer.open), LABEL)),
		...entry('warm-up', warmUpText(answer.warmUp), LABEL),
		...(judged.length === 0 ? [] : ['', ...judged.flatMap((one) => expectationLines(one, style))]),
		...branches.flatMap((branch) => ['', ...branchLines(branch, clock, style)]),
	];
	if (rerun !== null) lines.push('', style('dim', `  again: ${rerun}`));
	return `${lines.join('\n')}\n`;
}

/** "12.5% (5 of 40 decided; ...); not decided in 8 of 48 runs: ... (a duration of 60s would decide)" */
export function endText(
	{ ends, undecided, seeds, failures }: ReplicationSummary,
	end: End,
	clock: Pick<Clock, 'fromUs'>,
): string {
	const { runs, reasons, neededToUs } = undecided[end];
	const proportion = ends[end];
	const silent = seeds.runs - failures.length - proportion.n - runs;
	const none =
		silent > 0 ? `no impact in ${formatCount(silent)} of ${formatCount(silent + proportion.n + runs)} runs` : '';
	if (runs === 0) return silent > 0 && proportion.n === 0 ? none : join([proportionText(proportion), none]);
	const would = neededToUs === null ? '' : ` (${durationText(neededToUs, clock)} would decide)`;
	const why = reasons.length === 0 ? '' : `: ${reasonsText(reasons)}`;
	const not = `not decided in ${formatCount(runs)} of ${formatCount(runs + proportion.n + silent)} runs${why}${would}`;
	if (proportion.n === 0) return join([not, none]);
	return join([proportionText(proportion), not, none]);
}

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ');

/** "2,010 of 12,000 requests, in 3 runs; no share by birth counts them" */
export function openText({ requests, born, runs }: OpenAtEnd): string {
	const where = `in ${formatCount(runs)} run${runs === 1 ? '' : 's'}`;
	return `${formatCount(requests)} of ${formatCount(born)} requests, ${where}; no share by birth counts them`;
}

/** Runs without a result leave open what the others keep. */
export function judgedRuns({ label, failures }: ReplicationSummary, judged: readonly JudgedExpectation[]): Judged {
	const verdicts = judged.map(({ verdict }) => verdict);
	return { label, verdicts: failures.length > 0 ? ofIncomplete(verdicts) : verdicts };
}

/** What opens the report and the page. */
export const judgementOfRuns = (said: ReplicationSummary, judged: readonly JudgedExpectation[]): Judgement =>
	judgementOf([judgedRuns(said, judged)]);

export function warmUpText(found: WarmUpFound): string {
	switch (found.kind) {
		case 'stated':
			return `${formatSpan(found.us)}, stated by the scenario`;
		case 'found':
			return found.us === 0
				? 'none stated, none found (MSER-5 on the mean goodput share)'
				: `none stated; MSER-5 on the mean goodput share would cut the first ${formatSpan(found.us)}`;
		case 'unknown':
			return `none stated; MSER-5 cannot tell (${WHY[found.why]})`;
	}
}

const WHY = {
	'too-short': 'fewer than 50 steps',
	gaps: 'a step measured nothing',
	unsettled: 'the curve does not settle, as with an incident in it',
} as const;

function branchLines({ name, runs, figures, bands }: Branch, clock: Clock, style: Style): string[] {
	const lines = [
		style('title', row(`  ${name.toUpperCase()}, ${runs} runs`, ['mean', 'p5', 'p50', 'p95'], 24, CELL - 2)),
	];
	for (const headline of HEADLINES) {
		const figure = figures.get(headline);
		if (figure === undefined) continue;
		if (figure.mean.n > 0) lines.push(row(`  ${spokenName(headline)}`, cells(headline, figure, clock), 24, CELL - 2));
		if (figure.undecided > 0)
			lines.push(...entry(`  ${spokenName(headline)}`, undecidedText(figure.undecided, runs), 24));
		if (figure.mean.n > 0 && figure.mean.n < runs) lines.push(`    over ${figure.mean.n} of ${runs} runs`);
	}
	const width = WIDTH - 24;
	for (const [label, curve] of [
		['goodput p5', bands['goodput-share'].map((b) => b.p5)],
		['goodput p50', bands['goodput-share'].map((b) => b.p50)],
		['amplification p50', bands.amplification.map((b) => b.p50)],
		['amplification p95', bands.amplification.map((b) => b.p95)],
	] as const) {
		const spread = range(curve);
		if (spread === null) continue;
		const low = label.startsWith('goodput') ? 0 : 1;
		lines.push(
			`  ${label.padEnd(22)}${sparkline(curve, width, low, Math.max(spread.high, low === 0 ? 1 : 2))}`.trimEnd(),
		);
	}
	lines.push(`${' '.repeat(24)}${axis(clock, width)}`);
	return lines;
}

/** "undecided in 3 of 20 runs" */
export const undecidedText = (undecided: number, runs: number): string =>
	`undecided in ${formatCount(undecided)} of ${formatCount(runs)} run${runs === 1 ? '' : 's'}`;

function cells(name: string, { mean, quantiles }: Figure, clock: Clock): string[] {
	const kind = kindOf(name);
	const show = (value: number | null): string => formatQuantity(kind, value, clock);
	const reach =
		mean.interval === null ? '' : `±${show(Number(halfWidth(mean.interval).toPrecision(2))).replace('x', '')}`;
	return [`${show(mean.mean)}${reach}`, ...quantiles.map(({ value }) => show(value))];
}
