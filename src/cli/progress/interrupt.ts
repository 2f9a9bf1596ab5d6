/** Ctrl-C and SIGTERM as a signal that work may watch: it ends early, and keeps what it has. */

/** Does work that the first of these signals aborts. The second finds no handler of ours, and ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const interrupt = new AbortController();
	const abort = (): void => interrupt.abort();
	process.once('SIGINT', abort);
	process.once('SIGTERM', abort);
	try {
		return await work(interrupt.signal);
	} finally {
		process.off('SIGINT', abort);
		process.off('SIGTERM', abort);
	}
}
