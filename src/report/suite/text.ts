/** What became of a test suite: a line for each expectation that does not hold, and a count; or all of it as JSON. */

import type { JudgedExpectation } from '../../experiment/replicate/probabilistic-expectations.js';
import type { SuiteResult } from '../../experiment/replicate/suite.js';
import { isCut } from '../../experiment/task/task.js';
import { formatCount } from '../../metrics/definitions/format.js';
import { judgedJson } from '../files/expectation-json.js';
import { type Json, SCHEMA_VERSION } from '../files/json.js';
import { MARKS } from '../text/expectation-lines.js';
import {
	closingJudgement,
	type Judged as JudgedVariant,
	judgementOf,
	KIND_OF,
	ofIncomplete,
} from '../text/judgement.js';
import { plain, type Style } from '../text/style.js';

/** One line each, however long: what looks for them reads line by line. */
export function suiteReport(results: readonly SuiteResult[], style: Style = plain): string {
	const idle = results.filter((result) => !hasRuns(result)).map(({ suite }) => suite.of.label);
	const judged = results.map(judgedSuite);
	const [first, last] = [judgementOf(judged), closingJudgement(judged)];
	const lines = [
		style(KIND_OF[first.tone], first.text),
		...results.filter(hasRuns).flatMap((result) => suiteLines(result, style)),
		...(idle.length === 0 ? [] : [style('bad', `interrupted before a run came to an end: ${idle.join('; ')}`)]),
		style('title', countText(results)),
		...(results.length > 1 ? [style(KIND_OF[last.tone], last.text)] : []),
	];
	return lines.map((line) => `${line}\n`).join('');
}

/** Runs without a result leave open what the others keep. */
export function judgedSuite({ suite, judged, failures }: SuiteResult): JudgedVariant {
	const verdicts = judged.map(({ verdict }) => verdict);
	return { label: suite.of.label, verdicts: failures.length > 0 ? ofIncomplete(verdicts) : verdicts };
}

function suiteLines(result: SuiteResult, style: Style): string[] {
	const { judged, suite } = result;
	const { label } = suite.of;
	const lost = lostText(result);
	const notHeld = judged.filter(({ verdict }) => verdict !== 'pass');
	return [
		...(lost === null ? [] : [style('bad', `✗ ${label}: ${lost}`)]),
		...notHeld.map(({ verdict, expectation, text }) => {
			const { sign, kind } = MARKS[verdict];
			return style(kind, `${sign} ${label}: ${expectation.text}: ${text}`);
		}),
		...(judged.length === 0 ? [style('dim', `- ${label}: expects nothing`)] : []),
	];
}

/** False for a suite of which everything was interrupted. */
const hasRuns = (result: SuiteResult): boolean => interrupted(result) < result.suite.replications;

const interrupted = ({ failures }: SuiteResult): number =>
	failures.filter(({ failure }) => failure.kind === 'interrupted').length;

/** "2 of 40 runs did not come to an end: stopped by limits.events = ... (seed 3)"; null where all did. */
export function lostText({ suite, failures }: SuiteResult): string | null {
	if (failures.length === 0) return null;
	const own = failures.find(({ failure }) => failure.kind !== 'interrupted');
	const why = own === undefined ? 'interrupted' : `${own.failure.message} (seed ${own.seed})`;
	return `${formatCount(failures.length)} of ${counted(suite.replications, 'run')} did not come to an end: ${why}`;
}

export interface SuiteCount {
	readonly expectations: number;
	readonly passed: number;
	readonly failed: number;
	readonly inconclusive: number;
	readonly undecided: number;
	readonly runs: number;
	/** of the runs, those that did not come to an end */
	readonly lost: number;
}

export function countSuites(results: readonly SuiteResult[]): SuiteCount {
	const judged = results.flatMap((result) => result.judged);
	const of = (verdict: JudgedExpectation['verdict']): number => judged.filter((one) => one.verdict === verdict).length;
	return {
		expectations: judged.length,
		passed: of('pass'),
		failed: of('fail') + of('no-data'),
		inconclusive: of('inconclusive'),
		undecided: of('undecided'),
		runs: results.reduce((sum, { suite }) => sum + suite.replications, 0),
		lost: results.reduce((sum, { failures }) => sum + failures.length, 0),
	};
}

/** For programs; the same bytes every time, unless it was interrupted. Shares 0..1, an interval is [low, high]. */
export function suiteJson(results: readonly SuiteResult[], firstSeed: number, version: string): Json {
	return {
		schema: SCHEMA_VERSION,
		kind: 'test',
		version,
		partial: results.some(({ failures }) => failures.some(({ failure }) => isCut(failure))),
		firstSeed,
		...countSuites(results),
		suites: results.map((result) => ({
			file: result.suite.file,
			label: result.suite.of.label,
			variant: result.suite.of.world.variant,
			runs: result.suite.replications,
			interrupted: interrupted(result),
			failures: result.failures
				.filter(({ failure }) => failure.kind !== 'interrupted')
				.map(({ seed, failure: { kind, message } }) => ({ seed, kind, message })),
			expectations: result.judged.map(judgedJson),
		})),
	};
}

/** "12 variants of 4 files, 1,240 runs, 53 expectations: 51 hold, 1 fails, 1 inconclusive" */
function countText(results: readonly SuiteResult[]): string {
	const { expectations, passed, failed, inconclusive, undecided, runs } = countSuites(results);
	const files = new Set(results.map(({ suite }) => suite.file)).size;
	const what = [
		`${counted(results.length, 'variant')} of ${counted(files, 'file')}`,
		counted(runs, 'run'),
		counted(expectations, 'expectation'),
	].join(', ');
	const verdicts = [
		`${formatCount(passed)} ${passed === 1 ? 'holds' : 'hold'}`,
		failed === 0 ? null : `${formatCount(failed)} ${failed === 1 ? 'fails' : 'fail'}`,
		inconclusive === 0 ? null : `${formatCount(inconclusive)} inconclusive`,
		undecided === 0 ? null : `${formatCount(undecided)} undecided`,
	];
	return `${what}: ${verdicts.filter((part) => part !== null).join(', ')}`;
}

const counted = (n: number, what: string): string => `${formatCount(n)} ${what}${n === 1 ? '' : 's'}`;
