/** Makes the page's data of runs from the same objects that their files are made of. */
import type { Replayed } from '../../experiment/run/replay.js';
import { formatInstant, formatSpan } from '../../metrics/definitions/format.js';
import type { Outcome } from '../../metrics/outcome.js';
import { type Json, jsonOf } from '../files/json.js';
import { aboutOf, assumptionsOf } from '../page/about.js';
import { judgementOf } from '../text/judgement.js';
import { happened, keyFigures } from './happened.js';
import { headline } from './headline.js';
import { judgedRun } from './judged-run.js';
import { notesOf } from './notes.js';
import { gateReadings, retryRows, runningTotals } from './page-causes.js';
import { adoptionOf, placeRows, scopesOf, stepsOf } from './page-curves.js';
import type { RunExtra, RunPart, RunsPage } from './page-data.js';
import { latencyPlane } from './page-latency.js';
import { findings, runVerdict } from './run-findings.js';
import { withSharedSwitches } from './shared-switches.js';
import { type Column, sideBySideTable } from './side-by-side.js';
import { summary } from './summary.js';
import { foldedLog, timeline } from './timeline.js';

/** @param columns of the same runs */
export function runsPage(runs: readonly RunPart[], columns: readonly Column[], version: string): RunsPage {
	return { kind: 'runs', version, runs: withSharedSwitches(runs), beside: sideBySideTable(columns) };
}

/** @param said its summary.json, for whoever has made that already: it takes as long as all else of the page */
export function runPart(one: Replayed, rerun: string, version: string, said?: Json): RunPart {
	const { outcome, scenario, judgements, explained } = one;
	return {
		...runExtra(one, rerun),
		summary: said === undefined ? jsonOf(summary(outcome, scenario.world, judgements, version, explained)) : said,
	};
}

function runExtra({ scenario, outcome, judgements, explained }: Replayed, rerun: string): RunExtra {
	const { world } = scenario;
	const head = headline(outcome, world);
	const { date, clockUs, fromUs, toUs } = outcome;
	const moments = timeline(outcome, world);
	return {
		kind: 'run',
		...aboutOf(scenario, askedText(outcome), rerun),
		clock: { date, clockUs, fromUs, toUs },
		judgement: judgementOf([judgedRun({ outcome, judgements })]),
		verdict: runVerdict(outcome, world, head),
		sentence: happened(outcome, world, head),
		keyFigures: keyFigures(outcome, world, head),
		findings: [
			...findings(outcome, world, head, explained),
			...notesOf(outcome, world, judgements).map((text) => ({ label: 'note', text })),
		],
		moments,
		tolls: runningTotals(outcome, moments),
		log: foldedLog(outcome.decisions),
		steps: stepsOf(outcome),
		scopes: scopesOf(outcome, world),
		latency: latencyPlane(outcome),
		places: placeRows(outcome, world),
		adoption: adoptionOf(outcome, world),
		gates: gateReadings(outcome, world),
		retries: retryRows(outcome, world),
		assumptions: assumptionsOf(scenario),
	};
}

function askedText({ fromUs, toUs, seed, ...clock }: Outcome): string {
	const [from, to] = [fromUs, toUs].map((us) => formatInstant(us, { ...clock, fromUs, toUs }));
	return `one run of ${formatSpan(toUs - fromUs)} (${from} to ${to}), seed ${seed}; single run: no confidence intervals. Use --reps 20`;
}
