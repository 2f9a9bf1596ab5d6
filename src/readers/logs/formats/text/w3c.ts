/**
 * W3C extended logs: `#Fields` names what stands in a line. IIS writes time-taken in milliseconds, CloudFront in seconds; of others it is
 * told by the values. Instants are UTC, by the format.
 */

import type { Unit } from '../duration-units.js';
import type { LogKind, LogReader } from '../log-format.js';
import { type RequestFields, type RequestReader, requestReader } from '../record-requests.js';

type Row = readonly string[];

const FIELDS = /^#Fields:\s*/i;

export const W3C: LogKind = {
	title: 'W3C extended log (#Fields: IIS, CloudFront)',
	knows: () => false,
	knowsAll: (first) => (first.slice(0, 10).some((line) => FIELDS.test(line)) ? first.length : 0),
	open: (first) => new W3cReader(first),
};

class W3cReader implements LogReader {
	readonly assumed: string[] = ['a line was written when its request was done'];
	readonly asked: string[] = [];
	#reader: RequestReader<Row> | null = null;
	#fields: readonly string[] = [];
	#byTab = false;

	constructor(private readonly first: readonly string[]) {}

	read(line: string) {
		if (line.startsWith('#')) {
			if (FIELDS.test(line)) this.#open(line.replace(FIELDS, '').trim().split(/\s+/));
			return null;
		}
		if (this.#reader === null) return 'a line before #Fields';
		const row = this.#cells(line);
		return row.length < this.#fields.length / 2 ? 'fewer cells than #Fields names' : this.#reader.read(row);
	}

	end() {
		return [];
	}

	#cells = (line: string): Row => line.split(this.#byTab ? '\t' : ' ');

	#open(fields: readonly string[]): void {
		if (this.#reader !== null && fields.join(' ') === this.#fields.join(' ')) return;
		this.#fields = fields;
		const lines = this.first.filter((line) => !line.startsWith('#'));
		this.#byTab = lines.length > 0 && lines[0].split('\t').length >= fields.length / 2;
		const spec = fieldsOf(fields, this.first.join('\n'));
		const at = (name: string): number => fields.indexOf(name);
		const access = (name: string): ((row: Row) => unknown) => {
			if (name === 'date time') return (row) => `${row[at('date')]} ${row[at('time')]}`;
			const i = at(name);
			if (name.endsWith('(User-Agent)')) return (row) => unescaped(row[i]);
			return (row) => row[i];
		};
		const reader = requestReader<Row>(spec, access, lines.map(this.#cells));
		this.assumed.push(...reader.assumed);
		this.asked.push(...reader.asked);
		this.#reader = reader;
	}
}

function fieldsOf(fields: readonly string[], head: string): RequestFields {
	const isCloudFront = fields.includes('x-edge-location');
	const isIis = /^#Software:.*Internet Information/im.test(head) || fields.includes('sc-win32-status');
	const unit: Unit | null = isCloudFront ? 's' : isIis ? 'ms' : null;
	return {
		time: fields.includes('date') ? ['date time'] : ['x-timestamp', 'timestamp', 'time'],
		stamp: 'end',
		status: ['sc-status'],
		method: ['cs-method'],
		path: ['cs-uri-stem', 'cs-uri'],
		duration: [['time-taken', unit]],
		client: ['x-forwarded-for', 'c-ip'],
		agent: ['cs(User-Agent)'],
		zone: 0,
	};
}

/** "Mozilla/5.0%20(X11)"; IIS writes "+" for a space. */
const unescaped = (text: string | undefined): string | undefined => text?.replace(/%20|\+/g, ' ');
