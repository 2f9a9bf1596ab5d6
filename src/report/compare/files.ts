/** A comparison as files: what it says (JSON), every paired difference and every run (CSV). Same bytes every time. */

import type { ComparedMetric, Comparison, ComparisonSide, VersusBaseline } from '../../experiment/compare/compare.js';
import { preferenceFor } from '../../experiment/compare/metric-direction.js';
import type { RegressionRuling } from '../../experiment/compare/regression.js';
import { type RegressionDecision, regressionDecision } from '../../experiment/compare/regression-decision.js';
import type { Interval } from '../../experiment/statistics/interval.js';
import type { PairedShares } from '../../experiment/statistics/paired-shares.js';
import { isCut } from '../../experiment/task/task.js';
import { QUANTITIES } from '../../metrics/definitions/metrics.js';
import { csv } from '../files/csv.js';
import { type Json, SCHEMA_VERSION } from '../files/json.js';
import { endSentence, sentence } from './compare-sentences.js';

/** Times in seconds, shares 0..1; a difference is other - baseline, an interval [low, high]. */
export function comparisonJson(comparison: Comparison, version: string): Json {
	const { baseline, others, confidence, tolerance, measures } = comparison;
	const sides = [baseline, ...others.map(({ side }) => side)];
	const failures = sides.flatMap(({ label, failures }) => failures.map((failure) => ({ label, ...failure })));
	return {
		schema: SCHEMA_VERSION,
		kind: 'comparison',
		version,
		confidence,
		tolerance,
		headlines: measures,
		partial: failures.some(isCut),
		baseline: sideJson(baseline),
		others: others.map((versus) => versusJson(baseline, versus)),
		regression: regressionJson(regressionDecision(comparison)),
		failures,
	};
}

const sideJson = ({ label, firstSeed, runs }: ComparisonSide): { [key: string]: Json } => ({
	label,
	seeds: { first: firstSeed, runs: runs.length },
});

function versusJson(baseline: ComparisonSide, versus: VersusBaseline): Json {
	const { side, seeds, pairs, sameArrivals, open, ends, measures } = versus;
	return {
		...sideJson(side),
		pairs: { seeds: { ...seeds }, compared: pairs, sameArrivals },
		open: { baseline: { ...open.baseline }, other: { ...open.other } },
		probabilities: Object.fromEntries(
			Object.entries(ends).map(([end, { shares, ruling }]) => [
				end,
				{ ...sharesJson(shares), ...rulingJson(end, ruling), sentence: endSentence(baseline.label, versus, shares) },
			]),
		),
		measures: Object.fromEntries(
			[...measures].map(([name, measured]) => [
				name,
				{ ...measuredJson(measured), ...rulingJson(name, measured.ruling), sentence: sentence(versus, name, measured) },
			]),
		),
	};
}

const sharesJson = ({
	n,
	dropped,
	difference,
	interval,
	bounds,
	...counts
}: PairedShares): { [key: string]: Json } => ({
	pairs: n,
	dropped,
	both: counts.both,
	onlyBaseline: counts.onlyBaseline,
	onlyOther: counts.onlyOther,
	neither: counts.neither,
	difference,
	interval: intervalJson(interval),
	...(bounds === undefined
		? {}
		: { bounds: Object.fromEntries(Object.entries(bounds).map(([of, ends]) => [of, [...ends]])) }),
});

const measuredJson = ({ paired, openPairs }: ComparedMetric): { [key: string]: Json } => ({
	pairs: paired.n,
	dropped: paired.dropped,
	baseline: paired.baseline,
	other: paired.other,
	difference: paired.difference.mean,
	interval: intervalJson(paired.difference.interval),
	relative: paired.relative.ratio,
	relativeInterval: intervalJson(paired.relative.interval),
	gain: paired.varianceRatio,
	openPairs,
});

const rulingJson = (name: string, { finding, verdict, further }: RegressionRuling): { [key: string]: Json } => ({
	better: preferenceFor(name),
	finding,
	verdict,
	further,
});

const regressionJson = ({ verdict, regressed, undecided, further }: RegressionDecision): Json => ({
	verdict,
	regressed: regressed.map((said) => ({ ...said })),
	undecided: undecided.map((said) => ({ ...said })),
	further,
});

const intervalJson = (interval: Interval | null): Json => (interval === null ? null : [interval.low, interval.high]);

/** One line per branch and quantity; the ends of runs have their own columns in `summary.json`. */
export function differencesCsv({ others }: Comparison): string {
	const header = ['run', 'quantity', 'pairs', 'dropped', 'baseline', 'other', 'difference', 'low', 'high'];
	const relative = ['relative', 'relative_low', 'relative_high', 'gain', 'better', 'finding'];
	const rows = others.flatMap(({ side, measures }) =>
		[...measures].map(([name, { paired, ruling }]) => [
			side.label,
			name,
			paired.n,
			paired.dropped,
			paired.baseline,
			paired.other,
			paired.difference.mean,
			...endsOf(paired.difference.interval),
			paired.relative.ratio,
			...endsOf(paired.relative.interval),
			cell(paired.varianceRatio),
			preferenceFor(name),
			ruling.finding,
		]),
	);
	return csv([[...header, ...relative], ...rows]);
}

const endsOf = (interval: Interval | null): (number | null)[] =>
	interval === null ? [null, null] : [interval.low, interval.high];

/**
 * Tidy: one line per seed and side, one column per quantity; "undecided" where a run could not tell, empty where it never
 * happened or nothing was measured. A run that failed has only its failure.
 */
export function pairsCsv({ baseline, others }: Comparison): string {
	const sides = [baseline, ...others.map(({ side }) => side)];
	const first = Math.min(...sides.map(({ firstSeed }) => firstSeed));
	const end = Math.max(...sides.map(({ firstSeed, runs }) => firstSeed + runs.length));
	const rows: (string | number | null)[][] = [['seed', 'run', ...QUANTITIES.map(({ name }) => name), 'failure']];
	for (let seed = first; seed < end; seed++) {
		for (const side of sides) if (hasSeed(side, seed)) rows.push([seed, side.label, ...runCells(side, seed)]);
	}
	return csv(rows);
}

const hasSeed = ({ firstSeed, runs }: ComparisonSide, seed: number): boolean =>
	seed >= firstSeed && seed < firstSeed + runs.length;

function runCells({ firstSeed, runs, undecided, failures }: ComparisonSide, seed: number): (string | number | null)[] {
	const values = runs[seed - firstSeed];
	const failure = failures.find((one) => one.seed === seed);
	const open = undecided === undefined ? [] : undecided[seed - firstSeed];
	return [
		...QUANTITIES.map(({ name, kind }) => {
			if (values === null) return null;
			if (values[name] === null) return open.includes(name) ? 'undecided' : null;
			return kind === 'boolean' ? String(values[name] === 1) : cell(values[name]);
		}),
		failure === undefined ? '' : failure.message,
	];
}

const cell = (value: number | null): string | number | null =>
	value === Number.POSITIVE_INFINITY ? 'unlimited' : value;
