/** Expectations as data: quantities by name, what one run must keep, how much luck is let in, spans in whole buckets. */

import { formatDuration, greatestCommonDivisor } from '../../../kernel/units.js';
import type { SpanUse } from '../../../metrics/definitions/metric.js';
import { keyOf, namesOf, QUANTITIES, quantity } from '../../../metrics/definitions/metrics.js';
import { RECORDING_METRICS, type RecordingExpectation } from '../../../metrics/definitions/recording-metrics.js';
import { type Expectation, NO_CHANGE, NO_TRIGGER } from '../../../metrics/expectation.js';
import { DIMENSIONS, type Dimension } from '../../../model/world.js';
import { nearest } from '../../document/did-you-mean.js';
import type { Path } from '../../document/yaml-source.js';
import type { Instant } from '../../schema/quantity-fields.js';
import { type ExpectationFields, insideP } from '../../schema/run.js';
import type { ResolveContext } from '../context.js';
import { boundOf, NO_BOUND } from './bounds.js';
import {
	PROBABILITIES,
	quantityInsideP,
	requiredProbability,
	requiredProbabilityText,
	TRUE,
} from './probabilistic-expectations.js';
import { buildRecordingExpectation, isRecordingExpectation } from './recording-expectations.js';

/** What a run is asked, and what is asked of it beside a recording. */
export interface Expectations {
	readonly ofRuns: readonly Expectation[];
	readonly recordingExpectations: readonly RecordingExpectation[];
}

export function buildExpectations(draft: ResolveContext): Expectations {
	const written = draft.doc.expect.map((one, i) => ({ one, path: ['expect', i] }));
	return {
		ofRuns: written.filter(({ one }) => !isRecordingExpectation(one)).map(({ one, path }) => ofRun(draft, one, path)),
		recordingExpectations: written
			.filter(({ one }) => isRecordingExpectation(one))
			.map(({ one, path }) => buildRecordingExpectation(draft, one, sentence(one), path)),
	};
}

function ofRun(draft: ResolveContext, written: ExpectationFields, path: Path): Expectation {
	return {
		text: sentence(written),
		...thatAndBound(draft, written, path),
		selection: { ...stretch(draft, written, path), where: whereOf(draft, written, path) },
		versus: versusOf(draft, written, path),
		requiredProbability: requiredProbability(draft, written, path),
	};
}

/** Places that cells must be kept by, so that the expectations can be read. */
export function dimensions(draft: ResolveContext, expectations: readonly Expectation[]): Dimension[] {
	const needed = new Set<string>(draft.doc.record.by);
	for (const { that, selection } of expectations) {
		for (const dimension of Object.keys(selection.where)) needed.add(dimension);
		// Layers are counted by their depth in the stack of a population, and a cascade is looked for place by place.
		if (selection.where.layer !== undefined) needed.add('population');
		if (that === 'cascaded') for (const dimension of ['region', 'platform']) needed.add(dimension);
	}
	return DIMENSIONS.filter((dimension) => needed.has(dimension));
}

/** [fromUs, toUs) in whole buckets: those that the span touches; and the span itself where the two differ. */
function stretch(
	draft: ResolveContext,
	written: ExpectationFields,
	path: Path,
): Omit<Expectation['selection'], 'where'> {
	const { doc, problems, time } = draft;
	const bucketUs = doc.record.bucket;
	if (written.at !== undefined)
		return bucketAt(draft, written.at, [...path, 'at'], quantity(keyOf(written.that))?.spanUse);
	if (written.over === undefined) return { fromUs: time.warmUpUs, toUs: time.horizonUs };
	const [from, to] = time.span(written.over, [...path, 'over']);
	const [fromUs, toUs] = [Math.floor(from / bucketUs) * bucketUs, Math.ceil(to / bucketUs) * bucketUs];
	// The last bucket ends with the run.
	if (fromUs === from && Math.min(toUs, time.horizonUs) === Math.min(to, time.horizonUs)) return { fromUs, toUs };
	const exactSpan = { fromUs: from, toUs: to, bucketUs: [from, to, time.warmUpUs].reduce(greatestCommonDivisor) };
	const read = formatDuration(Math.min(toUs, time.horizonUs) - fromUs);
	problems.warning(
		[...path, 'over'],
		`${written.over.text} is read in whole buckets of ${formatDuration(bucketUs)}: ${formatDuration(to - from)} become ${read}; buckets of at most ${formatDuration(exactSpan.bucketUs)} would be exact`,
		[['record', 'bucket']],
	);
	return { fromUs, toUs, asked: exactSpan };
}

/** The time bucket of an instant; where the instant lies within it, only that instant is asked for. */
function bucketAt(
	{ doc, problems, time }: ResolveContext,
	at: Instant,
	path: Path,
	use: SpanUse | undefined,
): Omit<Expectation['selection'], 'where'> {
	const us = time.event(at, path);
	const bucketUs = doc.record.bucket;
	const fromUs = Math.floor(us / bucketUs) * bucketUs;
	const toUs = fromUs + bucketUs;
	if (us === fromUs) return { fromUs, toUs };
	const exactUs = greatestCommonDivisor(us, bucketUs);
	problems.warning(
		path,
		`${at.text} is read in its whole time bucket, ${formatDuration(bucketUs)} long, which begins ${formatDuration(us - fromUs)} earlier; buckets of at most ${formatDuration(exactUs)} begin there`,
		[['record', 'bucket']],
	);
	// A log has instants of its own, and is read over the bucket.
	if (use === 'log') return { fromUs, toUs };
	return { fromUs, toUs, asked: { fromUs: us, toUs: us + 1, bucketUs: exactUs } };
}

function whereOf(draft: ResolveContext, { where }: ExpectationFields, path: Path): Expectation['selection']['where'] {
	const known = {
		region: draft.regions,
		class: draft.classes,
		population: draft.populations,
		platform: draft.platforms,
		layer: draft.layers,
		change: draft.changes,
	} as const;
	for (const field of ['region', 'class', 'population', 'platform', 'layer', 'change'] as const) {
		const name = where[field];
		if (name !== undefined) known[field].index(name, [...path, 'where', field]);
	}
	return where;
}

function versusOf(
	{ problems, variants }: ResolveContext,
	{ versus }: ExpectationFields,
	path: Path,
): Expectation['versus'] {
	if (versus === undefined) return null;
	variants.index(versus.variant, [...path, 'versus', 'variant']);
	if (versus.as === 'times-fewer' && (versus.variant === NO_CHANGE || versus.variant === NO_TRIGGER)) {
		problems.error(
			[...path, 'versus', 'variant'],
			`found ${versus.variant}, which has no excess of its own; a variant would do`,
		);
	}
	return versus;
}

/** Names what was meant where that is plain: the last part of a name (`p99`), or a slip of the keyboard. */
function unknownMetric(that: string, names: readonly string[]): string {
	const ending = names.find((name) => name.endsWith(`-${that}`));
	const meant = ending === undefined ? nearest(that, names) : ending;
	return `unknown metric "${that}".${meant === null ? '' : ` Did you mean ${meant}?`} List: retrystorm metrics`;
}

/** What is to be read, and what one run must keep. */
function thatAndBound(
	draft: ResolveContext,
	written: ExpectationFields,
	path: Path,
): Pick<Expectation, 'that' | 'bound'> {
	const inside = insideP(written.that);
	if (inside !== null) return { that: quantityInsideP(draft, written, inside, path), bound: TRUE };
	const that = keyOf(written.that);
	const { problems } = draft;
	const known = quantity(that);
	if (known === undefined) {
		const names = namesOf([...QUANTITIES, ...RECORDING_METRICS].map(({ name }) => name)).concat(PROBABILITIES);
		problems.error([...path, 'that'], unknownMetric(that, names));
		return { that, bound: NO_BOUND };
	}
	const { kind } = known;
	if (written.never === true && kind !== 'instant' && kind !== 'duration') {
		problems.error(
			[...path, 'never'],
			`${that} is a ${kind} and always there; only instants and durations can be missing`,
		);
	}
	if (kind === 'boolean' && (typeof written.equals !== 'boolean' || written.versus !== undefined)) {
		const message = `${that} is true or false; equals: true or equals: false would do, and P(${that}) may be above or below`;
		problems.error(path, message, [[...path, 'equals']]);
		return { that, bound: NO_BOUND };
	}
	return { that, bound: boundOf(draft, written, kind, path) };
}

/** One line for people: what the author wrote. */
function sentence(written: ExpectationFields): string {
	const { that, over, at, where, versus, above, below, between, equals, tolerance, never } = written;
	const places = Object.entries(where).map(([dimension, name]) => `${dimension} ${name}`);
	const bounds = [
		above === undefined ? null : `above ${above}`,
		below === undefined ? null : `below ${below}`,
		between === undefined ? null : `between ${between[0]} and ${between[1]}`,
		equals === undefined ? null : `equals ${equals}${tolerance === undefined ? '' : ` within ${tolerance}`}`,
		never === true ? 'never' : null,
	];
	return [
		that,
		over === undefined ? null : `over ${over.text}`,
		at === undefined ? null : `at ${at.text}`,
		places.length === 0 ? null : `where ${places.join(', ')}`,
		versus === undefined ? null : `versus ${versus.variant} (${versus.as})`,
		bounds.filter((bound) => bound !== null).join(' and '),
		requiredProbabilityText(written),
	]
		.filter((part) => part !== null)
		.join(' ');
}
