/** The random numbers of the reference: sfc32 by C. Doty-Humphrey (PractRand), one stream for the whole run. */
export type Chance = () => number;

/** Uniform numbers in [0, 1), equal for equal seeds. */
export function newChance(seed: number): Chance {
	let [a, b, c, counter] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
	const next = (): number => {
		const sum = (((a + b) | 0) + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (((c << 21) | (c >>> 11)) + sum) | 0;
		return (sum >>> 0) / 2 ** 32;
	};
	for (let i = 0; i < 15; i += 1) next();
	return next;
}

/** True with this probability; certain events ask for no luck. */
export const happens = (probability: number, chance: Chance): boolean =>
	probability >= 1 || (probability > 0 && chance() < probability);

/** An index drawn by weights, which need not add up to 1. */
export function drawIndex(weights: readonly number[], chance: Chance): number {
	const possible = weights.map((_, i) => i).filter((i) => weights[i] > 0);
	if (possible.length === 1) return possible[0];
	let left = chance() * weights.reduce((a, b) => a + b, 0);
	for (const i of possible) {
		if (left < weights[i]) return i;
		left -= weights[i];
	}
	return possible[possible.length - 1];
}

export const unitExponential = (chance: Chance): number => -Math.log(1 - chance());
