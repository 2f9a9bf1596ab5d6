/** How long a preset waits: growth, cap, jitter and their like, as the field `backoff` of a policy. */
import { assert } from '../../kernel/errors.js';
import type { RetryPreset } from './facts.js';
import { EXPRESSIBLE_FORMULAS, OVERLOADED, PARTLY_EXPRESSIBLE, WAITS_ON, WHOLE_MS } from './formulas.js';
import { authored, byCause, duration, type PresetTranslation, present } from './translation.js';

/** Field backoff; left out where every retry goes at once. */
export function translateDelays(preset: RetryPreset): PresetTranslation {
	const { backoff, jitter, id } = preset;
	const formulas = [backoff.formula, jitter.formula].filter((text) => text !== null);
	const { skipWhen, classBaseMs } = backoff;
	const fields: Record<string, unknown> = {
		...formulas.reduce((so, text) => withFormula(so, text), numbersOf(preset)),
		...(WHOLE_MS.has(id) ? { quantum: '1ms' } : {}),
		...(skipWhen !== null && WAITS_ON[skipWhen] !== undefined ? { waitsOn: authored(WAITS_ON[skipWhen]) } : {}),
		...(classBaseMs?.systemOverloaded === OVERLOADED.text ? OVERLOADED.fields : {}),
	};
	return { fields: fields.growth === undefined ? {} : { backoff: fields }, caveats: caveatsOf(preset, formulas) };
}

function withFormula(fields: Record<string, unknown>, text: string): Record<string, unknown> {
	const { tableMore, jitterAdd, ...others } = EXPRESSIBLE_FORMULAS[text] ?? {};
	const { table, jitter } = fields;
	return {
		...fields,
		...(tableMore !== undefined && Array.isArray(table) ? { table: [...table, ...tableMore] } : {}),
		...(jitterAdd !== undefined && typeof jitter === 'object' ? { jitter: { ...jitter, add: jitterAdd } } : {}),
		...others,
	};
}

const MULTIPLIED = new Set(['exponential', 'compound']);

function numbersOf({ backoff, jitter }: RetryPreset): Record<string, unknown> {
	if (backoff.kind === 'none') return {};
	const base = byCause(backoff.classBaseMs).causes;
	const baseFor = Object.entries(base).map(([cause, ms]) => [cause, typeof ms === 'number' ? duration(ms) : ms]);
	const { firstExponent, capStage } = backoff;
	return present({
		// What only a server says is the server's; what is left is fixed, and stands in its formula.
		growth: backoff.kind === 'server-only' ? 'fixed' : backoff.kind,
		base: backoff.tableMs === null ? duration(backoff.baseMs) : null,
		baseFor: baseFor.length === 0 ? null : Object.fromEntries(baseFor),
		first: durationOf(backoff.firstDelayMs),
		multiplier: MULTIPLIED.has(backoff.kind) ? backoff.multiplier : null,
		firstExponent: firstExponent === 0 ? null : firstExponent,
		maxExponent: backoff.maxExponent,
		step: durationOf(backoff.stepMs),
		power: backoff.power,
		table: backoff.tableMs === null ? null : backoff.tableMs.map(duration),
		tableEnd: backoff.tableEnd === null ? null : backoff.tableEnd === 'repeat-last' ? 'repeat' : backoff.tableEnd,
		cap: durationOf(backoff.capMs),
		capStage: capStage === 'base' || backoff.capMs === null ? null : capStage,
		jitter: jitterOf(jitter),
		quantum: durationOf(jitter.quantumMs),
		floor: durationOf(jitter.floorMs),
		perClient: jitter.drawn === 'per-retry' ? null : true,
	});
}

const durationOf = (ms: number | null): string | null => (ms === null ? null : duration(ms));

function jitterOf({ kind, scale, addMs, compound }: RetryPreset['jitter']): unknown {
	const [lo, hi] = scale;
	assert(compound === (kind === 'compound'), 'what is compounded is the jittered delay');
	if (kind === 'none') {
		assert(lo === 1 && hi === 1 && addMs.every((ms) => ms === 0), 'a jitter of no kind has no size');
		return null;
	}
	if (kind === 'backo2') {
		assert(lo === hi, 'a comb has one share');
		return lo === 0.5 ? 'comb' : { comb: lo };
	}
	const add = addMs.some((ms) => ms !== 0) ? { add: addMs.map(duration) } : {};
	if (kind === 'add') {
		assert(lo === 1 && hi === 1, 'a jitter that adds does not stretch');
		return add;
	}
	assert(kind === 'scale' || kind === 'compound', `no such jitter: ${kind}`);
	if (lo === 0 && hi === 1) return Object.keys(add).length === 0 ? 'full' : { scale, ...add };
	return lo === 0.5 && hi === 1 && Object.keys(add).length === 0 ? 'equal' : { scale, ...add };
}

function caveatsOf({ backoff, jitter, scope }: RetryPreset, formulas: readonly string[]): string[] {
	const { stateful, resetAfterMs, skipWhen, classBaseMs } = backoff;
	const reset = resetAfterMs === null ? '' : `, forgotten after ${duration(resetAfterMs)} without a failure`;
	return [
		...(scope === 'request'
			? []
			: [`it repeats a ${scope}, not a request: in a scenario a request has to stand for it`]),
		...(stateful === 'per-request' && reset === ''
			? []
			: [`its delays are counted ${stateful}${reset}; here every request begins with retry 1`]),
		...(skipWhen === null ? [] : [`it does not always wait: ${skipWhen}`]),
		...byCause(classBaseMs).others.map(
			([name, ms]) => `base: ${ms} ms for ${name}, which the simulator does not tell apart`,
		),
		...(classBaseMs?.systemOverloaded === OVERLOADED.text ? ['a base sent by the server is not simulated'] : []),
		...formulas
			.filter((text) => EXPRESSIBLE_FORMULAS[text] === undefined)
			.map((text) => `not told by the fields: ${text}`),
		...formulas.flatMap((text) => PARTLY_EXPRESSIBLE[text] ?? []),
		...(jitter.drawn === 'per-retry' ? [] : [`the jitter is drawn ${jitter.drawn}`]),
	];
}
