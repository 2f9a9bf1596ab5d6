/**
 * One metric of another system as a check of ours: what it counts, of whom, over which window, and from where up it fails.
 * Where the query says too little the author is asked, and without an answer there is no check: a guess would look like a gate.
 */
import { UserError } from '../../kernel/errors.js';
import { formatDuration, formatShare, SECOND } from '../../kernel/units.js';
import type { Field } from '../manifest/field.js';
import { freeName } from '../manifest/free-name.js';
import type { Note, Notebook } from '../manifest/provenance-notes.js';
import { type Line, line } from '../manifest/yaml-writer.js';
import type { Numerator } from '../promql/known-counters.js';
import {
	type ConditionLimits,
	type Limit,
	limitsAlong,
	type ResultVerdict,
	type ResultVerdicts,
} from '../promql/limits.js';
import { parseQuery } from '../promql/parser.js';
import { type QuantileMeasure, queryMeaning, type ShareMeasure } from '../promql/query-meaning.js';
import { type AnsweredQuery, answeredQuery } from './answered-check.js';
import { type Answers, COUNTS } from './import-answers.js';
import { scopeLine, versionMatcher } from './query-scope.js';
import type { VersionName } from './version-names.js';

/** A metric as its system wrote it. */
export interface CheckedMetric {
	/** as the author calls it */
	readonly name: string;
	readonly at: Field;
	/** the text of its query, with arguments put in; null where its provider is not Prometheus */
	readonly query: { readonly text: string; readonly at: Field } | null;
	/** what is known to be asked without the author's writing it; null for a query of the author's */
	readonly builtIn: string | null;
	/** why there is no query to read */
	readonly unread: string;
	/** built when asked for: a condition may not be understood */
	readonly verdicts: () => ResultVerdicts;
	/** the condition or range */
	readonly limits: Field;
	/** the same in a few words */
	readonly condition: string;
	/** names in a matcher that mean the new version, or the old one, and nothing else */
	readonly versions: { readonly canary: readonly VersionName[]; readonly stable: readonly VersionName[] };
	/** what is seen where the matchers do not say */
	readonly otherwise: 'rollout' | 'global';
}

/** A check without its schedule and rule, or the question that stands in its way. */
export type CheckDescription = { readonly lines: readonly Line[] } | { readonly question: Note };

/** Two scrapes of fifteen seconds, which an instant rate looks back over. */
const INSTANT_US = 30 * SECOND;
/** A limit that fails at itself is written so much lower, which no ratio of fewer than a million requests tells apart. */
const JUST_BELOW = 1e-8;

export function describe(watched: CheckedMetric, answers: Answers, notes: Notebook): CheckDescription {
	try {
		const answered = queryOf(watched, answers);
		const version = versionMatcher(watched, answered);
		const versus =
			answered.measure.kind === 'share' ? ofShare(watched, answered.measure) : ofQuantile(watched, answered.measure);
		const scope = scopeLine(watched, version, answered, answers, notes);
		return {
			lines: [...counted(watched, answered, versus, scope, notes), ...judged(watched, answered, versus, notes)],
		};
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		const words = watched.query === null ? '' : `; its query: ${watched.query.text}`;
		const how = `say what it counts with --map ${quoted(watched.name)}=${COUNTS.join('|')}`;
		const text = `metric ${watched.name} is left out: ${error.message}; ${how}${words}`;
		const sketch = `${freeName(watched.name, new Set())}: { numerator: ??? } # ${watched.condition}`;
		return { question: notes.asked(watched.query === null ? watched.at : watched.query.at, text, sketch) };
	}
}

const quoted = (name: string): string => (/^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", '')}'`);

/** By the author's answer, or by the query. @throws UserError where there is neither */
function queryOf(watched: CheckedMetric, answers: Answers): AnsweredQuery {
	const answer = answers.metrics.get(watched.name);
	if (answer !== undefined)
		return answeredQuery(answer, watched.verdicts(), watched.query === null ? '' : watched.query.text);
	if (watched.query === null) throw new UserError(watched.unread);
	return { ...queryMeaning(parseQuery(watched.query.text)), answered: false };
}

/** What a sight comes to in the words of a check. */
interface ControlComparison {
	readonly numerator: Numerator;
	readonly slowerThanUs: number | null;
	readonly above: number;
	readonly passUpTo: number | null;
	/** true where theirs fails at the limit itself */
	readonly itself: boolean;
	/** liberties taken */
	readonly loosely: readonly string[];
}

function ofShare(watched: CheckedMetric, { numerator, slowerThanUs, scale, offset }: ShareMeasure): ControlComparison {
	const along = { from: offset, to: offset + scale, quantity: (result: number) => (result - offset) / scale };
	const { fails, doubts } = limitsAlong(watched.verdicts(), along);
	const above = strictly(fails);
	if (above < 0) throw new UserError('its condition fails whatever is seen');
	return {
		numerator,
		slowerThanUs,
		above,
		itself: fails.itself,
		passUpTo: doubts === null ? null : Math.max(0, strictly(doubts)),
		loosely: [],
	};
}

const strictly = ({ value, itself }: Limit): number => (itself ? value - JUST_BELOW : value);

/** A quantile q is above a limit exactly while more than 1 - q of the requests are slower than that. */
function ofQuantile(watched: CheckedMetric, { quantile, unitUs }: QuantileMeasure): ControlComparison {
	const along = { from: 0, to: Number.POSITIVE_INFINITY, quantity: (result: number) => result * unitUs };
	const { fails, doubts }: ConditionLimits = limitsAlong(watched.verdicts(), along);
	const slowerThanUs = Math.round(fails.value);
	if (slowerThanUs < 1) throw new UserError('its condition fails whatever is seen');
	const loosely =
		doubts === null
			? []
			: ['what is inconclusive below the limit passes here: one limit on durations is all a check has'];
	return { numerator: 'slow', slowerThanUs, above: 1 - quantile, passUpTo: null, itself: false, loosely };
}

const COUNTED: Readonly<Record<Numerator, string>> = {
	errors: 'errors',
	failures: 'failures',
	retries: 'retries',
	slow: 'slow answers',
};

function counted(
	watched: CheckedMetric,
	answered: AnsweredQuery,
	versus: ControlComparison,
	scope: Line,
	notes: Notebook,
): Line[] {
	const query = watched.query === null ? watched.at : watched.query.at;
	const { numerator, slowerThanUs } = versus;
	const counters = watched.builtIn === null ? answered.counters.join(', ') : watched.builtIn;
	const what = answered.answered
		? notes.understood(query, `--map says that ${watched.name} counts ${COUNTED[numerator]}`)
		: notes.understood(query, `${counters} counts ${COUNTED[numerator]}`);
	const source = answered.matchers.some(({ label, value }) => label === 'reporter' && value === 'source');
	const accounting = source
		? notes.assumed(
				query,
				'every attempt is counted; the caller\'s sidecar (reporter="source") does not see its own retries',
			)
		: notes.assumed(query, 'a counter at the server counts every attempt, retries too');
	return [
		line('numerator', numerator, what),
		...(slowerThanUs === null
			? []
			: [line('slowerThan', formatDuration(slowerThanUs), slowNote(watched, answered, notes))]),
		line('accounting', 'all-attempts', accounting),
		scope,
		windowLine(watched, answered, notes),
	];
}

function slowNote(watched: CheckedMetric, { measure, answered }: AnsweredQuery, notes: Notebook): Note {
	if (measure.kind !== 'quantile') return notes.understood(watched.at, 'the bucket that the query divides by all');
	const text = `${watched.condition} on the ${formatShare(measure.quantile)} quantile`;
	if (!answered) return notes.understood(watched.limits, text);
	return notes.assumed(watched.limits, `${text}, in ${measure.unitUs === 1_000 ? 'milliseconds' : 'seconds'}`);
}

function windowLine(watched: CheckedMetric, { windowUs, instant }: AnsweredQuery, notes: Notebook): Line {
	const query = watched.query === null ? watched.at : watched.query.at;
	if (windowUs === null) return line('window', '1m', notes.assumed(watched.at, 'no window is written'));
	if (!instant || windowUs <= INSTANT_US) {
		return line('window', formatDuration(windowUs), notes.understood(query, `[${formatDuration(windowUs)}]`));
	}
	const why = `irate looks at the last two scrapes of [${formatDuration(windowUs)}] alone, taken to be 15 s apart`;
	return line('window', formatDuration(INSTANT_US), notes.assumed(query, why));
}

const NO_DATA: Readonly<Record<ResultVerdict, string>> = {
	passed: 'pass',
	failed: 'fail',
	inconclusive: 'inconclusive',
	error: 'error',
};

function judged(watched: CheckedMetric, answered: AnsweredQuery, versus: ControlComparison, notes: Notebook): Line[] {
	const { limits, condition } = watched;
	for (const text of [...answered.loosely, ...versus.loosely]) notes.assumed(watched.at, `${watched.name}: ${text}`);
	const exact = versus.itself ? ', which fails at the limit itself' : '';
	const above = line('above', formatShare(versus.above), notes.understood(limits, `${condition}${exact}`));
	const passUpTo =
		versus.passUpTo === null
			? []
			: [line('passUpTo', formatShare(versus.passUpTo), notes.understood(limits, 'neither condition holds above it'))];
	return [above, ...passUpTo, noDataLine(watched, answered, notes)];
}

function noDataLine({ verdicts, limits, query, at }: CheckedMetric, answered: AnsweredQuery, notes: Notebook): Line {
	const judge = verdicts();
	const outcome = judge.of(answered.emptyIs === null ? 'empty' : answered.emptyIs);
	const ofNaN = judge.of(Number.NaN);
	const shown = NO_DATA[outcome];
	const place = query === null ? at : query.at;
	if (answered.absentUntilFirst && outcome !== 'passed') {
		notes.unexpressed(
			place,
			`before the first failure its counter may not exist, and an empty answer is ${shown} in production; here it is 0`,
		);
	}
	const text =
		answered.emptyIs === null
			? `an empty answer is ${shown}${ofNaN === outcome ? '' : `; NaN, once the series exist, would be ${NO_DATA[ofNaN]}`}`
			: `without data the query answers ${answered.emptyIs}`;
	return line('noData', shown, notes.understood(limits.given ? limits : at, text));
}
