/** The face without node: everything a browser needs to load a scenario, run it and read what happened. */

import type { DiscreteOptions } from './engines/discrete/engine.js';
import { engineFor } from './engines/engine-for.js';
import { inOneRun } from './experiment/replicate/probabilistic-expectations.js';
import { type Judgement, judge } from './experiment/task/judge.js';
import { worldOf } from './experiment/task/world-identity.js';
import { UserError } from './kernel/errors.js';
import type { Outcome } from './metrics/outcome.js';
import { type LoadOptions, loadScenario, type Scenario } from './scenario/load.js';

export { policyFields, RETRY_PRESETS, type RetryPreset } from './catalog/retries.js';
export type { Engine } from './engines/engine.js';
export { engineFor } from './engines/engine-for.js';
export { type Comparison, type ComparisonSide, compare, runSides, type Seeds } from './experiment/compare/compare.js';
export { type RegressionDecision, regressionDecision } from './experiment/compare/regression-decision.js';
export { type Findings, type FitOptions, findingsOf } from './experiment/fit/findings.js';
export { type TrafficPair, trafficPair } from './experiment/fit/mix-comparison.js';
export { Collector } from './experiment/fit/observe/collector.js';
export { suitingEveryS } from './experiment/fit/series.js';
export { type GateQuality, gateQuality } from './experiment/gate/gate-quality.js';
export { type MapPlan, type StabilityMap, stabilityMap } from './experiment/map/stability-map.js';
export { type ReplicationSummary, replicationSummary } from './experiment/replicate/branch-statistics.js';
export {
	fewestToPass,
	inOneRun,
	type JudgedExpectation,
	judgeReplications,
	type Replication,
} from './experiment/replicate/probabilistic-expectations.js';
export { type Replications, replicate, type Size } from './experiment/replicate/replications.js';
export { runSuites, type Suite, type SuiteResult } from './experiment/replicate/suite.js';
export { compareDraws, type Determinism, type Draw, type MakeEngine } from './experiment/run/determinism.js';
export { type Explained, explain } from './experiment/run/explain.js';
export { type Mean, studentMean } from './experiment/statistics/mean-interval.js';
export { type Proportion, proportion } from './experiment/statistics/proportion.js';
export { type PointVerdict, type SweepSize, sweep } from './experiment/sweep/sweep.js';
export { type Case, caseOf, gateCaseOf } from './experiment/task/case.js';
export { CURVES, type Curves, type Digest, digest } from './experiment/task/digest.js';
export { type Judgement, judge, needed, type RunJudgement, twinOf, type Verdict } from './experiment/task/judge.js';
export { fingerprint } from './experiment/task/world-identity.js';
export { Bug, UserError } from './kernel/errors.js';
export { QUANTITIES, quantity } from './metrics/definitions/metrics.js';
export type { Expectation } from './metrics/expectation.js';
export type { Decision, Outcome, Trigger } from './metrics/outcome.js';
export { MEASURES } from './metrics/recording/counters.js';
export { collapsedStart } from './model/collapsed-state.js';
export { type Coverage, coverage } from './model/coverage.js';
export { harmless } from './model/harmless-twin.js';
export type { Start } from './model/initial-state.js';
export { withoutRetries } from './model/no-retries-twin.js';
export type { World } from './model/world.js';
export { type ImportResult, importManifests } from './readers/import.js';
export { type FeedOptions, LogFeed } from './readers/logs/feed.js';
export { type WriteOptions, writeScenario } from './readers/logs/scenario/scenario.js';
export { type Answers, readAnswers } from './readers/rollouts/import-answers.js';
export { toJson } from './report/files/json.js';
export { reportHtml } from './report/html.js';
export type { PageData } from './report/page-data.js';
export { type Column, sideBySide } from './report/run/side-by-side.js';
export { type RunReport, runReport } from './report/run/text.js';
export { junit } from './report/suite/junit.js';
export { suiteJson, suiteReport } from './report/suite/text.js';
export { InvalidScenario, type Issue } from './scenario/document/issue.js';
export { type Checked, checkScenario, type LoadOptions, loadScenario, type Scenario } from './scenario/load.js';
export { jsonSchema } from './scenario/schema/json-schema.js';

export interface SimulateOptions {
	/** an integer from 0 up to 2^53; default 1 */
	readonly seed?: number;
	/** is told every draw with the name of its stream */
	readonly observe?: DiscreteOptions['observe'];
}

/**
 * Runs a scenario to its horizon, or to the limit that stops it (`outcome.stopped`). Wall time is not watched here.
 * Equal scenario, seed and version give equal outcomes.
 * @throws UserError when the seed is none
 * @throws Bug when the audit does not balance
 */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): Outcome {
	const { seed = 1, observe } = options;
	if (!Number.isSafeInteger(seed) || seed < 0) {
		throw new UserError(`seed: found ${seed}, an integer from 0 up to 2^53 would do`);
	}
	const engine = engineFor(scenario.world, seed, 'discrete', { observe });
	engine.advance(engine.horizonUs);
	return engine.outcome();
}

/**
 * Judges the expectations of a scenario. Runs whatever they compare with: its no-change twin, and other variants of
 * `text`, the scenario's own source.
 * @param options the `set` arguments the scenario was loaded with: the other variants are to have them too
 * @throws InvalidScenario when such a variant cannot be used
 */
export function verify(
	scenario: Scenario,
	outcome: Outcome,
	text: string,
	{ set }: Pick<LoadOptions, 'set'> = {},
): Judgement[] {
	const known = new Map<string, Outcome>();
	const other = (name: string): Outcome => {
		const found = known.get(name);
		if (found !== undefined) return found;
		const world = worldOf(name, (variant) =>
			variant === '' ? scenario : loadScenario(text, { file: scenario.file, variant, set }),
		);
		const fresh = simulate({ ...scenario, world }, { seed: outcome.seed });
		known.set(name, fresh);
		return fresh;
	};
	return inOneRun(judge(scenario.expectations, outcome, scenario.world, other));
}

export { manifest, summary } from './report/run/summary.js';
export { decisionsCsv, timeseriesCsv } from './report/run/tables.js';
export type { StudyPage } from './report/study/page-data.js';
export type { Style } from './report/text/style.js';
