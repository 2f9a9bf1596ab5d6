/** Ctrl-C, SIGTERM and the end of the terminal (SIGHUP) as a signal that work may watch: it ends early, and keeps what it has. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does work that the first of these signals aborts. The second finds no handler of ours, and ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const interrupt = new AbortController();
	const abort = (): void => interrupt.abort();
	for (const name of SIGNALS) process.once(name, abort);
	try {
		return await work(interrupt.signal);
	} finally {
		for (const name of SIGNALS) process.off(name, abort);
	}
}
