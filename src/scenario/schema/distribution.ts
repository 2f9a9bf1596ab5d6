/** Times that are drawn: a plain duration, or one law by its mean. Turned into `model/distributions/distribution.ts` on the spot. */
import { z } from 'zod';
import type { Distribution } from '../../model/distributions/distribution.js';
import { above, duration, exactlyOne, share, whole } from './quantity-fields.js';

const LAWS = [
	'constant',
	'uniform',
	'exponential',
	'erlang',
	'gamma',
	'lognormal',
	'weibull',
	'pareto',
	'hyperexponential',
	'mixture',
	'empirical',
] as const;

const mean = duration.describe('mean of the law');
const scv = above(0, 1000).describe('squared coefficient of variation: variance / mean^2');

const phases = z
	.array(
		z.strictObject({
			probability: share.describe('probability of this phase; they add up to 100%'),
			mean: duration.describe('mean of this phase'),
		}),
	)
	.min(1)
	.superRefine((list, context) => {
		const sum = list.reduce((total, phase) => total + phase.probability, 0);
		if (Math.abs(sum - 1) <= 1e-6) return;
		context.addIssue({
			code: 'custom',
			message: `probabilities add up to ${Number((sum * 100).toPrecision(6))}%, 100% would do`,
		});
	});

const law = z
	.strictObject({
		constant: duration.optional().describe('always this long'),
		uniform: z
			.strictObject({ from: duration.describe('shortest'), to: duration.describe('longest') })
			.superRefine(({ from, to }, context) => {
				if (to < from)
					context.addIssue({ code: 'custom', message: '`to` is below `from`, the other way round would do' });
			})
			.optional()
			.describe('evenly between two times'),
		exponential: duration.optional().describe('exponential with this mean'),
		erlang: z
			.strictObject({ mean, stages: whole(1, 1000).describe('number of exponential stages in a row') })
			.optional()
			.describe('sum of equal exponential stages'),
		gamma: z.strictObject({ mean, scv }).optional().describe('gamma by mean and squared coefficient of variation'),
		lognormal: z
			.strictObject({ mean, scv })
			.optional()
			.describe('log-normal by mean and squared coefficient of variation'),
		weibull: z
			.strictObject({ mean, shape: above(0.05, 100).describe('below 1: heavier than exponential') })
			.optional()
			.describe('Weibull by mean and shape'),
		pareto: z
			.strictObject({ mean, shape: above(1, 100).describe('tail index, above 1 so that the mean is finite') })
			.optional()
			.describe('Pareto by mean and shape'),
		hyperexponential: phases.optional().describe('one of several exponentials, by probability'),
		get mixture() {
			return z
				.array(
					z.strictObject({
						weight: above(0, 1e9).describe('relative weight of this part'),
						of: distribution.describe('its law'),
					}),
				)
				.min(1)
				.optional()
				.describe('one of several laws, by weight');
		},
		empirical: z.array(duration).min(1).max(100_000).optional().describe('one of these values, each as likely'),
	})
	.superRefine(exactlyOne(LAWS));

export const distribution: z.ZodType<Distribution, unknown> = z.lazy(() =>
	z
		.union([duration, law])
		.transform(toLaw)
		.meta({ id: 'distribution', title: 'a time that is drawn: a duration (constant), or exactly one law' }),
);

function toLaw(written: number | z.output<typeof law>): Distribution {
	if (typeof written === 'number') return { kind: 'constant', us: written };
	const { constant, uniform, exponential, erlang, gamma, lognormal, weibull, pareto, hyperexponential } = written;
	if (constant !== undefined) return { kind: 'constant', us: constant };
	if (uniform !== undefined) return { kind: 'uniform', fromUs: uniform.from, toUs: uniform.to };
	if (exponential !== undefined) return { kind: 'exponential', meanUs: exponential };
	if (erlang !== undefined) return { kind: 'erlang', meanUs: erlang.mean, stages: erlang.stages };
	if (gamma !== undefined) return { kind: 'gamma', meanUs: gamma.mean, scv: gamma.scv };
	if (lognormal !== undefined) return { kind: 'lognormal', meanUs: lognormal.mean, scv: lognormal.scv };
	if (weibull !== undefined) return { kind: 'weibull', meanUs: weibull.mean, shape: weibull.shape };
	if (pareto !== undefined) return { kind: 'pareto', meanUs: pareto.mean, shape: pareto.shape };
	if (hyperexponential !== undefined) {
		return {
			kind: 'hyperexponential',
			phases: hyperexponential.map((p) => ({ probability: p.probability, meanUs: p.mean })),
		};
	}
	if (written.mixture !== undefined) return { kind: 'mixture', parts: written.mixture };
	return { kind: 'empirical', valuesUs: written.empirical === undefined ? [] : written.empirical };
}
