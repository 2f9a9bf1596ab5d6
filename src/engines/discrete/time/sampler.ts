/** Binds a law of times to a stream of uniforms: each call draws one time in whole microseconds. Runs once per event. */
import { exponentials, paretos, type Uniform, weibulls } from '../../../kernel/random.js';
import {
	type Distribution,
	paretoLeastUs,
	quantile,
	weibullScaleUs,
} from '../../../model/distributions/distribution.js';

/**
 * A constant takes no uniform, every other law exactly one. Weibull and Pareto times come from d3-random and exponential
 * ones from our table (the same formulas as their quantiles), all others from the law's quantile function.
 */
export function drawer(d: Distribution, uniform: Uniform): () => number {
	switch (d.kind) {
		case 'constant': {
			const us = Math.floor(d.us + 0.5);
			return () => us;
		}
		case 'exponential': {
			const draw = exponentials(uniform, d.meanUs);
			return () => Math.floor(draw() + 0.5);
		}
		case 'weibull': {
			const draw = weibulls(uniform, d.shape, weibullScaleUs(d));
			return () => Math.floor(draw() + 0.5);
		}
		case 'pareto': {
			const leastUs = paretoLeastUs(d);
			const draw = paretos(uniform, d.shape);
			return () => Math.floor(leastUs * draw() + 0.5);
		}
		default: {
			const law = quantile(d);
			return () => Math.floor(law(uniform()) + 0.5);
		}
	}
}
