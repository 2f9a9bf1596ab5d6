/**
 * Times that are drawn: service, latency, back-off, patience. Each law is written by its mean and is a quantile
 * function of one uniform, so that two variants of a scenario meet the same draws.
 */

import { assert } from '../../kernel/errors.js';
import { gammaQuantile, logGamma } from './gamma-quantile.js';
import { normalQuantile } from './normal-quantile.js';

/** A law of times in microseconds. */
export type Distribution =
	| { readonly kind: 'constant'; readonly us: number }
	| { readonly kind: 'uniform'; readonly fromUs: number; readonly toUs: number }
	| { readonly kind: 'exponential'; readonly meanUs: number }
	| { readonly kind: 'erlang'; readonly meanUs: number; readonly stages: number }
	| { readonly kind: 'gamma'; readonly meanUs: number; readonly scv: number }
	| { readonly kind: 'lognormal'; readonly meanUs: number; readonly scv: number }
	| { readonly kind: 'weibull'; readonly meanUs: number; readonly shape: number }
	| { readonly kind: 'pareto'; readonly meanUs: number; readonly shape: number }
	| {
			readonly kind: 'hyperexponential';
			readonly phases: readonly { readonly probability: number; readonly meanUs: number }[];
	  }
	| { readonly kind: 'mixture'; readonly parts: readonly { readonly weight: number; readonly of: Distribution }[] }
	| { readonly kind: 'empirical'; readonly valuesUs: readonly number[] };

/**
 * u -> microseconds, not rounded; u in [0, 1). The caller rounds to whole microseconds where it draws.
 * Increasing in u but for mixtures and hyperexponentials, which split the uniform among their parts and rescale the rest.
 * Closed forms, save lognormal (normal quantile, relative error below 1e-14 x sigma) and erlang and gamma (table, relative
 * error below 1e-7 from a shape of 0.1 up).
 * @throws Bug on parameters that make no law; the scenario's loader refuses them before
 */
export function quantile(d: Distribution): (u: number) => number {
	assert(isLaw(d), `no law of times: ${JSON.stringify(d)}`);
	switch (d.kind) {
		case 'constant':
			return constant(d.us);
		case 'uniform':
			return uniform(d.fromUs, d.toUs);
		case 'exponential':
			return exponential(d.meanUs);
		case 'erlang':
			return gamma(d.meanUs, d.stages);
		case 'gamma':
			return d.scv === 0 ? constant(d.meanUs) : gamma(d.meanUs, 1 / d.scv);
		case 'lognormal':
			return d.scv === 0 ? constant(d.meanUs) : lognormal(d.meanUs, d.scv);
		case 'weibull':
			return weibull(weibullScaleUs(d), d.shape);
		case 'pareto':
			return pareto(paretoLeastUs(d), d.shape);
		case 'hyperexponential':
			return split(
				d.phases.map((p) => p.probability),
				d.phases.map((p) => exponential(p.meanUs)),
			);
		case 'mixture':
			return split(
				d.parts.map((p) => p.weight),
				d.parts.map((p) => quantile(p.of)),
			);
		case 'empirical':
			return empirical(d.valuesUs);
	}
}

/** Mean in microseconds. Weights of mixtures need not add up to 1. */
export function meanUs(d: Distribution): number {
	switch (d.kind) {
		case 'constant':
			return d.us;
		case 'uniform':
			return (d.fromUs + d.toUs) / 2;
		case 'hyperexponential':
			return average(d.phases.map((p) => [p.probability, p.meanUs]));
		case 'mixture':
			return average(d.parts.map((p) => [p.weight, meanUs(p.of)]));
		case 'empirical':
			return average(d.valuesUs.map((v) => [1, v]));
		default:
			return d.meanUs;
	}
}

/** Squared coefficient of variation, variance / mean^2; 0 for a time that is always 0, Infinity where the variance is. */
export function scv(d: Distribution): number {
	switch (d.kind) {
		case 'constant':
			return 0;
		case 'exponential':
			return 1;
		case 'erlang':
			return 1 / d.stages;
		case 'gamma':
		case 'lognormal':
			return d.scv;
		case 'weibull':
			// Gamma(1 + 2/k) / Gamma(1 + 1/k)^2 - 1
			return Math.expm1(logGamma(1 + 2 / d.shape) - 2 * logGamma(1 + 1 / d.shape));
		case 'pareto':
			return d.shape > 2 ? 1 / (d.shape * (d.shape - 2)) : Number.POSITIVE_INFINITY;
		default:
			return fromMoments(meanUs(d), secondMomentUs2(d));
	}
}

/** Whether the law is a single number, so that no uniform is drawn for it. */
export const isConstant = (d: Distribution): boolean => d.kind === 'constant';

/** Scale of a Weibull law by its mean: mean / Gamma(1 + 1/shape), in us. */
export const weibullScaleUs = (d: { readonly meanUs: number; readonly shape: number }): number =>
	d.meanUs / Math.exp(logGamma(1 + 1 / d.shape));

/** Least value of a Pareto law by its mean: mean (shape - 1) / shape, in us; the mean exists for shapes above 1 only. */
export const paretoLeastUs = (d: { readonly meanUs: number; readonly shape: number }): number =>
	(d.meanUs * (d.shape - 1)) / d.shape;

// One maker per law: each closure then has code and type feedback of its own, which the hot path lives by.

const constant =
	(us: number): ((u: number) => number) =>
	() =>
		us;

const uniform =
	(fromUs: number, toUs: number): ((u: number) => number) =>
	(u) =>
		fromUs + u * (toUs - fromUs);

/** -mean ln(1 - u), never ln u: a uniform may be exactly 0. */
const exponential =
	(mean: number): ((u: number) => number) =>
	(u) =>
		-mean * Math.log(1 - u);

function gamma(mean: number, shape: number): (u: number) => number {
	const standard = gammaQuantile(shape);
	const scale = mean / shape;
	return (u) => scale * standard(u);
}

/** exp(mu + sigma z) with sigma^2 = ln(1 + scv) and mu = ln(mean) - sigma^2 / 2. */
function lognormal(mean: number, squaredVariation: number): (u: number) => number {
	const variance = Math.log1p(squaredVariation);
	const sigma = Math.sqrt(variance);
	const median = mean * Math.exp(-variance / 2);
	return (u) => median * Math.exp(sigma * normalQuantile(u));
}

/** scale (-ln(1 - u))^(1/shape) */
function weibull(scale: number, shape: number): (u: number) => number {
	const power = 1 / shape;
	return (u) => scale * (-Math.log(1 - u)) ** power;
}

/** least (1 - u)^(-1/shape) */
function pareto(least: number, shape: number): (u: number) => number {
	const power = -1 / shape;
	return (u) => least * (1 - u) ** power;
}

/** The part that u falls into, asked at the place of u within the part's share. */
function split(weights: readonly number[], parts: readonly ((u: number) => number)[]): (u: number) => number {
	const total = weights.reduce((sum, w) => sum + w, 0);
	const starts = weights.map((_, i) => weights.slice(0, i).reduce((sum, w) => sum + w, 0) / total);
	const last = weights.findLastIndex((w) => w > 0);
	return (u) => {
		let i = last;
		while (u < starts[i] || weights[i] === 0) i--;
		// Rounding may carry the rest to 1, where most laws are infinite.
		return parts[i](Math.min(((u - starts[i]) * total) / weights[i], BELOW_ONE));
	};
}

const BELOW_ONE = 1 - 2 ** -53;

/** The value at floor(u n) of the sorted sample. */
function empirical(values: readonly number[]): (u: number) => number {
	const sorted = Float64Array.from(values).sort();
	return (u) => sorted[Math.floor(u * sorted.length)];
}

/** E[X^2] = mean^2 (1 + scv), added up over the parts. */
function secondMomentUs2(d: Distribution): number {
	switch (d.kind) {
		case 'uniform':
			return (d.fromUs * d.fromUs + d.fromUs * d.toUs + d.toUs * d.toUs) / 3;
		case 'hyperexponential':
			return average(d.phases.map((p) => [p.probability, 2 * p.meanUs * p.meanUs]));
		case 'mixture':
			return average(d.parts.map((p) => [p.weight, secondMomentUs2(p.of)]));
		case 'empirical':
			return average(d.valuesUs.map((v) => [1, v * v]));
		default: {
			const mean = meanUs(d);
			return mean === 0 ? 0 : mean * mean * (1 + scv(d));
		}
	}
}

const fromMoments = (mean: number, secondMoment: number): number =>
	mean === 0 ? 0 : Math.max(0, secondMoment / (mean * mean) - 1);

/** Parts of weight 0 are left out, so that an infinite moment among them does not count. */
function average(parts: readonly (readonly [weight: number, value: number])[]): number {
	let weights = 0;
	let sum = 0;
	for (const [weight, value] of parts) {
		if (weight === 0) continue;
		weights += weight;
		sum += weight * value;
	}
	return sum / weights;
}

/** Whether the parameters make a law with a finite mean (a constant may be Infinity: a wait without end). */
function isLaw(d: Distribution): boolean {
	switch (d.kind) {
		case 'constant':
			return d.us >= 0;
		case 'uniform':
			return sound(d.fromUs, d.toUs) && d.fromUs <= d.toUs;
		case 'exponential':
			return sound(d.meanUs);
		case 'erlang':
			return sound(d.meanUs) && Number.isInteger(d.stages) && d.stages >= 1;
		case 'gamma':
		case 'lognormal':
			return sound(d.meanUs, d.scv);
		case 'weibull':
			return sound(d.meanUs, d.shape) && d.shape > 0;
		case 'pareto':
			return sound(d.meanUs, d.shape) && d.shape > 1;
		case 'hyperexponential':
			return d.phases.every((p) => sound(p.probability, p.meanUs)) && d.phases.some((p) => p.probability > 0);
		case 'mixture':
			return d.parts.every((p) => sound(p.weight)) && d.parts.some((p) => p.weight > 0);
		case 'empirical':
			return d.valuesUs.length > 0 && d.valuesUs.every((v) => sound(v));
	}
}

const sound = (...values: readonly number[]): boolean => values.every((v) => v >= 0 && Number.isFinite(v));
