/**
 * Kayenta's judge over several checks: a score from 0 to 100, and what it means for the canary. Semantics from its
 * `WeightedSumScorer` and Spinnaker's canary stage; Kayenta's samples take 75 as marginal and 95 as pass.
 */
import { assert } from '../../kernel/errors.js';
import type { MetricClass } from './mann-whitney.js';

/** One check as the judge sees it. */
export interface Scored {
	readonly name: string;
	readonly group: string;
	readonly class: MetricClass;
	/** anything but a pass fails the canary */
	readonly critical: boolean;
	/** to have no data is a failure, not an absence */
	readonly required: boolean;
}

export interface GroupScore {
	readonly name: string;
	/** 0..100; 100 without data */
	readonly value: number;
	/** of all weights together, 0..1 */
	readonly weight: number;
}

export interface Score {
	/** 0..100 */
	readonly value: number;
	readonly groups: readonly GroupScore[];
	/** how the value came about, in words */
	readonly reason: string;
}

/** This share of checks without data fails the canary. */
const TOO_MUCH_MISSING = 0.5;

/**
 * Weighted mean of the groups' scores; 0 where a critical check did not pass, or half the checks had no data.
 * @param weights per cent by group, at most 100 together; groups without one share the rest equally
 */
export function score(
	results: readonly Scored[],
	{ weights }: { readonly weights: Readonly<Record<string, number>> },
): Score {
	assert(results.length > 0, 'a score of no check');
	const groups = weigh([...new Set(results.map(({ group }) => group))], weights).map(({ name, weight }) => {
		return { name, weight, value: groupScore(results.filter(({ group }) => group === name)) };
	});
	const critical = results.find((result) => result.critical && result.class !== 'pass');
	if (critical !== undefined)
		return { value: 0, groups, reason: `${critical.name} is critical and came out as ${critical.class}` };
	const missing = results.filter((result) => result.class === 'nodata').length;
	if (missing >= TOO_MUCH_MISSING * results.length)
		return { value: 0, groups, reason: `${missing} of ${results.length} checks had no data` };
	const value = groups.reduce((sum, group) => sum + group.value * group.weight, 0);
	const passed = results.filter((result) => result.class === 'pass').length;
	return { value, groups, reason: `${passed} of ${results.length} checks passed, weighed by group` };
}

/** pass / (pass + high + low + required ones without data) x 100. */
function groupScore(results: readonly Scored[]): number {
	const counted = results.filter((result) => result.class !== 'nodata' || result.required);
	if (counted.length === 0) return 100;
	return (100 * counted.filter((result) => result.class === 'pass').length) / counted.length;
}

/** Weights that sum to 1: the mean stays one where weights of absent groups are left over. */
function weigh(
	names: readonly string[],
	weights: Readonly<Record<string, number>>,
): { name: string; weight: number }[] {
	const given = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
	assert(given <= 100 + 1e-9, `weights of ${given} exceed 100`);
	const others = names.filter((name) => weights[name] === undefined).length;
	const raw = names.map((name) => (weights[name] === undefined ? Math.max(0, 100 - given) / others : weights[name]));
	const total = raw.reduce((sum, weight) => sum + weight, 0);
	assert(total > 0, `no group of ${names.join(', ')} has any weight`);
	return names.map((name, i) => ({ name, weight: raw[i] / total }));
}

export type ScoreVerdict = 'passed' | 'marginal' | 'failed';

/** Below `marginal` a canary fails at once; its last judgement must reach `pass`, earlier ones may be marginal. */
export function judgeScore(
	{ value }: { readonly value: number },
	{ marginal, pass, last }: { readonly marginal: number; readonly pass: number; readonly last: boolean },
): ScoreVerdict {
	if (value < marginal) return 'failed';
	if (value >= pass) return 'passed';
	return last ? 'failed' : 'marginal';
}
