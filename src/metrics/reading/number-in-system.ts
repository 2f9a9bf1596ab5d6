/** The number of requests in one node, waiting and in service, over the time of the measured window: its distribution in figures. */
import type { Selection } from '../expectation.js';
import type { Outcome } from '../outcome.js';
import { isWholeEdge, isWholeWindow } from './cell-sums.js';

export interface NumberInSystem {
	readonly mean: number;
	/** the least number that a node does not exceed for that share of the time */
	quantile(share: number): number;
	/** share of the time in which a node holds at least so many */
	shareAtLeast(n: number): number;
}

/** Over all nodes alike; null where it was not recorded, and of a part of the window or of the edge. */
export function inSystem(outcome: Outcome, selection: Selection): NumberInSystem | null {
	const { inSystemUs } = outcome;
	if (inSystemUs === null || !isWholeWindow(outcome, selection) || !isWholeEdge(selection)) return null;
	const timeUs = new Float64Array(Math.max(...inSystemUs.map(({ length }) => length)));
	for (const ofGroup of inSystemUs)
		ofGroup.forEach((us, n) => {
			timeUs[n] += us;
		});
	const totalUs = timeUs.reduce((sum, us) => sum + us, 0);
	if (totalUs === 0) return null;
	const atLeastUs = (n: number): number => timeUs.subarray(Math.min(n, timeUs.length)).reduce((sum, us) => sum + us, 0);
	return {
		mean: timeUs.reduce((sum, us, n) => sum + n * us, 0) / totalUs,
		quantile(share) {
			let belowUs = 0;
			return timeUs.findIndex((us) => {
				belowUs += us;
				return belowUs >= share * totalUs;
			});
		},
		shareAtLeast: (n) => atLeastUs(n) / totalUs,
	};
}
