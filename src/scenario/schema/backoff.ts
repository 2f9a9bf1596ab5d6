/** How long a policy waits before a retry: growth, caps, jitter and what else real clients do with a delay. */
import { z } from 'zod';
import { causeNames } from './causes.js';
import { distribution } from './distribution.js';
import { above, duration, exactlyOne, flag, share, whole, wrong } from './quantity-fields.js';

export const GROWTHS = [
	'none',
	'fixed',
	'linear',
	'polynomial',
	'exponential',
	'table',
	'compound',
	'decorrelated',
	'decorrelated-v2',
	'decorrelated-monotone',
] as const;
type Growth = (typeof GROWTHS)[number];

/** The smaller one first. */
const range = <T extends z.ZodType<number>>(of: T) =>
	z.tuple([of, of]).refine(([from, to]) => Number(from) <= Number(to), { error: 'the smaller one first would do' });

const jitter = z
	.union([
		z.enum(['none', 'full', 'equal', 'comb']),
		z
			.strictObject({
				scale: range(z.number().min(0).max(1000)).optional().describe('x times U(from, to)'),
				add: range(duration).optional().describe('plus U(from, to), of the same draw'),
				comb: share.optional().describe('ten teeth of x up to this share more or less (default 50%)'),
			})
			.refine(({ scale, add, comb }) => scale !== undefined || add !== undefined || comb !== undefined, {
				error: 'found nothing; scale, add or comb would do',
			}),
	])
	.describe('none; full: U(0, x); equal: x/2 + U(0, x/2); comb: that of backo2; or scale and add');

/** What each growth reads beside what all of them do. */
const READ: Readonly<Record<Growth, readonly string[]>> = {
	none: [],
	fixed: ['base'],
	linear: ['base', 'step'],
	polynomial: ['base', 'power'],
	exponential: ['base', 'multiplier', 'firstExponent', 'maxExponent', 'stepQuantum'],
	table: ['table', 'tableEnd'],
	compound: ['base', 'multiplier'],
	decorrelated: ['base'],
	'decorrelated-v2': ['base'],
	'decorrelated-monotone': ['base'],
};
const NEEDED = { base: 'the delay before the first retry', step: 'what each further retry adds', power: 'of n' };
const OWN = [...new Set(Object.values(READ).flat())];
/** Delays whose chance is in their growth, and delays that have no growth, take no jitter of their own. */
const UNJITTERED: readonly string[] = ['decorrelated', 'decorrelated-v2', 'decorrelated-monotone'];

export const grown = z
	.strictObject({
		growth: z
			.enum(GROWTHS)
			.optional()
			.describe(
				'fixed: base; linear: base + (n-1) step; polynomial: base n^power; exponential: base mult^(n-1+firstExponent); table; compound: each grows from the jittered one before; decorrelated: U(base, 3 x previous), and the forms of Polly (v2) and Finagle (monotone)',
			),
		base: duration.optional().describe('delay before the first retry'),
		baseFor: z.partialRecord(causeNames, duration).optional().describe('another base after some failures'),
		first: duration.optional().describe('exactly this before the first retry (default by the formula)'),
		multiplier: above(0, 1000)
			.optional()
			.describe('exponential, compound: times this for each further retry (default 2)'),
		firstExponent: z
			.int()
			.min(-10)
			.max(10)
			.optional()
			.describe('exponential: exponent before the first retry (default 0)'),
		maxExponent: whole(0, 1000).optional().describe('exponential: where the exponent stops growing'),
		stepQuantum: duration.optional().describe('exponential: each step is cut to whole multiples of it'),
		step: duration.optional().describe('linear: added before each further retry'),
		power: above(0, 10).optional().describe('polynomial: the power of n'),
		table: z.array(duration).min(1).max(1000).optional().describe('delays before retry 1, 2, ...'),
		tableEnd: z
			.enum(['repeat', 'stop'])
			.optional()
			.describe('after the table its last entry, or no more retries (default repeat)'),
		cap: duration.optional().describe('at most this long (default no cap)'),
		capStage: z
			.enum(['base', 'result', 'both'])
			.optional()
			.describe('before the jitter, after it, or both (default base)'),
		jitter: jitter.optional(),
		perClient: flag.optional().describe('true: one draw per client instance, kept for all its delays'),
		quantum: duration.optional().describe('rounded down to whole multiples'),
		floor: duration.optional().describe('at least this long'),
		waitsOn: z
			.union([causeNames, z.array(causeNames).min(1)])
			.optional()
			.describe('only these failures wait, all others are tried again at once (default all wait)'),
		drawn: z
			.union([distribution, z.array(distribution).min(1)])
			.optional()
			.describe('instead of growth: a law, or a list of laws for retry 1, 2, ... with the last repeated'),
	})
	.superRefine((backoff, context) => {
		const complain = (message: string): void => context.addIssue({ code: 'custom', message });
		exactlyOne(['growth', 'drawn'])(backoff, context);
		const { growth } = backoff;
		if (growth === undefined && backoff.drawn === undefined) return;
		const read = growth === undefined ? [] : READ[growth];
		for (const [field, what] of Object.entries(NEEDED)) {
			if (read.includes(field) && Reflect.get(backoff, field) === undefined)
				complain(`missing: \`${field}\`, ${what}, would do`);
		}
		if (growth === 'table' && backoff.table === undefined) complain('missing: `table`, a list of delays, would do');
		const kind = growth === undefined ? 'drawn' : growth;
		const useless = (field: string): void => {
			if (Reflect.get(backoff, field) !== undefined)
				complain(`found ${field}, which ${kind} does not use; leave it out`);
		};
		for (const field of OWN) if (!read.includes(field)) useless(field);
		if (!read.includes('base')) useless('baseFor');
		if (growth === undefined || UNJITTERED.includes(growth)) useless('jitter');
		if (growth === undefined || growth === 'fixed') useless('cap');
	});
export type BackoffFields = z.output<typeof grown>;

export const backoff = z
	.union([duration, grown], {
		// Of a map its own mistakes are told.
		error: ({ input }) => (isMap(input) ? undefined : wrong(input, 'a duration, or { growth: ... },')),
	})
	.prefault('0s')
	.describe('delay before a retry: a duration (fixed), a growth, or { drawn: law }');

const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
