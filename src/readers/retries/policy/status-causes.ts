/** What others retry, in the words of our scenarios: status codes, codes of gRPC, and what a network does. */

/** A failure that a policy of ours can name. */
export type CauseWord = 500 | 502 | 503 | 504 | 429 | 'refused' | 'reset' | 'timeout' | 'open';

/** In the order in which a scenario lists them. */
const WORDS: readonly CauseWord[] = [500, 502, 503, 504, 429, 'refused', 'reset', 'timeout', 'open'];

export const SERVER_ERRORS: readonly CauseWord[] = [500, 502, 503, 504];
export const GATEWAY_ERRORS: readonly CauseWord[] = [502, 503, 504];
export const NETWORK: readonly CauseWord[] = ['refused', 'reset', 'timeout'];

/** Each once, in our order. */
export const inOrder = (words: readonly CauseWord[]): CauseWord[] => WORDS.filter((word) => words.includes(word));

/**
 * What of them a policy can meet. Without a limit on each try nothing ends one that hangs but the limit on the whole call, after
 * which there is none: the client's own timeout, which a scenario may have, must not become one.
 * @param perTry whether the policy has a limit on each try
 */
export const met = (words: readonly CauseWord[], perTry: boolean): CauseWord[] =>
	words.filter((word) => perTry || word !== 'timeout');

/** The status codes of ours in a range, both ends included. */
export const statuses = (from: number, to = from): CauseWord[] =>
	WORDS.filter((word) => typeof word === 'number' && word >= from && word <= to);

/** The codes of gRPC by number. */
const GRPC_CODES = [
	'OK',
	'CANCELLED',
	'UNKNOWN',
	'INVALID_ARGUMENT',
	'DEADLINE_EXCEEDED',
	'NOT_FOUND',
	'ALREADY_EXISTS',
	'PERMISSION_DENIED',
	'RESOURCE_EXHAUSTED',
	'FAILED_PRECONDITION',
	'ABORTED',
	'OUT_OF_RANGE',
	'UNIMPLEMENTED',
	'INTERNAL',
	'UNAVAILABLE',
	'DATA_LOSS',
	'UNAUTHENTICATED',
];

/** By name in any case, with _ or -, or by number; null for none. */
export function grpcCode(text: string): string | null {
	const plain = text.trim().toUpperCase().replaceAll('-', '_');
	const name = /^\d+$/.test(plain) ? GRPC_CODES[Number(plain)] : plain;
	return name !== undefined && GRPC_CODES.includes(name) ? name : null;
}

/**
 * What becomes a code of gRPC: overload is UNAVAILABLE, as gRPC's own table of HTTP codes has it for 502 to 504, and a
 * throttled caller sees RESOURCE_EXHAUSTED. Codes that the edge here never answers come to nothing.
 * @param transport true where failures of the connection end in UNAVAILABLE, as in a client of gRPC
 */
export function grpcCauses(code: string, transport: boolean): readonly CauseWord[] {
	switch (code) {
		case 'UNAVAILABLE':
			return transport ? [...GATEWAY_ERRORS, 'refused', 'reset'] : GATEWAY_ERRORS;
		case 'RESOURCE_EXHAUSTED':
			return [429];
		case 'INTERNAL':
		case 'UNKNOWN':
			return [500];
		case 'DEADLINE_EXCEEDED':
			// One that a server answers: the client's own deadline ends the call.
			return [504];
		default:
			return [];
	}
}
