/** How late a process's event loop is: what a shared machine does to a measurement. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** ms between two looks of the monitor; it counts them as delay, so they are taken off again. */
const LOOK_MS = 5;

/** @returns {() => { p50Ms: number, p99Ms: number, maxMs: number }} what has been seen so far */
export function watchLag() {
	const seen = monitorEventLoopDelay({ resolution: LOOK_MS });
	seen.enable();
	const ms = (ns) => Number(Math.max(0, ns / 1e6 - LOOK_MS).toFixed(2));
	return () => ({ p50Ms: ms(seen.percentile(50)), p99Ms: ms(seen.percentile(99)), maxMs: ms(seen.max) });
}

/** ms: a run whose upstream or client was later than that once in a hundred looks has measured the machine. */
export const MOST_LAG_MS = 20;
