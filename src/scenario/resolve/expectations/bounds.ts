/** Bounds of an expectation, read in the unit of what they bound. */
import { UserError } from '../../../kernel/errors.js';
import {
	parseDuration,
	parseFactor,
	parseNumber,
	parseRate,
	parseShare,
	parseSignedDuration,
} from '../../../kernel/units.js';
import type { QuantityKind } from '../../../metrics/definitions/metrics.js';
import type { Bound } from '../../../metrics/expectation.js';
import type { Path } from '../../document/yaml-source.js';
import { parseInstant } from '../../schema/quantity-fields.js';
import type { ExpectationFields } from '../../schema/run.js';
import type { ResolveContext } from '../context.js';

/** Nothing is asked: for what is built after a mistake, and to start from. */
export const NO_BOUND: Bound = { above: null, below: null, equals: null, between: null, never: false };

/** @param kind of what is bounded */
export function boundOf(draft: ResolveContext, written: ExpectationFields, kind: QuantityKind, path: Path): Bound {
	const { above, below, between, equals, tolerance, versus, never } = written;
	const read = reader(draft, versus?.as, kind);
	const apart = reader(draft, versus?.as === undefined ? 'difference' : versus.as, kind);
	const [from, to] = between === undefined ? [] : between.map((value, i) => read(value, [...path, 'between', i]));
	if (from !== undefined && to !== undefined && from > to) {
		draft.problems.error([...path, 'between'], 'the lower bound comes first; the other way round would do');
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
		never: never === true,
	};
}

type Read = (value: unknown, path: Path) => number;

/** Reads a bound in the unit of its quantity; compared with another run, in that of the comparison. */
function reader(
	draft: ResolveContext,
	as: 'ratio' | 'difference' | 'times-fewer' | undefined,
	kind: QuantityKind,
): Read {
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
			// Compares with nothing, so that nothing more is said of it.
			return Number.NaN;
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
