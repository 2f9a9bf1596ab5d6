/** Sends that a limiter has parked, in lines by its cell, oldest first. Whoever gives up leaves his line. */

/** A send that waits: its request, the stamp that names it, and the cell that it holds its permit by. */
export interface ParkedSend {
	readonly request: number;
	/** names the send, or the turn of a copy */
	readonly sendStamp: number;
	readonly at: number;
	readonly isCopy: boolean;
}

export class ParkedLines {
	/** by limiter cell, then by request: a map keeps the order in which it was filled */
	private readonly lines = new Map<number, Map<number, ParkedSend>>();

	/** Parked sends in all. */
	get length(): number {
		let sum = 0;
		for (const line of this.lines.values()) sum += line.size;
		return sum;
	}

	park(cell: number, send: ParkedSend): void {
		const line = this.lines.get(cell);
		if (line === undefined) this.lines.set(cell, new Map([[send.request, send]]));
		else line.set(send.request, send);
	}

	/** Takes the oldest one. */
	next(cell: number): ParkedSend | undefined {
		const line = this.lines.get(cell);
		const oldest = line?.values().next().value;
		if (oldest !== undefined) line?.delete(oldest.request);
		return oldest;
	}

	leave(cell: number, request: number): void {
		this.lines.get(cell)?.delete(request);
	}
}
