/**
 * Logs of storms whose truth is known: open-loop clients that try again, in front of a queue with workers that are slow, or fail, for a
 * while. A simulation of its own, event by event, that shares nothing with the engine or with the fit.
 */
import { Streams } from '../../src/kernel/random.js';
import { attempt, NOON } from './logs.js';

export interface Storm {
	readonly seed: number;
	readonly seconds: number;
	/** a second */
	readonly rate: number;
	readonly workers: number;
	readonly serviceMs: number;
	readonly places: number;
	readonly timeoutMs: number;
	readonly attempts: number;
	/** the most of a uniform wait */
	readonly waitMs: number;
	readonly fromS: number;
	readonly toS: number;
	/** of the workers meanwhile */
	readonly speed: number;
	/** share that is answered 500 meanwhile */
	readonly errors: number;
}

/** A storm for each seed, with numbers that are drawn. */
export function stormOf(seed: number, kind: 'capacity' | 'errors' | 'calm'): Storm {
	const u = new Streams(seed).uniform('storm');
	const workers = 2 + Math.floor(5 * u());
	const serviceMs = 10 + 20 * u();
	const rate = ((0.4 + 0.25 * u()) * workers * 1000) / serviceMs;
	const fromS = 40 + 20 * u();
	return {
		seed,
		seconds: 150,
		rate,
		workers,
		serviceMs,
		places: Math.round(20 + 100 * u()),
		timeoutMs: 300 + 400 * u(),
		attempts: 1 + Math.floor(3 * u()),
		waitMs: 100 + 400 * u(),
		fromS,
		toS: fromS + 15 + 25 * u(),
		speed: kind === 'capacity' ? 0.1 + 0.25 * u() : 1,
		errors: kind === 'errors' ? 0.2 + 0.5 * u() : 0,
	};
}

/** Lines of recorded attempts, in the order in which they ended. */
export function stormLog(storm: Storm): string[] {
	const streams = new Streams(storm.seed);
	const [gaps, services, waits, fates] = ['gaps', 'services', 'waits', 'fates'].map((name) => streams.uniform(name));
	const { fromS, toS, speed, timeoutMs } = storm;
	const lost = (toS - fromS) * (1 - speed);
	const work = (t: number) => (t <= fromS ? t : t < toS ? fromS + (t - fromS) * speed : t - lost);
	const when = (w: number) => (w <= fromS ? w : w < toS - lost ? fromS + (w - fromS) / speed : w + lost);
	const coming: { t: number; req: number; attempt: number }[] = [];
	for (let t = 0, req = 0; ; req++) {
		t -= Math.log(1 - gaps()) / storm.rate;
		if (t >= storm.seconds) break;
		coming.push({ t, req, attempt: 1 });
	}
	const free = new Array<number>(storm.workers).fill(0);
	const begins: number[] = [];
	const ended: { endS: number; line: string }[] = [];
	const retries: typeof coming = [];
	for (let next = 0; next < coming.length || retries.length > 0; ) {
		const soonest = retries.reduce((best, one, i) => (best < 0 || one.t < retries[best].t ? i : best), -1);
		const isRetry = soonest >= 0 && (next >= coming.length || retries[soonest].t < coming[next].t);
		const one = isRetry ? retries.splice(soonest, 1)[0] : coming[next++];
		while (begins.length > 0 && begins[0] <= one.t) begins.shift();
		const worker = free.indexOf(Math.min(...free));
		let [code, ms] = [200, 0];
		if (begins.length >= storm.places && free[worker] > work(one.t)) {
			code = 503;
		} else {
			const begin = Math.max(work(one.t), free[worker]);
			free[worker] = begin - (Math.log(1 - services()) * storm.serviceMs) / 1000;
			begins.push(when(begin));
			ms = 1000 * (when(free[worker]) - one.t);
			if (ms > timeoutMs) [code, ms] = [0, timeoutMs];
			else if (one.t >= fromS && one.t < toS && fates() < storm.errors) code = 500;
		}
		const endS = one.t + ms / 1000;
		ended.push({ endS, line: attempt({ ...one, t: NOON + one.t, code, ms }) });
		if (code !== 200 && one.attempt < storm.attempts)
			retries.push({ ...one, t: endS + (waits() * storm.waitMs) / 1000, attempt: one.attempt + 1 });
	}
	return ended.toSorted((a, b) => a.endS - b.endS).map(({ line }) => line);
}
