/**
 * What a scenario can say at most. Other systems take numbers beyond it, and whoever writes them means "no limit": the largest
 * one of ours stands for them, and a note says so.
 */

import type { Note } from '../../manifest/provenance-notes.js';
import { Block, type Line, type Plain } from '../../manifest/yaml-writer.js';
import type { RetryLayer } from './layer.js';
import type { Ledger } from './ledger.js';

/** The schema's own limits, by the path of a field in its layer. */
const MOST: ReadonlyMap<string, number> = new Map([
	['attempts', 1e6],
	['hedge.total', 100],
	['backoff.multiplier', 1000],
	['budget.max', 1e9],
	['budget.least', 1e9],
	['budget.minPerSecond', 1e9],
	['budget.ratio', 1000],
	['limiter.permits', 1e9],
	['limiter.queue', 1e9],
	['breaker.failures', 1e6],
	['breaker.minCalls', 1e9],
	['breaker.windowCalls', 100_000],
	['breaker.probes', 1e6],
]);

/** The layer with what is too large for a scenario cut to what it can say. */
export function within(layer: RetryLayer, ledger: Ledger): RetryLayer {
	const bounded = (each: Line, path: string): Line => {
		const here = path === '' ? each.key : `${path}.${each.key}`;
		if (each.value instanceof Block)
			return { ...each, value: new Block(each.value.lines.map((inner) => bounded(inner, here))) };
		const notes: Note[] = [];
		const value = cut(each.value, here, (text) => {
			notes.push(ledger.assumed({ place: (each.note ?? layer.note).at, path: '' }, text));
		});
		return notes.length === 0 ? each : { ...each, value, above: [...each.above, ...notes] };
	};
	return { ...layer, lines: layer.lines.map((each) => bounded(each, '')) };
}

function cut(value: Plain, path: string, say: (text: string) => void): Plain {
	if (isMap(value))
		return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cut(each, `${path}.${key}`, say)]));
	const most = MOST.get(path);
	if (typeof value === 'number' && most !== undefined && value > most) {
		say(`${path}: ${value} is more than a scenario can say; ${most} stands for it`);
		return most;
	}
	if (typeof value === 'string' && value.endsWith('%') && Number(value.slice(0, -1)) > 100) {
		say(`${path}: ${value} is more than a scenario can say; 100% stands for it`);
		return '100%';
	}
	return value;
}

const isMap = (value: Plain): value is { readonly [key: string]: Plain } =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
