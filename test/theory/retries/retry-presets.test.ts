/**
 * Delays of the catalogue's presets: sampled ones lie in the documented support and have the documented mean, the support
 * agrees with the one that a sampler of its own found (`test/oracles/retry-delays.json`), and formulas that the sources give
 * in words come out to the microsecond.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { policyFields, RETRY_PRESETS } from '../../../src/catalog/retries.js';
import { Streams } from '../../../src/kernel/random.js';
import { type CompiledDelay, compileDelay, type DelayLaw } from '../../../src/model/retry/backoff/backoff.js';
import { type DelayRange, delayRange } from '../../../src/model/retry/backoff/range.js';
import { CAUSE, type Cause } from '../../../src/model/retry/cause.js';
import { delayLaw } from '../../../src/scenario/resolve/distributions.js';

/** Least, greatest and mean of 4000 draws before retries 1 to 5, whole ms. */
const SAMPLED: Readonly<Record<string, [number, number, number][]>> = JSON.parse(
	readFileSync('test/oracles/retry-delays.json', 'utf8'),
);
const DRAWS = 4_000;
const RETRIES = 4;
const MS = 1_000;

function lawOf(id: string): DelayLaw {
	const preset = RETRY_PRESETS.get(id);
	if (preset === undefined) throw new Error(`no preset ${id}`);
	return delayLaw(policyFields(preset).backoff);
}

/** A failure that waits; most wait after all. */
const causeOf = ({ waitsOn }: DelayLaw): number => (waitsOn === null ? CAUSE.refused : 31 - Math.clz32(waitsOn));

function rangeOf(law: DelayLaw, n: number, cause = causeOf(law)): DelayRange {
	const range = delayRange(law, n, cause);
	if (range === null) throw new Error(`no retry ${n}`);
	return range;
}

/** us before retry n of so many calls, each drawn with all retries before it. */
function sampled(delay: CompiledDelay, n: number, cause: number, uniform: () => number): number[] {
	return Array.from({ length: DRAWS }, () => {
		let [memory, us] = [delay.firstMemory, 0];
		for (let k = 1; k <= n; k++) {
			const u = uniform();
			us = delay.delayUs(k, u, memory, cause);
			memory = delay.remember(k, u, memory, us);
		}
		return us;
	});
}

const IDS = [...RETRY_PRESETS.keys()];
/** Those whose delays a sampler without failure classes, quanta and pasts has, too. */
const OVERRIDDEN = new Set(['haproxy-all-retryable', 'elastic-transport']);

describe('delays of the presets', () => {
	test.each(IDS)('%s: support and mean before retries 1 to 4', (id) => {
		const law = lawOf(id);
		const cause = causeOf(law);
		const delay = compileDelay(law);
		const uniform = new Streams(7).uniform(id);
		for (let n = 1; n <= RETRIES; n++) {
			const range = delayRange(law, n, cause);
			if (range === null) {
				expect(delay.delayUs(n, 0.5, 0, cause)).toBe(Number.POSITIVE_INFINITY);
				continue;
			}
			const us = sampled(delay, n, cause, uniform);
			const grain = 1e-6 * (1 + range.greatestUs);
			expect(Math.min(...us)).toBeGreaterThanOrEqual(range.leastUs - grain);
			expect(Math.max(...us)).toBeLessThanOrEqual(range.greatestUs + grain);
			const mean = us.reduce((sum, x) => sum + x, 0) / DRAWS;
			const sd = Math.sqrt(us.reduce((sum, x) => sum + (x - mean) ** 2, 0) / DRAWS);
			expect(Math.abs(mean - range.meanUs)).toBeLessThanOrEqual(grain + (4 * sd) / Math.sqrt(DRAWS));
		}
	});

	test.each(IDS.filter((id) => SAMPLED[id].length > 0))('%s: as an independent sampler found them', (id) => {
		const law = lawOf(id);
		SAMPLED[id].slice(0, RETRIES).forEach(([least, greatest, mean], i) => {
			const range = rangeOf(law, i + 1, OVERRIDDEN.has(id) ? causeOf(law) : CAUSE.refused);
			const [low, high] = [range.leastUs / MS, range.greatestUs / MS];
			// Whole ms, and a quantum of 1 ms that the sampler did not have.
			expect(least).toBeGreaterThanOrEqual(low - 1);
			expect(greatest).toBeLessThanOrEqual(high + 1.5);
			// 4000 draws of a density come near to both ends; those of a chain do not.
			const chained = law.growth.kind === 'compound' || law.growth.kind === 'decorrelated-v2';
			const gap = chained && i > 0 ? 0.25 : 0.02;
			expect(least - low).toBeLessThanOrEqual(1 + gap * (high - low));
			expect(high - greatest).toBeLessThanOrEqual(1 + gap * (high - low));
			const se = (high - low) / 2 / Math.sqrt(4_000);
			expect(Math.abs(mean - range.meanUs / MS)).toBeLessThanOrEqual(1.01 + 4 * se);
		});
	});
});

/** The sources' own arithmetic, in ms; written down here once more, as they have it. */
const FORMULAS: readonly [string, Cause, (n: number, u: number) => number][] = [
	['aws-js-v3-standard-2026', '503', (n, u) => Math.floor(Math.min(20_000, u === 0 ? 0 : 50 * 2 ** (n - 1)) * u)],
	['aws-js-v3-standard-2026', '429', (n, u) => Math.floor(Math.min(20_000, 1_000 * 2 ** (n - 1)) * u)],
	['aws-js-v3-standard-le-2026-03', '503', (n, u) => Math.floor(Math.min(20_000, u * 2 ** (n - 1) * 100))],
	['gaxios', '503', (n) => (n === 1 ? 100 : ((2 ** (n - 1) - 1) / 2) * 1_000)],
	['envoy-route-5xx', '503', (n, u) => Math.floor(u * [25, 50, 100, 200, 250][Math.min(n, 5) - 1])],
	['stripe-node', '503', (n, u) => Math.max(500, Math.min(500 * 2 ** (n - 2), 5_000) * 0.5 * (1 + u))],
	[
		'kafka-producer',
		'503',
		(n, u) => Math.min(Math.floor((0.8 + 0.4 * u) * 100 * 2 ** Math.min(n - 1, Math.log2(10))), 1_000),
	],
	['swr', '503', (n, u) => Math.trunc((u + 0.5) * 2 ** Math.min(n, 8)) * 5_000],
	['elastic-transport', 'refused', (n, u) => ((c) => (c + u * c) * 1_000)(Math.min(4, 2 ** n) / 2)],
	['elastic-transport', '503', () => 0],
	['socket-io-client', 'refused', (n, u) => Math.min(combMs(1_000 * 2 ** (n - 1), u), 5_000)],
	[
		'ccxt-ws',
		'refused',
		(n, u) => (n === 1 ? 0 : Math.min(1_000 * 2 ** Math.min(n - 2, 19) * (0.8 + 0.4 * u), 60_000)),
	],
	['urllib3-typical', '503', (n) => (n === 1 ? 0 : Math.min(0.5 * 2 ** (n - 1), 120) * 1_000)],
	['resilience4j-exponential-random', 'refused', (n, u) => Math.max(1, Math.floor(randomized(stepped(n), u)))],
	['reconnecting-websocket', 'refused', (n, u) => Math.min((1_000 + u * 4_000) * 1.3 ** (n - 1), 10_000)],
	['gcs-node', '503', (n, u) => Math.min(2 ** n * 1_000 + u * 1_000, 64_000)],
	['client-go-rest', 'reset', () => 1_000],
	['mongodb-node', '429', (n, u) => u * Math.min(10_000, 100 * 2 ** n)],
	['mongodb-node', 'refused', () => 0],
	['haproxy-all-retryable', '503', () => 0],
	['octokit-retry', '503', (n) => n ** 2 * 1_000],
	['wget', 'reset', (n) => Math.min(n, 10) * 1_000],
];

function combMs(ms: number, u: number): number {
	const deviation = Math.floor(u * 0.5 * ms);
	return (Math.floor(u * 10) & 1) === 0 ? ms - deviation : ms + deviation;
}

const stepped = (n: number): number => (n === 1 ? 500 : Math.floor(stepped(n - 1) * 1.5));
const randomized = (ms: number, u: number): number => ms * 0.5 + u * (ms * 1.5 - ms * 0.5 + 1);

describe("the sources' formulas", () => {
	test.each(FORMULAS)('%s after %s', (id, cause, formula) => {
		const delay = compileDelay(lawOf(id));
		const uniform = new Streams(11).uniform(id);
		for (let n = 1; n <= 9; n++)
			for (let i = 0; i < 200; i++) {
				const u = uniform();
				expect(delay.delayUs(n, u, 0, CAUSE[cause]) / MS).toBeCloseTo(formula(n, u), 6);
			}
	});

	test('Finagle: exactly the base first, then never shorter than before', () => {
		const delay = compileDelay(lawOf('finagle-methodbuilder'));
		expect(delay.delayUs(1, 0.7, 0, CAUSE.refused)).toBe(5 * MS);
		expect(delay.delayUs(2, 0.5, 5 * MS, CAUSE.refused)).toBe(10 * MS);
		expect(delay.delayUs(9, 0.5, 100 * MS, CAUSE.refused)).toBe(150 * MS);
	});

	test('SNS: its phases as a table', () => {
		const delay = compileDelay(lawOf('aws-sns-managed'));
		const seconds = [1, 3, 4, 6, 7, 10, 11, 100_014].map((n) => delay.delayUs(n, 0, 0, CAUSE['503']) / 1e6);
		expect(seconds).toEqual([0, 0, 1, 1, 2, 16, 20, 20]);
	});
});
