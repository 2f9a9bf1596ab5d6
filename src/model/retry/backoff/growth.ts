/**
 * What the delay before retry n (n = 1, 2, ...) grows like before chance touches it. All closed forms of n; what needs
 * the delays before stands in `chained.ts`.
 */
import { assert } from '../../../kernel/errors.js';

/** Growths that are functions of n alone; the formulas stand at {@link plainUs}. */
export type PlainGrowth =
	| { readonly kind: 'none' }
	| { readonly kind: 'fixed'; readonly baseUs: number }
	| { readonly kind: 'linear'; readonly baseUs: number; readonly stepUs: number }
	| { readonly kind: 'polynomial'; readonly baseUs: number; readonly power: number }
	| Exponential
	| { readonly kind: 'table'; readonly tableUs: readonly number[]; readonly end: 'repeat' | 'stop' };

export interface Exponential {
	readonly kind: 'exponential';
	readonly baseUs: number;
	readonly multiplier: number;
	/** 0: retry 1 waits the base; 1: base x multiplier; -1: base / multiplier */
	readonly firstExponent: number;
	/** where the exponent stops growing; Infinity = nowhere */
	readonly maxExponent: number;
	/** every step is cut down to whole multiples of it, and the next one grows from there; 0 = not */
	readonly stepQuantumUs: number;
}

/**
 * Microseconds before retry n, without cap and without chance.
 *
 *     none         0
 *     fixed        base
 *     linear       base + (n - 1) step
 *     polynomial   base n^power
 *     exponential  base mult^min(n - 1 + first, max)      with a step quantum q: x_1 = base, x_n = q floor(x_(n-1) mult / q)
 *     table        the n-th entry; then the last one, or nothing (Infinity: no such retry)
 *
 * Sources: pipeline and kinds as in section 1 of the facts behind the catalogue (`catalog/retries`); the step quantum is
 * resilience4j's IntervalFunction, whose interval is a `long` of ms at every step.
 * @param baseUs in place of the growth's own, where a failure has another one
 */
export function plainUs(growth: PlainGrowth, n: number, baseUs = baseOf(growth)): number {
	switch (growth.kind) {
		case 'none':
			return 0;
		case 'fixed':
			return baseUs;
		case 'linear':
			return baseUs + (n - 1) * growth.stepUs;
		case 'polynomial':
			return baseUs * n ** growth.power;
		case 'exponential':
			return exponentialUs(growth, n, baseUs);
		case 'table':
			return entryOf(growth.tableUs, growth.end, n);
	}
}

/** The base of a growth, where it has one; 0 where not. */
export const baseOf = (growth: { readonly kind: string; readonly baseUs?: number }): number =>
	growth.baseUs === undefined ? 0 : growth.baseUs;

function exponentialUs(growth: Exponential, n: number, baseUs: number): number {
	// A base of 0 stays 0 however large the power: 0 x Infinity is not a number.
	if (baseUs === 0) return 0;
	const { multiplier, firstExponent, maxExponent, stepQuantumUs } = growth;
	const exponent = Math.min(n - 1 + firstExponent, maxExponent);
	if (stepQuantumUs === 0) return baseUs * multiplier ** exponent;
	assert(firstExponent === 0, 'steps that are cut down begin at the base');
	return steppedUs(growth, exponent, baseUs);
}

/** Beyond it nothing is cut down any more: a step of 1 in 2^53 cannot be told. */
const STEPS = 2_000;

function steppedUs({ multiplier, stepQuantumUs }: Exponential, steps: number, baseUs: number): number {
	let us = baseUs;
	for (let i = 0; i < Math.min(steps, STEPS); i++) us = Math.floor((us * multiplier) / stepQuantumUs) * stepQuantumUs;
	return us;
}

function entryOf(tableUs: readonly number[], end: 'repeat' | 'stop', n: number): number {
	assert(tableUs.length > 0, 'a table of delays needs an entry');
	if (n <= tableUs.length) return tableUs[n - 1];
	return end === 'repeat' ? tableUs[tableUs.length - 1] : Number.POSITIVE_INFINITY;
}
