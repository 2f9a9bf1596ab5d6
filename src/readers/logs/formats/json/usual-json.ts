/** JSON lines of nobody's format, under the usual names: an instant and a status make a request. */
import type { LogKind } from '../log-format.js';
import { type JsonObject, jsonObject } from './json-line.js';
import { jsonAccess, jsonRequests } from './json-requests.js';
import { USUAL_FIELDS } from './usual-fields.js';

const some = (names: readonly string[]) => {
	const all = names.map(jsonAccess);
	return (object: JsonObject): boolean => all.some((get) => get(object) !== undefined);
};
const [timed, judged] = [some(USUAL_FIELDS.time), some(USUAL_FIELDS.status)];
const aimed = some([...(USUAL_FIELDS.path ?? []), ...(USUAL_FIELDS.request ?? []), 'method']);

export const USUAL_JSON: LogKind = {
	...jsonRequests({
		...USUAL_FIELDS,
		title: 'JSON lines with the usual names',
		marks: [],
		skip: (object) => !judged(object) || !aimed(object),
		assumed: ['a line was written when its request was done'],
	}),
	knows: (line) => {
		const object = jsonObject(line);
		return object !== null && timed(object) && judged(object) && aimed(object);
	},
};
