/**
 * The axes of a sweep: a path of the scenario, and the values it takes or the stretch they are taken from. Values are text
 * with their unit, exactly what `--set path=value` would be given: what a table shows is what ran, to the last digit.
 */
import { EXIT, UserError } from '../../kernel/errors.js';
import { show } from '../../kernel/units.js';
import { decimalText, readDecimal } from './decimal.js';
import { grid, latinHypercube, range } from './designs.js';

export type SweepAxis = ListAxis | RangeAxis;

export interface ListAxis {
	/** dotted, as --set takes it */
	readonly path: string;
	/** in the order asked; at least one */
	readonly values: readonly string[];
}

/** Any decimal from min to max, in one unit: for a Latin hypercube alone. */
export interface RangeAxis {
	readonly path: string;
	readonly min: number;
	readonly max: number;
	/** x or nothing */
	readonly prefix: string;
	/** ms, %, k/s or nothing */
	readonly unit: string;
}

/** grid: every combination of one value per axis · lhs: a Latin hypercube of so many points */
export type SweepDesign =
	| { readonly kind: 'grid' }
	| { readonly kind: 'lhs'; readonly points: number; readonly seed: number };

/** One value per axis, in their order; its place among all points of the design is its number. */
export interface SweepPoint {
	readonly index: number;
	readonly values: readonly string[];
}

/**
 * "edge.workers 2 8 2", "clients.apps.timeout 500ms 3000ms 500ms"; a Latin hypercube does without the step.
 * @param words path, min, max and, unless any decimal between them will do, the step
 * @throws UserError (exit 2) when they are no axis
 */
export function readRange(words: readonly string[]): SweepAxis {
	const from = `-P ${words.join(' ')}`;
	if (words.length < 3 || words.length > 4) throw refused(from, LIKE_RANGE);
	const [path, ...written] = words;
	checkPath(path, from);
	const amounts = written.map((word) => readAmount(word, from));
	const [{ prefix, unit }] = amounts;
	if (amounts.some((amount) => amount.prefix !== prefix || amount.unit !== unit)) {
		throw refused(from, `MIN, MAX and STEP in one unit would do, such as 500ms 3000ms 500ms`);
	}
	const [min, max, step] = amounts.map(({ value }) => value);
	const stretch = { path, min, max, prefix, unit };
	if (step === undefined) return stretch;
	return { path, values: explained(from, () => range(min, max, step)).map((value) => writeAmount(value, stretch)) };
}

/**
 * "edge.queue 10,100,1000": values as --set takes them, apart by commas that stand in no bracket, brace or quotes.
 * @throws UserError (exit 2) when there are none, or one twice
 */
export function readList(path: string, text: string): ListAxis {
	const from = `-L ${path} ${text}`.trim();
	checkPath(path, from);
	const values = splitList(text);
	if (values.includes(''))
		throw refused(from, 'values with commas between them would do, such as -L edge.queue 10,100');
	const twice = values.find((value, i) => values.indexOf(value) !== i);
	if (twice !== undefined) throw refused(from, `found ${show(twice)} twice, once would do`);
	return { path, values };
}

/**
 * The points of a design, in order.
 * @throws UserError (exit 2) for an axis twice, a grid over a stretch without steps, and too many points
 */
export function sweepPoints(axes: readonly SweepAxis[], design: SweepDesign): SweepPoint[] {
	const paths = axes.map(({ path }) => path);
	const twice = paths.find((path, i) => paths.indexOf(path) !== i);
	if (twice !== undefined) throw new UserError(`error: found ${twice} as two axes, one would do`, EXIT.usage);
	const all = design.kind === 'grid' ? grid(axes.map(stepsOf)) : hypercube(axes, design);
	return all.map((values, index) => ({ index, values }));
}

/** What `--set` would be given for a point. */
export const setsOf = (axes: readonly SweepAxis[], { values }: SweepPoint): string[] =>
	axes.map(({ path }, i) => `${path}=${values[i]}`);

/** A value of a stretch as text. */
export const writeAmount = (value: number, { prefix, unit }: Pick<RangeAxis, 'prefix' | 'unit'>): string =>
	`${prefix}${decimalText(readDecimal(value))}${unit}`;

function stepsOf(axis: SweepAxis): readonly string[] {
	if ('values' in axis) return axis.values;
	throw refused(`-P ${axis.path}`, 'found no STEP, one would do; only --design lhs goes without');
}

/** Of an axis with steps, every one of them is as likely; of a stretch, every decimal. */
function hypercube(axes: readonly SweepAxis[], { points, seed }: { points: number; seed: number }): string[][] {
	const spans = axes.map((axis) =>
		'values' in axis ? { min: 0, max: axis.values.length - 1, whole: true } : { min: axis.min, max: axis.max },
	);
	return explained('--design lhs', () => latinHypercube(spans, points, seed)).map((point) =>
		point.map((value, i) => {
			const axis = axes[i];
			return 'values' in axis ? axis.values[value] : writeAmount(value, axis);
		}),
	);
}

const LIKE_RANGE = 'a path with MIN, MAX and STEP would do, such as -P edge.workers 2 8 2';
const AMOUNT = /^(x?)(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(%|[A-Za-z]*(?:\/[a-z])?)$/;
/** More digits than this do not survive in a number. */
const DIGITS = 15;

function readAmount(word: string, from: string): { value: number; prefix: string; unit: string } {
	const found = AMOUNT.exec(word);
	const like = 'a number with one unit, such as 500ms, 5%, 50k/s, x2 or 8, would do; -L takes values of any other form';
	if (found === null) throw refused(from, `found ${show(word)}, ${like}`);
	const [, prefix, number, unit] = found;
	if (number.replace(/e.*/, '').replace(/\D/g, '').length > DIGITS) {
		throw refused(from, `found ${show(word)}, a number of at most ${DIGITS} digits would do`);
	}
	return { value: Number(number), prefix, unit };
}

function checkPath(path: string, from: string): void {
	if (/[=\s]/.test(path) || path.split('.').includes('')) {
		throw refused(from, `found ${show(path)}, a path such as clients.apps.timeout would do`);
	}
}

function splitList(text: string): string[] {
	const values = [''];
	let depth = 0;
	let quote = '';
	for (const letter of text) {
		if (quote !== '') quote = letter === quote ? '' : quote;
		else if (letter === '"' || letter === "'") quote = letter;
		else if ('[{'.includes(letter)) depth++;
		else if (']}'.includes(letter)) depth--;
		if (letter === ',' && depth === 0 && quote === '') values.push('');
		else values[values.length - 1] += letter;
	}
	return values.map((value) => value.trim());
}

/** Puts the flag in front of what is said about its numbers. */
function explained<T>(from: string, make: () => T): T {
	try {
		return make();
	} catch (error) {
		throw error instanceof UserError ? refused(from, error.message) : error;
	}
}

const refused = (from: string, what: string): UserError => new UserError(`error: ${from}: ${what}`, EXIT.usage);
