/** What is kept, what bounds a run, what the verdict words mean, and what is expected of it. */

import { z } from 'zod';
import { namesOf, QUANTITIES } from '../../metrics/definitions/metrics.js';
import { RECORDING_METRICS } from '../../metrics/definitions/recording-metrics.js';
import { DIMENSIONS } from '../../model/world.js';
import {
	byName,
	duration,
	exactlyOne,
	flag,
	instant,
	name,
	onlyTrue,
	share,
	size,
	span,
	whole,
} from './quantity-fields.js';

export const replications = whole(1, 100_000)
	.default(1)
	.describe('how many runs `retrystorm test` makes of it, each under a seed of its own');

export const record = z
	.strictObject({
		by: z
			.array(z.enum(DIMENSIONS))
			.default([])
			.describe('keep cells by these; what `expect` asks for is added by itself'),
		bucket: duration.prefault('1s').describe('length of a time bucket'),
		inSystem: flag.default(false).describe('keep the distribution of the number in the system, by node group'),
	})
	.prefault({})
	.describe('what is kept of a run');

export const limits = z
	.strictObject({
		inFlight: whole(1, 100_000_000).default(1_000_000).describe('requests under way at once'),
		events: whole(1, Number.MAX_SAFE_INTEGER).default(2_000_000_000).describe('events of the whole run'),
		attemptsPerInstant: whole(1, 100_000_000).default(100_000).describe('attempts without the clock moving'),
		attempts: whole(1, 100_000_000)
			.default(2_000_000)
			.describe('attempts held at once by nodes and clients, waiting or in service'),
		memory: size.prefault('1GiB').describe('memory for the tables of one run'),
		wall: duration.prefault('10m').describe('wall time'),
	})
	.prefault({})
	.describe('a run that passes one of these stops by its name, with what it has so far');

export const verdicts = z
	.strictObject({
		recovered: z
			.strictObject({
				window: duration.prefault('60s').describe('length of the windows that must be fine'),
				failures: share.prefault('0.5%').describe('share of first attempts that may fail in one'),
			})
			.prefault({})
			.describe('recovered: the start of the first window from which on every one is fine'),
		cascaded: share
			.prefault('50%')
			.describe('cascaded: so much of one (region, platform) is lost while a trigger is in force'),
		collapsed: z
			.strictObject({
				last: duration.prefault('30s').describe('end of the run that is looked at'),
				below: share.prefault('50%').describe('goodput below this share of demand'),
			})
			.prefault({})
			.describe(
				'collapsed: goodput at the end is low although every trigger is gone; undecided while one is in force there',
			),
	})
	.prefault({})
	.describe('what the verdict words mean');

export const markers = z
	.array(z.strictObject({ at: instant.describe('when'), text: z.string().max(500).describe('what happened') }))
	.default([])
	.describe('marks on the timeline, without effect on the run');

/** Read in the unit of its quantity when the expectation is built. */
const bound = z.union([z.string(), z.number()]);
const BOUNDS = ['above', 'below', 'between', 'equals', 'never'] as const;

/** What stands inside P(), the probability of a quantity that is true or false; null for a quantity itself. */
export function insideP(that: string): string | null {
	const found = /^P\((.*)\)$/.exec(that);
	if (found === null) return null;
	const name = found[1].trim();
	return name === 'collapsed before the first trigger' ? 'collapsed-before-trigger' : name;
}

/** All that `that:` may name, but for families of names. */
const METRICS = [
	...namesOf([...QUANTITIES, ...RECORDING_METRICS].map(({ name }) => name)),
	...QUANTITIES.flatMap(({ name, kind }) => (kind === 'boolean' ? [`P(${name})`] : [])),
];

export const expectation = z
	.strictObject({
		that: z.string().meta({
			description:
				'a metric (list: retrystorm metrics); or P(name), the probability of one that is true or false, such as P(collapsed); or coverage, which only a recording answers (compare --measured)',
			// Editors complete from the names; the patterns let through what has no list.
			anyOf: [{ enum: METRICS }, { pattern: '^P\\(.*\\)$' }, { pattern: '^in-system-at-least-\\d{1,9}$' }],
		}),
		over: span.optional().describe('read over this span (default the whole measured window)'),
		at: instant.optional().describe('read in the time bucket of this instant'),
		where: z
			.strictObject({
				region: name.optional().describe('a region'),
				class: name.optional().describe('a class'),
				population: name.optional().describe('a client population'),
				platform: name.optional().describe('a platform'),
				layer: name.optional().describe('a retry layer'),
				change: name.optional().describe('a change'),
			})
			.prefault({})
			.describe('of this part only'),
		versus: z
			.strictObject({
				variant: name.describe('a variant of this file, base, no-change or no-trigger'),
				as: z
					.enum(['ratio', 'difference', 'times-fewer'])
					.describe('this / other; this - other; or excess of the other over its no-change twin / excess of this one'),
			})
			.optional()
			.describe('compared with another run under the same seed'),
		above: bound.optional().describe('strictly above'),
		below: bound.optional().describe('strictly below'),
		between: z.tuple([bound, bound]).optional().describe('from .. to, both included'),
		equals: z.union([z.string(), z.number(), z.boolean()]).optional().describe('equal to, within `tolerance`'),
		tolerance: bound.optional().describe('of equals (default exactly)'),
		never: onlyTrue.optional().describe('it never comes'),
		share: share.optional().describe('holds in at least this share of the replications (default: in every one)'),
		confidence: share
			.optional()
			.describe(
				'of the interval that decides, for share and P() (default 95%): it lies within the bound, or beyond it',
			),
	})
	.superRefine((expected, context) => {
		const found = BOUNDS.filter((one) => expected[one] !== undefined);
		const complain = (message: string): void => context.addIssue({ code: 'custom', message });
		const fitting = insideP(expected.that) === null ? BOUNDS : BOUNDS.slice(0, 3);
		if (found.length === 0) complain(`found no bound, one of ${fitting.join(', ')} would do`);
		if (found.length > 1 && found.some((one) => one !== 'above' && one !== 'below')) {
			complain(`found ${found.join(' and ')}, one of them (or above and below together) would do`);
		}
		if (expected.tolerance !== undefined && expected.equals === undefined)
			complain('found tolerance, which needs equals');
		exactlyOne(['over', 'at'], true)(expected, context);
	});
export type ExpectationFields = z.output<typeof expectation>;

export const expectations = z.array(expectation).max(1000).default([]).describe('what must hold at the end of a run');

export const overlays = byName(
	z.looseObject({
		about: z.string().nullable().optional().describe('one or more lines of text'),
		extends: name.optional().describe('another variant to start from'),
		whatIf: flag
			.optional()
			.describe('true: it inherits no expectation of the file, nor of the variant that it extends; its own are judged'),
	}),
).describe('variants by name: overlays of this file; maps merge deeply, lists are replaced, null deletes');
