/** The delay before a retry as the model has it. */
import { MAX_DURATION_US } from '../../../kernel/units.js';
import { type DelayGrowth, type DelayLaw, NO_DELAY } from '../../../model/retry/backoff/backoff.js';
import type { DelayJitter } from '../../../model/retry/backoff/jitter.js';
import type { BackoffFields } from '../../schema/backoff.js';
import { byCause, maskOf } from './client-guards.js';

/** A socket that deviates by half of the delay, cut to whole milliseconds: backo2 as socket.io has it. */
const COMB = { share: 0.5, quantumUs: 1000 };

export function buildDelay(written: number | BackoffFields): DelayLaw {
	if (typeof written === 'number') return { ...NO_DELAY, growth: { kind: 'fixed', baseUs: written } };
	const { drawn, baseFor, first, cap, capStage, jitter, perClient, quantum, floor, waitsOn } = written;
	const waits = drawn === undefined ? [] : [drawn].flat();
	return {
		growth: drawn === undefined ? growthOf(written) : { kind: 'drawn', waits },
		baseUsFor: byCause(baseFor ?? {}).map(({ causes, value }) => ({ causes, baseUs: value })),
		firstUs: first === undefined ? null : first,
		capUs: cap === undefined ? (drawn === undefined ? MAX_DURATION_US : Number.POSITIVE_INFINITY) : cap,
		capStage: capStage === undefined ? 'base' : capStage,
		jitter: jitterOf(jitter),
		quantumUs: quantum === undefined ? 0 : quantum,
		floorUs: floor === undefined ? 0 : floor,
		perClient: perClient === true,
		waitsOn: waitsOn === undefined ? null : maskOf([waitsOn].flat()),
	};
}

/** The schema has seen to it that what a growth needs is there. */
function growthOf(written: BackoffFields): DelayGrowth {
	const { growth, multiplier = 2, firstExponent = 0, stepQuantum = 0, table = [], tableEnd = 'repeat' } = written;
	const baseUs = Number(written.base);
	switch (growth) {
		case undefined:
		case 'none':
			return { kind: 'none' };
		case 'linear':
			return { kind: growth, baseUs, stepUs: Number(written.step) };
		case 'polynomial':
			return { kind: growth, baseUs, power: Number(written.power) };
		case 'exponential': {
			const maxExponent = written.maxExponent === undefined ? Number.POSITIVE_INFINITY : written.maxExponent;
			return { kind: growth, baseUs, multiplier, firstExponent, maxExponent, stepQuantumUs: stepQuantum };
		}
		case 'table':
			return { kind: growth, tableUs: table, end: tableEnd };
		case 'compound':
			return { kind: growth, baseUs, multiplier };
		case 'fixed':
		case 'decorrelated':
		case 'decorrelated-v2':
		case 'decorrelated-monotone':
			return { kind: growth, baseUs };
	}
}

function jitterOf(written: BackoffFields['jitter']): DelayJitter {
	if (written === undefined) return { kind: 'none' };
	if (written === 'comb') return { kind: 'comb', ...COMB };
	if (typeof written === 'string') return { kind: written };
	const { scale = [1, 1], add = [0, 0], comb } = written;
	if (comb !== undefined) return { kind: 'comb', ...COMB, share: comb };
	return { kind: 'uniform', scale, addUs: add };
}
