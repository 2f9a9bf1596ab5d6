/** Closed forms of the validation facts, section 2.1. Rates per second, times in seconds. */

/** Probability that all c servers are busy in M/M/c (Erlang C), by the recursion of Erlang B. */
export function erlangC(lam: number, mu: number, c: number): number {
	const a = lam / mu;
	let b = 1;
	for (let k = 1; k <= c; k++) b = (a * b) / (k + a * b);
	return b / (1 - (a / c) * (1 - b));
}

/** M/M/c: Wq = C / (c mu - lam), W = Wq + 1 / mu, L = lam W, and P(wait > t) = C exp(-(c mu - lam) t). */
export function mmc(lam: number, mu: number, c: number) {
	const C = erlangC(lam, mu, c);
	const Wq = C / (c * mu - lam);
	const W = Wq + 1 / mu;
	return { C, Wq, W, Lq: lam * Wq, L: lam * W };
}

/** p-quantile of the sojourn in M/M/1: -ln(1 - p) / (mu - lam). */
export const mm1SojournQuantile = (lam: number, mu: number, p: number): number => -Math.log(1 - p) / (mu - lam);

/** M/M/c/K, K places in all: the blocking probability, and what those who are let in meet. */
export function mmck(lam: number, mu: number, c: number, K: number) {
	const p = [1];
	for (let n = 1; n <= K; n++) p.push((p[n - 1] * lam) / (Math.min(n, c) * mu));
	const sum = p.reduce((a, b) => a + b, 0);
	const mean = (f: (n: number) => number) => p.reduce((total, w, n) => total + (w / sum) * f(n), 0);
	const pBlock = p[K] / sum;
	const throughput = lam * (1 - pBlock);
	const L = mean((n) => n);
	const Lq = mean((n) => Math.max(0, n - c));
	return { pBlock, throughput, L, Lq, utilisation: throughput / (c * mu), W: L / throughput, Wq: Lq / throughput };
}

/** M/G/1 (Pollaczek and Khinchine): Wq = lam E[S^2] / (2 (1 - rho)). */
export function mg1(lam: number, mean: number, scv: number) {
	const rho = lam * mean;
	const Wq = (rho * (1 + scv) * mean) / (2 * (1 - rho));
	const W = Wq + mean;
	return { Wq, W, Lq: lam * Wq, L: lam * W };
}

/**
 * M/M/c + D: a customer leaves the queue when its wait reaches tau. Offered wait (Baccelli and Hebuterne): P(0) from the
 * first c - 1 states, density lam p(c - 1) exp(-(c mu - lam) x) up to tau; with c = 1 the form in the facts.
 */
export function mmcd(lam: number, mu: number, c: number, tau: number) {
	const d = c * mu - lam;
	const discounted = d === 0 ? tau : (1 - Math.exp(-d * tau)) / d;
	let weight = 1;
	let idle = 1;
	for (let n = 1; n < c; n++) {
		weight *= lam / (n * mu);
		idle += weight;
	}
	// Those that would wait at most tau, and those that would wait longer: the workload then only falls.
	const waiting = lam * weight * discounted;
	const beyond = (lam * weight * Math.exp(-d * tau)) / (c * mu);
	const sum = idle + waiting + beyond;
	return { pAbandon: beyond / sum, pWait: (waiting + beyond) / sum };
}

/** Probability that the sum of k exponential times of rate mu is above t. */
export function erlangTail(k: number, mu: number, t: number): number {
	let term = Math.exp(-mu * t);
	let sum = 0;
	for (let i = 0; i < k; i++) {
		sum += term;
		term *= (mu * t) / (i + 1);
	}
	return sum;
}

/** M/M/c/K (K may be Infinity with c = 1) whose clients stop waiting after tau while their work is done all the same. */
export function deadlineWasted(lam: number, mu: number, c: number, K: number, tau: number) {
	if (K === Number.POSITIVE_INFINITY) {
		const late = Math.exp(-(mu - lam) * tau);
		return { pReject: 0, pLate: late, onTime: 1 - late, wasted: late, utilisation: lam / mu };
	}
	const p = [1];
	for (let n = 1; n <= K; n++) p.push((p[n - 1] * lam) / (Math.min(n, c) * mu));
	const sum = p.reduce((a, b) => a + b, 0);
	let pLate = 0;
	for (let n = 0; n < K; n++) {
		// Who meets n waits for n - c + 1 departures at rate c mu, then is served.
		const ahead = Math.max(0, n - c + 1);
		pLate += (p[n] / sum) * sojournTail(ahead, c * mu, mu, tau);
	}
	const pReject = p[K] / sum;
	const onTime = 1 - pReject - pLate;
	return { pReject, pLate, onTime, wasted: pLate / (1 - pReject), utilisation: (lam * (1 - pReject)) / (c * mu) };
}

/** P(Erlang(k, fast) + exponential(slow) > t), by integration over the first part; the sum in closed form where k = 0. */
function sojournTail(k: number, fast: number, slow: number, t: number): number {
	if (k === 0) return Math.exp(-slow * t);
	if (fast === slow) return erlangTail(k + 1, slow, t);
	// P = tail(k, fast, t) + int_0^t f_k(x) e^{-slow (t - x)} dx; the integral is an incomplete gamma of rate fast - slow.
	const r = fast - slow;
	return erlangTail(k, fast, t) + Math.exp(-slow * t) * (fast / r) ** k * (1 - erlangTail(k, r, t));
}
