/** What stands in a condition: values, how they compare, and the functions that Argo and expr-lang know. */
import { UserError } from '../../kernel/errors.js';

export type Value = number | boolean | string | null | Vector;
/** `result` itself: one number in brackets, or none. */
export class Vector {
	constructor(readonly values: readonly number[]) {}
}

/** A condition that could not be evaluated, such as `result[0]` of an empty result: Argo calls the measurement an error. */
export class Unevaluable extends Error {}

/** A part of a condition, asked of a result; `item` is what `#` stands for. */
export type Node = (result: Vector, item: Value) => Value;

export function called(name: string, args: readonly Node[]): Node {
	const known = FUNCTIONS.get(name);
	if (known === undefined || args.length !== known.args) {
		throw new UserError(`the condition calls \`${name}\` with ${args.length} values, which is not understood`);
	}
	return known.make(args);
}

const one = (apply: (value: Value) => Value) => ({
	args: 1,
	make:
		([arg]: readonly Node[]): Node =>
		(result, item) =>
			apply(arg(result, item)),
});

/** True of all items, or of any; of an empty list all is true, and any is not. */
const quantifier = (all: boolean) => ({
	args: 2,
	make:
		([list, test]: readonly Node[]): Node =>
		(result, item) => {
			const { values } = vector(list(result, item));
			const truths = values.map((value) => truth(test(result, value)));
			return all ? truths.every(Boolean) : truths.some(Boolean);
		},
});

const FUNCTIONS: ReadonlyMap<string, { readonly args: number; readonly make: (args: readonly Node[]) => Node }> =
	new Map([
		['len', one((value) => vector(value).values.length)],
		['isNaN', one((value) => Number.isNaN(number(value)))],
		['isInf', one((value) => Math.abs(number(value)) === Number.POSITIVE_INFINITY)],
		['isNil', one((value) => value === null || (value instanceof Vector && value.values.length === 0))],
		['asInt', one((value) => Math.trunc(number(value)))],
		['int', one((value) => Math.trunc(number(value)))],
		['asFloat', one(number)],
		['float', one(number)],
		['abs', one((value) => Math.abs(number(value)))],
		['floor', one((value) => Math.floor(number(value)))],
		['ceil', one((value) => Math.ceil(number(value)))],
		['round', one((value) => Math.round(number(value)))],
		['all', quantifier(true)],
		['any', quantifier(false)],
		[
			'default',
			{
				args: 2,
				make:
					([, instead]) =>
					(result, item) =>
						result.values.length === 0 ? instead(result, item) : result,
			},
		],
	]);

export function compared(op: string, left: Value, right: Value): boolean {
	const simple = (value: Value) => (value instanceof Vector ? number(value) : value);
	const [a, b] = [simple(left), simple(right)];
	if (op === '==' || op === '!=') return (a === b) === (op === '==');
	if (typeof a !== 'number' || typeof b !== 'number') throw new Unevaluable();
	if (op === '<') return a < b;
	if (op === '<=') return a <= b;
	return op === '>' ? a > b : a >= b;
}

export function truth(value: Value): boolean {
	if (typeof value === 'boolean') return value;
	throw new Unevaluable();
}

/** Older conditions say `result` where they mean its only number, and so do those on a scalar. */
export function number(value: Value): number {
	if (typeof value === 'number') return value;
	if (value instanceof Vector && value.values.length === 1) return value.values[0];
	throw new Unevaluable();
}

function vector(value: Value): Vector {
	if (value instanceof Vector) return value;
	throw new Unevaluable();
}

export function indexed(list: Value, index: number): number {
	const value = vector(list).values.at(index);
	if (value === undefined) throw new Unevaluable();
	return value;
}
