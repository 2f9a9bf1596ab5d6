/** The catalogue of retry policies: every fact of every preset is told, as a field or as a caveat, and no two ids collide. */
import { describe, expect, test } from 'vitest';
import { caveats, policyFields, RETRY_PRESETS, type RetryPreset } from '../../../src/catalog/retries.js';
import { delayLaw } from '../../../src/scenario/resolve/distributions.js';

const PRESETS = [...RETRY_PRESETS.values()];
const BLANK = PRESETS[0];

/** Who and where from, and words that are shown as they are; `countedAs` and `configKey` name the user's own knob. */
const SHOWN = new Set([
	'id',
	'name',
	'family',
	'versionRead',
	'enabledByDefault',
	'notes',
	'confidence',
	'confidenceNotes',
]);
const SHOWN_TOO = new Set([
	'executed',
	'source',
	'inherits',
	'attempts.countedAs',
	'attempts.configKey',
	'backoff.note',
]);

type Path = readonly string[];

/** Every leaf that says something: what is null, false, empty or the same everywhere says nothing. */
function leaves(value: unknown, path: Path = []): { path: Path; value: unknown }[] {
	if (typeof value === 'object' && value !== null && !Array.isArray(value))
		return Object.entries(value).flatMap(([key, part]) => leaves(part, [...path, key]));
	return [{ path, value }];
}

/** Machines have their formulas shown; those of delays are told by fields. */
const isShown = (path: Path): boolean =>
	['budget.formula', 'rateLimit.formula'].includes(path.join('.')) ||
	SHOWN.has(path[0]) ||
	SHOWN_TOO.has(path[0]) ||
	SHOWN_TOO.has(path.join('.')) ||
	path[path.length - 1] === 'note';

/** Another value of the same sort. */
function other(value: unknown): unknown {
	if (typeof value === 'number') return value + 3;
	if (typeof value === 'boolean') return !value;
	if (typeof value === 'string') return `${value} and more`;
	if (!Array.isArray(value)) return value;
	const last = value[value.length - 1];
	return typeof last === 'number' ? [...value.slice(0, -1), other(last)] : value.slice(0, -1);
}

function changed(preset: RetryPreset, path: Path, value: unknown): RetryPreset {
	const copy = structuredClone(preset);
	let at: Record<string, unknown> = { ...copy };
	const root = at;
	for (const key of path.slice(0, -1)) {
		at[key] = { ...(at[key] as object) };
		at = at[key] as Record<string, unknown>;
	}
	at[path[path.length - 1]] = value;
	return { ...preset, ...root };
}

/** All that a preset tells; a value that no policy can have is refused, which tells it as well. */
function allOf(preset: RetryPreset): string {
	try {
		return JSON.stringify([policyFields(preset), caveats(preset)]);
	} catch (error) {
		return `refused: ${String(error)}`;
	}
}

/** Numbers that mean nothing beside the preset's other fields. */
function isIdle({ backoff, jitter, retryAfter, attempts }: RetryPreset, path: Path): boolean {
	const name = path.join('.');
	if (name === 'backoff.multiplier') return !['exponential', 'compound'].includes(backoff.kind);
	if (name === 'backoff.capStage') return backoff.capMs === null || backoff.kind === 'none';
	if (name === 'backoff.baseMs' || name === 'backoff.firstExponent')
		return ['none', 'table', 'server-only'].includes(backoff.kind);
	if (name.startsWith('jitter.') && jitter.kind === 'none' && backoff.kind === 'none') return true;
	if (name === 'retryAfter.headers') return retryAfter.mode === 'ignore';
	if (name === 'attempts.maxTotal') return attempts.unlimited;
	return false;
}

describe('the catalogue', () => {
	test('holds 122 presets by id, each with its source', () => {
		expect(PRESETS.length).toBe(122);
		for (const [id, { id: own, name, family, versionRead, source, confidence }] of RETRY_PRESETS) {
			expect(own).toBe(id);
			for (const text of [name, family, versionRead, confidence]) expect(text).not.toBe('');
			expect(source.length + (confidence === 'recalled' ? 1 : 0)).toBeGreaterThan(0);
		}
		expect(BLANK.id).toBe('aws-js-v3-standard-2026');
	});

	test.each(PRESETS.map((preset) => [preset.id, preset] as const))('%s: every fact is told', (_, preset) => {
		const whole = allOf(preset);
		const silent = leaves(preset)
			.filter(({ path, value }) => !isShown(path) && value !== null && value !== false && !isEmpty(value))
			.filter(({ path }) => !isIdle(preset, path))
			.filter(({ path, value }) => allOf(changed(preset, path, other(value))) === whole)
			.map(({ path, value }) => `${path.join('.')} = ${JSON.stringify(value)}`);
		expect(silent).toEqual([]);
	});

	test.each(PRESETS.map((preset) => [preset.id, preset] as const))('%s: its delays are a law', (_, preset) => {
		const backoff = policyFields(preset).backoff;
		expect(() => delayLaw(backoff)).not.toThrow();
	});
});

/** Nothing in it, or a jitter that changes nothing. */
const isEmpty = (value: unknown): boolean => ['[]', '[0,0]', '[1,1]'].includes(JSON.stringify(value));
