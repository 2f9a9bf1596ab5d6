/**
 * What presets say in words of the failures they try again, as fields of a policy. By the text itself: a rule that changes is
 * no longer taken for told.
 */
import type { Cause } from '../../model/retry/cause.js';

interface Rule {
	/** retried although no list of statuses has them */
	readonly also?: readonly Cause[];
	/** the same, but only where the answer brings a Retry-After; one that a list has needs none */
	readonly withHeader?: readonly Cause[];
	/** a longer Retry-After does not open the gate */
	readonly opensUpTo?: string;
	/** tries after some failures, the first included */
	readonly attemptsFor?: Readonly<Record<string, number>>;
	/** what is still told otherwise than it is */
	readonly caveats?: readonly string[];
}

/** By `retryOn.otherRules`. */
const RULES: Readonly<Record<string, Rule>> = {
	'status_forcelist empty: 5xx not retried; 413/429/503 retried only if Retry-After is present (allowed methods)': {
		withHeader: ['429', '503'],
	},
	'>=500 except 501 and 505; 429/503 WITH a Retry-After header via the throttling strategy; bare 429 is NOT retried. Method-agnostic.':
		{ withHeader: ['429', '503'] },
	'503 once and only with Retry-After: 0; 408 once without Retry-After; 421 only on a coalesced connection; recover() needs another route to try and a replayable body; POST included':
		{
			opensUpTo: '0s',
			attemptsFor: { '503': 2 },
			caveats: ['503: tried again on the same host; here on the next node, as after any failure'],
		},
	// The model has statuses, and no codes in a body.
	'429 is retried only via its parsed error CODE (throttled code list), not by status': {
		also: ['429'],
		caveats: ['429: stands for an answer with a throttling code, which is retried; a 429 with no such code is not'],
	},
	'every Throwable; results never': {
		also: ['500', '502', '503', '504', '429', 'refused', 'reset', 'timeout', 'open'],
		caveats: [
			'on: every exception is retried: an answer of 5xx or 429 is taken for one, as most clients throw, and an open breaker; where answers are results, `on: [network, open]`',
		],
	},
};

export const ruleOf = (words: string | null): Rule => (words === null ? {} : (RULES[words] ?? {}));

/** Causes that a rule has retried only with a header. @param listed the causes of the preset's own lists */
export const neededWith = ({ withHeader = [] }: Rule, listed: readonly Cause[]): Cause[] =>
	withHeader.filter((cause) => !listed.includes(cause));

/**
 * Proxies whose own limit on a try is not set by default, so that a try that hangs takes the whole call with it. In the
 * simulator the population's timeout would be that limit, and a hang would be retried that is not. By the words of the source.
 */
const NO_TRY_LIMIT: readonly RegExp[] = [
	/per_try_timeout unset = route timeout, so a hung try is never retried/,
	/^retry\.linkerd\.io\/timeout; removed on the last try/,
	// Spring Cloud Gateway: httpclient.response-timeout is unset by default.
	/^IOException, TimeoutException$/,
];

export const hangsForGood = (words: readonly (string | null)[]): boolean =>
	words.some((text) => text !== null && NO_TRY_LIMIT.some((known) => known.test(text)));
