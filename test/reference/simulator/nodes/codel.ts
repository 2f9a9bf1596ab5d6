/**
 * The server form of CoDel (facts/validation.md, section 1; folly's): the node is overloaded while the least wait of the
 * last interval was above the target; then whatever waited longer than two targets is dropped, but never the first of an interval.
 */
import type { CoDel } from '../../../../src/model/node-group.js';

export interface CodelState {
	overloaded: boolean;
	/** Looks at one attempt that leaves the line. @returns whether it is to be dropped */
	drops(waitUs: number, nowUs: number): boolean;
}

export function newCodel({ targetUs, intervalUs }: CoDel): CodelState {
	let leastUs = 0;
	let intervalEndsUs = 0;
	const state: CodelState = {
		overloaded: false,
		drops(waitUs, nowUs) {
			if (nowUs > intervalEndsUs) {
				state.overloaded = leastUs > targetUs;
				intervalEndsUs = nowUs + intervalUs;
				leastUs = waitUs;
				return false;
			}
			leastUs = Math.min(leastUs, waitUs);
			return state.overloaded && waitUs > 2 * targetUs;
		},
	};
	return state;
}
