/** Locust's history (`--csv`): totals of each kind of request since the start, a row a second; of the kinds together where it has no more. */
import type { LogKind, LogReader, WholeReading } from '../log-format.js';
import { countsOf } from '../metrics/counts.js';
import type { MetricSeries, Point } from '../metrics/metric-series.js';
import { anyInstant } from '../timestamps.js';
import { cellsOf } from './cells.js';

const TIME = 'Timestamp';
const [REQUESTS, FAILURES] = ['Total Request Count', 'Total Failure Count'];

export const LOCUST: LogKind = {
	title: 'Locust history (CSV)',
	knows: () => false,
	knowsAll: (first) => {
		const header = cellsOf(first[0], ',');
		return [TIME, 'User Count', REQUESTS, FAILURES].every((name) => header.includes(name)) ? first.length : 0;
	},
	open: (first) => new LocustReader(cellsOf(first[0], ',')),
};

class LocustReader implements LogReader {
	readonly assumed = ['a failure of Locust stands for status 500'];
	readonly #points = new Map<
		string,
		{ readonly name: string; readonly type: string; readonly requests: Point[]; readonly failures: Point[] }
	>();

	constructor(private readonly header: readonly string[]) {}

	read(line: string): null | string {
		const row = cellsOf(line, ',');
		const of = (name: string): string => row[this.header.indexOf(name)] ?? '';
		if (of(TIME) === TIME) return null;
		const at = anyInstant(of(TIME));
		const [requests, failures] = [Number(of(REQUESTS)), Number(of(FAILURES))];
		if (at === null || of(REQUESTS) === '' || !Number.isFinite(requests + failures)) return 'no instant or no totals';
		const [name, type] = [of('Name'), of('Type')];
		const key = `${type} ${name}`;
		const known = this.#points.get(key) ?? { name, type, requests: [], failures: [] };
		this.#points.set(key, known);
		const last = known.requests[known.requests.length - 1];
		if (last !== undefined && last.atUs >= at.us) return null;
		known.requests.push({ atUs: at.us, value: requests - failures });
		known.failures.push({ atUs: at.us, value: failures });
		return null;
	}

	end(): WholeReading {
		const all = [...this.#points.values()];
		const kinds = all.filter(({ name }) => name !== 'Aggregated');
		const series = (kinds.length > 0 ? kinds : all).flatMap(({ name, type, requests, failures }): MetricSeries[] => {
			const path = name === 'Aggregated' ? '-' : name;
			const method = type === '' ? '-' : type;
			return [
				{ name: null, labels: { path, method, code: '200' }, points: requests, zoneMinutes: 0 },
				{ name: null, labels: { path, method, code: '500' }, points: failures, zoneMinutes: 0 },
			];
		});
		return countsOf(series, { as: 'counter', windowUs: null, why: 'totals' }, 'end');
	}
}
