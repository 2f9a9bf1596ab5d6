/** Tries case after case and says beforehand which: the thread that watches sees a hang, and an end of the memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { newPicker } from '../reference/families/picker.js';
import { targetsOf } from './targets.js';

export interface Work {
	readonly root: string;
	readonly scratch: string;
	readonly seed: number;
	readonly from: number;
	/** the case under way, for whoever watches */
	readonly now: Int32Array<SharedArrayBuffer>;
}

export interface Found {
	readonly number: number;
	readonly message: string;
}

/** Cases take turns: the scenarios, which have the largest grammar, every second one. */
export const targetOf = <T>(targets: readonly T[], number: number): T =>
	targets[number % 2 === 0 ? 0 : 1 + ((number >> 1) % (targets.length - 1))];

export const pickerOf = (seed: number, number: number) => newPicker((seed * 1_000_003 + number) % 4_294_967_296);

if (parentPort !== null) {
	const { root, scratch, seed, from, now }: Work = workerData;
	const targets = targetsOf(root, scratch);
	for (let number = from; ; number++) {
		Atomics.store(now, 0, number);
		const target = targetOf(targets, number);
		try {
			await target.take(target.make(pickerOf(seed, number)));
		} catch (error) {
			const message = error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
			parentPort.postMessage({ number, message } satisfies Found);
		}
		// What waits on the port goes out, and an end is heard.
		if (number % 100 === 0) await new Promise((go) => setImmediate(go));
	}
}
