/**
 * Judges expectations over replications. One that says nothing of chance must hold in every run. One with a share, or a P(),
 * bounds a probability: it passes when the whole interval around the share seen keeps the bound, fails when no part of it
 * does, and is inconclusive in between, with the number of further replications that would decide.
 *
 * The interval is Wilson's, two-sided at the stated confidence even where the bound has one side only: a verdict at 95%
 * is then wrong in about 2.5% of experiments at most, not 5%. Without a hit, or without a miss, it is the exact one-sided one (the
 * rule of 3/n). See `statistics/proportion.ts`, also for what it costs to add replications until a verdict comes.
 *
 * A run whose answer is undecided (requests that are open, a verdict that its window cannot give) is neither hit nor miss. Where
 * all such runs could turn the verdict, by all of them hitting or none, it is undecided.
 *
 * A run without a digest (a bug, a limit, an interrupt) is a failure of the experiment: neither hit nor miss, and named.
 */
import { assert } from '../../kernel/errors.js';
import { formatCount } from '../../metrics/definitions/format.js';
import type { Bound, Expectation, RequiredProbability } from '../../metrics/expectation.js';
import type { Interval } from '../statistics/interval.js';
import {
	moreUntil,
	type Proportion,
	proportion,
	proportionOfDecided,
	proportionText,
} from '../statistics/proportion.js';
import type { Digest } from '../task/digest.js';
import { holds, type Judgement, type RunJudgement, type Verdict } from '../task/judge.js';
import type { TaskFailure } from '../task/task.js';
import { countReasons, reasonsText } from './reasons.js';

/** As much of a task's result as is judged here. */
export type Replication = { readonly digest: Pick<Digest, 'seed' | 'judgements'> } | { readonly failure: TaskFailure };

/** What the replications of a case say of one expectation. */
export interface JudgedExpectation {
	readonly expectation: Expectation;
	/** no-data: no run that could tell had samples; it counts as failed */
	readonly verdict: Verdict;
	/** the runs in which it held, of those that count */
	readonly held: Proportion;
	/** how many further runs would decide if the share stays; 0 where it is decided, null where none would */
	readonly more: number | null;
	/** what was seen, for people */
	readonly text: string;
}

/** What one run said of an expectation. */
type RunVerdict = { readonly seed: number } & Digest['judgements'][number];

/** @param results of the replications of one case, in any order */
export function judgeReplications(
	expectations: readonly Expectation[],
	results: readonly Replication[],
): JudgedExpectation[] {
	const digests = results.flatMap((result) => ('digest' in result ? [result.digest] : []));
	const failed = results.length - digests.length;
	return expectations.map((expectation, i) => {
		const runs = digests.map(({ seed, judgements }): RunVerdict => {
			assert(judgements.length === expectations.length, `${judgements.length} judgements of ${expectations.length}`);
			return { seed, ...judgements[i] };
		});
		const { requiredProbability: required } = expectation;
		if (runs.length === 0) return noVerdict(expectation);
		return required === null ? inEvery(expectation, runs, failed) : oftenEnough(expectation, required, runs, failed);
	});
}

/** What one run alone can say. Its seed may have been picked for what happens under it, so that it proves nothing about chance. */
export function inOneRun(judgements: readonly RunJudgement[]): Judgement[] {
	return judgements.map((judgement) => {
		const { requiredProbability: required } = judgement.expectation;
		// Without anything to measure, more runs of the same give the same answer.
		if (required === null || judgement.verdict === 'undecided' || judgement.verdict === 'no-data') return judgement;
		const fewest = fewestToPass(required);
		const would = fewest === null ? 'ten million could not' : `--reps ${Math.max(2, fewest)} or more could`;
		return { ...judgement, verdict: 'inconclusive', text: `${judgement.text}; one run cannot tell: ${would}` };
	});
}

/** The fewest replications that can pass, with the best share there is; null above ten million. */
export function fewestToPass({ bound, confidence }: RequiredProbability): number | null {
	const best = bestShare(bound);
	const passes = (interval: Interval): boolean => verdictOn(interval, bound) === 'pass';
	const further = moreUntil(passes, proportion(best, 1, confidence));
	if (further === null) return null;
	// No number of runs below this will do; here and a little above, the best share may lie between two counts.
	let n = 1 + further;
	while (![Math.floor(n * best), Math.ceil(n * best)].some((hits) => passes(proportion(hits, n, confidence).interval)))
		n++;
	return n;
}

/** A bound is one stretch of 0..1: what lies between two points that keep it keeps it too. */
function verdictOn({ low, high }: Interval, bound: Bound): JudgedExpectation['verdict'] {
	if (holds(bound, low) && holds(bound, high)) return 'pass';
	return isUnder(bound, high) || isOver(bound, low) ? 'fail' : 'inconclusive';
}

const isUnder = ({ above, between }: Bound, p: number): boolean =>
	(above !== null && p <= above) || (between !== null && p < between[0]);
const isOver = ({ below, between }: Bound, p: number): boolean =>
	(below !== null && p >= below) || (between !== null && p > between[1]);

function inEvery(expectation: Expectation, runs: readonly RunVerdict[], failed: number): JudgedExpectation {
	const open = runs.filter(({ verdict }) => verdict === 'undecided');
	const broken = runs.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'undecided');
	const decided = runs.length - open.length;
	const held = proportion(decided - broken.length, decided);
	const judged = { expectation, held, more: 0 };
	if (broken.length === 0 && open.length > 0)
		return { ...judged, verdict: 'undecided', more: null, text: undecidedText(open, runs.length) + missing(failed) };
	if (broken.length > 0) {
		const isSilent = broken.length === decided && broken.every((run) => run.verdict === 'no-data');
		const verdict = isSilent ? 'no-data' : 'fail';
		return { ...judged, verdict, text: breachText(broken, runs.length) + missing(failed) };
	}
	const all = runs.length === 1 ? runs[0].text : `in all ${formatCount(runs.length)}`;
	if (failed === 0) return { ...judged, verdict: 'pass', text: all };
	return { ...judged, verdict: 'inconclusive', more: null, text: all + missing(failed) };
}

function oftenEnough(
	expectation: Expectation,
	required: RequiredProbability,
	runs: readonly RunVerdict[],
	failed: number,
): JudgedExpectation {
	// A share counts a run without samples as not held; a probability is that of those that could tell.
	const open = runs.filter(({ verdict }) => verdict === 'undecided');
	const decided = runs.filter(({ verdict }) => verdict !== 'undecided');
	const counted = required.of === 'share' ? decided : decided.filter(({ verdict }) => verdict !== 'no-data');
	const silent = runs.filter(({ verdict }) => verdict === 'no-data').length;
	const hits = counted.filter(({ verdict }) => verdict === 'pass').length;
	const decidedShare = proportion(hits, counted.length, required.confidence);
	const held = proportionOfDecided(hits, counted.length, open.length, required.confidence);
	if (silent === runs.length) return { expectation, verdict: 'no-data', held, more: 0, text: runs[0].text };
	const ofDecided = verdictOn(decidedShare.interval, required.bound);
	// Runs that are undecided could have hit, all of them or none.
	const turned = [hits, hits + open.length].some(
		(all) =>
			verdictOn(proportion(all, counted.length + open.length, required.confidence).interval, required.bound) !==
			ofDecided,
	);
	const verdict = counted.length === 0 || (ofDecided !== 'inconclusive' && turned) ? 'undecided' : ofDecided;
	const more =
		verdict === 'inconclusive'
			? moreUntil((around) => verdictOn(around, required.bound) !== 'inconclusive', decidedShare)
			: verdict === 'undecided'
				? null
				: 0;
	const text = [
		counted.length === 0 ? '' : proportionText(held),
		open.length === 0 ? '' : `${counted.length === 0 ? '' : '; '}${undecidedText(open, runs.length)}`,
		silent === 0 ? '' : `; no samples in ${formatCount(silent)}`,
		missing(failed),
		verdict === 'inconclusive' ? `; ${moreText(more)}` : '',
	].join('');
	return { expectation, verdict, held, more, text };
}

function noVerdict(expectation: Expectation): JudgedExpectation {
	return {
		expectation,
		verdict: 'inconclusive',
		held: proportion(
			0,
			0,
			expectation.requiredProbability === null ? undefined : expectation.requiredProbability.confidence,
		),
		more: null,
		text: 'no run came to its end',
	};
}

/** Where both ends of an interval reach the bound at the same n: the reach at p is as sqrt(p (1 - p)). */
function bestShare({ above, below, between }: Bound): number {
	const [from, to] = between !== null ? between : [above === null ? 0 : above, below === null ? 1 : below];
	const [low, high] = [from, to].map((p) => Math.sqrt(p * (1 - p)));
	return low + high === 0 ? 0.5 : (from * high + to * low) / (low + high);
}

/** "undecided in 8 of 20: a trigger is in force to the end" */
function undecidedText(open: readonly RunVerdict[], runs: number): string {
	if (runs === 1) return open[0].text;
	const reasons = countReasons(open.map(({ seed, text }) => ({ seed, why: text.replace(/^undecided: /, '') })));
	return `undecided in ${formatCount(open.length)} of ${formatCount(runs)}: ${reasonsText(reasons)}`;
}

const MOST_SEEDS = 3;

/** "fails in 2 of 40: 2.3% (seed 7), 2.1% (seed 31)" */
function breachText(broken: readonly RunVerdict[], runs: number): string {
	const first = broken.slice(0, MOST_SEEDS).map(({ text, seed }) => `${text} (seed ${seed})`);
	const examples = [...first, ...(broken.length > MOST_SEEDS ? ['...'] : [])].join(', ');
	return runs === 1 ? examples : `fails in ${formatCount(broken.length)} of ${formatCount(runs)}: ${examples}`;
}

const missing = (failed: number): string => (failed === 0 ? '' : `; ${formatCount(failed)} did not come to an end`);

function moreText(more: number | null): string {
	if (more === null) return 'the share stands too near the bound for ten million more to decide';
	return `${formatCount(more)} more would decide if the share stays`;
}
