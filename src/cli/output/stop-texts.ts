/** What stopped runs before their end, in words. */
import type { Replayed } from '../../experiment/run/replay.js';
import { formatStop } from '../../metrics/definitions/format.js';
import type { Outcome } from '../../metrics/outcome.js';
import { hasBegun } from './print.js';

/** A line for each run that was stopped, one for those whose turn never came, one for each with which others are compared. */
export function stopTexts(replayed: readonly Replayed[]): string {
	const several = replayed.length > 1;
	const names = new Set(replayed.map(({ outcome }) => outcome.variant));
	const own = replayed
		.filter(hasBegun)
		.flatMap(({ outcome }) => textOf(outcome, several ? `${outcome.variant}: ` : ''));
	const idle = replayed.filter((one) => !hasBegun(one) && !byLimit(one)).map(({ outcome }) => outcome.variant);
	// The wall limit may come before the first event; what stopped it has its name then, too.
	const early = replayed
		.filter((one) => !hasBegun(one) && byLimit(one))
		.flatMap(({ outcome }) => textOf(outcome, several ? `${outcome.variant}: ` : ''));
	const others = replayed
		.filter(hasBegun)
		.flatMap(({ outcome, others: all }) =>
			all
				.filter(({ name, outcome: other }) => other.stopped !== null && !names.has(name))
				.map(({ name }) => `${outcome.variant}: what it is compared with, ${name}, did not come to its end\n`),
		);
	return [
		...own,
		...early,
		...(idle.length > 0 ? [`interrupted before they began: ${idle.join(', ')}\n`] : []),
		...others,
	].join('');
}

const byLimit = ({ outcome: { stopped } }: Replayed): boolean => stopped !== null && stopped.limit !== 'signal';

const textOf = ({ stopped, toUs }: Outcome, whose: string): string[] => {
	if (stopped === null) return [];
	const left = toUs > 0 ? 'results are partial and marked so' : 'there are no results';
	return [`${whose}${formatStop(stopped)}; ${left}\n`];
};
