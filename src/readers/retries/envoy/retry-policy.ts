/**
 * What Envoy's retry policy means, shared by those who write for Envoy: its words for what is retried, and its back-off.
 * Source: source/common/router/retry_policy_impl.cc and retry_state_impl.cc.
 */
import { MAX_DURATION_US, MILLISECOND } from '../../../kernel/units.js';
import type { Note } from '../../manifest/provenance-notes.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { block, time } from '../policy/layer.js';
import type { Ledger, WrittenField } from '../policy/ledger.js';
import {
	type CauseWord,
	GATEWAY_ERRORS,
	grpcCauses,
	grpcCode,
	NETWORK,
	SERVER_ERRORS,
	statuses,
} from '../policy/status-causes.js';

export const DEFAULT_BASE_US = 25 * MILLISECOND;

/** Words that say of a route that its answers are those of HTTP. */
const HTTP_WORDS = ['5xx', 'gateway-error', 'retriable-4xx', 'retriable-status-codes', 'retriable-headers'];
const GRPC_WORDS = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];

/** Words that come to nothing here, and why. */
const WITHOUT_COUNTERPART = new Map([
	['envoy-ratelimited', "retries what Envoy's own rate limit refused, which no edge here does"],
	['retriable-4xx', 'status 409 alone, which no edge here answers'],
	['retriable-headers', 'answers carry no headers here'],
	['http3-post-connect-failure', 'there is no HTTP/3 here'],
]);

export interface RetryOn {
	readonly words: readonly CauseWord[];
	/** of these, whether a status code was named that `retriable_status_codes` must list */
	readonly listed: boolean;
}

/**
 * The comma list of `retry_on`.
 * @param codes what `retriable_status_codes` lists
 */
export function retryOn(
	from: WrittenField,
	tokens: readonly string[],
	codes: readonly number[],
	ledger: Ledger,
): RetryOn {
	const http = tokens.some((token) => HTTP_WORDS.includes(token));
	const words = tokens.flatMap((token) => {
		if (GRPC_WORDS.includes(token)) return grpcWord(from, token, http, ledger);
		const reason = WITHOUT_COUNTERPART.get(token);
		if (reason !== undefined) ledger.unexpressed(from, `${token}: ${reason}`);
		const found = causesOf(token, codes);
		if (found === null) ledger.unexpressed(from, `${token}: no word of Envoy's, which drops it without an error`);
		return found ?? [];
	});
	return { words, listed: tokens.includes('retriable-status-codes') };
}

/** An upstream reset counts as a 5xx, and so do a failed connection and a per-try timeout. */
function causesOf(token: string, codes: readonly number[]): readonly CauseWord[] | null {
	switch (token) {
		case '5xx':
			return [...SERVER_ERRORS, ...NETWORK];
		case 'gateway-error':
			return [...GATEWAY_ERRORS, ...NETWORK];
		case 'reset':
			return NETWORK;
		case 'reset-before-request':
			return ['reset'];
		case 'connect-failure':
		case 'refused-stream':
			return ['refused'];
		case 'retriable-status-codes':
			return codes.flatMap((code) => statuses(code));
	}
	return WITHOUT_COUNTERPART.has(token) ? [] : null;
}

/** Beside words of HTTP a route is taken for one of HTTP, whose answers have no status of gRPC; otherwise for one of gRPC. */
function grpcWord(from: WrittenField, token: string, http: boolean, ledger: Ledger): readonly CauseWord[] {
	if (http) {
		ledger.unexpressed(from, `${token}: a status of gRPC, which answers of HTTP do not carry`);
		return [];
	}
	const words = grpcCauses(grpcCode(token) ?? '', false);
	if (words.length === 0) ledger.unexpressed(from, `${token}: no edge here answers it`);
	else ledger.assumed(from, `${token}: a status of gRPC, taken for ${words.join(', ')}`);
	return words;
}

export const tokensOf = (text: string): string[] =>
	text
		.split(',')
		.map((token) => token.trim())
		.filter((token) => token !== '');

/**
 * U(0, I) in whole milliseconds, where I doubles from the base up to the cap: 25, 50, 100, 200, 250 ms by default.
 * @param notes beside base and cap; null where the default needs none
 */
export function envoyBackoff(baseUs: number, capUs: number, notes: { base: Note; cap: Note | null }): Line {
	return line(
		'backoff',
		block(
			line('growth', 'exponential'),
			time('base', baseUs, notes.base),
			// Ten times a year is past the end of every run.
			time('cap', Math.min(capUs, MAX_DURATION_US), notes.cap),
			line('jitter', 'full'),
			line('quantum', '1ms'),
		),
	);
}

/** Envoy's per-host ejection, as outlier detection and Istio's twin of it write it. */
export interface Ejection {
	readonly failures: Line;
	readonly sweep: Line;
	readonly base: Line;
	/** null where the base grows up to Envoy's default */
	readonly max: Line | null;
	readonly ejected: Line;
	/** null: 50 %, Envoy's default */
	readonly panic: Line | null;
	/** null for the default */
	readonly atLeastOne?: Line | null;
}

export const ejectionLine = (
	{ failures, sweep, base, max, ejected, panic, atLeastOne = null }: Ejection,
	note: Note,
): Line =>
	line(
		'breaker',
		block(line('kind', 'consecutive-ejection'), failures, sweep, base, max, ejected, panic, atLeastOne),
		note,
	);

/** A budget that counts retries in back-off and in flight, of a number or of a share of what is under way. */
export const concurrencyBudget = (limits: readonly Line[], scope: Line, note: Note | null): Line =>
	line('budget', block(line('kind', 'concurrency'), ...limits, scope), note);
