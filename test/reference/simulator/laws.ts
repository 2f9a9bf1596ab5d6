/** Times that are drawn (MODEL section 4, "Distributions"): every law by its textbook recipe, in whole microseconds. */
import type { Distribution } from '../../../src/model/distributions/distribution.js';
import { type Chance, drawIndex, unitExponential } from './chance.js';

/** A time, rounded where it is drawn (MODEL section 11). */
export const draw = (law: Distribution, chance: Chance): number => Math.round(drawExactly(law, chance));

export function drawExactly(law: Distribution, chance: Chance): number {
	switch (law.kind) {
		case 'constant':
			return law.us;
		case 'uniform':
			return law.fromUs + (law.toUs - law.fromUs) * chance();
		case 'exponential':
			return law.meanUs * unitExponential(chance);
		case 'erlang':
			return (law.meanUs / law.stages) * sum(law.stages, () => unitExponential(chance));
		case 'gamma':
			return law.meanUs * law.scv * gammaOfShape(1 / law.scv, chance);
		case 'lognormal': {
			const variance = Math.log(1 + law.scv);
			return law.meanUs * Math.exp(Math.sqrt(variance) * normal(chance) - variance / 2);
		}
		case 'weibull':
			return (law.meanUs / gammaFunction(1 + 1 / law.shape)) * unitExponential(chance) ** (1 / law.shape);
		case 'pareto':
			return (law.meanUs * (law.shape - 1)) / law.shape / (1 - chance()) ** (1 / law.shape);
		case 'hyperexponential': {
			const weights = law.phases.map((phase) => phase.probability);
			return law.phases[drawIndex(weights, chance)].meanUs * unitExponential(chance);
		}
		case 'mixture': {
			const weights = law.parts.map((part) => part.weight);
			return drawExactly(law.parts[drawIndex(weights, chance)].of, chance);
		}
		case 'empirical':
			return law.valuesUs[Math.floor(chance() * law.valuesUs.length)];
	}
}

const sum = (times: number, of: () => number): number => Array.from({ length: times }, of).reduce((a, b) => a + b, 0);

/** Box and Muller. */
const normal = (chance: Chance): number => Math.sqrt(2 * unitExponential(chance)) * Math.cos(2 * Math.PI * chance());

/** Mean `shape`, scale 1, by Marsaglia and Tsang (2000); below a shape of 1 by way of the shape above it. */
function gammaOfShape(shape: number, chance: Chance): number {
	if (shape < 1) return gammaOfShape(shape + 1, chance) * (1 - chance()) ** (1 / shape);
	const d = shape - 1 / 3;
	for (;;) {
		const x = normal(chance);
		const v = (1 + x / Math.sqrt(9 * d)) ** 3;
		if (v > 0 && Math.log(1 - chance()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
	}
}

/** Gamma(x) for x >= 1: Stirling's series far out, and Gamma(x) = Gamma(x + 1) / x on the way there. */
function gammaFunction(x: number): number {
	if (x < 15) return gammaFunction(x + 1) / x;
	const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
	return Math.exp((x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series);
}
