/** Makes the page's data of replications: how they end, what each branch did over time, and a line for every run. */
import {
	branchOf,
	type End,
	HEADLINES,
	type ReplicationSummary,
} from '../../experiment/replicate/branch-statistics.js';
import type { JudgedExpectation } from '../../experiment/replicate/probabilistic-expectations.js';
import { digestsOf, type Replications } from '../../experiment/replicate/replications.js';
import { proportionText } from '../../experiment/statistics/proportion.js';
import { type Clock, formatSpan } from '../../metrics/definitions/format.js';
import type { Scenario } from '../../scenario/load.js';
import { jsonOf } from '../files/json.js';
import { aboutOf, assumptionsOf, clockOf } from '../page/about.js';
import { curveBandsOf, short, startsOf } from '../page/bands.js';
import type { PageVerdict } from '../page/parts.js';
import { replicateJson } from './files.js';
import type { ReplicatePage, RunTable } from './page-data.js';
import { endText, judgementOfRuns, openText, warmUpText } from './text.js';

/** Lines of runs on a page: replications.csv has all of them. */
const MOST_RUNS = 1000;

interface Made {
	readonly scenario: Scenario;
	readonly found: Replications;
	readonly said: ReplicationSummary;
	readonly judged: readonly JudgedExpectation[];
	readonly rerun: string;
	readonly version: string;
}

export function replicatePage({ scenario, found, said, judged, rerun, version }: Made): ReplicatePage {
	const { seeds, branches, steps } = said;
	const clock = clockOf(scenario.world);
	const length = formatSpan(clock.toUs - clock.fromUs);
	const question = `${seeds.runs} replications of ${length}, seeds ${seeds.first} to ${seeds.first + seeds.runs - 1}; how often it ends how, with 95% intervals`;
	return {
		kind: 'replications',
		version,
		...aboutOf(scenario, question, rerun),
		verdicts: verdictsOf(said, judged, clock),
		findings: [
			...(said.open.requests === 0 ? [] : [{ label: 'open at end', text: openText(said.open) }]),
			{ label: 'warm-up', text: warmUpText(said.warmUp) },
		],
		assumptions: assumptionsOf(scenario),
		clock,
		stepsUs: startsOf(steps.fromUs, steps.stepUs, branches),
		courses: branches.map((branch) => curveBandsOf(branch, branch.name)),
		runs: runsOf(found),
		summary: jsonOf(replicateJson(said, judged, version)),
	};
}

function verdictsOf(said: ReplicationSummary, judged: readonly JudgedExpectation[], clock: Clock): PageVerdict[] {
	const { ends, failures } = said;
	const judgement = judgementOfRuns(said, judged);
	const toneOf = (end: End): PageVerdict['tone'] => (ends[end].n === 0 ? 'open' : 'note');
	const collapsed = ends.collapsed.n === 0 ? 'open' : judgement.tone;
	const verdicts: PageVerdict[] = [
		judgement,
		{ text: `P(collapsed) ${endText(said, 'collapsed', clock)}`, tone: collapsed },
		{ text: `P(cascaded) ${endText(said, 'cascaded', clock)}`, tone: toneOf('cascaded') },
		{ text: `P(recovered) ${endText(said, 'recovered-at-all', clock)}`, tone: toneOf('recovered-at-all') },
	];
	if (said.beforeTrigger.hits > 0)
		verdicts.splice(2, 0, { text: `down before the first trigger ${proportionText(said.beforeTrigger)}`, tone: 'bad' });
	if (failures.length > 0) verdicts.push({ text: `${failures.length} runs have no result`, tone: 'bad' });
	return verdicts;
}

function runsOf(found: Replications): RunTable {
	const digests = digestsOf(found);
	const quantities = HEADLINES.filter((name) =>
		digests.some(({ values, undecided }) => values[name] !== null || undecided?.[name] !== undefined),
	);
	return {
		quantities,
		rows: digests.slice(0, MOST_RUNS).map((digest) => ({
			seed: digest.seed,
			branch: branchOf(digest),
			values: quantities.map((name) => short(digest.values[name])),
			undecided: quantities.filter((name) => digest.undecided?.[name] !== undefined),
		})),
		left: Math.max(0, digests.length - MOST_RUNS),
	};
}
