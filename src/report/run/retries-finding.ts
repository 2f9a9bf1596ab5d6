/** What retries did to the requests of a run, in one sentence: measured against the twin without retries, or not told at all. */
import type { Explained, Explanation } from '../../experiment/run/explain.js';
import { formatCount } from '../../metrics/definitions/format.js';
import type { Outcome } from '../../metrics/outcome.js';
import { total, wholeRun } from '../../metrics/reading/cell-sums.js';
import type { World } from '../../model/world.js';
import type { Json } from '../files/json.js';
import { OTHER_REASONS } from '../text/other-reasons.js';
import { further } from './further-attempts.js';

type Senders = Pick<World, 'populations'>;

/** Null where there is nothing to tell: nothing was lost, or nobody sent a retry and nobody asked. */
export function retriesText(outcome: Outcome, explained: Explanation, world: Senders): string | null {
	if (explained === 'stopped')
		return `not told: the run, or its twin without ${further(world)}, did not come to its end`;
	if (explained !== null) return sentence(outcome, explained, further(world)) + reservations(explained);
	const count = (measure: string): number => Number(total(outcome, wholeRun(outcome), measure));
	if (count('lost_by_birth') === 0 || count('attempts') === count('first_attempts')) return null;
	return `what they did to other requests is not measured; --explain runs the twin without ${further(world)}`;
}

/** For summary.json: null without the flag, and where a run was stopped. */
export function explainedJson(outcome: Outcome, explained: Explanation, world: Senders): Json {
	if (explained === null || explained === 'stopped') return null;
	const { open, addedRange, ...counts } = explained;
	return { ...counts, addedRange: [...addedRange], open: { ...open }, text: retriesText(outcome, explained, world) };
}

/** @param sent "retries", "copies", or both */
function sentence(outcome: Outcome, explained: Explained, sent: string): string {
	const { lost, direct, lostWithoutRetries, moreWithoutRetries: more, addedByRetries: added } = explained;
	const n = formatCount;
	if (lost === 0 && lostWithoutRetries === 0) return `nothing is lost, with ${sent} or without`;
	const own = `of ${n(lost)} lost, ${n(direct)} failed by ${itself(outcome)}${explained.directOfTwin ? ` in the twin without ${sent}` : ''}`;
	const twin = `the twin without ${sent} loses ${n(lostWithoutRetries)}`;
	const [least, most] = explained.addedRange;
	if (least < most && least <= 0 && most >= 0)
		return `${own}; ${twin}: between ${n(-least)} saved and ${n(most)} added by ${sent}, it is undecided which`;
	const range = (from: number, to: number): string => (manyOpen(explained) ? ` (${n(from)} to ${n(to)})` : '');
	if (added < 0) return `${own}; ${twin}: ${sent} saved ${n(-added)}${range(-most, -least)} more than they cost`;
	const without = `${n(more)} more are lost in the twin without ${sent} (${OTHER_REASONS})`;
	return added === 0
		? `${own}, ${without}; ${sent} added none`
		: `${own}, ${without}, the other ${n(added)} are what ${sent} added${range(least, most)}`;
}

/** Fewer open requests than one in a hundred change no figure that is shown. */
function manyOpen({ open, addedByRetries, addedRange: [least, most] }: Explained): boolean {
	return least < most && Math.max(open.withRetries, open.withoutRetries) * 100 > Math.abs(addedByRetries);
}

/** What makes the difference more, or less, than retries alone. */
function reservations(explained: Explained): string {
	const { open, sameRollout } = explained;
	return [
		sameRollout ? '' : '; the rollout went another way in the twin, so this is not due to load alone',
		manyOpen(explained)
			? `; ${formatCount(open.withRetries)} requests were still open at the end, ${formatCount(open.withoutRetries)} in the twin`
			: '',
	].join('');
}

/** True of a run in which something may have failed first attempts itself: elsewhere there is nothing to split. */
export const mayFailItself = ({ changes, triggers }: Outcome): boolean =>
	changes.length > 0 || triggers.some(({ kind }) => kind === 'fault');

/** Whatever may have failed a first attempt itself. */
function itself({ changes, triggers }: Outcome): string {
	const faulty = triggers.some(({ kind }) => kind === 'fault');
	if (changes.length > 0) return faulty ? 'a change or a fault itself' : 'the change itself';
	return faulty ? 'the fault itself' : 'a change or a fault itself';
}
