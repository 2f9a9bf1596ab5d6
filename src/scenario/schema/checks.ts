/** Checks: a metric that is measured on a schedule and held against a condition. Gates, auto-reverts and alerts are checks. */
import { z } from 'zod';
import { above, byName, duration, exactlyOne, flag, name, names, share, whole } from './quantity-fields.js';

const control = z
	.enum(['rest', 'same-size'])
	.default('rest')
	.describe('compared with all other nodes, or with as many of each group');

const metric = {
	numerator: z.enum(['retries', 'failures', 'errors', 'slow']).default('retries').describe('what is counted'),
	slowerThan: duration
		.optional()
		.describe('of `slow`: answered, or given up, later than this (p99 above it is a share above 1%)'),
	accounting: z
		.enum(['first-attempts', 'all-attempts', 'logical-requests'])
		.default('all-attempts')
		.describe('what it is a share of'),
	retries: z
		.enum(['all', 'marked'])
		.default('all')
		.describe('which retries are seen: marked ones are those of SDKs only'),
	where: z
		.enum(['received', 'caused'])
		.default('received')
		.describe('counted where attempts arrive, or where the attempt that failed had been sent'),
	scope: z
		.enum(['stage', 'rollout', 'returned', 'global'])
		.optional()
		.describe(
			'the newest stage, all nodes on the new version, those taken back, or all (default: gates of a stage stage, other gates and auto-revert rollout, between waves returned, alerts global)',
		),
	class: names.optional().describe('requests of these classes alone (default all)'),
	window: z
		.union([z.literal('growing'), duration])
		.prefault('30s')
		.describe('a window at t is [t - window, t), clipped at the deploy; growing: from there'),
	minSamples: whole(1, 1e9).default(1).describe('fewer in the denominator are no data'),
};

const schedule = {
	every: duration.optional().describe('asked this often (default 1s; gates of a stage: once, at the end of the hold)'),
	everyFrom: z
		.enum(['start', 'finish'])
		.default('start')
		.describe('the next measurement starts so long after the last one started, or finished'),
	takes: duration.prefault('0s').describe('how long one measurement takes; it sees what was counted before'),
	delay: duration.optional().describe('before the first measurement (default: as `every`)'),
	count: whole(1, 1e6).optional().describe('measurements in all (default no end)'),
	scrape: duration.optional().describe('counters are read at multiples of this only (default: always up to date)'),
	lag: duration.prefault('0s').describe('from a reading of the counters until it can be asked for'),
	sharesFate: flag
		.default(false)
		.describe('the monitor stands behind this edge: it errs with the probability that attempts fail now'),
};

const condition = {
	above: share.optional().describe('fails strictly above this'),
	passUpTo: share.optional().describe('with `above`: from there up to `above` is inconclusive (default: as `above`)'),
	versus: z
		.strictObject({
			control,
			as: z
				.enum(['difference', 'ratio'])
				.default('difference')
				.describe('`above` is of canary - control (default); of ratio, `times` is of canary / control'),
			times: above(0, 1e6).optional().describe('of ratio: fails strictly above this many times the control'),
		})
		.optional()
		.describe('compares with nodes that do not run the change'),
	mannWhitney: z
		.strictObject({
			confidence: share.prefault('98%').describe('of the interval around the shift'),
			tolerance: share.prefault('25%').describe('a shift within this share of itself is none'),
			direction: z.enum(['increase', 'decrease', 'either']).default('increase').describe('what is bad'),
			effect: above(0, 1000).default(1).describe('mean of canary / mean of control from which a shift matters'),
			step: duration.prefault('10s').describe('one point of the metric for so long'),
			group: name.optional().describe("group of a score (default the check's own name)"),
			critical: flag.default(false).describe('a score is 0 where this one does not pass'),
			control,
		})
		.optional()
		.describe('fails where the points of the canary are significantly worse than those of its control'),
	sequential: z
		.strictObject({ alpha: share.prefault('5%').describe('false alarms, however often it looks'), control })
		.optional()
		.describe('with `above` (default 0%): fails once an always-valid interval of canary - control lies above it'),
	burnRate: z
		.strictObject({
			slo: share.describe('share of good ones that is promised, e.g. 99.9%'),
			factor: above(0, 10_000).describe('burns the budget so many times too fast, e.g. 14.4'),
			short: duration.describe('the short window; `window` is the long one'),
		})
		.optional()
		.describe('fails where both windows burn the budget faster'),
};

const FAIL_RULES = ['totalAbove', 'totalAtLeast', 'consecutive', 'of'] as const;

const verdict = {
	fail: z
		.strictObject({
			totalAbove: whole(0, 1e6).optional().describe('more failures than this in all (Argo)'),
			totalAtLeast: whole(1, 1e6).optional().describe('at least so many failures in all (Flagger)'),
			consecutive: whole(1, 1e6).optional().describe('so many failures in a row'),
			of: z
				.tuple([whole(1, 1000), whole(1, 1000)])
				.optional()
				.describe('k of the last n'),
		})
		.superRefine(exactlyOne(FAIL_RULES))
		.prefault({ totalAtLeast: 1 })
		.describe('when failed measurements fail the check (default: at the first)'),
	reset: z
		.enum(['on-stage', 'on-pass', 'never'])
		.optional()
		.describe('when counters start anew (default: gates of a stage on-stage, others never)'),
	evaluate: z
		.enum(['measurement', 'next-tick'])
		.default('measurement')
		.describe('a verdict takes effect at once, or in place of the next measurement (Flagger)'),
	noData: z
		.enum(['inconclusive', 'pass', 'fail', 'error', 'wait'])
		.default('inconclusive')
		.describe('what no data counts as; wait: as if nothing had been measured'),
	inconclusiveLimit: whole(0, 1e6).optional().describe('more than so many pause the rollout (default no limit)'),
	errorLimit: whole(0, 1e6).optional().describe('more than so many errors in a row fail the check (default no limit)'),
	errorRetry: duration.prefault('10s').describe('from an error to the next try'),
	mustPass: flag
		.optional()
		.describe('the hold of a stage ends only with a pass (default: gates of a stage true, others false)'),
	dryRun: flag.default(false).describe('tells, and does nothing'),
	onFail: z.enum(['revert', 'pause', 'page', 'freeze']).default('revert').describe('what a failed check does'),
};

export const checkFields = { ...metric, ...schedule, ...condition, ...verdict };

export const check = z.strictObject(checkFields).meta({ id: 'check' });
export type CheckFields = z.output<typeof check>;

export const checksByName = byName(check);
