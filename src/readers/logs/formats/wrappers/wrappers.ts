/**
 * What collectors put around the lines of a log: container engines, Loki, journald, syslog, exports of CloudWatch, Splunk and Datadog. What
 * is within is a log of its own, and may be wrapped again.
 */
import { jsonObject } from '../json/json-line.js';
import { cellsOf, delimiterOf } from '../tables/cells.js';

export interface Wrapper {
	/** "docker json-file" */
	readonly title: string;
	/** how a line is taken out; null: this wrapper does not know the log */
	readonly open: (first: readonly string[]) => ((line: string) => string | null) | null;
}

const HALF = 0.5;

/** A wrapper that takes out what most of the lines hold. */
const byLine = (title: string, take: (line: string) => string | null): Wrapper => ({
	title,
	open: (first) => (first.filter((line) => take(line) !== null).length >= HALF * first.length ? take : null),
});

const field = (names: readonly [inner: string, ...beside: string[]]) => (line: string) => {
	const object = jsonObject(line);
	if (object === null || !names.every((name) => name in object)) return null;
	const inner = object[names[0]];
	return typeof inner === 'string' ? inner.replace(/\r?\n$/, '') : null;
};

const after =
	(pattern: RegExp) =>
	(line: string): string | null => {
		const found = pattern.exec(line);
		return found === null ? null : line.slice(found[0].length);
	};

/** A column of a table holds the lines: `@message` of CloudWatch Logs Insights, `_raw` of Splunk, `Message` of Datadog. */
const COLUMN = /^(?:@message|_raw|Message|message|textPayload|Content)$/;

const TABLE: Wrapper = {
	title: 'a column of a table',
	open: (first) => {
		const delimiter = delimiterOf(first);
		if (delimiter === null || first.length < 2) return null;
		const header = cellsOf(first[0], delimiter);
		const at = header.findIndex((name) => COLUMN.test(name));
		if (at < 0) return null;
		return (line) => {
			const row = cellsOf(line, delimiter);
			return row[at] === undefined || row[at] === header[at] ? null : row[at];
		};
	},
};

const ISO = '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)?';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';

/** The narrow ones first. */
export const WRAPPERS: readonly Wrapper[] = [
	byLine('docker json-file', field(['log', 'stream'])),
	byLine('CRI', after(new RegExp(`^${ISO} (?:stdout|stderr) [FP] `))),
	byLine('Loki (JSON lines)', field(['line', 'timestamp'])),
	byLine('Loki (logcli)', after(new RegExp(`^${ISO}\\s+\\{[^}]*\\}\\s+`))),
	byLine('journald (JSON)', field(['MESSAGE', '__REALTIME_TIMESTAMP'])),
	byLine('CloudWatch Logs (JSON lines)', field(['message', 'timestamp', 'ingestionTime'])),
	byLine('CloudWatch Logs (JSON lines)', field(['message', 'logStreamName'])),
	byLine('Fluentd or Vector (JSON lines)', field(['message', 'source_type'])),
	byLine('Kubernetes metadata (JSON lines)', field(['log', 'kubernetes'])),
	byLine('Google Cloud Logging', field(['textPayload'])),
	byLine(
		'syslog (RFC 5424)',
		after(new RegExp(`^(?:\\d+ )?<\\d{1,3}>1 (?:${ISO}|-) \\S+ \\S+ \\S+ \\S+ (?:-|(?:\\[[^\\]]*\\])+) (?:\\uFEFF)?`)),
	),
	byLine(
		'syslog (RFC 3164)',
		after(
			new RegExp(
				`^(?:<\\d{1,3}>)?${MONTH} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)? \\S+ [^\\s:[]+(?:\\[[^\\]]*\\])?: `,
			),
		),
	),
	byLine('syslog (ISO time)', after(new RegExp(`^(?:<\\d{1,3}>)?${ISO} \\S+ [^\\s:[]+\\[[^\\]]*\\]: `))),
	byLine('CloudWatch Logs (aws logs tail)', after(new RegExp(`^${ISO} \\S+/\\S+ `))),
	byLine('lines behind an instant', after(new RegExp(`^${ISO}\\s+(?=\\S)`))),
	TABLE,
];

/** Wrappers may lie around each other: a container's lines in syslog in CloudWatch. */
export const MOST_WRAPPERS = 3;
