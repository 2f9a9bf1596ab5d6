/**
 * The class mix over time: a log is cut into equal stretches, and neighbours are put together until any two that remain differ by more than
 * luck (chi-square on their counts) and by more than a little (total variation distance).
 */
import { chiSquareAbove } from '../statistics/chi-square.js';
import type { LogClass } from './classes.js';
import type { BinnedCounts } from './observe/binned-counts.js';

export interface FittedMix {
	/** s of Unix time */
	readonly fromS: number;
	readonly toS: number;
	/** first attempts by class */
	readonly counts: readonly number[];
}

const MOST_STRETCHES = 24;
/** First attempts of a stretch, for each class. */
const LEAST_PER_CLASS = 100;
/** Half of the sum of differences: less of the requests than this changed their class. */
const LITTLE = 0.02;
const SIGNIFICANCE = 1e-3;

/** @param span s of Unix time */
export function mixesOf(classes: readonly LogClass[], [fromS, toS]: readonly [number, number]): FittedMix[] {
	const [{ tally: first }] = classes;
	const everyS = first.grid.sharedEveryS(
		classes.map(({ tally }) => tally.firsts),
		1,
	);
	const { phaseS } = first.grid;
	const gridS = phaseS + Math.floor((fromS - phaseS) / everyS) * everyS;
	const cells = Math.max(1, Math.ceil((toS - gridS) / everyS));
	const held = classes.map(({ tally }) => heldIn(tally.firsts, everyS, gridS, cells));
	const total = sumOf(held.flat().map(({ count }) => count));
	const stretches = Math.max(
		1,
		Math.min(MOST_STRETCHES, cells, Math.floor(total / (LEAST_PER_CLASS * classes.length))),
	);
	let pieces = Array.from({ length: stretches }, (_, k): FittedMix => {
		const [from, to] = [Math.floor((k * cells) / stretches), Math.floor(((k + 1) * cells) / stretches)];
		return {
			fromS: gridS + from * everyS,
			toS: gridS + to * everyS,
			counts: held.map((all) => sumOf(all.flatMap(({ cell, count }) => (cell >= from && cell < to ? [count] : [])))),
		};
	}).filter(({ counts }) => counts.some((count) => count > 0));
	const unit = clustering(pieces);
	for (;;) {
		const alike = pieces
			.slice(1)
			.map((piece, i) => ({ i, distance: distance(pieces[i], piece), same: same(pieces[i], piece, unit) }));
		const nearest = alike.filter((one) => one.same).toSorted((a, b) => a.distance - b.distance);
		if (nearest.length === 0) return pieces;
		const [{ i }] = nearest;
		pieces = [...pieces.slice(0, i), joined(pieces[i], pieces[i + 1]), ...pieces.slice(i + 2)];
	}
}

/** The cells that hold something: of a log with a hole of years there are few, however long it is. */
function heldIn(counts: BinnedCounts, everyS: number, gridS: number, cells: number) {
	const held: { readonly cell: number; readonly count: number }[] = [];
	counts.visit(everyS, (fromS, count) => {
		const cell = (fromS - gridS) / everyS;
		if (cell >= 0 && cell < cells) held.push({ cell, count });
	});
	return held;
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, n) => sum + n, 0);

const joined = (a: FittedMix, b: FittedMix): FittedMix => ({
	fromS: a.fromS,
	toS: b.toS,
	counts: a.counts.map((count, c) => count + b.counts[c]),
});

/** Half of the sum of the differences of shares, 0..1. */
function distance(a: FittedMix, b: FittedMix): number {
	const [na, nb] = [sumOf(a.counts), sumOf(b.counts)];
	return a.counts.reduce((sum, count, c) => sum + Math.abs(count / na - b.counts[c] / nb), 0) / 2;
}

/** @param unit how much more neighbours differ than independent requests would */
function same(a: FittedMix, b: FittedMix, unit: number): boolean {
	return distance(a, b) <= LITTLE || chanceOfAlike(a.counts, b.counts, unit) > SIGNIFICANCE;
}

/**
 * Requests of one class come together where somebody tries again and again, so that neighbouring stretches differ by more than luck
 * although the mix stays. How much, the median over all neighbours says: a mix that changes a few times does not move it.
 */
function clustering(pieces: readonly FittedMix[]): number {
	const ratios = pieces
		.slice(1)
		.map((piece, i) => chiSquareOf(pieces[i].counts, piece.counts))
		.filter(({ degrees }) => degrees > 0)
		.map(({ chi, degrees }) => chi / (degrees * (1 - 2 / (9 * degrees)) ** 3))
		.toSorted((a, b) => a - b);
	return ratios.length < LEAST_NEIGHBOURS ? 1 : Math.max(1, ratios[Math.floor((ratios.length - 1) / 2)]);
}

/** Fewer neighbours have no median that a change of the mix leaves alone. */
const LEAST_NEIGHBOURS = 8;

/**
 * Of two rows of counts: how likely they differ so much if they are of one law. Pearson's chi-square; columns of nothing do not count.
 * @param unit of the chi-square, where requests come in clusters
 */
export function chanceOfAlike(a: readonly number[], b: readonly number[], unit = 1): number {
	const { chi, degrees } = chiSquareOf(a, b);
	return degrees === 0 ? 1 : chiSquareAbove(chi / unit, degrees);
}

function chiSquareOf(a: readonly number[], b: readonly number[]): { readonly chi: number; readonly degrees: number } {
	const [na, nb] = [sumOf(a), sumOf(b)];
	const columns = a.map((count, c) => [count, b[c]] as const).filter(([x, y]) => x + y > 0);
	if (columns.length < 2 || na === 0 || nb === 0) return { chi: 0, degrees: 0 };
	const chi = columns.reduce((sum, [x, y]) => {
		const [ex, ey] = [((x + y) * na) / (na + nb), ((x + y) * nb) / (na + nb)];
		return sum + (x - ex) ** 2 / ex + (y - ey) ** 2 / ey;
	}, 0);
	return { chi, degrees: columns.length - 1 };
}
