/** Expectations as data: quantities by name, bounds in the unit of their quantity, spans in whole buckets. */
import { UserError } from '../../kernel/check.js';
import {
	parseDuration,
	parseFactor,
	parseNumber,
	parseRate,
	parseShare,
	parseSignedDuration,
} from '../../kernel/units.js';
import { type Bound, type Expectation, NO_CHANGE } from '../../metrics/expectation.js';
import { QUANTITIES, type QuantityKind, quantity } from '../../metrics/quantities.js';
import { DIMENSIONS, type Dimension } from '../../model/world.js';
import { suggest } from '../nearest.js';
import type { ExpectationFields } from '../schema/run.js';
import { parseInstant } from '../schema/units.js';
import type { Path } from '../source.js';
import type { Draft } from './draft.js';

export function buildExpectations(draft: Draft): Expectation[] {
	return draft.doc.expect.map((written, i) => {
		const path = ['expect', i];
		return {
			text: sentence(written),
			that: written.that,
			selection: { ...stretch(draft, written, path), where: whereOf(draft, written, path) },
			versus: versusOf(draft, written, path),
			bound: boundOf(draft, written, path),
		};
	});
}

/** Places that cells must be kept by, so that the expectations can be read. */
export function dimensions(draft: Draft, expectations: readonly Expectation[]): Dimension[] {
	const asked = new Set<string>(draft.doc.record.by);
	for (const { that, selection } of expectations) {
		for (const dimension of Object.keys(selection.where)) asked.add(dimension);
		// Layers are counted by their depth in the stack of a population, and a cascade is looked for place by place.
		if (selection.where.layer !== undefined) asked.add('population');
		if (that === 'cascaded') for (const dimension of ['region', 'platform']) asked.add(dimension);
	}
	return DIMENSIONS.filter((dimension) => asked.has(dimension));
}

/** [fromUs, toUs) in whole buckets: those that the span touches. */
function stretch(
	{ doc, problems, time }: Draft,
	written: ExpectationFields,
	path: Path,
): { fromUs: number; toUs: number } {
	const bucketUs = doc.record.bucket;
	if (written.at !== undefined) {
		const us = time.event(written.at, [...path, 'at']);
		const fromUs = Math.floor(us / bucketUs) * bucketUs;
		return { fromUs, toUs: fromUs + bucketUs };
	}
	if (written.over === undefined) return { fromUs: time.warmUpUs, toUs: time.horizonUs };
	const [from, to] = time.span(written.over, [...path, 'over']);
	const [fromUs, toUs] = [Math.floor(from / bucketUs) * bucketUs, Math.ceil(to / bucketUs) * bucketUs];
	if (fromUs !== from || toUs !== to) {
		problems.warning([...path, 'over'], `${written.over.text} is read in whole buckets, a little more than that`, [
			['record', 'bucket'],
		]);
	}
	return { fromUs, toUs };
}

function whereOf(draft: Draft, { where }: ExpectationFields, path: Path): Expectation['selection']['where'] {
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

function versusOf({ problems, variants }: Draft, { versus }: ExpectationFields, path: Path): Expectation['versus'] {
	if (versus === undefined) return null;
	variants.index(versus.variant, [...path, 'versus', 'variant']);
	if (versus.as === 'times-fewer' && versus.variant === NO_CHANGE) {
		problems.error(
			[...path, 'versus', 'variant'],
			'found no-change, which has no excess of its own; a variant would do',
		);
	}
	return versus;
}

type Read = (value: unknown, path: Path) => number;

function boundOf(draft: Draft, written: ExpectationFields, path: Path): Bound {
	const { problems } = draft;
	const nothing: Bound = { above: null, below: null, equals: null, between: null, never: false };
	const known = quantity(written.that);
	if (known === undefined) {
		const names = QUANTITIES.map(({ name }) => name);
		problems.error([...path, 'that'], `found "${written.that}", which is no quantity; ${suggest(written.that, names)}`);
		return nothing;
	}
	const { kind } = known;
	if (written.never === true && kind !== 'instant' && kind !== 'duration') {
		problems.error(
			[...path, 'never'],
			`${written.that} is a ${kind} and always there; only instants and durations can be missing`,
		);
	}
	const { above, below, between, equals, tolerance } = written;
	if (kind === 'boolean' && (typeof equals !== 'boolean' || written.versus !== undefined)) {
		problems.error(path, `${written.that} is true or false; equals: true or equals: false would do`, [
			[...path, 'equals'],
		]);
		return nothing;
	}
	const read = reader(draft, written.versus?.as, kind);
	const apart = reader(draft, written.versus?.as === undefined ? 'difference' : written.versus.as, kind);
	const [from, to] = between === undefined ? [] : between.map((value, i) => read(value, [...path, 'between', i]));
	if (from !== undefined && to !== undefined && from > to) {
		problems.error([...path, 'between'], 'the lower bound comes first; the other way round would do');
	}
	return {
		above: above === undefined ? null : read(above, [...path, 'above']),
		below: below === undefined ? null : read(below, [...path, 'below']),
		equals:
			equals === undefined
				? null
				: {
						value: read(equals, [...path, 'equals']),
						tolerance: tolerance === undefined ? 0 : Math.abs(apart(tolerance, [...path, 'tolerance'])),
					},
		between: from === undefined || to === undefined ? null : [from, to],
		never: written.never === true,
	};
}

/** Reads a bound in the unit of its quantity; compared with another run, in that of the comparison. */
function reader(draft: Draft, as: 'ratio' | 'difference' | 'times-fewer' | undefined, kind: QuantityKind): Read {
	const plain = (value: unknown, path: Path): number => {
		if (kind === 'boolean') return Number(value);
		if (as === 'ratio' || as === 'times-fewer') return parseNumber(value);
		if (as === 'difference') return difference(value, kind);
		if (kind === 'share') return parseShare(value);
		if (kind === 'factor') return parseFactor(value);
		if (kind === 'rate') return parseRate(value);
		if (kind === 'duration') return parseDuration(value);
		if (kind === 'instant') return draft.time.at(parseInstant(value), path);
		return parseNumber(value);
	};
	return (value, path) => {
		try {
			return plain(value, path);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			draft.problems.error(path, error.message);
			return 0;
		}
	};
}

/** A difference may be negative: -5%, -30s, -1k/s. */
function difference(value: unknown, kind: QuantityKind): number {
	if (kind === 'instant' || kind === 'duration') return parseSignedDuration(value);
	const negative = typeof value === 'number' ? value < 0 : typeof value === 'string' && value.startsWith('-');
	const size =
		typeof value === 'number' ? Math.abs(value) : typeof value === 'string' ? value.replace(/^[+-]/, '') : value;
	const read = kind === 'share' ? parseShare(size) : kind === 'rate' ? parseRate(size) : parseNumber(size);
	return negative ? -read : read;
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
	]
		.filter((part) => part !== null)
		.join(' ');
}
