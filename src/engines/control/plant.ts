/**
 * What the control room sees of any engine, and the levers it pulls there. An engine implements it; this file imports
 * none, so that one control room serves them all.
 */
import type { Reply } from '../../model/reply.js';

export { COUNTER, COUNTER_COUNT } from '../../model/gates/gate-metric.js';

export interface Plant {
	/** the node runs this change from now on (or no longer); whom the change matches is the engine's to know */
	setChange(node: number, change: number, on: boolean): void;
	/** workers' speed, 1 = healthy; rescales the work that remains of services under way */
	setSpeed(node: number, factor: number): void;
	/** probability, 0..1, that an attempt fails for the sake of faults, and what it then answers */
	setErrorProbability(node: number, probability: number, reply: Reply): void;
	/** network latency to and from the node, times this */
	setLatencyFactor(node: number, factor: number): void;
	setCrashed(node: number, on: boolean): void;
	setCutOff(node: number, on: boolean): void;
	/**
	 * The share of requests, 0..1, that a change is shown to: `divert` sends them to the nodes that run it and the others
	 * elsewhere, `flag` marks them and a node serves two versions. At 1, where every change starts, neither happens: the
	 * node decides alone.
	 */
	setCanaryShare(change: number, share: number, mode: 'divert' | 'flag'): void;
	/** A rollout pushes a stage now: failures of what was sent before are counted apart. @param rollout its index in the world */
	notePush(rollout: number): void;
	/**
	 * Everything counted so far, cumulative, node after node, in the shape that `counterLayout` gives; columns as in COUNTER. It may
	 * be the engine's own array: the room copies what it keeps.
	 */
	counters(): Float64Array;
}
