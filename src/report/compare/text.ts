/**
 * A comparison as text for a terminal, 80 columns: for every branch how often it ends otherwise than the baseline, the
 * means of either with their relative change and what pairing gained, and a sentence for each measure.
 */

import type { Comparison, ComparisonSide, VersusBaseline } from '../../experiment/compare/compare.js';
import type { RegressionFinding } from '../../experiment/compare/regression.js';
import {
	type NamedMetric,
	type RegressionDecision,
	regressionDecision,
} from '../../experiment/compare/regression-decision.js';
import type { PairedShares } from '../../experiment/statistics/paired-shares.js';
import { formatShare } from '../../kernel/units.js';
import { formatQuantity } from '../../metrics/definitions/format.js';
import { spokenName } from '../../metrics/definitions/metrics.js';
import { failureLines } from '../text/failure-lines.js';
import { plain, type Style, type StyleKind } from '../text/style.js';
import { entry, row, WIDTH, wrap } from '../text/text-table.js';
import { changeCell, show } from './compare-numbers.js';
import { endSentence, openText, sentence } from './compare-sentences.js';

const LABEL = 15;
const MEASURE = 24;
const CELL = 14;

/** @param rerun the command that compares again; null leaves the line out. @returns with a line feed at its end */
export function compareReport(comparison: Comparison, rerun: string | null, style: Style = plain): string {
	const { baseline, others, confidence } = comparison;
	const names = others.map(({ side }) => side.label).join(', ');
	const lines = [
		...wrap(
			`${names} compared with ${baseline.label}: paired differences at ${formatShare(confidence)}`,
			WIDTH - 2,
		).map((l) => style('title', `  ${l}`)),
		...[baseline, ...others.map(({ side }) => side)].flatMap((side) => failed(side, style)),
		...others.flatMap((versus) => ['', ...versusLines(comparison, versus, style)]),
		'',
		...verdictLines(comparison, style),
	];
	if (rerun !== null) lines.push('', ...wrap(`again: ${rerun}`, WIDTH - 2).map((line) => style('dim', `  ${line}`)));
	return `${lines.join('\n')}\n`;
}

function failed({ label, failures }: ComparisonSide, style: Style): string[] {
	const texts = failures.map(({ seed, message }) => `${label}, seed ${seed}: ${message}`);
	return failureLines(texts, style, `${label}: `);
}

function versusLines(comparison: Comparison, versus: VersusBaseline, style: Style): string[] {
	const { baseline, measures: names } = comparison;
	const { side, seeds, pairs, sameArrivals, measures, ends } = versus;
	const of = `${side.label.toUpperCase()} AGAINST ${baseline.label.toUpperCase()}`;
	const lines = wrap(`${of}, seeds ${seeds.first} to ${seeds.first + seeds.runs - 1}: ${pairs} pairs`, WIDTH - 2).map(
		(line) => style('title', `  ${line}`),
	);
	const shared = sameArrivals === pairs ? '' : '; the others share less of their luck';
	lines.push(...entry('same arrivals', `in ${sameArrivals} of ${pairs} pairs (as many requests born)${shared}`, LABEL));
	const { open } = versus;
	if (open.baseline.open + open.other.open > 0) {
		const counts = `${baseline.label} ${openText(open.baseline)} requests, ${side.label} ${openText(open.other)}`;
		lines.push(...entry('open at end', `${counts}; no share by birth counts them`, LABEL));
	}
	for (const [label, { shares, ruling }] of [
		['P(collapsed)', ends.collapsed],
		['P(cascaded)', ends.cascaded],
		['P(recovered)', ends['recovered-at-all']],
	] as const) {
		const text = endSentence(baseline.label, versus, shares);
		lines.push(...coloured(entry(label, text, LABEL), ruling.finding, style));
	}
	if (isMixed(ends.collapsed.shares)) {
		lines.push(
			...entry('note', 'means mix runs that collapsed with runs that did not; P(collapsed) comes first', LABEL),
		);
	}
	const compared = names.flatMap((name) => {
		const measured = measures.get(name);
		return measured === undefined || measured.measured.baseline + measured.measured.other === 0
			? []
			: [{ name, measured }];
	});
	lines.push(
		'',
		style('title', row('  mean over pairs', [baseline.label, side.label, 'change', 'gain'], MEASURE, CELL)),
	);
	for (const { name, measured } of compared) {
		const { paired } = measured;
		const cells = [show(name, paired.baseline), show(name, paired.other), changeCell(name, measured), gain(paired)];
		lines.push(row(`  ${spokenName(name)}`, cells, MEASURE, CELL));
	}
	lines.push(style('dim', '  gain: pairing was worth so many times the runs of independent seeds'), '');
	for (const { name, measured } of compared) {
		const { finding } = measured.ruling;
		lines.push(...coloured(entry(MARKS[finding], sentence(versus, name, measured), 2), finding, style));
	}
	return lines;
}

/** Better and worse as kept and broken promises are marked. */
const MARKS: Readonly<Record<RegressionFinding, string>> = {
	better: '✓',
	worse: '✗',
	less: '-',
	more: '-',
	same: '=',
	unclear: '?',
	unmeasured: '?',
};

/** "x37"; "exact" where every pair differs by the same. */
export function gain({ varianceRatio }: { readonly varianceRatio: number | null }): string {
	return varianceRatio === Number.POSITIVE_INFINITY ? 'exact' : formatQuantity('factor', varianceRatio, NO_CLOCK);
}

/** Some runs of a side collapsed and others did not. */
function isMixed({ n, both, onlyBaseline, onlyOther }: PairedShares): boolean {
	return [both + onlyBaseline, both + onlyOther].some((hits) => hits > 0 && hits < n);
}

function verdictLines(comparison: Comparison, style: Style): string[] {
	const found = regressionDecision(comparison);
	return entry('verdict', verdictText(found, formatShare(comparison.tolerance)), LABEL).map((line) =>
		style(VERDICT_STYLE[found.verdict], line),
	);
}

const VERDICT_STYLE = { pass: 'good', fail: 'bad', inconclusive: 'title' } as const satisfies Record<
	RegressionDecision['verdict'],
	StyleKind
>;

export function verdictText({ verdict, regressed, undecided, further }: RegressionDecision, tolerance: string): string {
	switch (verdict) {
		case 'pass':
			return `no regression: whatever has a direction is better, the same, or worse by at most ${tolerance}`;
		case 'fail':
			return `REGRESSION: ${listed(regressed)}`;
		case 'inconclusive': {
			if (undecided.length === 0) return 'undecided: no pair says anything';
			const more = further === null ? 'no number of pairs would decide' : `about ${further} more pairs would decide`;
			return `undecided: ${listed(undecided)} may be worse by more than ${tolerance}; ${more} if what was seen stays`;
		}
	}
}

/** "canary: lost, amplification; staging: lost" */
function listed(said: readonly NamedMetric[]): string {
	const labels = [...new Set(said.map(({ label }) => label))];
	return labels
		.map((label) => {
			const measures = said.filter((one) => one.label === label).map(({ measure }) => spokenName(measure));
			return `${label}: ${measures.join(', ')}`;
		})
		.join('; ');
}

function coloured(lines: readonly string[], finding: RegressionFinding, style: Style): string[] {
	const kind: StyleKind | null = finding === 'better' ? 'good' : finding === 'worse' ? 'bad' : null;
	return kind === null ? [...lines] : lines.map((line) => style(kind, line));
}

/** No instant is shown. */
const NO_CLOCK = { date: null, clockUs: 0, fromUs: 0, toUs: 0 };
