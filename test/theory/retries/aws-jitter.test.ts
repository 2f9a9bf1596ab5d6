/**
 * P1: the study that gave the world its jitters (M. Brooker, "Exponential Backoff And Jitter", AWS 2015), over the engine's
 * own delay laws. N clients want to write one row that has a version: each reads it, and writes what it read; whoever
 * finds another version there waits and begins again, until all have written. One way takes |N(10, 2)| ms.
 *
 * Measured with the original program, 400 runs each: ms until the last client is done, and writes in all.
 */
import { describe, expect, test } from 'vitest';
import { EventQueue, RANK } from '../../../src/kernel/event-queue.js';
import { Streams, type Uniform } from '../../../src/kernel/random.js';
import { normalQuantile } from '../../../src/model/distributions/normal-quantile.js';
import { compileDelay, type DelayLaw, NO_DELAY } from '../../../src/model/retry/backoff/backoff.js';
import { CAUSE } from '../../../src/model/retry/cause.js';
import { LENGTH, statistics } from '../support.js';

const MS = 1_000;
const CAP = { capUs: 2_000 * MS };
/** min(2 s, 5 ms 2^n), n from 1 */
const expo: DelayLaw = {
	...NO_DELAY,
	growth: {
		...{ kind: 'exponential', baseUs: 5 * MS, multiplier: 2, firstExponent: 1 },
		...{ maxExponent: Number.POSITIVE_INFINITY, stepQuantumUs: 0 },
	},
	...CAP,
};
const LAWS = {
	exponential: expo,
	decorrelated: { ...NO_DELAY, growth: { kind: 'decorrelated', baseUs: 5 * MS }, ...CAP },
	equal: { ...expo, jitter: { kind: 'equal' } },
	full: { ...expo, jitter: { kind: 'full' } },
	none: NO_DELAY,
} as const satisfies Readonly<Record<string, DelayLaw>>;
type Name = keyof typeof LAWS;
const NAMES = Object.keys(LAWS) as Name[];

interface Contest {
	readonly ms: number;
	readonly writes: number;
}

const MEASURED: Readonly<Record<number, Readonly<Record<Name, readonly [ms: number, writes: number]>>>> = {
	10: { exponential: [3473, 50.8], decorrelated: [440, 37.7], equal: [723, 42.5], full: [466, 39], none: [381, 51] },
	20: {
		exponential: [14357, 150],
		decorrelated: [827, 101.4],
		equal: [1597, 108],
		full: [987, 100],
		none: [600, 151.5],
	},
	50: {
		exponential: [36341, 624.4],
		decorrelated: [2186, 374.1],
		equal: [4247, 347],
		full: [2894, 332.2],
		none: [1139, 690.6],
	},
	100: {
		exponential: [63682, 1858.1],
		decorrelated: [4625, 1001.4],
		equal: [6561, 811.4],
		full: [4861, 796],
		none: [2028, 2422.7],
	},
	190: {
		exponential: [101638, 5176],
		decorrelated: [7844, 2435],
		equal: [9383, 1760],
		full: [7429, 1772],
		none: [3540, 8018],
	},
};
/** Standard errors of those means, as shares: at most these. */
const errorOf = (clients: number): readonly [number, number] => [clients === 10 ? 0.02 : 0.01, 0.004];

const EVENT = { read: 0, write: 1, heard: 2 };

/** One contest: who reads and writes what, event by event. */
function contest(law: DelayLaw, clients: number, uniform: Uniform): Contest {
	const delay = compileDelay(law);
	const queue = new EventQueue();
	const wayUs = (): number => Math.abs(10 + 2 * normalQuantile(uniform())) * MS;
	const failures = new Int32Array(clients);
	const memory = new Float64Array(clients).fill(delay.firstMemory);
	const book = (atUs: number, kind: number, client: number, version: number): void =>
		queue.book(Math.round(atUs), RANK.client, kind, client, version);
	let [version, writes, lastUs, left] = [0, 0, 0, clients];
	for (let client = 0; client < clients; client++) book(wayUs(), EVENT.read, client, 0);
	while (left > 0) {
		const event = queue.popUntil(Number.MAX_SAFE_INTEGER);
		const [nowUs, client, stamp] = [queue.timeUs[event], queue.row[event], queue.stamp[event]];
		switch (queue.kind[event]) {
			case EVENT.read:
				book(nowUs + wayUs() + wayUs(), EVENT.write, client, version);
				break;
			case EVENT.write:
				writes++;
				book(nowUs + wayUs(), EVENT.heard, client, stamp === version ? 1 : 0);
				if (stamp === version) version++;
				break;
			default: {
				lastUs = nowUs;
				if (stamp === 1) {
					left--;
					break;
				}
				const n = ++failures[client];
				const u = delay.draws ? uniform() : 0;
				const waitUs = delay.delayUs(n, u, memory[client], CAUSE['503']);
				memory[client] = delay.remember(n, u, memory[client], waitUs);
				book(nowUs + wayUs() + waitUs, EVENT.read, client, 0);
			}
		}
	}
	return { ms: lastUs / MS, writes };
}

const runs = (name: Name, clients: number): Contest[] => {
	const uniform = new Streams(20_251_205).uniform(`${name}/${clients}`);
	return Array.from({ length: (clients < 100 ? 80 : 25) * LENGTH }, () => contest(LAWS[name], clients, uniform));
};

describe('P1', () => {
	test.each([10, 20, 50, 100, 190])('%i clients: the last one done, and writes in all', (clients) => {
		const means = NAMES.map((name) => {
			const all = runs(name, clients);
			return (['ms', 'writes'] as const).map((figure, k) => {
				const { mean, se } = statistics(all.map((one) => one[figure]));
				const published = MEASURED[clients][name][k];
				const bound = 4 * Math.hypot(se, errorOf(clients)[k] * published);
				expect(Math.abs(mean - published), `${figure} of ${name}: ${mean} against ${published}`).toBeLessThan(bound);
				return mean;
			});
		});
		const of = Object.fromEntries(NAMES.map((name, k) => [name, means[k]]));
		// No back-off is done first of all and writes most; without jitter it takes longest.
		expect(Math.min(...means.map(([ms]) => ms))).toBe(of.none[0]);
		expect(Math.max(...means.map(([ms]) => ms))).toBe(of.exponential[0]);
		if (clients >= 50) expect(Math.max(...means.map(([, writes]) => writes))).toBe(of.none[1]);
		if (clients !== 100) return;
		expect(of.full[1] / of.exponential[1]).toBeLessThan(0.5);
		expect(of.decorrelated[1]).toBeGreaterThan(1.2 * of.equal[1]);
	});
});
