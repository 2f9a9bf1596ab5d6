/**
 * What a query measures, in our words: a share of requests that failed, were retried or were slow, under a factor and an
 * offset (`100 - 100 * bad / all`); or a quantile of how long they took. Sums of counters are kept as a multiple of all
 * requests plus a multiple of the bad ones, so that every way to write such a ratio comes to the same.
 */
import { UserError } from '../../kernel/errors.js';
import { type Buckets, type Context, type CountedQuery, counted, type Numerator } from './known-counters.js';
import type { Matcher, Query } from './parser.js';

export interface ShareMeasure {
	readonly kind: 'share';
	readonly numerator: Numerator;
	/** of `slow` */
	readonly slowerThanUs: number | null;
	/** what the query answers is offset + scale x share */
	readonly scale: number;
	readonly offset: number;
}

export interface QuantileMeasure {
	readonly kind: 'quantile';
	/** 0..1 */
	readonly quantile: number;
	/** microseconds per unit of what the query answers */
	readonly unitUs: number;
}

/** What a query looks at. */
export interface QueryMeaning {
	readonly measure: ShareMeasure | QuantileMeasure;
	readonly windowUs: number;
	/** true where a rate is that between the last two scrapes alone */
	readonly instant: boolean;
	/** what it answers where there is nothing; null for nothing */
	readonly emptyIs: number | null;
	/** true where a counter that does not exist before the first failure leaves the answer empty */
	readonly absentUntilFirst: boolean;
	readonly counters: readonly string[];
	readonly matchers: readonly Matcher[];
	/** liberties taken */
	readonly loosely: readonly string[];
}

type Linear = ShareMeasure & { readonly emptyIs: number | null };
type Meaning =
	| { readonly kind: 'number'; readonly value: number }
	| CountedQuery
	| Buckets
	| Linear
	| (QuantileMeasure & { readonly emptyIs: number | null });

const SUMS = ['sum', 'avg', 'max', 'min', 'sort', 'sort_desc'];
const RATES = ['rate', 'increase', 'irate', 'delta', 'idelta'];

/** @throws UserError that says why it is neither */
export function queryMeaning(query: Query): QueryMeaning {
	const context: Context = {
		windowUs: null,
		instant: false,
		absentUntilFirst: false,
		counters: new Set(),
		matchers: [],
		loosely: new Set(),
	};
	const meaning = read(query, context);
	if (meaning.kind !== 'share' && meaning.kind !== 'quantile') {
		throw new UserError('it gives a number or a rate, and checks are on shares: a ratio of two sums would do');
	}
	const { emptyIs, ...measure } = meaning;
	if (measure.kind === 'share' && measure.scale === 0) throw new UserError('it gives the same whatever happens');
	if (context.windowUs === null) throw new UserError('it looks at no window: rate(...[1m]) would do');
	return {
		measure,
		windowUs: context.windowUs,
		instant: context.instant,
		emptyIs,
		absentUntilFirst: context.absentUntilFirst && (emptyIs === null || Number.isNaN(emptyIs)),
		counters: [...context.counters],
		matchers: context.matchers,
		loosely: [...context.loosely],
	};
}

function read(query: Query, context: Context): Meaning {
	if (query.kind === 'number') return query;
	if (query.kind === 'selector') {
		throw new UserError(
			`${query.name === '' ? 'a series' : query.name} is read as it is: a rate over a window would do`,
		);
	}
	return query.kind === 'call'
		? call(query.name, query.args, context)
		: binary(query.op, query.left, query.right, context);
}

function call(name: string, args: readonly Query[], context: Context): Meaning {
	if (RATES.includes(name) && args.length === 1) return rate(name, args[0], context);
	if (SUMS.includes(name) && args.length === 1) return read(args[0], context);
	if (name === 'scalar' && args.length === 1) return scalar(read(args[0], context));
	if (name === 'vector' && args.length === 1) return read(args[0], context);
	if (name === 'clamp_min' && args.length === 2) {
		const inner = read(args[0], context);
		if (inner.kind === 'counts') return { ...inner, guarded: true };
	}
	if (name === 'histogram_quantile' && args.length === 2) {
		const [quantile, buckets] = args.map((arg) => read(arg, context));
		if (quantile.kind === 'number' && buckets.kind === 'buckets' && quantile.value > 0 && quantile.value < 1) {
			return { kind: 'quantile', quantile: quantile.value, unitUs: buckets.unitUs, emptyIs: null };
		}
	}
	throw new UserError(`${name}() is not understood here`);
}

function rate(name: string, of: Query, context: Context): Meaning {
	if (of.kind !== 'selector' || of.rangeUs === null)
		throw new UserError(`${name}() of something other than a series[window] is not understood`);
	if (context.windowUs !== null && context.windowUs !== of.rangeUs)
		throw new UserError('it looks at two windows of different length');
	context.windowUs = of.rangeUs;
	context.instant ||= name.startsWith('i') && name !== 'increase';
	context.counters.add(of.name);
	context.matchers.push(...of.matchers);
	return counted(of.name, of.matchers, context);
}

function binary(op: string, leftQuery: Query, rightQuery: Query, context: Context): Meaning {
	if (op === 'or') return orElse(read(leftQuery, context), rightQuery, context);
	const [left, right] = [read(leftQuery, context), read(rightQuery, context)];
	if (left.kind === 'number' && right.kind === 'number')
		return { kind: 'number', value: apply(op, left.value, right.value) };
	// A filter such as `> 0` leaves the value as it is, or nothing.
	if (['>', '>=', '!='].includes(op) && left.kind === 'counts' && right.kind === 'number') return left;
	if (op === '*' && left.kind === 'number') return times(right, left.value);
	if (op === '*' && right.kind === 'number') return times(left, right.value);
	if (op === '/' && right.kind === 'number') return times(left, 1 / right.value);
	if (op === '+' || op === '-') return plus(left, times(right, op === '+' ? 1 : -1));
	if (op === '/' && left.kind === 'counts' && right.kind === 'counts') return ratio(left, right);
	throw new UserError(`\`${op}\` between these is not understood here`);
}

/** Of nothing it makes a number that is none. */
function scalar(meaning: Meaning): Meaning {
	return 'emptyIs' in meaning && meaning.emptyIs === null ? { ...meaning, emptyIs: Number.NaN } : meaning;
}

/** `x or vector(0)`: what is answered where there is nothing. */
function orElse(left: Meaning, rightQuery: Query, context: Context): Meaning {
	const right = read(rightQuery, context);
	const value = right.kind === 'number' ? right.value : null;
	if (value === null || left.kind === 'number' || left.kind === 'buckets') {
		throw new UserError('`or` with something other than vector(number) is not understood');
	}
	if (left.kind === 'counts' && left.all === 0) context.absentUntilFirst = false;
	return { ...left, emptyIs: value };
}

function ratio(over: CountedQuery, under: CountedQuery): Linear {
	if (under.bad !== 0 || under.all === 0)
		throw new UserError('it does not divide by all requests, and checks are on shares of all');
	if (over.numerator === null || over.bad === 0) throw new UserError('it divides all requests by all requests');
	return {
		kind: 'share',
		numerator: over.numerator,
		slowerThanUs: over.slowerThanUs,
		scale: over.bad / under.all,
		offset: over.all / under.all,
		emptyIs: under.guarded ? 0 : null,
	};
}

function times<T extends Meaning>(meaning: T, factor: number): Meaning {
	const emptyIs = 'emptyIs' in meaning && meaning.emptyIs !== null ? meaning.emptyIs * factor : null;
	switch (meaning.kind) {
		case 'number':
			return { kind: 'number', value: meaning.value * factor };
		case 'counts':
			return { ...meaning, all: meaning.all * factor, bad: meaning.bad * factor, emptyIs };
		case 'share':
			return { ...meaning, scale: meaning.scale * factor, offset: meaning.offset * factor, emptyIs };
		case 'quantile':
			if (factor > 0) return { ...meaning, unitUs: meaning.unitUs / factor, emptyIs };
	}
	if (factor === 1) return meaning;
	throw new UserError('a factor on a histogram is not understood');
}

function plus(left: Meaning, right: Meaning): Meaning {
	if (left.kind === 'number' && right.kind === 'share') return plus(right, left);
	if (left.kind === 'share' && right.kind === 'number') {
		const emptyIs = left.emptyIs === null ? null : left.emptyIs + right.value;
		return { ...left, offset: left.offset + right.value, emptyIs };
	}
	if (left.kind === 'counts' && right.kind === 'counts') {
		const numerator = left.numerator ?? right.numerator;
		const mixed = right.numerator !== null && right.numerator !== numerator;
		if (mixed || (left.slowerThanUs ?? right.slowerThanUs) !== (right.slowerThanUs ?? left.slowerThanUs)) {
			throw new UserError('it adds counts of different kinds');
		}
		const slowerThanUs = left.slowerThanUs ?? right.slowerThanUs;
		return { ...left, all: left.all + right.all, bad: left.bad + right.bad, numerator, slowerThanUs, emptyIs: null };
	}
	throw new UserError('a sum of these is not understood here');
}

function apply(op: string, a: number, b: number): number {
	if (op === '+') return a + b;
	if (op === '-') return a - b;
	if (op === '*') return a * b;
	if (op === '/') return a / b;
	if (op === '^') return a ** b;
	throw new UserError(`\`${op}\` between numbers is not understood`);
}
