/**
 * Times that are drawn: service, latency, back-off, patience. Each law is written by its mean and is a quantile
 * function of one uniform, so that two variants of a scenario meet the same luck.
 */

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
