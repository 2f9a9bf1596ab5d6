/**
 * Outcomes as words for failures: `error` means every cause that an error has in this world, `rejected` and `shed` likewise, and
 * `timeout` and `refused` are causes of their own. A word and its causes written out are the same: a client cannot tell a 503 of a
 * full queue from a 503 of a shedding rule. A set of failures may hold words as bits beside those of causes; `writtenOut` turns
 * them into causes, once, for whatever is decided by failures.
 */
import type { Reply } from '../reply.js';
import type { World } from '../world.js';
import { CAUSE, causeMask } from './cause.js';
import type { Retryable, RetryPolicy } from './policy.js';

/** Outcomes that are answers: what they say is up to the world. */
export const ANSWER_WORDS = ['error', 'rejected', 'shed'] as const;
export type AnswerWord = (typeof ANSWER_WORDS)[number];

/** The bit of each word in a set of failures, above those of causes. */
const WORD_BIT: Readonly<Record<AnswerWord, number>> = { error: 1 << 16, rejected: 1 << 17, shed: 1 << 18 };
const WORD_BITS = WORD_BIT.error | WORD_BIT.rejected | WORD_BIT.shed;

/** The causes that each outcome has in a world, as masks. */
export type OutcomeCauses = Readonly<Record<AnswerWord, number>>;

const isAnswerWord = (word: Retryable): word is AnswerWord => ANSWER_WORDS.some((known) => known === word);

/** A set of failures that may hold words. */
export const failureMask = (failures: readonly Retryable[]): number =>
	failures.reduce((mask, one) => mask | (isAnswerWord(one) ? WORD_BIT[one] : 1 << CAUSE[one]), 0);

export function outcomeCauses({
	classes,
	groups,
	changes,
	faults,
}: Pick<World, 'classes' | 'groups' | 'changes' | 'faults'>): OutcomeCauses {
	const of = (replies: readonly Reply[]): number => causeMask(replies.map(({ cause }) => cause));
	return {
		error: of([
			...classes.filter((one) => one.errorProbability > 0).map((one) => one.errorReply),
			...changes.filter((one) => one.failProbability > 0).map((one) => one.failReply),
			...faults.flatMap(({ effect }) => (effect.kind === 'error' ? [effect.reply] : [])),
		]),
		rejected: of(groups.map((group) => group.fullReply)),
		shed: of([
			...groups.flatMap((group) => [
				...group.shed.map((rule) => rule.reply),
				...(group.codel === null ? [] : [group.fullReply]),
			]),
			...changes.filter((one) => one.shedProbability > 0).map((one) => one.shedReply),
		]),
	};
}

/** A set of failures with its words written out as causes. */
export const writtenOut = (mask: number, causes: OutcomeCauses): number =>
	ANSWER_WORDS.reduce((all, word) => ((mask & WORD_BIT[word]) === 0 ? all : all | causes[word]), mask & ~WORD_BITS);

/** A policy whose sets of failures have causes alone. What it tries again, `on`, stays in words. */
export function withCauses(policy: RetryPolicy, causes: OutcomeCauses): RetryPolicy {
	const all = (mask: number): number => writtenOut(mask, causes);
	const each = <T extends { readonly causes: number }>(list: readonly T[]): T[] =>
		list.map((one) => ({ ...one, causes: all(one.causes) }));
	const { delay, retryAfter, hedge, budget, limiter } = policy;
	return {
		...policy,
		attemptsFor: each(policy.attemptsFor),
		delay: {
			...delay,
			baseUsFor: each(delay.baseUsFor),
			waitsOn: delay.waitsOn === null ? null : all(delay.waitsOn),
		},
		retryAfter:
			retryAfter === null ? null : { ...retryAfter, causes: all(retryAfter.causes), needed: all(retryAfter.needed) },
		hedge: hedge === null ? null : { ...hedge, goesOn: all(hedge.goesOn) },
		budget: budget?.kind === 'quota' ? { ...budget, costFor: each(budget.costFor) } : budget,
		limiter:
			limiter?.kind === 'cubic'
				? { ...limiter, throttles: all(limiter.throttles) }
				: limiter?.kind === 'adaptive-throttle'
					? { ...limiter, refusals: all(limiter.refusals) }
					: limiter,
	};
}
