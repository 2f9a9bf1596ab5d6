/** Parts that many families share. Worlds are small: some seconds, a few nodes, some hundred requests. */
import type { Document, Picker } from './picker.js';

/** Requests come for six seconds; the rest of the run sees all of them end. */
const UNTIL = '5999ms';

export const base = (name: string): Document => ({ name, duration: '12s' });

/** Rates whose gaps are whole microseconds. */
export const regularTraffic = (pick: Picker): Document => ({
	traffic: {
		steps: [
			{ at: '0s', rate: `${pick.one(20, 50, 62.5, 100, 125)}/s` },
			{ at: UNTIL, rate: '0/s' },
		],
		process: 'regular',
	},
});

export const poissonTraffic = (pick: Picker): Document => ({
	traffic: {
		steps: [
			{ at: '0s', rate: `${pick.one(20, 50, 80)}/s` },
			{ at: UNTIL, rate: '0/s' },
		],
	},
});

export const traffic = (pick: Picker, exact: boolean): Document =>
	exact ? regularTraffic(pick) : poissonTraffic(pick);

/** Times that are drawn, or that are the same each time. */
export function time(pick: Picker, exact: boolean, ...ms: readonly number[]): unknown {
	const mean = `${pick.one(...ms)}ms`;
	if (exact) return mean;
	return pick.one<unknown>(
		mean,
		{ exponential: mean },
		{ exponential: mean },
		{ uniform: { from: '0ms', to: mean } },
		{ lognormal: { mean, scv: 2 } },
		{ erlang: { mean, stages: 3 } },
		{ gamma: { mean, scv: 3 } },
		{ weibull: { mean, shape: 0.7 } },
		{ pareto: { mean, shape: 3.5 } },
		{
			hyperexponential: [
				{ probability: 0.8, mean },
				{ probability: 0.2, mean: '300ms' },
			],
		},
	);
}

/** Nodes whose load is between light and far too much. */
export const plainEdge = (pick: Picker, exact: boolean): Document => ({
	nodes: pick.whole(1, 3),
	workers: pick.whole(1, 3),
	queue: pick.one<unknown>(0, 1, 5, 20, 'unlimited'),
	service: time(pick, exact, 7, 23, 61, 110),
	choice: exact ? 'round-robin' : pick.one('round-robin', 'random'),
	onFull: pick.one('reject', 'reject', 'silent'),
});

/** Nodes that now and then have no room, and answer so. */
export const tightEdge = (pick: Picker, exact: boolean): Document => ({
	...plainEdge(pick, exact),
	queue: pick.one(0, 1, 5),
	onFull: 'reject',
});

export const backoff = (pick: Picker, exact: boolean): unknown =>
	pick.one<unknown>('0s', '13ms', '200ms', {
		growth: 'exponential',
		base: '31ms',
		cap: '300ms',
		jitter: exact ? 'none' : pick.one('none', 'full', 'equal'),
	});

export const plainRetry = (pick: Picker, exact: boolean): Document => ({
	attempts: pick.one(1, 2, 3, 5),
	backoff: backoff(pick, exact),
});

export const latency = (pick: Picker, exact: boolean): Document => ({
	latency: pick.one<unknown>('0s', '0s', '1ms', '17ms', exact ? '3ms' : { exponential: '5ms' }),
});

export const plainClient = (pick: Picker, exact: boolean): Document => ({
	...latency(pick, exact),
	timeout: time(pick, exact, 51, 130, 401),
	retry: plainRetry(pick, exact),
});

/** Away from the edge, so that nothing is answered at the instant of its send. */
const distance = (pick: Picker, exact: boolean): Document =>
	exact ? { latency: pick.one('1ms', '3ms', '17ms') } : latency(pick, exact);

/** A client that keeps asking, for guards to forbid it. */
export const eagerClient = (pick: Picker, exact: boolean, guard: Document): Document => ({
	...distance(pick, exact),
	timeout: time(pick, exact, 51, 130, 401),
	...pick.maybe({ instances: exact ? 1 : pick.one(1, 2, 4) }),
	retry: { attempts: pick.one<unknown>(2, 3, 5), backoff: backoff(pick, exact), ...guard },
});

/** Something goes wrong for a while. */
export const trouble = (pick: Picker, exact: boolean): Document => ({
	faults: {
		trouble: {
			at: pick.one('1s', '1503ms'),
			for: pick.one('700ms', '2s'),
			...pick.one<Document>({ errors: exact ? '100%' : '60%' }, { speed: 'x0.2' }, { crash: true }),
		},
	},
});
