/**
 * Computes tasks on all cores, in threads of a tinypool: the only file that knows it. Case and seed alone decide a result,
 * so any number of threads gives the same bytes. A thread that dies, or does not come back, costs its task and no other.
 */
import { availableParallelism } from 'node:os';
import { serialize, setFlagsFromString } from 'node:v8';
import type Tinypool from 'tinypool';
import type { Case } from '../experiment/task/case.js';
import type { Laboratory, OnResult, Task, TaskFailure, TaskResult } from '../experiment/task/task.js';
import { inlineLaboratory } from './inline.js';
import { distinctRuns, INTERRUPTED } from './run-task.js';
import type { TaskOrder } from './worker.js';

export interface ThreadOptions {
	/** how many tasks run at once, from 1; one alone runs in this process, without a thread */
	readonly workers: number;
	/** aborted: threads end at once; what is not finished is interrupted */
	readonly signal?: AbortSignal;
	/** the file that threads run, in place of our own */
	readonly worker?: URL;
	/** heap of one thread in MiB; a task that needs more fails */
	readonly heapMb?: number;
	/** how much longer than `limits.wall` a thread may be silent; it watches the limit itself, between slices */
	readonly graceMs?: number;
}

/** A laboratory that holds threads. They keep no process alive once the last task is done. */
export interface OpenLaboratory {
	readonly run: Laboratory;
	/** ends the threads */
	readonly close: () => Promise<void>;
}

/** As many tasks as this run side by side unless told otherwise. */
export const CORES = availableParallelism();

/** Threads load plain JavaScript. Run from the sources, as tests do, they take the build's, which `npm test` makes first. */
const WORKER = new URL(
	import.meta.url.endsWith('.ts') ? '../../dist/executors/worker.js' : './worker.js',
	import.meta.url,
);
const GRACE_MS = 5000;
/** The longest wait a timer knows: 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

export function openLaboratory(options: ThreadOptions): OpenLaboratory {
	if (options.workers === 1 && options.worker === undefined) {
		return { run: inlineLaboratory(options), close: async () => {} };
	}
	const threads = new Threads(options);
	return { run: (tasks, onResult) => threads.run(tasks, onResult), close: () => threads.close() };
}

/** A task under way. */
interface UnderWay {
	/** number of the thread that has begun on it; 0 before */
	readonly thread: Int32Array;
	/** ends its thread */
	readonly giveUp: (failure: TaskFailure) => void;
}

class Threads {
	/** started with the first task */
	#pool: Tinypool | null = null;
	/** a command that runs one thing, or nothing, does without the library */
	#library: Promise<typeof Tinypool> | null = null;
	readonly #underWay = new Set<UnderWay>();
	readonly #watched = new WeakSet<object>();
	readonly #sealed = new WeakMap<Case, SharedArrayBuffer>();
	/** the tasks asked before */
	#before: Promise<unknown> = Promise.resolve();

	constructor(private readonly options: ThreadOptions) {
		options.signal?.addEventListener('abort', () => this.#giveUpAll({ kind: 'interrupted', message: 'interrupted' }));
	}

	/** Those who ask at the same time wait for each other: a task's clock starts when a thread is free for it. */
	run(tasks: readonly Task[], onResult?: OnResult): Promise<readonly TaskResult[]> {
		const results = this.#before.then(() => this.#runAll(tasks, onResult));
		this.#before = results.catch(() => {});
		return results;
	}

	async close(): Promise<void> {
		const pool = this.#pool;
		this.#pool = null;
		if (pool === null) return;
		// While it waits for a thread's exit the pool also listens for its errors, and lets go of neither: the wrapper of a
		// thread has no removeListener, and an error in that moment (a worker file that is missing) would end the process.
		for (const thread of pool.threads) Object.assign(thread, { removeListener: () => thread });
		// That error would come out here too. A thread that cannot live owes nobody an answer: it has ended, as was asked.
		await pool.destroy().catch(() => {});
	}

	/** As many lanes as threads; each takes the next task when it is done with one. */
	async #runAll(tasks: readonly Task[], onResult?: OnResult): Promise<readonly TaskResult[]> {
		const results: TaskResult[] = new Array(tasks.length);
		let next = 0;
		const lane = async (): Promise<void> => {
			while (next < tasks.length) {
				const index = next++;
				try {
					results[index] = await this.#runOne(tasks[index]);
					onResult?.(index, results[index], 'run');
				} catch (error) {
					// Whoever is told could not bear it (a full disk): nobody waits for the others any more.
					next = tasks.length;
					this.#giveUpAll(INTERRUPTED);
					throw error;
				}
			}
		};
		await Promise.all(Array.from({ length: Math.min(this.options.workers, tasks.length) }, lane));
		return results;
	}

	async #runOne(task: Task): Promise<TaskResult> {
		const { signal, graceMs = GRACE_MS } = this.options;
		if (signal?.aborted) return { failure: INTERRUPTED };
		const end = new AbortController();
		let failure: TaskFailure | null = null;
		const giveUp = (why: TaskFailure): void => {
			failure ??= why;
			end.abort();
		};
		const wallMs = distinctRuns(task.of).runs.reduce((sum, { world }) => sum + world.limits.wallMs, 0);
		const late = setTimeout(giveUp, Math.min(wallMs + graceMs, LONGEST_MS), stuck(wallMs));
		const underWay = { thread: new Int32Array(new SharedArrayBuffer(4)), giveUp };
		this.#underWay.add(underWay);
		try {
			return await this.#post({ ...this.#seal(task), thread: underWay.thread }, end.signal);
		} catch (error) {
			const { name, message } = error as Error;
			// A thread that ends of itself says why before its exit is seen.
			return { failure: name === 'AbortError' && failure !== null ? failure : died(message) };
		} finally {
			clearTimeout(late);
			this.#underWay.delete(underWay);
		}
	}

	#giveUpAll(failure: TaskFailure): void {
		for (const { giveUp } of this.#underWay) giveUp(failure);
	}

	/** @throws when its thread ends before it answers */
	async #post(order: TaskOrder, end: AbortSignal): Promise<TaskResult> {
		this.#library ??= import('tinypool').then((library) => library.default);
		const Pool = await this.#library;
		end.throwIfAborted();
		this.#pool ??= this.#start(Pool);
		const answer: Promise<TaskResult> = this.#pool.run(order, { signal: end });
		this.#watch(this.#pool);
		return answer;
	}

	#start(Pool: typeof Tinypool): Tinypool {
		const { workers, worker = WORKER, heapMb } = this.options;
		// A thread that ends while a helper still compiles for it takes the whole process down: an assertion of Node 20
		// (ForIsolate) that 2 % of short experiments on a busy machine met. Threads compile for themselves, which is faster
		// too where every core has a thread.
		setFlagsFromString('--no-concurrent-recompilation');
		const pool = new Pool({
			filename: worker.href,
			minThreads: workers,
			maxThreads: workers,
			resourceLimits: heapMb === undefined ? undefined : { maxOldGenerationSizeMb: heapMb },
		});
		// No thread can be started: nobody would ever take what is waiting.
		pool.on('error', (error: Error) => {
			for (const { thread, giveUp } of this.#underWay) if (thread[0] === 0) giveUp(died(error.message));
		});
		return pool;
	}

	/** The pool does not notice a thread that leaves by process.exit, and would wait for it for ever. */
	#watch(pool: Tinypool): void {
		for (const thread of pool.threads) {
			if (this.#watched.has(thread)) continue;
			this.#watched.add(thread);
			const { threadId } = thread;
			thread.on('exit', (code: number) => {
				for (const task of this.#underWay) if (task.thread[0] === threadId) task.giveUp(died(`exit code ${code}`));
			});
		}
	}

	/** A case is serialised once, however many seeds it runs under, and its bytes are shared, not copied. */
	#seal({ of, seed }: Task): Omit<TaskOrder, 'thread'> {
		const known = this.#sealed.get(of);
		if (known !== undefined) return { key: of.key, sealed: known, seed };
		const bytes = serialize(of);
		const sealed = new SharedArrayBuffer(bytes.length);
		new Uint8Array(sealed).set(bytes);
		this.#sealed.set(of, sealed);
		return { key: of.key, sealed, seed };
	}
}

const died = (why: string): TaskFailure => ({ kind: 'bug', message: `its thread died: ${why}` });

const stuck = (wallMs: number): TaskFailure => ({
	kind: 'limit',
	limit: 'wall',
	message: `stopped by limits.wall = ${wallMs / 1000} s: its thread did not come back`,
});
