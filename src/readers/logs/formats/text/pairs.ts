/** Lines of named values: logfmt (`method=GET status=200 duration=13ms`), the router of Heroku above all, and LTSV (`method:GET\tstatus:200`). */

import type { JsonObject } from '../json/json-line.js';
import { jsonAccess } from '../json/json-requests.js';
import { USUAL_FIELDS } from '../json/usual-fields.js';
import type { LogKind } from '../log-format.js';
import { requestReader } from '../record-requests.js';

const PAIR = /([A-Za-z_@][\w.@-]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g;

function logfmt(line: string): JsonObject | null {
	const pairs: [string, string][] = [];
	for (const [, name, quoted, bare] of line.matchAll(PAIR)) pairs.push([name, quoted === undefined ? bare : quoted]);
	return pairs.length < 3 ? null : Object.fromEntries(pairs);
}

function ltsv(line: string): JsonObject | null {
	const pairs = line.split('\t').map((cell): [string, string] => {
		const colon = cell.indexOf(':');
		return colon < 1 ? ['', ''] : [cell.slice(0, colon), cell.slice(colon + 1)];
	});
	return pairs.length < 3 || pairs.some(([name]) => !/^[\w.@-]+$/.test(name)) ? null : Object.fromEntries(pairs);
}

const has = (names: readonly string[]) => {
	const all = names.map(jsonAccess);
	return (object: JsonObject): boolean => all.some((get) => get(object) !== undefined);
};
const [timed, judged] = [has(USUAL_FIELDS.time), has(USUAL_FIELDS.status)];

function pairsKind(title: string, parse: (line: string) => JsonObject | null): LogKind {
	return {
		title,
		knows: (line) => {
			const pairs = parse(line);
			return pairs !== null && timed(pairs) && judged(pairs);
		},
		open: (first) => {
			const records = first.flatMap((line): JsonObject[] => {
				const pairs = parse(line);
				return pairs === null ? [] : [pairs];
			});
			const fields = { ...USUAL_FIELDS, request: ['req', 'request'], client: ['fwd', ...(USUAL_FIELDS.client ?? [])] };
			const reader = requestReader<JsonObject>(fields, jsonAccess, records);
			return {
				read: (line) => {
					const pairs = parse(line);
					if (pairs === null) return 'not a line of named values';
					return judged(pairs) ? reader.read(pairs) : null;
				},
				end: () => [],
				assumed: ['a line was written when its request was done', ...reader.assumed],
				asked: reader.asked,
			};
		},
	};
}

export const LOGFMT = pairsKind('logfmt (name=value)', (line) => (line.startsWith('{') ? null : logfmt(line)));
export const LTSV = pairsKind('LTSV (name:value, by tabs)', (line) => (line.includes('\t') ? ltsv(line) : null));
