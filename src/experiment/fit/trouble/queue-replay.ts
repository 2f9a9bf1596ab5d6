/**
 * The attempts of a log, sent once more to a queue whose capacity falls for a while: what would have become of each of them. Arrivals are
 * those of the log, retries included, so that nothing has to be known of clients but how long they wait. Workers serve first come, first
 * served, and all of them slow down together: measured in work done (the integral of speed) the queue is an ordinary one.
 */

export interface Arrivals {
	/** s, ascending */
	readonly atS: Float64Array;
	/** s of work, one array a draw */
	readonly services: readonly Float64Array[];
	readonly workers: number;
	/** s; infinite where clients are not seen to give up */
	readonly patienceS: number;
	readonly fromS: number;
	readonly stepS: number;
	readonly buckets: number;
}

export interface QueueGuess {
	readonly startS: number;
	readonly endS: number;
	/** of the workers while it lasts, above 0 */
	readonly speed: number;
	/** waiting places */
	readonly queue: number;
	/** what is done with waiting work whose client has left */
	readonly abandoned: 'serve' | 'cancel-queued';
}

/** Counts by bucket, by when attempts ended: ok, then rejected, then timeout. */
export function replayQueue(of: Arrivals, guess: QueueGuess, draw: number, counts: Float64Array): void {
	const { atS, workers, patienceS, fromS, stepS, buckets } = of;
	const { startS, endS, speed, queue, abandoned } = guess;
	const services = of.services[draw];
	const during = (endS - startS) * speed;
	const work = (t: number): number =>
		t <= startS ? t : t < endS ? startS + (t - startS) * speed : startS + during + (t - endS);
	const when = (w: number): number =>
		w <= startS ? w : w < startS + during ? startS + (w - startS) / speed : endS + (w - startS - during);
	const free = new Float64Array(workers).fill(Number.NEGATIVE_INFINITY);
	// When each admitted attempt leaves the queue, ascending; those before `head` have left.
	const leaves = new Float64Array(atS.length);
	let [head, tail] = [0, 0];
	const add = (t: number, how: number): void => {
		const bucket = Math.floor((t - fromS) / stepS);
		if (bucket >= 0 && bucket < buckets) counts[how * buckets + bucket]++;
	};
	for (let i = 0; i < atS.length; i++) {
		const t = atS[i];
		while (head < tail && leaves[head] <= t) head++;
		if (tail - head >= queue && minOf(free) > work(t)) {
			add(t, 1);
			continue;
		}
		const first = indexOfMin(free);
		const begin = Math.max(work(t), free[first]);
		const beginS = begin <= work(t) ? t : when(begin);
		if (abandoned === 'cancel-queued' && beginS - t > patienceS) {
			leaves[tail++] = t + patienceS;
			add(t + patienceS, 2);
			continue;
		}
		leaves[tail++] = beginS;
		free[first] = begin + services[i];
		const stayS = when(free[first]) - t;
		if (stayS > patienceS) add(t + patienceS, 2);
		else add(t + stayS, 0);
	}
}

function indexOfMin(values: Float64Array): number {
	let best = 0;
	for (let i = 1; i < values.length; i++) if (values[i] < values[best]) best = i;
	return best;
}

const minOf = (values: Float64Array): number => values[indexOfMin(values)];
