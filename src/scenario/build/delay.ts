/** The field `backoff` of a policy, as an author or the catalogue writes it, becomes the law of its delays. */
import { assert } from '../../kernel/check.js';
import { parseDuration, parseSignedDuration } from '../../kernel/units.js';
import { CAUSE_GROUPS, CAUSES, type Cause, causeMask } from '../../model/retry/cause.js';
import { type DelayGrowth, type DelayLaw, NO_DELAY } from '../../model/retry/delay.js';
import type { DelayJitter } from '../../model/retry/jitter.js';

/** `backoff` with units, not read yet; what is left out has the defaults of {@link delayLaw}. */
export interface DelayFields {
	readonly growth: string;
	readonly base?: string;
	readonly baseFor?: Readonly<Record<string, string>>;
	readonly first?: string;
	readonly multiplier?: number;
	readonly firstExponent?: number;
	readonly maxExponent?: number;
	readonly stepQuantum?: string;
	readonly step?: string;
	readonly power?: number;
	readonly table?: readonly string[];
	readonly tableEnd?: 'repeat' | 'stop';
	readonly cap?: string;
	readonly capStage?: 'base' | 'result' | 'both';
	readonly jitter?: JitterFields;
	readonly perClient?: boolean;
	readonly quantum?: string;
	readonly floor?: string;
	readonly waitsOn?: readonly string[];
}

type JitterFields =
	| 'none'
	| 'full'
	| 'equal'
	| 'comb'
	| { readonly comb: number }
	| { readonly scale?: readonly [number, number]; readonly add?: readonly [string, string] };

/** @returns the law in microseconds. @throws UserError where a time is no time, Bug where a name is none */
export function delayLaw(fields: DelayFields | undefined): DelayLaw {
	if (fields === undefined) return NO_DELAY;
	const us = (text: string | undefined, otherwise: number): number =>
		text === undefined ? otherwise : parseDuration(text);
	return {
		growth: growthOf(fields, us(fields.base, 0)),
		baseUsFor: Object.entries(fields.baseFor ?? {}).map(([name, base]) => ({
			causes: causesNamed([name]),
			baseUs: parseDuration(base),
		})),
		firstUs: fields.first === undefined ? null : parseDuration(fields.first),
		capUs: us(fields.cap, Number.POSITIVE_INFINITY),
		capStage: fields.capStage ?? 'base',
		jitter: jitterOf(fields.jitter ?? 'none'),
		quantumUs: us(fields.quantum, 0),
		floorUs: us(fields.floor, 0),
		perClient: fields.perClient ?? false,
		waitsOn: fields.waitsOn === undefined ? null : causesNamed(fields.waitsOn),
	};
}

/** The mask of causes and groups of causes. */
export function causesNamed(names: readonly string[]): number {
	const groups: Readonly<Record<string, readonly Cause[]>> = CAUSE_GROUPS;
	return causeMask(
		names.flatMap((name) => {
			const causes = groups[name] ?? CAUSES.filter((cause) => cause === name);
			assert(causes.length > 0, `no such cause: ${name}`);
			return causes;
		}),
	);
}

function growthOf(fields: DelayFields, baseUs: number): DelayGrowth {
	const { growth, multiplier = 2 } = fields;
	switch (growth) {
		case 'none':
			return { kind: growth };
		case 'fixed':
		case 'decorrelated':
		case 'decorrelated-v2':
		case 'decorrelated-monotone':
			return { kind: growth, baseUs };
		case 'linear':
			return { kind: growth, baseUs, stepUs: parseDuration(fields.step) };
		case 'polynomial':
			return { kind: growth, baseUs, power: fields.power ?? 2 };
		case 'exponential':
			return {
				kind: growth,
				baseUs,
				multiplier,
				firstExponent: fields.firstExponent === undefined ? 0 : fields.firstExponent,
				maxExponent: fields.maxExponent ?? Number.POSITIVE_INFINITY,
				stepQuantumUs: fields.stepQuantum === undefined ? 0 : parseDuration(fields.stepQuantum),
			};
		case 'compound':
			return { kind: growth, baseUs, multiplier };
	}
	assert(growth === 'table' && fields.table !== undefined, `no such growth: ${growth}`);
	return { kind: 'table', tableUs: fields.table.map(parseDuration), end: fields.tableEnd ?? 'repeat' };
}

/** backo2's own share and step. */
const COMB = { kind: 'comb', share: 0.5, quantumUs: 1_000 } as const;

function jitterOf(written: JitterFields): DelayJitter {
	if (written === 'comb') return COMB;
	if (typeof written === 'string') return { kind: written };
	if ('comb' in written) return { ...COMB, share: written.comb };
	const { scale = [1, 1], add = ['0s', '0s'] } = written;
	return { kind: 'uniform', scale, addUs: [parseSignedDuration(add[0]), parseSignedDuration(add[1])] };
}
