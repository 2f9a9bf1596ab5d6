/** The worker of the build, but for some seeds that end its thread, one way each. */
import { threadId } from 'node:worker_threads';
import work from '../../dist/executors/worker.js';

/** Seeds below this behave. */
const UNRULY = 1_000_000;

export default function unruly(order) {
	if (order.seed < UNRULY) return work(order);
	Atomics.store(order.thread, 0, threadId);
	switch (order.seed - UNRULY) {
		case 0:
			return process.exit(7);
		case 1:
			for (const hoard = []; ; ) hoard.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
		case 2:
			for (;;);
		default:
			setTimeout(() => {
				throw new Error('thrown by nobody’s fault');
			});
			return new Promise(() => {});
	}
}
