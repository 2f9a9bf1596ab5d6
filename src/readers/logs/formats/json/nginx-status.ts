/** Samples of nginx's status API (NGINX Plus), one JSON object a line: counters since the start, of all requests and of each server zone. */
import type { Count } from '../../../../experiment/fit/observe/observation.js';
import type { LineReading, LogKind, LogReader } from '../log-format.js';
import { epochInstant } from '../timestamps.js';
import { isObject, type JsonObject, jsonObject, numberField } from './json-line.js';

export const NGINX_STATUS: LogKind = {
	title: 'nginx status samples (JSON lines)',
	knows: (line) => {
		const object = jsonObject(line);
		return object !== null && 'nginx_version' in object && isObject(object.requests) && isObject(object.server_zones);
	},
	open: () => new StatusReader(),
};

/** Of each class the status that stands for it. */
const CLASSES = { '1xx': 100, '2xx': 200, '3xx': 300, '4xx': 400, '5xx': 500 } as const;

/** Answers by zone and class at an instant. */
interface StatusSample {
	readonly atUs: number;
	readonly totals: ReadonlyMap<string, { readonly zone: string; readonly status: number; readonly total: number }>;
}

class StatusReader implements LogReader {
	readonly assumed = ['a server zone is a class of requests, and 5xx stands for 500'];
	#before: StatusSample | null = null;

	read(line: string): LineReading {
		const object = jsonObject(line);
		if (object === null) return 'not a JSON object';
		const now = sampleOf(object);
		if (typeof now === 'string') return now;
		const before = this.#before;
		if (before !== null && now.atUs <= before.atUs) return 'a sample that is not after the one before';
		this.#before = now;
		return before === null ? null : increases(before, now);
	}

	end(): readonly Count[] {
		return [];
	}
}

function sampleOf(object: JsonObject): StatusSample | string {
	const ms = numberField(object, ['timestamp']);
	const at = ms === null ? null : epochInstant(ms);
	if (at === null || !isObject(object.server_zones)) return 'no timestamp or no server_zones';
	const broken = Object.entries(object.server_zones).find(([, of]) => !hasTotals(of));
	if (broken !== undefined) return `no counts of 1xx to 5xx in zone ${broken[0]}`;
	const totals = Object.entries(object.server_zones).flatMap(([zone, of]) => {
		const responses = isObject(of) && isObject(of.responses) ? of.responses : {};
		return Object.entries(CLASSES).map(
			([name, status]) => [`${zone} ${name}`, { zone, status, total: Number(responses[name]) }] as const,
		);
	});
	return { atUs: at.us, totals: new Map(totals) };
}

const hasTotals = (of: unknown): boolean => {
	const responses = isObject(of) && isObject(of.responses) ? of.responses : null;
	return responses !== null && Object.keys(CLASSES).every((name) => Number.isSafeInteger(responses[name]));
};

/** A total that fell was begun anew. */
function increases(before: StatusSample, now: StatusSample): Count[] {
	return [...now.totals].flatMap(([key, { zone, status, total }]): Count[] => {
		const last = before.totals.get(key);
		if (last === undefined || !Number.isFinite(total)) return [];
		const count = total < last.total ? total : total - last.total;
		const everyUs = now.atUs - before.atUs;
		return [{ fromUs: before.atUs, everyUs, zoneMinutes: 0, count, method: '-', path: zone, status, attempt: null }];
	});
}
