/**
 * What is under way at a node whose stays are looked ahead, read from outside: for the audit, at the end of a run, and for
 * the first attempts that are still open. Nothing of this runs per event.
 */
import type { OpenWaits } from '../../../../metrics/recording/open-waits.js';
import type { Recorder } from '../../../../metrics/recording/recorder.js';
import { type FifoLookahead, isRetryPlace } from './fifo-lookahead.js';

const NEVER = Number.POSITIVE_INFINITY;

/** What is under way, of what was looked ahead. */
export interface LookaheadCounts {
	/** requests that wait for an answer in time */
	readonly open: number;
	/** attempts that somebody waits for, in vain or not */
	readonly waited: number;
	readonly atEdge: number;
	readonly queued: number;
}

/** What is under way just before `nowUs`; everything that ended earlier is counted. */
export function countsAt(lookahead: FifoLookahead, nowUs: number): LookaheadCounts {
	lookahead.settle(nowUs);
	const { all: atEdge, inTime: open } = lookahead.tally();
	return { open, waited: open + lookahead.waitedUntilTimeout, atEdge, queued: lookahead.waiting };
}

/** Sees the first attempts that will be answered in time: when each was sent, and the place of its client. */
export function eachOpenFirst(lookahead: FifoLookahead, see: (sentUs: number, clientPlace: number) => void): void {
	lookahead.each(({ sentUs, leftUs, clientPlace }) => {
		if (leftUs === NEVER && !isRetryPlace(clientPlace)) see(sentUs, clientPlace);
	});
}

/** Where what is cut at the end of a run is counted. */
export interface CutInto {
	readonly recorder: Recorder;
	/** takes what waits still */
	readonly waits: OpenWaits;
}

/** Cuts what is under way at the end of the run. @returns service time cut, from `fromUs` on */
export function cutStays(
	lookahead: FifoLookahead,
	fromUs: number,
	nowUs: number,
	{ recorder, waits }: CutInto,
): number {
	let underWayUs = 0;
	lookahead.settle(nowUs);
	lookahead.each(({ edgePlace, sentUs, startUs }) => {
		if (startUs >= nowUs) {
			waits.add(edgePlace, sentUs);
			return;
		}
		recorder.startedBefore(edgePlace, sentUs, startUs);
		recorder.servedUntilHorizon(edgePlace, startUs, nowUs);
		underWayUs += nowUs - Math.max(fromUs, startUs);
	});
	return underWayUs;
}
