/** Sends that a limiter has queued, in lines by its cell, oldest first. Whoever gives up leaves his line. */

/** A send that waits: its request, the stamp that names it, and the cell that it holds its permit by. */
export interface QueuedSend {
	readonly request: number;
	/** names the send, or the turn of a copy */
	readonly sendStamp: number;
	readonly at: number;
	readonly isCopy: boolean;
}

export class LimiterQueues {
	/** by limiter cell, then by request: a map keeps the order in which it was filled */
	private readonly lines = new Map<number, Map<number, QueuedSend>>();

	/** Queued sends in all. */
	get length(): number {
		let sum = 0;
		for (const line of this.lines.values()) sum += line.size;
		return sum;
	}

	enqueue(cell: number, send: QueuedSend): void {
		const line = this.lines.get(cell);
		if (line === undefined) this.lines.set(cell, new Map([[send.request, send]]));
		else line.set(send.request, send);
	}

	/** Takes the oldest one. */
	next(cell: number): QueuedSend | undefined {
		const line = this.lines.get(cell);
		const oldest = line?.values().next().value;
		if (oldest !== undefined) line?.delete(oldest.request);
		return oldest;
	}

	leave(cell: number, request: number): void {
		this.lines.get(cell)?.delete(request);
	}
}
