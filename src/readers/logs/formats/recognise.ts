/** Says of which kind a log is, by its first lines, and why; or what it looks like instead. */
import { UserError } from '../../../kernel/errors.js';
import { ATTEMPTS } from './attempts.js';
import { COMBINED } from './combined.js';
import { CSV_COUNTS } from './csv-counts.js';
import { ENVOY_JSON } from './envoy-json.js';
import { K6 } from './k6.js';
import type { LogKind } from './log-format.js';
import { LOGPUSH } from './logpush.js';
import { NGINX_JSON } from './nginx-json.js';
import { NGINX_STATUS } from './nginx-status.js';
import { PROMETHEUS } from './prometheus.js';
import { VEGETA } from './vegeta.js';

/** The narrow ones first: of two that know as many lines the first is taken. */
export const LOG_KINDS: readonly LogKind[] = [
	PROMETHEUS,
	K6,
	LOGPUSH,
	ENVOY_JSON,
	ATTEMPTS,
	VEGETA,
	NGINX_STATUS,
	NGINX_JSON,
	COMBINED,
	CSV_COUNTS,
];

/** So many lines are looked at. */
export const FIRST_LINES = 50;

export interface Recognised {
	readonly kind: LogKind;
	/** "48 of the first 50 lines" */
	readonly why: string;
}

/**
 * @param first lines of the log, none of them empty, at most `FIRST_LINES`
 * @throws UserError (exit 104) for a log of no kind, with the line it begins with
 */
export function recognise(file: string, first: readonly string[]): Recognised {
	const counted = LOG_KINDS.map((kind) => ({ kind, known: first.filter((line) => kind.knows(line)).length }));
	const best = counted.reduce((most, one) => (one.known > most.known ? one : most));
	// An answer of Prometheus that somebody has laid out over many lines is known by its first alone.
	const laidOut =
		counted[0].known > 0 && PROMETHEUS.knows(first[0]) && first.slice(0, 5).join('').includes('"success"');
	if (laidOut) return { kind: PROMETHEUS, why: 'it begins with {"status":"success"' };
	if (best.known * 2 < first.length || best.known === 0) throw unknown(file, first);
	return { kind: best.kind, why: `${best.known} of the first ${first.length} lines` };
}

function unknown(file: string, first: readonly string[]): UserError {
	const begins = first[0].length > 100 ? `${first[0].slice(0, 97)}...` : first[0];
	const titles = LOG_KINDS.map(({ title }) => title).join('; ');
	return new UserError(
		`${file}:1: error: found a log of no known kind, which begins with ${JSON.stringify(begins)}; ${titles} would do`,
	);
}
