/** What a log says of traffic: an attempt that was seen, or a number of them that was counted. Readers make these, the fit takes them. */
import type { Ended } from '../../measure/recording.js';

/** One attempt as a log tells it. Times in microseconds of Unix time. */
export interface ObservedAttempt {
	/** the instant that was written, by which the order of a log is judged */
	readonly timeUs: number;
	/** when the attempt began: `timeUs`, less the duration where a log writes the end */
	readonly startUs: number;
	/** what the line says of its zone, minutes east of UTC; null: nothing */
	readonly zoneMinutes: number | null;
	readonly method: string;
	/** as written, its query included */
	readonly path: string;
	/** 0: no answer; null: the log does not say */
	readonly status: number | null;
	readonly durationUs: number | null;
	/** who asked: an address, with the user agent where there is one */
	readonly client: string | null;
	/** of the request, the same for all its attempts */
	readonly id: string | null;
	/** 1 for the first attempt of a request */
	readonly attempt: number | null;
	/** sends that this line stands for, where a proxy tried several times; null: one */
	readonly tries: number | null;
}

/** So many requests that arrived in an interval, as a metric or a table tells it. */
export interface Count {
	readonly fromUs: number;
	readonly everyUs: number;
	readonly zoneMinutes: number | null;
	/** may have a fraction: a rate times its interval */
	readonly count: number;
	readonly method: string;
	readonly path: string;
	/** null where it was not told apart */
	readonly status: number | null;
	readonly attempt: number | null;
	/** how long some of them took, us, where a histogram says so; each stands for as many as the others */
	readonly durationsUs?: readonly number[];
}

/** What clients try again for, and what nobody gets from an attempt: no answer, too busy, given up, broken. Of an unknown status nothing is said. */
export const isFailure = (status: number | null): boolean =>
	status === 0 || (status !== null && status >= 500) || status === 429 || status === 408 || status === 499;

/** What the server itself answered badly: an attempt that nobody answered is the storm's, not the class's. */
export const isServerError = (status: number): boolean => (status >= 500 && status < 600) || status === 429;

/** What a status says of an attempt: 0, 408 and 499 nobody waited for, 429 and 503 are a full house, other 5xx an error, the rest an answer. */
export function endedBy(status: number): Ended {
	if (status === 0 || status === 499 || status === 408) return 'timeout';
	if (status === 429 || status === 503) return 'rejected';
	return status >= 500 ? 'error' : 'ok';
}
