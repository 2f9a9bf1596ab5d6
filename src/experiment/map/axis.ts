/**
 * One side of a map: a path of the scenario and the values it takes, evenly spaced between two ends that are written as the
 * scenario would write them. Values go back into the scenario as text, so what is looked at is exactly what the axis says.
 */
import { assert, EXIT, UserError } from '../../kernel/errors.js';
import {
	formatDuration,
	formatFactor,
	formatRate,
	formatShare,
	parseDuration,
	parseFactor,
	parseNumber,
	parseRate,
	parseShare,
	show,
} from '../../kernel/units.js';

export interface Axis {
	/** dotted, as --set takes it */
	readonly path: string;
	readonly unit: Unit;
	/** rising, two or more: microseconds, requests per second, shares 0..1, or plain numbers */
	readonly values: readonly number[];
	/** the values as a scenario writes them */
	readonly texts: readonly string[];
}

export type Unit = (typeof NOTATIONS)[number]['unit'];

/** An axis has no more values than this: a map of 257 x 257 is no map of something that can be read any more. */
export const MAX_VALUES = 257;

/** How ends are read and values written; the first that reads both ends is meant. */
const NOTATIONS = [
	{ unit: 'factor', form: /^x/, parse: parseFactor, format: formatFactor },
	{ unit: 'share', form: /%$/, parse: parseShare, format: formatShare },
	{ unit: 'rate', form: /\//, parse: parseRate, format: formatRate },
	{ unit: 'duration', form: /\d[a-z]+$/, parse: parseDuration, format: formatDuration },
	{ unit: 'number', form: /^\d/, parse: parseNumber, format: String },
] as const;

/**
 * "traffic.rate 100/s 400/s", "clients.apps.retry.attempts 1 5 5".
 * @param words path, smallest value, largest value and, if it is not the usual one, the number of values; apart or as one text
 * @param usual number of values where none is written
 * @param from the flag, for error texts
 * @throws UserError (exit 2) when they are no axis
 */
export function readAxis(words: readonly string[], usual: number, from: string): Axis {
	const parts = words.join(' ').split(/\s+/).filter(Boolean);
	if (parts.length < 3 || parts.length > 4) throw refused(from, words.join(' '), LIKE);
	const [path, low, high, count = String(usual)] = parts;
	if (path.includes('=')) throw refused(from, path, LIKE);
	const notation = NOTATIONS.find(({ form, parse }) => [low, high].every((end) => form.test(end) && reads(parse, end)));
	if (notation === undefined) throw refused(from, `${low} ${high}`, 'two ends of one unit would do, e.g. 100/s 400/s');
	const most = `a number of values from 2 to ${MAX_VALUES} would do`;
	if (!/^\d+$/.test(count) || Number(count) < 2 || Number(count) > MAX_VALUES) throw refused(from, count, most);
	const values = spaced(notation.parse(low), notation.parse(high), Number(count), notation.unit === 'duration');
	const texts = values.map((value) => notation.format(value));
	if (values.some((value, i) => i > 0 && !(value > values[i - 1])) || new Set(texts).size < texts.length) {
		throw refused(from, `${low} ${high}`, `a rising range, wide enough for ${count} different values, would do`);
	}
	return { path, unit: notation.unit, values, texts };
}

/** A value, or a step between two, as a scenario would write it. */
export function onAxis({ unit }: Axis, value: number): string {
	const notation = NOTATIONS.find((one) => one.unit === unit);
	assert(notation !== undefined, `no notation writes a ${unit}`);
	return notation.format(value);
}

const LIKE =
	'a path with its smallest and its largest value, and how many values if need be, would do, e.g. traffic.rate 100/s 400/s';

/** Twelve digits keep the noise of binary fractions out of the text; the clock counts whole microseconds. */
function spaced(low: number, high: number, count: number, whole: boolean): number[] {
	return Array.from({ length: count }, (_, i) => {
		const value = (low * (count - 1 - i) + high * i) / (count - 1);
		return whole ? Math.round(value) : Number(value.toPrecision(12));
	});
}

function reads(parse: (text: string) => number, text: string): boolean {
	try {
		parse(text);
		return true;
	} catch (error) {
		if (error instanceof UserError) return false;
		throw error;
	}
}

const refused = (from: string, found: string, like: string): UserError =>
	new UserError(`error: ${from}: found ${show(found)}, ${like}`, EXIT.usage);
