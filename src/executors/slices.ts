/**
 * Runs an engine to its end in slices of wall time: between two slices signals come through, whoever wants to know is
 * told how far it is, and the wall limit is watched. How time is sliced never shows in an outcome.
 */
import type { Engine } from '../engines/engine.js';

export interface Slicing {
	/** wall time that the run may take, from `startMs` on */
	readonly wallMs: number;
	/** on the clock of `performance.now()` */
	readonly startMs: number;
	/** aborted: the run stops with what it has */
	readonly signal?: AbortSignal;
	/** told after every slice, with the wall time taken so far */
	readonly onSlice?: (wallMs: number) => void;
}

const SLICE_MS = 60;
/** Of simulated time. Nobody knows yet how dense the world is, and a slice that has begun cannot be left. */
const FIRST_SLICE_US = 1000;

export async function runInSlices(engine: Engine, { wallMs, startMs, signal, onSlice }: Slicing): Promise<void> {
	let sliceUs = FIRST_SLICE_US;
	while (!engine.finished) {
		if (signal?.aborted) engine.stop('signal', 0);
		else if (performance.now() - startMs > wallMs) engine.stop('wall', wallMs);
		else {
			sliceUs = advanceSlice(engine, sliceUs);
			onSlice?.(performance.now() - startMs);
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
}

/** @returns the length of the next slice: as much simulated time as fits into the slice's wall time */
function advanceSlice(engine: Engine, sliceUs: number): number {
	const startMs = performance.now();
	const toUs = engine.nowUs + sliceUs;
	do engine.advanceSome(toUs);
	while (!engine.finished && engine.nowUs < toUs && performance.now() - startMs < SLICE_MS);
	const tookMs = Math.max(performance.now() - startMs, 0.1);
	return Math.max(1, Math.min(sliceUs * 4, Math.ceil((sliceUs * SLICE_MS) / tookMs)));
}
