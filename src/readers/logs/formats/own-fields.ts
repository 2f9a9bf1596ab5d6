/** `--fields time=NAME,status=NAME,duration=NAME:ms`: the author says which fields of JSON objects, or columns of a table, say what. */
import { EXIT, UserError } from '../../../kernel/errors.js';
import type { Unit } from './duration-units.js';
import { type JsonObject, jsonObject, objectsIn } from './json/json-line.js';
import { jsonAccess } from './json/json-requests.js';
import type { LogKind } from './log-format.js';
import { type RequestFields, requestReader } from './record-requests.js';
import { cellsOf, delimiterOf, RowJoiner } from './tables/cells.js';

const ROLES = [
	'time',
	'start',
	'end',
	'status',
	'request',
	'method',
	'path',
	'duration',
	'client',
	'agent',
	'id',
	'trace',
	'attempt',
	'retries',
	'tries',
] as const;
type Role = (typeof ROLES)[number];

const PART = /^(\w+)=(.+?)(?::(ns|us|ms|s))?$/;

/** @throws UserError (exit 2) for what names no instant, or no role */
export function ownFields(text: string): LogKind {
	const roles = new Map<Role, { readonly name: string; readonly unit: Unit | null }>();
	for (const part of text.split(',')) {
		const found = PART.exec(part.trim());
		const role = found === null ? undefined : ROLES.find((one) => one === found[1]);
		if (found === null || role === undefined || (found[3] !== undefined && role !== 'duration')) {
			throw new UserError(
				`error: --fields: found ${JSON.stringify(part)}, one of ${ROLES.join(', ')} = the name of a field would do, such as status=res.code or duration=took:ms`,
				EXIT.usage,
			);
		}
		roles.set(role, { name: found[2], unit: UNITS.find((unit) => unit === found[3]) ?? null });
	}
	const of = (role: Role): readonly string[] => {
		const known = roles.get(role);
		return known === undefined ? [] : [known.name];
	};
	const isEnd = roles.has('end') && !roles.has('start') && !roles.has('time');
	const time = [...of('time'), ...of('start'), ...of('end')];
	if (time.length === 0)
		throw new UserError(`error: --fields: found no time in ${JSON.stringify(text)}, time=NAME would do`, EXIT.usage);
	const duration = roles.get('duration');
	const fields: RequestFields = {
		time: time.slice(0, 1),
		stamp: isEnd ? 'end' : 'start',
		ended: roles.has('start') || roles.has('time') ? of('end') : [],
		status: of('status'),
		request: of('request'),
		method: of('method'),
		path: of('path'),
		duration: duration === undefined ? [] : [[duration.name, duration.unit]],
		client: of('client'),
		agent: of('agent'),
		id: [...of('id'), ...of('trace')],
		attempt: of('attempt'),
		retries: of('retries'),
		tries: of('tries'),
	};
	return kindOf(fields);
}

const UNITS: readonly Unit[] = ['ns', 'us', 'ms', 's'];

function kindOf(fields: RequestFields): LogKind {
	return {
		title: 'log with the fields of --fields',
		long: true,
		knows: () => false,
		knowsAll: (first) => first.length,
		open: (first) => (jsonObject(first[0]) === null ? tableReader(fields, first) : jsonReader(fields, first)),
	};
}

const assumed = (stamp: RequestFields['stamp']) => [
	stamp === 'end'
		? 'its instant is when a request was done'
		: 'its instant is when a request came: end=NAME says otherwise',
];

function jsonReader(fields: RequestFields, first: readonly string[]) {
	const objects = objectsIn(first);
	const reader = requestReader<JsonObject>(fields, jsonAccess, objects);
	return {
		read: (line: string) => {
			const object = jsonObject(line);
			return object === null ? 'not a JSON object' : reader.read(object);
		},
		end: () => [],
		assumed: [...assumed(fields.stamp), ...reader.assumed],
		asked: reader.asked,
	};
}

/** A column is named by the header, or by its number from 1 on. */
function tableReader(fields: RequestFields, first: readonly string[]) {
	const delimiter = delimiterOf(first) ?? ',';
	const header = cellsOf(first[0], delimiter);
	const access = (name: string) => {
		const named = header.indexOf(name);
		const at = named >= 0 ? named : /^\d+$/.test(name) ? Number(name) - 1 : -1;
		return (row: readonly string[]) => (at < 0 ? undefined : row[at]);
	};
	const rows = first.slice(1).map((line) => cellsOf(line, delimiter));
	const reader = requestReader<readonly string[]>(fields, access, rows);
	const joiner = new RowJoiner();
	return {
		read: (line: string) => {
			const whole = joiner.row(line);
			if (whole === null) return null;
			const row = cellsOf(whole, delimiter);
			return row.join() === header.join() && header.includes(fields.time[0]) ? null : reader.read(row);
		},
		end: () => [],
		assumed: [...assumed(fields.stamp), ...reader.assumed],
		asked: reader.asked,
	};
}
