/** What arrives: classes, mixes, traffic and regions. */
import { z } from 'zod';
import { distribution } from './distribution.js';
import { group } from './edge.js';
import {
	byName,
	duration,
	exactlyOne,
	factor,
	flag,
	instant,
	name,
	rate,
	share,
	signedDuration,
	span,
	status,
	whole,
} from './quantity-fields.js';

/** The HTTP methods, and of those the idempotent ones (RFC 9110, section 9.2.2). */
export const METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'POST', 'PATCH'] as const;
export const IDEMPOTENT: readonly string[] = METHODS.slice(0, 6);

export const classes = byName(
	z.strictObject({
		service: distribution
			.optional()
			.describe("service time of this class on every node (default: the group's `service`)"),
		errors: share.prefault('0%').describe('probability that an attempt fails for reasons of its own'),
		status: status.default('500').describe('what those errors answer'),
		method: z.enum(METHODS).default('GET').describe('some retry policies ask'),
		idempotent: flag.optional().describe('a second send does no harm (default: what HTTP says of the method)'),
		priority: whole(0, 1000).default(0).describe('0 is the most important'),
	}),
).describe('kinds of request, by name');

export const mixes = byName(byName(share)).describe('shares of the classes, by name of the mix; each adds up to 100%');

export const mix = z
	.union([
		name,
		z
			.array(
				z.strictObject({
					at: instant.describe('from this instant on'),
					mix: name.describe('name of the mix'),
				}),
			)
			.min(1),
	])
	.describe('the mix in force, or a list of mixes with the instants they begin');

const FORMS = ['rate', 'steps', 'ramp', 'diurnal', 'mmpp', 'counts', 'instants'] as const;

const spike = z
	.strictObject({
		at: instant.describe('when it begins'),
		for: duration.describe('how long it lasts'),
		rate: rate.optional().describe('the rate while it lasts'),
		factor: factor.optional().describe('the rate there was, times this'),
		add: rate.optional().describe('the rate there was, plus this'),
		trigger: flag.default(true).describe('counts as a trigger of what follows'),
	})
	.superRefine(exactlyOne(['rate', 'factor', 'add']));

const curveForms = {
	rate: rate.optional().describe('the same rate all the time'),
	steps: z
		.array(
			z.strictObject({
				at: instant.describe('from this instant on; the first step also holds before the measured window'),
				rate: rate.describe('rate from then on'),
				trigger: flag.default(false).describe('counts as a trigger until the next step'),
			}),
		)
		.min(1)
		.optional()
		.describe('a rate that changes at instants'),
	ramp: z
		.strictObject({
			from: rate.describe('rate before the span, and at its start'),
			to: rate.describe('rate at the end of the span, and after it'),
			over: span.describe('the span in which it changes evenly'),
		})
		.optional()
		.describe('a rate that changes evenly over a span'),
	diurnal: z
		.strictObject({
			mean: rate.describe('mean over a day'),
			amplitude: share.describe('height of the peak above the mean, as a share of it'),
			peak: instant.describe("clock time of the peak, on the region's own clock"),
		})
		.optional()
		.describe(
			"sinusoid over the day on each region's clock (utcOffset); drawn as 60-s lines, which is at most 2.4e-6 x amplitude x mean off",
		),
	spikes: byName(spike).optional().describe('short bursts on top, by name; applied in the order of the file'),
};

export const traffic = z
	.strictObject({
		...curveForms,
		mmpp: z
			.strictObject({
				rates: z.array(rate).min(1).max(100).describe('rate in each phase'),
				switchRates: z.array(rate).min(1).max(100).describe('rate of leaving each phase for the next one'),
			})
			.superRefine(({ rates, switchRates }, context) => {
				if (rates.length === switchRates.length) return;
				const found = `found ${rates.length} rates and ${switchRates.length} switchRates`;
				context.addIssue({ code: 'custom', message: `${found}, as many of each would do` });
			})
			.optional()
			.describe('bursts: phases in a circle, each with its rate, held for exponential times'),
		counts: z
			.strictObject({
				every: duration.describe('length of one interval'),
				values: z
					.array(whole(0, 1e9))
					.min(1)
					.describe('requests in each interval, from the start of the measured window'),
				exact: flag
					.default(false)
					.describe('true: exactly that many, evenly placed at random; false: Poisson with that mean'),
			})
			.optional()
			.describe('recorded counts per interval'),
		instants: z.array(instant).min(1).optional().describe('recorded arrivals, in order'),
		process: z
			.enum(['poisson', 'regular'])
			.optional()
			.describe('poisson (default) or regular gaps; not with mmpp, counts or instants'),
	})
	.superRefine(exactlyOne(FORMS, true))
	.describe('fresh requests of all regions that have a share; exactly one of its forms');

const ownTraffic = z
	.strictObject(curveForms)
	.superRefine(exactlyOne(['rate', 'steps', 'ramp', 'diurnal']))
	.describe('a curve of its own, instead of a share');

export const regions = byName(
	z
		.strictObject({
			share: share.optional().describe('share of the traffic; those of all regions add up to 100%'),
			traffic: ownTraffic.optional(),
			utcOffset: signedDuration.prefault('0s').describe('local clock minus UTC, for diurnal traffic'),
			failover: z.array(name).default([]).describe('where traffic goes when this region cannot serve it, in order'),
			groups: byName(group)
				.optional()
				.describe('node groups of this region: fields that differ from `edge.groups`, or more groups'),
		})
		.superRefine(exactlyOne(['share', 'traffic'], true)),
).describe('regions, by name; default one region `world`');
