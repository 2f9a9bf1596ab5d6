/**
 * Which points of a parameter space an experiment visits, and which of them one machine of several does. Values are exact
 * decimals, because they go into scenarios, tables and file names as text: 0.1 to 0.5 by 0.1 is 0.3 in the middle and not
 * 0.30000000000000004.
 */
import { assert, EXIT, UserError } from '../../kernel/errors.js';
import { Streams, type Uniform } from '../../kernel/random.js';
import { type Decimal, floorDivide, readDecimal, scaled, toNumber } from './decimal.js';

/** No sweep has more points than this. */
export const MAX_POINTS = 100_000;

/**
 * min, min + step, ... up to max, which belongs to it where a whole number of steps reaches it.
 * @throws UserError when the step does not lead from min to max, or takes too many
 */
export function range(min: number, max: number, step: number): number[] {
	if (!(Number.isFinite(max) && min <= max && step > 0)) {
		throw refused(`found ${min} to ${max} by ${step}, a rising range with a step above 0 would do`);
	}
	const [from, to, by] = scaled([min, max, step].map(readDecimal));
	const count = Number((to.units - from.units) / by.units) + 1;
	checkCount(count);
	return Array.from({ length: count }, (_, i) => toNumber({ ...from, units: from.units + BigInt(i) * by.units }));
}

/**
 * Every combination of one value per axis; the first axis changes slowest. No axis: the one empty combination.
 * @throws UserError for too many
 */
export function grid<T>(axes: readonly (readonly T[])[]): T[][] {
	checkCount(axes.reduce((product, axis) => product * axis.length, 1));
	return axes.reduce<T[][]>((points, axis) => points.flatMap((point) => axis.map((value) => [...point, value])), [[]]);
}

/** What one axis of a Latin hypercube runs over. */
export interface HypercubeAxis {
	readonly min: number;
	readonly max: number;
	/** only whole numbers, min and max among them */
	readonly whole?: boolean;
}

/**
 * n points of which each axis, cut into n equal parts, has exactly one per part, at a place in it left to chance (jittered,
 * not centred, so that no figure is blind to what is periodic in a parameter): M. D. McKay, R. J. Beckman and W. J. Conover,
 * "A Comparison of Three Methods for Selecting Values of Input Variables", Technometrics 21 (1979).
 *
 * Chance picks among the decimals strictly inside the part, at least 998 of them, of the fewest digits that leave so many. On
 * a whole axis it picks among chances instead: every whole number is as likely, and returns where there are fewer than n.
 * @returns n points of one value per span; equal seeds give equal points
 * @throws UserError for a span that falls, or is too narrow for n different numbers
 */
export function latinHypercube(spans: readonly HypercubeAxis[], n: number, seed: number): number[][] {
	assert(Number.isSafeInteger(n) && n >= 1, `a Latin hypercube has one point or more, not ${n}`);
	checkCount(n);
	const streams = new Streams(seed);
	const axes = spans.map((span, axis) => {
		const uniform = streams.uniform(`latin-hypercube/${axis}`);
		const place = placer(span, n);
		return shuffled(n, uniform).map((part) => place(part, uniform()));
	});
	return Array.from({ length: n }, (_, i) => axes.map((axis) => axis[i]));
}

/** One of several machines that share the points of a sweep. */
export interface Shard {
	readonly index: number;
	readonly of: number;
}

/**
 * "3/8". Whether a job array counts from 0 or from 1 does not matter: 0/8 and 8/8 are the same shard.
 * @throws UserError on anything else
 */
export function parseShard(text: string): Shard {
	const found = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
	const [index, of] = found === null ? [0, 0] : [Number(found[1]), Number(found[2])];
	if (of < 1 || index > of) throw refused(`found "${text}", the shard and their number such as 3/8 would do`);
	return { index, of };
}

/**
 * What falls to one shard, in order. Every `of` neighbours, which cost alike, are dealt to different shards, in an order left
 * to chance: dealt in turn, shards as many as a grid has columns would get a column each, and one of them all that collapse.
 * The sizes of shards differ by one at most.
 */
export function shardOf<T>(items: readonly T[], { index, of }: Shard): T[] {
	const uniform = new Streams(of).uniform('shards');
	let dealt: number[] = [];
	return items.filter((_, i) => {
		if (i % of === 0) dealt = shuffled(Math.min(of, items.length - i), uniform);
		return dealt[i % of] === index % of;
	});
}

/** Gives the value for a part 0..n-1 and a chance in [0, 1). */
type Placer = (part: number, chance: number) => number;

function placer({ min, max, whole = false }: HypercubeAxis, n: number): Placer {
	if (!(Number.isFinite(min) && Number.isFinite(max) && min <= max)) {
		throw refused(`found ${min} to ${max}, a rising range would do`);
	}
	if (min === max) return () => min;
	if (!whole) return decimalPlacer(min, max, n);
	if (!(Number.isSafeInteger(min) && Number.isSafeInteger(max))) {
		throw refused(`found ${min} to ${max} for whole numbers, whole ends would do`);
	}
	return (part, chance) => Math.min(max, min + Math.floor(((part + chance) / n) * (max - min + 1)));
}

function decimalPlacer(min: number, max: number, n: number): Placer {
	const width = (max - min) / n;
	if (!(width > 1e-11 * Math.max(Math.abs(min), Math.abs(max)))) {
		throw refused(`found ${min} to ${max} for ${n} points, a wider range would do`);
	}
	const grain: Decimal = { units: 1n, decimals: 3 - Math.floor(Math.log10(width)) };
	const [from, to, by] = scaled([readDecimal(min), readDecimal(max), grain]);
	/** Where a part begins, in grains: numerator over n x by.units. */
	const edge = (part: number) => from.units * BigInt(n) + (to.units - from.units) * BigInt(part);
	const below = BigInt(n) * by.units;
	return (part, chance) => {
		const first = floorDivide(edge(part), below) + 1n;
		const last = -floorDivide(-edge(part + 1), below) - 1n;
		const pick = first + BigInt(Math.floor(chance * (Number(last - first) + 1)));
		return toNumber({ units: pick, decimals: grain.decimals });
	};
}

/** 0..n-1 in an order left to chance: R. A. Fisher and F. Yates, one uniform per item but the first. */
function shuffled(n: number, uniform: Uniform): number[] {
	const order = Array.from({ length: n }, (_, i) => i);
	for (let i = n - 1; i > 0; i--) {
		const j = Math.floor(uniform() * (i + 1));
		[order[i], order[j]] = [order[j], order[i]];
	}
	return order;
}

function checkCount(points: number): void {
	if (points > MAX_POINTS) throw refused(`found ${points} points, at most ${MAX_POINTS} would do`);
}

const refused = (message: string): UserError => new UserError(message, EXIT.usage);
