/** What one series of a query counts: all requests, the bad ones, those within a bucket, or retries. */
import { UserError } from '../../kernel/errors.js';
import { classify, DURATION_COUNT, type Family, familyOf, unitUs } from './counter-families.js';
import type { Matcher } from './parser.js';

export type Numerator = 'errors' | 'failures' | 'retries' | 'slow';

/** What is gathered along the way through a query. */
export interface Context {
	windowUs: number | null;
	instant: boolean;
	absentUntilFirst: boolean;
	readonly counters: Set<string>;
	readonly matchers: Matcher[];
	readonly loosely: Set<string>;
}

/** all x requests + bad x bad requests, per time. */
export interface CountedQuery {
	readonly kind: 'counts';
	readonly all: number;
	readonly bad: number;
	readonly numerator: Numerator | null;
	readonly slowerThanUs: number | null;
	/** at least so much is answered, whatever is counted */
	readonly guarded: boolean;
	/** the answer where no such series exists */
	readonly emptyIs: number | null;
}

export interface Buckets {
	readonly kind: 'buckets';
	readonly unitUs: number;
}
/** What a series counts. */
export function counted(name: string, matchers: readonly Matcher[], context: Context): CountedQuery | Buckets {
	const [, stem, part] = /^(.*?)(?:_(bucket|count|sum))?$/.exec(name) ?? ['', name, undefined];
	const unit = unitUs(stem);
	const le = matchers.find(({ label, op }) => label === 'le' && op === '=');
	if (part === 'sum')
		throw new UserError(
			`${name} adds durations up: a mean says nothing of how many were slow, histogram_quantile() would do`,
		);
	if (unit !== null && part === 'bucket' && le === undefined) return { kind: 'buckets', unitUs: unit };
	if (unit !== null && part === 'bucket' && le !== undefined && !Number.isNaN(Number(le.value))) {
		const slowerThanUs = Math.round(Number(le.value) * unit);
		return { ...NOTHING, all: 1, bad: -1, numerator: 'slow', slowerThanUs };
	}
	const family = unit !== null && part !== undefined ? DURATION_COUNT : familyOf(name);
	if (family === null)
		throw new UserError(
			`${name === '' ? 'a series without a name' : name} is no counter of requests that is known here`,
		);
	return byCode(name, family, matchers, context);
}

const NOTHING = { kind: 'counts', guarded: false, emptyIs: null, slowerThanUs: null } as const;

function byCode(name: string, family: Family, matchers: readonly Matcher[], context: Context): CountedQuery {
	if (family.retries) return { ...NOTHING, all: 0, bad: 1, numerator: 'retries' };
	const classified = classify(family, matchers);
	if (classified === null) {
		const on = matchers.filter(({ label }) => family.codes.includes(label));
		const shown = on.map(({ label, op, value }) => `${label}${op}"${value}"`).join(', ');
		throw new UserError(`${name}{${shown}} picks out neither the errors of the server nor what succeeded`);
	}
	if (classified.loosely !== null) context.loosely.add(classified.loosely);
	if (classified.as === 'all') return { ...NOTHING, all: 1, bad: 0, numerator: null };
	if (classified.as === 'good') return { ...NOTHING, all: 1, bad: -1, numerator: 'errors' };
	context.absentUntilFirst = true;
	return { ...NOTHING, all: 0, bad: 1, numerator: 'errors' };
}
