/** Tables with a request a row, under the usual names of columns. */
import type { LogReader } from '../log-format.js';
import { type RequestFields, requestReader } from '../record-requests.js';
import { cellsOf, RowJoiner } from './cells.js';
import { type TableHead, timeOf } from './table-head.js';

type Row = readonly string[];

export function requestRows({ delimiter, columns, rows }: TableHead): LogReader {
	const { header, time, status, success, path, method, request, duration, client, id, attempt } = columns;
	const name = (at: number | null): readonly string[] => (at === null ? [] : [header[at]]);
	const fields: RequestFields = {
		time: name(time),
		stamp: 'start',
		status: status === null ? name(success) : name(status),
		path: name(path),
		method: name(method),
		request: name(request),
		duration: duration === null ? [] : [[header[duration.column], duration.unit]],
		client: name(client),
		id: name(id),
		attempt: name(attempt),
	};
	const access = (field: string) => {
		const at = header.indexOf(field);
		if (at === time) return (row: Row) => (timeOf(row[at], field) === null ? undefined : row[at]);
		return at === success && status === null ? (row: Row) => successStatus(row[at]) : (row: Row) => row[at];
	};
	const reader = requestReader<Row>(fields, access, rows);
	const joiner = new RowJoiner();
	const bare = status === null && success === null ? ['each row of the table is one request'] : [];
	const judged =
		status === null && success !== null ? [`${header[success]}: true stands for status 200, false for 500`] : [];
	return {
		title: 'table, a request a row',
		read: (line) => {
			const whole = joiner.row(line);
			if (whole === null) return null;
			const row = cellsOf(whole, delimiter);
			if (row.length === header.length && row.every((cell, i) => cell === header[i])) return null;
			const read = reader.read(row);
			return typeof read === 'string' && time !== null && read.startsWith('no instant')
				? `no instant: ${row[time]}`
				: read;
		},
		end: () => [],
		assumed: [...bare, ...judged, 'the instant of a row is when its request came', ...reader.assumed],
		asked: reader.asked,
	};
}

function successStatus(cell: string | undefined): number | undefined {
	if (cell === undefined || cell === '') return undefined;
	if (/^(?:true|1|yes|ok|pass(?:ed)?)$/i.test(cell)) return 200;
	return /^(?:false|0|no|ko|fail(?:ed)?)$/i.test(cell) ? 500 : undefined;
}
