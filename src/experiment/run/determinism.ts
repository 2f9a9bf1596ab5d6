/**
 * Proves that a run is the same twice, and if it is not, names the first draw that differs. The first run leaves a
 * checksum per block of draws; the second compares as it goes; only the block that differs is drawn again in full.
 */
import type { Engine } from '../../engines/engine.js';

/** Told every draw. */
export type Observe = (stream: string, value: number) => void;
/** Makes the engine of one run. */
export type MakeEngine = (observe: Observe) => Engine;

export interface Draw {
	/** counted from 1 */
	readonly number: number;
	readonly stream: string;
	readonly value: number;
}

export type Determinism =
	| { readonly same: true; readonly draws: number }
	| { readonly same: false; readonly first: Draw | null; readonly second: Draw | null };

const BLOCK = 4096;

/** Runs both and compares every draw. They are expected to be makers of the same run. */
export function compareDraws(first: MakeEngine, second: MakeEngine): Determinism {
	const a = checksums(first);
	const b = checksums(second);
	const block = a.sums.findIndex((sum, i) => sum !== b.sums[i]);
	if (block === -1 && a.sums.length === b.sums.length) return { same: true, draws: a.draws };
	const from = (block === -1 ? Math.min(a.sums.length, b.sums.length) : block) * BLOCK;
	const here = drawsFrom(first, from);
	const there = drawsFrom(second, from);
	const at = here.findIndex((draw, i) => draw.stream !== there[i]?.stream || draw.value !== there[i]?.value);
	const index = at === -1 ? Math.min(here.length, there.length) : at;
	return { same: false, first: here[index] ?? null, second: there[index] ?? null };
}

function checksums(make: MakeEngine): { sums: number[]; draws: number } {
	const sums: number[] = [];
	const hashes = new Map<string, number>();
	let draws = 0;
	let sum = 0;
	const engine = make((stream, value) => {
		let hash = hashes.get(stream);
		if (hash === undefined) {
			hash = [...stream].reduce((h, letter) => mix(h, letter.charCodeAt(0)), 1);
			hashes.set(stream, hash);
		}
		sum = mix(mix(sum, hash), value * 4294967296);
		if (++draws % BLOCK === 0) {
			sums.push(sum);
			sum = 0;
		}
	});
	engine.advance(engine.horizonUs);
	sums.push(sum);
	return { sums, draws };
}

function drawsFrom(make: MakeEngine, from: number): Draw[] {
	const draws: Draw[] = [];
	let number = 0;
	const engine = make((stream, value) => {
		number++;
		if (number > from && number <= from + BLOCK) draws.push({ number, stream, value });
	});
	engine.advance(engine.horizonUs);
	return draws;
}

/** One step of a 32-bit multiplicative hash. */
const mix = (sum: number, word: number): number => Math.imul(sum ^ word, 0x9e3779b1) ^ (sum >>> 15);
