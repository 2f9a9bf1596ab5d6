/** Tables of a known tool: each row a request, under the names that the tool gives its columns. */
import { type LogKind, type LogReader, lineKind, observedAttempt } from '../log-format.js';
import { type RequestFields, requestReader } from '../record-requests.js';
import { anyInstant } from '../timestamps.js';
import { cellsOf, delimiterOf, RowJoiner } from './cells.js';

type Row = readonly string[];

export interface DeclaredTable extends RequestFields {
	readonly title: string;
	/** a header is of this kind if it has all of these */
	readonly marks: readonly string[];
	/** rows about something else. @param of the cell of a column */
	readonly skip?: (of: (name: string) => string | undefined) => boolean;
	/** what stands in a cell, in place of what is written */
	readonly turned?: (name: string, cell: string) => unknown;
	readonly assumed?: readonly string[];
}

export function declaredTable(spec: DeclaredTable): LogKind {
	const headerOf = (first: readonly string[]): readonly string[] | null => {
		const delimiter = delimiterOf(first);
		if (delimiter === null) return null;
		const header = cellsOf(first[0].replace(/^#\s*/, ''), delimiter);
		return spec.marks.every((name) => header.includes(name)) ? header : null;
	};
	return {
		title: spec.title,
		knows: () => false,
		// One more than any table: what the header names is this tool's.
		knowsAll: (first) => (headerOf(first) === null ? 0 : first.length),
		open: (first) => rowsOf(spec, headerOf(first) ?? [], delimiterOf(first) ?? ',', first),
	};
}

function rowsOf(spec: DeclaredTable, header: Row, delimiter: string, first: readonly string[]): LogReader {
	const at = new Map(header.map((name, i) => [name, i]));
	const cell = (row: Row, name: string): string | undefined => {
		const i = at.get(name);
		return i === undefined ? undefined : row[i];
	};
	const { skip = () => false, turned, assumed = [] } = spec;
	const access = (name: string) => {
		const i = at.get(name);
		if (i === undefined) return () => undefined;
		return turned === undefined
			? (row: Row) => row[i]
			: (row: Row) => (row[i] === undefined ? undefined : turned(name, row[i]));
	};
	const sample = first.slice(1).map((line) => cellsOf(line, delimiter));
	const reader = requestReader<Row>(spec, access, sample);
	const joiner = new RowJoiner();
	return {
		read: (line) => {
			const whole = joiner.row(line);
			if (whole === null) return null;
			const row = cellsOf(whole.replace(/^#\s*/, ''), delimiter);
			if (row.length > 1 && row[0] === header[0] && row[1] === header[1]) return null;
			return skip((name) => cell(row, name)) ? null : reader.read(row);
		},
		end: () => [],
		assumed: [...assumed, ...reader.assumed],
		asked: reader.asked,
	};
}

/** JMeter's results (.jtl); a transaction controller is a sum of samples that stand beside it. */
export const JMETER = declaredTable({
	title: 'JMeter results (CSV)',
	marks: ['timeStamp', 'elapsed', 'label'],
	time: ['timeStamp'],
	stamp: 'start',
	status: ['responseCode', 'success'],
	request: ['label'],
	path: ['URL'],
	duration: [['elapsed', 'ms']],
	skip: (of) => /^Number of samples in transaction/.test(of('responseMessage') ?? ''),
	turned: (name, cell) => {
		if (name === 'success') return cell === 'true' ? 200 : cell === 'false' ? 500 : undefined;
		if (name === 'URL') return cell === 'null' ? undefined : cell;
		return name === 'responseCode' && !/^\d{3}$/.test(cell) && cell !== '' ? `Non HTTP ${cell}` : cell;
	},
	assumed: ['a sample without a response code is one with status 200 where it succeeded, 500 where it failed'],
});

/** `k6 run --out csv`: a row for every metric of every request; one of them, its duration, is the attempt. */
export const K6_CSV = declaredTable({
	title: 'k6 results (--out csv)',
	marks: ['metric_name', 'timestamp', 'metric_value'],
	time: ['timestamp'],
	stamp: 'end',
	status: ['status'],
	method: ['method'],
	path: ['name', 'url'],
	duration: [['metric_value', 'ms']],
	skip: (of) => of('metric_name') !== 'http_req_duration',
	assumed: ['k6 stamps an attempt when it ends'],
});

const seconds = (cell: string): unknown => (cell === '' || !Number.isFinite(Number(cell)) ? undefined : Number(cell));

/** `hey -o csv`: instants count from the start of the test. */
export const HEY = offsetTable(
	'hey results (-o csv)',
	['response-time', 'status-code', 'offset'],
	'offset',
	'response-time',
	'status-code',
);

/** `oha --output-format csv`. */
export const OHA = offsetTable(
	'oha results (CSV)',
	['request-start', 'request-duration', 'status'],
	'request-start',
	'request-duration',
	'status',
);

function offsetTable(
	title: string,
	marks: readonly string[],
	start: string,
	duration: string,
	status: string,
): LogKind {
	const kind = declaredTable({ title, marks, time: [start], stamp: 'start', status: [status] });
	return {
		...kind,
		open: (first) => {
			const delimiter = delimiterOf(first) ?? ',';
			const header = cellsOf(first[0], delimiter);
			const [from, long, code] = [start, duration, status].map((name) => header.indexOf(name));
			return {
				read: (line) => {
					const row = cellsOf(line, delimiter);
					if (row[from] === start) return null;
					const [at, took] = [seconds(row[from]), seconds(row[long])];
					if (typeof at !== 'number' || typeof took !== 'number') return 'no offset or no duration';
					const answered = Number(row[code]);
					return observedAttempt({
						timeUs: Math.round(at * 1e6),
						zoneMinutes: null,
						method: null,
						path: null,
						status: Number.isInteger(answered) ? answered : 0,
						durationUs: Math.round(took * 1e6),
					});
				},
				end: () => [],
				assumed: ['instants count from the start of the test, which has no date'],
			};
		},
	};
}

/** `ab -g`: its gnuplot file has no statuses. */
export const AB_GNUPLOT = declaredTable({
	title: 'ApacheBench gnuplot file (ab -g)',
	marks: ['starttime', 'seconds', 'ctime', 'dtime', 'ttime', 'wait'],
	time: ['seconds'],
	stamp: 'start',
	status: [],
	duration: [['ttime', 'ms']],
});

const VEGETA_ROW = /^\d{19},\d{1,3},\d+,\d+,\d+,/;

/** `vegeta encode --to csv`: instant (ns), code, latency (ns), bytes out and in, error, body, attack, number, method, URL, headers. */
export const VEGETA_CSV = lineKind(
	'vegeta CSV (vegeta encode --to csv)',
	(line) => VEGETA_ROW.test(line),
	(line) => {
		const row = cellsOf(line, ',');
		const at = anyInstant(row[0]);
		if (at === null || row.length < 6) return 'not a row of vegeta';
		const url = row[10] === undefined || row[10] === '' ? null : row[10].replace(/^\w+:\/\/[^/]*/, '');
		return observedAttempt({
			timeUs: at.us,
			zoneMinutes: at.zoneMinutes,
			method: row[9] === undefined || row[9] === '' ? null : row[9],
			path: url === '' ? '/' : url,
			status: Number(row[1]),
			durationUs: Math.round(Number(row[2]) / 1000),
		});
	},
);
