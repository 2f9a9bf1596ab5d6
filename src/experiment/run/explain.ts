/**
 * What retries did to the requests of a run, measured against its twin without retries, which has the same arrivals and
 * random numbers. The three parts add up to what was lost.
 */
import { assert } from '../../kernel/errors.js';
import type { Outcome } from '../../metrics/outcome.js';
import { total, wholeRun } from '../../metrics/reading/cell-sums.js';

/** Counts of logical requests, by birth. */
export interface Explained {
	readonly lost: number;
	/**
	 * their first attempt was failed by a change or a fault itself: here, or in the twin where that loses fewer in all than this
	 * run loses directly, for then retries made some of the direct losses
	 */
	readonly direct: number;
	/** there where `direct` is the twin's */
	readonly directOfTwin?: true;
	readonly lostWithoutRetries: number;
	/** lost without retries - direct: full queues, timeouts */
	readonly moreWithoutRetries: number;
	/** lost - lost without retries; below 0 where retries saved more than they cost */
	readonly addedByRetries: number;
	/** the same, whatever becomes of the requests that are open at the end of either run */
	readonly addedRange: readonly [number, number];
	/** requests without an end when the window ended: they count as lost in neither */
	readonly open: { readonly withRetries: number; readonly withoutRetries: number };
	/** changes were in force over the same times in both; otherwise a gate or a person has decided otherwise in the twin */
	readonly sameRollout: boolean;
}

/** stopped: one of the two did not come to its end, and they cannot be compared · null: the twin was not asked for */
export type Explanation = Explained | 'stopped' | null;

/** What a run says beside its twin. */
export function explain(outcome: Outcome, twin: Outcome): Explained | 'stopped' {
	if (outcome.stopped !== null || twin.stopped !== null) return 'stopped';
	const count = (of: Outcome, measure: string): number | null => total(of, wholeRun(of), measure);
	const lost = count(outcome, 'lost_by_birth');
	const own = count(outcome, 'lost_direct_by_birth');
	const without = count(twin, 'lost_direct_by_birth');
	const lostWithoutRetries = count(twin, 'lost_by_birth');
	assert(
		lost !== null && own !== null && without !== null && lostWithoutRetries !== null,
		'losses are counted in every place',
	);
	const direct = own <= lostWithoutRetries ? own : without;
	const open = { withRetries: outcome.audit.requests.open, withoutRetries: twin.audit.requests.open };
	const added = lost - lostWithoutRetries;
	return {
		lost,
		direct,
		...(own <= lostWithoutRetries ? {} : { directOfTwin: true }),
		lostWithoutRetries,
		moreWithoutRetries: lostWithoutRetries - direct,
		addedByRetries: added,
		// Nobody retried: whatever is open in one run is as open in the other, and comes to the same.
		addedRange: isSame(outcome, twin) ? [0, 0] : [added - open.withoutRetries, added + open.withRetries],
		open,
		sameRollout: timesOf(outcome) === timesOf(twin),
	};
}

const isSame = (one: Outcome, other: Outcome): boolean =>
	one.events === other.events && one.cells.every((n, i) => n === other.cells[i]);

/** When each change was in force. */
const timesOf = ({ triggers }: Outcome): string =>
	JSON.stringify(
		triggers.filter(({ kind }) => kind === 'change').map(({ name, fromUs, toUs }) => [name, fromUs, toUs]),
	);
