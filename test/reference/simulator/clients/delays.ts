/**
 * How long a layer waits before a retry (the pipeline at the head of src/model/retry/backoff/backoff.ts, which is a formula):
 * growth, cap, jitter, quantum, cap, floor. What one retry hands on to the next is the memory of its call.
 */
import type { Distribution } from '../../../../src/model/distributions/distribution.js';
import type { DelayLaw } from '../../../../src/model/retry/backoff/backoff.js';
import type { DelayJitter } from '../../../../src/model/retry/backoff/jitter.js';

export interface Memory {
	value: number | null;
}

/**
 * Before retry n = 1, 2, ..., in us; Infinity: there is no such retry.
 * @param u the one uniform of this delay
 */
export function delayUs(
	law: DelayLaw,
	n: number,
	cause: number,
	memory: Memory,
	u: number,
	drawn: (of: Distribution) => number,
): number {
	if (law.waitsOn !== null && !has(law.waitsOn, cause)) return 0;
	if (n === 1 && law.firstUs !== null) return law.firstUs;
	const { growth, capUs, capStage, quantumUs, floorUs } = law;
	const special = law.baseUsFor.find(({ causes }) => has(causes, cause));
	const base = special !== undefined ? special.baseUs : 'baseUs' in growth ? growth.baseUs : 0;
	const early = capStage === 'result' ? Number.POSITIVE_INFINITY : capUs;
	const late = capStage === 'base' ? Number.POSITIVE_INFINITY : capUs;
	const finish = (x: number): number => {
		const whole = quantumUs > 0 ? Math.floor(x / quantumUs) * quantumUs : x;
		return Math.max(Math.min(whole, late), floorUs);
	};
	const plain = (x: number): number => finish(jittered(law.jitter, Math.min(x, early), u));
	switch (growth.kind) {
		case 'none':
			return finish(0);
		case 'fixed':
			return plain(base);
		case 'linear':
			return plain(base + (n - 1) * growth.stepUs);
		case 'polynomial':
			return plain(base * n ** growth.power);
		case 'exponential': {
			if (growth.stepQuantumUs === 0)
				return plain(base * growth.multiplier ** Math.min(n - 1 + growth.firstExponent, growth.maxExponent));
			let x = base;
			for (let i = 1; i < n; i += 1)
				x = growth.stepQuantumUs * Math.floor((x * growth.multiplier) / growth.stepQuantumUs);
			return plain(x);
		}
		case 'table':
			if (n > growth.tableUs.length && growth.end === 'stop') return Number.POSITIVE_INFINITY;
			return plain(growth.tableUs[Math.min(n, growth.tableUs.length) - 1]);
		case 'drawn':
			return finish(drawn(growth.waits[Math.min(n, growth.waits.length) - 1]));
		case 'decorrelated': {
			const previous = memory.value === null ? base : memory.value;
			const x = Math.min(early, base + u * (Math.max(base, 3 * previous) - base));
			return remember(memory, finish(x));
		}
		case 'decorrelated-v2': {
			const t = n - 1 + u;
			const risen = 2 ** t * Math.tanh(Math.sqrt(4 * t));
			const before = memory.value === null ? 0 : memory.value;
			memory.value = risen;
			return finish(Math.min(early, (base * (risen - before)) / 1.4));
		}
		case 'decorrelated-monotone': {
			const m = memory.value;
			return remember(
				memory,
				m === null ? finish(Math.min(early, base)) : finish(m + u * (Math.min(capUs, 3 * m) - m)),
			);
		}
		case 'compound': {
			const grown = memory.value === null ? base : memory.value * growth.multiplier;
			return remember(memory, plain(grown));
		}
	}
}

const has = (causes: number, cause: number): boolean => (causes & (1 << cause)) !== 0;

function remember(memory: Memory, value: number): number {
	memory.value = value;
	return value;
}

function jittered(jitter: DelayJitter, x: number, u: number): number {
	switch (jitter.kind) {
		case 'none':
			return x;
		case 'full':
			return u * x;
		case 'equal':
			return x / 2 + (u * x) / 2;
		case 'uniform': {
			const [low, high] = jitter.scale;
			const [from, to] = jitter.addUs;
			return x * (low + u * (high - low)) + from + u * (to - from);
		}
		case 'comb': {
			const off = jitter.quantumUs * Math.floor((u * jitter.share * x) / jitter.quantumUs);
			return Math.floor(10 * u) % 2 === 0 ? x - off : x + off;
		}
	}
}
