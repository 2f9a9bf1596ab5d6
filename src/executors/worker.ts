/** What a thread of the pool runs: one task per message. A case comes sealed, shared by all threads, and is opened once. */
import { deserialize } from 'node:v8';
import { threadId } from 'node:worker_threads';
import type { Case } from '../experiment/task/case.js';
import type { TaskResult } from '../experiment/task/task.js';
import { runTask } from './run-task.js';

export interface TaskOrder {
	readonly key: string;
	/** the case of that key as `node:v8` serialises it */
	readonly sealed: SharedArrayBuffer;
	readonly seed: number;
	/** gets the number of the thread that has begun on it */
	readonly thread: Int32Array;
}

/** Tasks come case by case, so a few are enough. */
const MOST_OPEN = 8;
const open = new Map<string, Case>();

export default function work({ key, sealed, seed, thread }: TaskOrder): Promise<TaskResult> {
	Atomics.store(thread, 0, threadId);
	return runTask({ of: caseOf(key, sealed), seed });
}

function caseOf(key: string, sealed: SharedArrayBuffer): Case {
	const known = open.get(key);
	if (known !== undefined) return known;
	if (open.size === MOST_OPEN) open.clear();
	const opened: Case = deserialize(Buffer.from(new Uint8Array(sealed)));
	open.set(key, opened);
	return opened;
}
