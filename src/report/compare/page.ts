/** Makes the page's data of a comparison: courses over each other, paired differences, and what the scenarios differ in. */
import type { Comparison, ComparisonSide, VersusBaseline } from '../../experiment/compare/compare.js';
import { seedsOf, sharedSeeds } from '../../experiment/compare/compare.js';
import { shownDifference } from '../../experiment/compare/regression.js';
import { type RegressionDecision, regressionDecision } from '../../experiment/compare/regression-decision.js';
import { formatShare } from '../../kernel/units.js';
import type { Clock } from '../../metrics/definitions/format.js';
import { isTime, kindOf } from '../../metrics/definitions/metrics.js';
import { type Json, jsonOf } from '../files/json.js';
import { leavesOf } from '../page/about.js';
import { curveBandsOf, short, startsOf } from '../page/bands.js';
import type { Assumptions, CurveBands, PageHead, PageVerdict } from '../page/parts.js';
import type { Finding } from '../text/finding.js';
import { changeCell, show } from './compare-numbers.js';
import { endSentence, openText, sentence } from './compare-sentences.js';
import { comparisonJson } from './files.js';
import type { ComparisonPage, Difference, Differences } from './page-data.js';
import { gain, verdictText } from './text.js';

/** What ran on one side. */
export interface SideAbout {
	readonly label: string;
	/** as resolved: variant laid over, --set applied */
	readonly scenario: Json;
	readonly clock: Clock;
}

interface Made {
	readonly comparison: Comparison;
	/** in the order of the sides, the baseline first */
	readonly sides: readonly SideAbout[];
	readonly about: PageHead;
	readonly assumptions: Assumptions | null;
	readonly version: string;
}

export function comparisonPage({ comparison, sides: contestants, about, assumptions, version }: Made): ComparisonPage {
	const { baseline, others, measures } = comparison;
	const sides = [baseline, ...others.map(({ side }) => side)];
	const [{ clock }] = contestants;
	return {
		kind: 'comparison',
		version,
		...about,
		verdicts: verdictsOf(comparison),
		findings: others.flatMap((versus) => endFindings(baseline.label, versus, others.length > 1)),
		assumptions,
		clock,
		...coursesOf(sides),
		sides: sides.map(({ label }) => label),
		measures: measures.flatMap((name) => differencesOf(name, comparison)),
		differs: differsOf(contestants),
		summary: jsonOf(comparisonJson(comparison, version)),
	};
}

const TONE: Readonly<Record<RegressionDecision['verdict'], PageVerdict['tone']>> = {
	pass: 'good',
	fail: 'bad',
	inconclusive: 'note',
};

function verdictsOf(comparison: Comparison): PageVerdict[] {
	const found = regressionDecision(comparison);
	const metricVerdicts: PageVerdict[] = comparison.others.flatMap((versus) =>
		['lost', 'amplification'].flatMap((name): PageVerdict[] => {
			const measured = versus.measures.get(name);
			if (measured === undefined || !comparison.measures.includes(name)) return [];
			const { finding } = measured.ruling;
			const tone = finding === 'better' ? 'good' : finding === 'worse' ? 'bad' : 'note';
			return [{ text: sentence(versus, name, measured), tone }];
		}),
	);
	return [
		{ text: verdictText(found, formatShare(comparison.tolerance)), tone: TONE[found.verdict] },
		...metricVerdicts,
	];
}

function endFindings(baseline: string, versus: VersusBaseline, named: boolean): Finding[] {
	const of = (label: string, end: 'collapsed' | 'cascaded' | 'recovered-at-all') => ({
		label: named ? `${label}, ${versus.side.label}` : label,
		text: endSentence(baseline, versus, versus.ends[end].shares),
	});
	const { open } = versus;
	const left =
		open.baseline.open + open.other.open === 0
			? []
			: [
					{
						label: named ? `open at end, ${versus.side.label}` : 'open at end',
						text: `${baseline} ${openText(open.baseline)} requests, ${versus.side.label} ${openText(open.other)}; no share by birth counts them`,
					},
				];
	return [
		...left,
		of('P(collapsed)', 'collapsed'),
		of('P(cascaded)', 'cascaded'),
		of('P(recovered)', 'recovered-at-all'),
	];
}

/** On the axis of the first side that has courses; those of another axis are named, not bent. */
function coursesOf(sides: readonly ComparisonSide[]): Pick<ComparisonPage, 'stepsUs' | 'courses' | 'without'> {
	const first = sides.find(({ curves }) => curves !== null)?.curves;
	if (first === null || first === undefined)
		return { stepsUs: [], courses: [], without: sides.map(({ label }) => label) };
	const stepsUs = startsOf(first.fromUs, first.stepUs, first.branches);
	const fits = ({ curves }: ComparisonSide): boolean =>
		curves !== null &&
		curves.fromUs === first.fromUs &&
		curves.stepUs === first.stepUs &&
		startsOf(curves.fromUs, curves.stepUs, curves.branches).length === stepsUs.length;
	return {
		stepsUs,
		courses: sides
			.filter(fits)
			.flatMap(({ label, curves }): CurveBands[] =>
				curves === null ? [] : curves.branches.map((branch) => curveBandsOf(branch, `${label}, ${branch.name}`)),
			),
		without: sides.filter((side) => !fits(side)).map(({ label }) => label),
	};
}

function differencesOf(name: string, { baseline, others }: Comparison): Differences[] {
	const compared = others.map((versus) => ({ versus, measured: versus.measures.get(name) }));
	if (compared.every(({ measured }) => measured === undefined || noneMeasured(measured.measured))) return [];
	const sides = [baseline, ...others.map(({ side }) => side)];
	const seeds = others.reduce((all, { side }) => sharedSeeds(all, seedsOf(side)), seedsOf(baseline));
	const scale = isTime(kindOf(name)) ? 1e6 : 1;
	return [
		{
			name,
			firstSeed: seeds.first,
			values: sides.map(({ runs, firstSeed }) =>
				runs.slice(seeds.first - firstSeed, seeds.first - firstSeed + seeds.runs).map((values) => {
					const value = values === null ? null : values[name];
					return value === null ? null : short(value * scale);
				}),
			),
			others: compared.flatMap(({ versus, measured }): Difference[] => {
				if (measured === undefined) return [];
				const shown = shownDifference(measured.paired);
				return [
					{
						baseline: show(name, measured.paired.baseline),
						other: show(name, measured.paired.other),
						change: changeCell(name, measured),
						gain: gain(measured.paired),
						shown:
							shown === null
								? null
								: { relative: shown.relative, value: shown.value, low: shown.interval.low, high: shown.interval.high },
						finding: measured.ruling.finding,
						sentence: sentence(versus, name, measured),
					},
				];
			}),
		},
	];
}

const noneMeasured = ({ baseline, other }: { readonly baseline: number; readonly other: number }): boolean =>
	baseline + other === 0;

/** What each of the others has otherwise than the baseline; its name, its words and its promises are no difference. */
export function differsOf([baseline, ...others]: readonly Pick<
	SideAbout,
	'label' | 'scenario'
>[]): ComparisonPage['differs'] {
	const leaves = (scenario: Json) =>
		new Map(leavesOf(scenario).filter(([path]) => !/^(name|about|expect|variants|markers)\b/.test(path)));
	const there = leaves(baseline.scenario);
	return others.map(({ label, scenario }) => {
		const here = leaves(scenario);
		const paths = [...new Set([...there.keys(), ...here.keys()])];
		const text = (of: ReadonlyMap<string, string>, path: string): string => of.get(path) ?? '-';
		return {
			label,
			rows: paths
				.filter((path) => there.get(path) !== here.get(path))
				.map((path) => [path, text(there, path), text(here, path)]),
		};
	});
}
