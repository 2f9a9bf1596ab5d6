/** Leaves of the schema: values with units, read by `kernel/units.ts`, and names. */
import { z } from 'zod';
import { UserError } from '../../kernel/errors.js';
import * as units from '../../kernel/units.js';
import { STATUSES } from '../../model/reply.js';

/** A moment as written: a clock time, or so long after the start of the measured window. */
export interface Instant {
	readonly kind: 'clock' | 'offset';
	/** since midnight (clock), or since the start of the measured window (offset) */
	readonly us: number;
	readonly text: string;
}

export interface TimeSpan {
	readonly from: Instant;
	readonly to: Instant;
	readonly text: string;
}

/**
 * Names are letters, digits, - and _, so that a dotted path has one meaning; and short enough for a folder of results and a line of
 * a terminal.
 */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** What a text that is no name is told. */
export const likeName = (found: unknown): string =>
	typeof found === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]{100,}$/.test(found)
		? 'a name of at most 100 characters'
		: 'a name of letters, digits, - and _';

/** `missing` or `found X`, then what would do. */
export function wrong(input: unknown, like: string): string {
	return input === undefined ? `missing: ${like} would do` : `found ${units.show(input)}, ${like} would do`;
}

/** Runs a reader of `kernel/units.ts` inside a schema and turns its complaint into an issue at the right path. */
function reading<T>(read: (value: unknown) => T) {
	return (value: unknown, context: z.RefinementCtx): T => {
		try {
			return read(value);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			context.addIssue({ code: 'custom', message: error.message });
			return z.NEVER;
		}
	};
}

const text = (like: string) => z.string({ error: ({ input }) => wrong(input, like) });
const textOrNumber = (like: string) => z.union([z.string(), z.number()], { error: ({ input }) => wrong(input, like) });

const LIKE_SIZE = 'a size of 64MiB to 64GiB such as 512MiB or 1.5GiB';
const SIZE = /^\d+(\.\d+)?(MiB|GiB)$/;
const LIKE_STATUS = `a status of ${STATUSES.join(', ')}`;
const LIKE_INSTANT = 'an instant such as "08:47" (clock) or 90s (after the start of the measured window)';
const LIKE_SPAN = 'a span such as "08:48..09:11" or "60s..120s"';

export const duration = text(units.LIKE.duration)
	.meta({
		id: 'duration',
		pattern: String.raw`^(\d+(\.\d+)?(us|ms|s|m|h|d))+$`,
		title: 'a time with its unit',
		examples: ['250us', '10ms', '90s', '4m', '1h'],
	})
	.transform(reading(units.parseDuration));

export const signedDuration = text(units.LIKE.duration)
	.meta({
		id: 'signedDuration',
		pattern: String.raw`^[+-]?(\d+(\.\d+)?(us|ms|s|m|h|d))+$`,
		title: 'a time with its unit, with a sign if need be',
		examples: ['1h', '-5h'],
	})
	.transform(reading(units.parseSignedDuration));

export const share = textOrNumber(units.LIKE.share)
	.meta({ id: 'share', title: 'a share, 0 to 1', examples: ['28%', 0.28] })
	.transform(reading(units.parseShare));

export const rate = text(units.LIKE.rate)
	.meta({
		id: 'rate',
		pattern: String.raw`^\d+(\.\d+)?(e-\d+)?[kMG]?/(s|m|h|d)$`,
		title: 'a rate with its unit',
		examples: ['50k/s', '1200/s', '30/m'],
	})
	.transform(reading(units.parseRate));

export const factor = textOrNumber(units.LIKE.factor)
	.meta({ id: 'factor', title: 'a factor', examples: ['x6', 6] })
	.transform(reading(units.parseFactor));

export const size = text(LIKE_SIZE)
	.meta({ id: 'size', pattern: SIZE.source, title: 'a size with its unit', examples: ['512MiB', '1.5GiB'] })
	.transform(reading(parseSize));

export const clock = text(units.LIKE.clock)
	.meta({
		id: 'clock',
		pattern: String.raw`^\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?$`,
		title: 'a clock time, UTC, quoted',
		examples: ['08:47', '08:47:30'],
	})
	.transform(reading(units.parseClock));

export const instant = text(LIKE_INSTANT)
	.meta({
		id: 'instant',
		title: 'a clock time, or a time after the start of the measured window',
		examples: ['08:47', '90s'],
	})
	.transform(reading(parseInstant));

export const span = text(LIKE_SPAN)
	.meta({
		id: 'span',
		pattern: String.raw`^.+\.\..+$`,
		title: 'from..to, each an instant',
		examples: ['08:48..09:11', '60s..120s'],
	})
	.transform(reading(parseSpan));

export const name = text('a name').regex(NAME, {
	error: ({ input }) => wrong(input, likeName(input)),
});

/** A status that an answer may have, written as a number or a text. */
export const status = z
	.union([z.number(), z.string()], { error: ({ input }) => wrong(input, LIKE_STATUS) })
	.transform(String)
	.pipe(z.enum(STATUSES, { error: ({ input }) => wrong(input, LIKE_STATUS) }));

/** What a client is told that is not served: a status, and when to come back. */
export const reply = z
	.strictObject({
		status: status.default('503').describe('of the answer'),
		retryAfter: duration.optional().describe('Retry-After of the answer (default none)'),
	})
	.prefault({})
	.meta({ id: 'reply' });
export type ReplyFields = z.output<typeof reply>;

export const flag = z.boolean({ error: ({ input }) => wrong(input, 'true or false') });
export const onlyTrue = z.literal(true, { error: ({ input }) => wrong(input, 'true') });

/** A whole number within bounds. */
export function whole(min: number, max: number) {
	const error = ({ input }: { input?: unknown }) => wrong(input, `a whole number from ${min} to ${max}`);
	return z.int({ error }).min(min, { error }).max(max, { error });
}

/** A positive plain number within bounds, its lower one excluded. */
export function above(min: number, max: number) {
	const error = ({ input }: { input?: unknown }) => wrong(input, `a number above ${min}, up to ${max},`);
	return z.number({ error }).gt(min, { error }).max(max, { error });
}

/** More classes, regions, layers or variants than this cannot be meant. */
export const MAX_NAMES = 1000;

export const tooMany = (found: number): string => `found ${found} names, at most ${MAX_NAMES} would do`;

/** A map by name. */
export function byName<T extends z.ZodType>(value: T) {
	return z.record(name, value).refine((map) => Object.keys(map).length <= MAX_NAMES, {
		error: ({ input }) => tooMany(Object.keys(Object(input)).length),
	});
}

/** One name, or a list of them. */
export const names = z
	.union([name, z.array(name).min(1)])
	.meta({ id: 'names', title: 'one name, or a list of them' })
	.transform((one) => (typeof one === 'string' ? [one] : one));

/** Complains unless exactly one of these fields is given (or at most one, with `none: true`). */
export function exactlyOne(fields: readonly string[], none = false) {
	return (value: object, context: z.RefinementCtx): void => {
		const found = fields.filter((field) => Reflect.get(value, field) !== undefined);
		if (found.length === 1 || (none && found.length === 0)) return;
		const what = found.length === 0 ? 'none' : found.join(' and ');
		const hint = found.length === 0 ? '' : ' (in a variant, null deletes)';
		context.addIssue({ code: 'custom', message: `found ${what}, exactly one of ${fields.join(', ')} would do${hint}` });
	};
}

/** @returns bytes @throws UserError */
function parseSize(value: unknown): number {
	const found = typeof value === 'string' ? SIZE.exec(value) : null;
	const bytes = found === null ? Number.NaN : Number.parseFloat(found[0]) * 1024 ** (found[2] === 'GiB' ? 3 : 2);
	if (bytes >= 64 * 1024 ** 2 && bytes <= 64 * 1024 ** 3) return Math.floor(bytes);
	throw new UserError(wrong(value, LIKE_SIZE));
}

/** @throws UserError */
export function parseInstant(value: unknown): Instant {
	const like = `found ${units.show(value)}, ${LIKE_INSTANT} would do`;
	if (typeof value !== 'string') throw new UserError(like);
	if (units.looksLikeClock(value)) return { kind: 'clock', us: units.parseClock(value), text: value };
	if (!/^\d/.test(value)) throw new UserError(like);
	return { kind: 'offset', us: units.parseDuration(value), text: value };
}

/** @throws UserError */
export function parseSpan(value: unknown): TimeSpan {
	const found = typeof value === 'string' ? /^\s*(.+?)\s*\.\.\s*(.+?)\s*$/.exec(value) : null;
	if (found === null) throw new UserError(`found ${units.show(value)}, ${LIKE_SPAN} would do`);
	return { from: parseInstant(found[1]), to: parseInstant(found[2]), text: found[0].trim() };
}
