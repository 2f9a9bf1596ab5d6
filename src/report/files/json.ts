/**
 * Plain data as JSON text. Numbers are rounded to twelve digits and nothing depends on the machine: the same scenario, seed and
 * version give the same bytes.
 */
import type { World } from '../../model/world.js';

/** Raised when a key changes its meaning or goes; new keys do not raise it. */
export const SCHEMA_VERSION = 1;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Every switch in force. */
export function worldJson(world: World): Json {
	const { sources, arrivals, coolDownUs, ...rest } = world;
	return {
		...object(jsonOf(rest)),
		// A world without a cool-down is written as before there was one.
		...(coolDownUs === 0 ? {} : { coolDownUs }),
		arrivals: arrivals.kind === 'curve' ? { kind: arrivals.kind, process: arrivals.process } : { kind: arrivals.kind },
		sources: sources.map(({ region, population, share }) => ({ region, population, share })),
	};
}

/** JSON text with two blanks a level and a line feed at its end. */
export function toJson(value: Json): string {
	return `${JSON.stringify(jsonOf(value), null, 2)}\n`;
}

/** Plain data as JSON: numbers to twelve digits, what JSON has no number for in words. */
export function jsonOf(value: unknown): Json {
	if (value === null || value === undefined) return null;
	if (typeof value === 'boolean' || typeof value === 'string') return value;
	if (typeof value === 'number') {
		if (value === Number.POSITIVE_INFINITY) return 'unlimited';
		if (!Number.isFinite(value)) return String(value);
		return Number.isInteger(value) ? value : Number(value.toPrecision(12));
	}
	if (Array.isArray(value)) return value.map(jsonOf);
	if (typeof value === 'object') {
		return Object.fromEntries(
			Object.entries(value)
				.filter(([, field]) => field !== undefined)
				.map(([key, field]) => [key, jsonOf(field)]),
		);
	}
	return String(value);
}

function object(value: Json): { readonly [key: string]: Json } {
	return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as { [key: string]: Json }) : {};
}
