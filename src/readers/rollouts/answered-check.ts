/** A sight by the author's answer, where the query alone does not say: what is counted; the condition says in which unit. */

import type { Numerator } from '../promql/known-counters.js';
import type { ResultVerdicts } from '../promql/limits.js';
import type { Matcher } from '../promql/parser.js';
import type { QueryMeaning } from '../promql/query-meaning.js';
import { parsePrometheusDuration } from '../text/durations.js';

export interface AnsweredQuery extends Omit<QueryMeaning, 'windowUs'> {
	/** null where the author's answer stands in for the query */
	readonly windowUs: number | null;
	readonly answered: boolean;
}

const NO_QUERY = { instant: false, absentUntilFirst: false, counters: [], loosely: [], emptyIs: null, answered: true };

/**
 * An answer says what is counted; the condition says whether it is the share of the good or of the bad, and of 1 or 100.
 * @param query its text, which is looked through for a window and matchers; empty where there is none
 */
export function answeredQuery(numerator: Numerator, verdicts: ResultVerdicts, query: string): AnsweredQuery {
	const window = /\[((?:\d+(?:ms|[smhd]))+)\]/.exec(query);
	const matchers = matchersIn(query);
	const windowUs = window === null ? null : parsePrometheusDuration(window[1]);
	if (numerator === 'slow') {
		const unitUs = greatest(verdicts) > 60 ? 1_000 : 1_000_000;
		return { ...NO_QUERY, matchers, windowUs, measure: { kind: 'quantile', quantile: 0.99, unitUs } };
	}
	const whole = greatest(verdicts) > 1 ? 100 : 1;
	const goodIsHigh = verdicts.of(whole) === 'passed' && verdicts.of(0) !== 'passed';
	const [offset, scale] = goodIsHigh ? [whole, -whole] : [0, whole];
	const loosely = [
		`what it answers is taken for ${whole === 100 ? 'a percentage' : 'a share of 1'}, of what ${goodIsHigh ? 'went well' : 'did not go well'}`,
	];
	return {
		...NO_QUERY,
		loosely,
		matchers,
		windowUs,
		measure: { kind: 'share', numerator, slowerThanUs: null, scale, offset },
	};
}

/** The greatest limit that is written. A 1 beside another one is the end of a scale; alone it is one percent. */
function greatest({ written }: ResultVerdicts): number {
	const limits = written.map(Math.abs).filter((each) => each > 0);
	const others = limits.filter((each) => each !== 1);
	return others.length === 0 && limits.length > 0 ? 100 : Math.max(0, ...others);
}

function matchersIn(text: string): Matcher[] {
	return [...text.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, label, op, value]) => ({
		label,
		op: op === '=~' || op === '!~' || op === '!=' ? op : '=',
		value,
	}));
}
