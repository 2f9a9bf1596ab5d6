/**
 * What collectors put around the lines of a log: container engines, Loki, journald, syslog, exports of CloudWatch, Splunk and Datadog. What
 * is within is a log of its own, and may be wrapped again.
 */
import { jsonObject } from '../json/json-line.js';
import { cellsOf, delimiterOf } from '../tables/cells.js';

export interface Wrapper {
	/** "docker json-file" */
	readonly title: string;
	/**
	 * how a line is taken out: null for a line about something else, an empty text for a part whose rest follows; null: this wrapper does
	 * not know the log. It may remember parts, so that each pass over a log opens it anew
	 */
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

/** Parts of a line, as CRI tags them (P, then F for the last) by stream, up to so many characters. */
const MOST_CHARACTERS = 1_000_000;
const ISO = '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)?';
const CRI_LINE = new RegExp(`^${ISO} (stdout|stderr) ([FP]) `);

const CRI: Wrapper = {
	title: 'CRI',
	open: (first) => {
		if (first.filter((line) => CRI_LINE.test(line)).length < HALF * first.length) return null;
		const parts = { stdout: '', stderr: '' };
		return (line) => {
			const found = CRI_LINE.exec(line);
			if (found === null) return null;
			const stream = found[1] === 'stderr' ? 'stderr' : 'stdout';
			const whole = parts[stream] + line.slice(found[0].length);
			const more = found[2] === 'P' && whole.length < MOST_CHARACTERS;
			parts[stream] = more ? whole : '';
			return more ? '' : whole;
		};
	},
};

/** docker cuts lines of 16 KiB: the last part alone ends with a line feed, where exports have kept it. */
const DOCKER: Wrapper = {
	title: 'docker json-file',
	open: (first) => {
		const known = first.map(dockerLine).filter((text) => text !== null);
		if (known.length < HALF * first.length) return null;
		const ended = known.some((text) => text.endsWith('\n'));
		let parts = '';
		return (line) => {
			const text = dockerLine(line);
			if (text === null) return null;
			const whole = parts + text.replace(/\r?\n$/, '');
			const more = ended && !text.endsWith('\n') && whole.length < MOST_CHARACTERS;
			parts = more ? whole : '';
			return more ? '' : whole;
		};
	},
};

function dockerLine(line: string): string | null {
	const object = jsonObject(line);
	return object !== null && 'stream' in object && typeof object.log === 'string' ? object.log : null;
}

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

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';

/** The narrow ones first. */
export const WRAPPERS: readonly Wrapper[] = [
	DOCKER,
	CRI,
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
