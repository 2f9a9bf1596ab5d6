/** Kinds of logs with a JSON object a line, each declared by the names of its fields; a name with dots goes into nested objects. */
import type { LogKind } from '../log-format.js';
import { type RequestFields, requestReader } from '../record-requests.js';
import { isObject, type JsonObject, jsonObject } from './json-line.js';

export interface JsonRequests extends RequestFields {
	readonly title: string;
	/** a line is of this kind if it has all of these */
	readonly marks: readonly string[];
	readonly assumed?: readonly string[];
	/** lines of the same log about something else */
	readonly skip?: (object: JsonObject) => boolean;
}

export function jsonRequests(spec: JsonRequests): LogKind {
	const { title, marks, assumed = [], skip = () => false } = spec;
	const has = marks.map(jsonAccess);
	return {
		title,
		long: true,
		knows: (line) => {
			const object = jsonObject(line);
			return object !== null && has.every((get) => get(object) !== undefined);
		},
		open: (first) => {
			const records = first.flatMap((line) => {
				const object = jsonObject(line);
				return object === null || skip(object) ? [] : [object];
			});
			const reader = requestReader<JsonObject>(spec, jsonAccess, records);
			return {
				read: (line) => {
					const object = jsonObject(line);
					if (object === null) return 'not a JSON object';
					return skip(object) ? null : reader.read(object);
				},
				end: () => [],
				assumed: [...assumed, ...reader.assumed],
				asked: reader.asked,
			};
		},
	};
}

/** `a.b` is the field of that name, or b within a; of a list the first member. */
export function jsonAccess(name: string): (object: JsonObject) => unknown {
	const parts = name.split('.');
	if (parts.length === 1) return (object) => member(object, name);
	return (object) => {
		const flat = object[name];
		if (flat !== undefined) return flat;
		let at: unknown = object;
		for (const part of parts) {
			if (!isObject(at)) return undefined;
			at = member(at, part);
		}
		return at;
	};
}

function member(object: JsonObject, name: string): unknown {
	const value = object[name];
	return Array.isArray(value) ? value[0] : value;
}
