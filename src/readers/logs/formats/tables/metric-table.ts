/**
 * Tables of numbers over time: a column that counts requests, or several, each a series of its own. What such numbers are is told by
 * the header or a unit, by the values where these never fall, and is asked otherwise.
 */
import type { Count } from '../../../../experiment/fit/observe/observation.js';
import { type Answers, type LineReading, type LogReader, NO_ANSWERS, type WholeReading } from '../log-format.js';
import { countsOf } from '../metrics/counts.js';
import { type Meaning, meaningOf, stepOf } from '../metrics/meaning.js';
import { type MetricSeries, type Point, requestLabels } from '../metrics/metric-series.js';
import { amountOf } from './amounts.js';
import { cellsOf, RowJoiner } from './cells.js';
import { countsNothing } from './columns.js';
import { isIndexed, statuses, type TableHead, timeOf } from './table-head.js';

/** More numbers than this are no table of counts whose meaning has to be told by all of them. */
const MOST_POINTS = 2_000_000;
/** Also of a counter: beyond it, the difference of two numbers means nothing. */
const MOST_COUNTED = Number.MAX_SAFE_INTEGER;

export interface TableMetrics {
	/** columns that hold the numbers */
	readonly values: readonly number[];
	/** columns that tell kinds apart */
	readonly labels: readonly number[];
	readonly stated: Meaning | null;
	/** of the requests of `values`, those that failed */
	readonly errors: number | null;
}

/** @returns null where no column holds numbers of requests */
export function tableOfMetrics({ columns, rows }: TableHead, _answers: Answers = NO_ANSWERS): TableMetrics | null {
	const { header, time, status, success, unit, counts, rates, errors, path, method, attempt } = columns;
	const aside = [time, status, success, unit, path, method, attempt];
	const cells = (at: number) => rows.flatMap((row) => (row[at] === undefined || row[at] === '' ? [] : [row[at]]));
	const numeric = header.flatMap((name, i) => {
		if (aside.includes(i) || countsNothing(name)) return [];
		const filled = cells(i);
		const fitting = filled.filter((cell) => amountOf(cell) !== null);
		return filled.length > 0 && fitting.length >= 0.9 * filled.length && !statuses(filled) ? [i] : [];
	});
	const units = unit === null ? [] : [...new Set(cells(unit))];
	if (units.some((one) => !/^(?:count|counts|none|count\/second|requests?)$/i.test(one))) return null;
	const named = [counts, rates].find((some) => some.some((i) => numeric.includes(i)));
	const values =
		named === undefined ? numeric.filter((i) => i !== errors) : named.filter((i) => numeric.includes(i)).slice(0, 1);
	if (values.length === 0) return null;
	const labels = header.flatMap((_, i) =>
		i !== time && i !== unit && i !== success && !numeric.includes(i) && !countsNothing(header[i]) ? [i] : [],
	);
	return {
		values,
		labels,
		stated: statedMeaning(header[values[0]], cells(values[0]), {
			counts: named === counts,
			rates: named === rates || units.includes('Count/Second'),
		}),
		errors: errors !== null && numeric.includes(errors) && values.length === 1 ? errors : null,
	};
}

/** What the name or the unit of a column says its numbers are. */
function statedMeaning(
	name: string,
	cells: readonly string[],
	says: { counts: boolean; rates: boolean },
): Meaning | null {
	const perSecond = cells.some((cell) => amountOf(cell)?.perSecond !== null);
	if (perSecond || says.rates) return { as: 'rate', windowUs: null, why: `${name} is requests a second` };
	return says.counts
		? {
				as: 'increase',
				windowUs: null,
				why: `${name} counts the requests of each step, from the instant of its row on`,
			}
		: null;
}

export class MetricTable implements LogReader {
	readonly assumed: string[];
	readonly #series = new Map<string, { readonly labels: Record<string, string>; readonly points: Point[] }>();
	readonly #joiner = new RowJoiner();
	/** null: what the numbers are is told at the end */
	readonly #streamed: { readonly everyUs: number } | null;
	#zoneMinutes: number | null = null;
	#points = 0;

	constructor(
		private readonly head: TableHead,
		private readonly metrics: TableMetrics,
		private readonly answers: Answers,
	) {
		const index = isIndexed(head) ? ['the table counts from 00:00 of a day that it does not name'] : [];
		this.assumed = [...index];
		this.#streamed = this.#sampled();
		if (metrics.errors !== null)
			this.assumed.push(
				`${head.columns.header[metrics.errors]} counts those of the requests that failed, as status 500`,
			);
	}

	read(line: string): LineReading {
		const whole = this.#joiner.row(line);
		if (whole === null) return null;
		const { delimiter, columns } = this.head;
		const row = cellsOf(whole, delimiter);
		const { header, time } = columns;
		if (row.length === header.length && row.every((cell, i) => cell === header[i])) return null;
		const at = time === null ? null : timeOf(row[time], header[time]);
		if (at === null)
			return row.some((cell) => columns.header.includes(cell)) ? null : `no instant: ${time === null ? '' : row[time]}`;
		this.#zoneMinutes = at.zoneMinutes;
		const counts: Count[] = [];
		for (const column of this.metrics.values) {
			const cell = row[column];
			const amount = cell === undefined ? null : amountOf(cell);
			if (amount === null) {
				if (this.metrics.values.length > 1) continue;
				return `no count: ${cell}`;
			}
			if (amount.value < 0) return `a count below zero: ${cell}`;
			if (amount.value > MOST_COUNTED) return `a count of ${cell}, at most ${MOST_COUNTED} can be read`;
			const value = amount.value * (amount.perSecond === null ? 1 : amount.perSecond);
			const failed = this.#failed(row, value);
			for (const [status, n] of failed === null
				? [[null, value] as const]
				: ([
						[200, value - failed],
						[500, failed],
					] as const)) {
				const labels = this.#labels(row, column, status);
				if (this.#streamed === null) this.#keep(labels, { atUs: at.us, value: n });
				else
					counts.push({
						fromUs: at.us,
						everyUs: this.#streamed.everyUs,
						count: n,
						zoneMinutes: at.zoneMinutes,
						...requestLabels(labels),
					});
			}
		}
		if (this.#points > MOST_POINTS)
			return 'too many rows for a table whose numbers are not named; --as says what they are';
		return counts.length === 0 ? null : counts;
	}

	end(): WholeReading {
		if (this.#streamed !== null) return [];
		const series = this.#all();
		const meaning = meaningOf(series, this.answers, this.metrics.stated);
		if (typeof meaning === 'string') {
			const { values } = this.metrics;
			return `${values.map((i) => JSON.stringify(this.head.columns.header[i])).join(', ')}: ${meaning}`;
		}
		this.assumed.push(meaning.why);
		return countsOf(series, meaning, meaning.as === 'increase' && meaning.windowUs === null ? 'start' : 'end');
	}

	/** Counts of each step go through one by one, once the first rows have shown that they are none of a counter. */
	#sampled(): { readonly everyUs: number } | null {
		const { stated } = this.metrics;
		if (stated === null || stated.as !== 'increase' || this.answers.as !== null) return null;
		const { columns, rows } = this.head;
		const { time, header } = columns;
		if (time === null) return null;
		for (const row of rows) {
			const at = timeOf(row[time], header[time]);
			const amount = amountOf(row[this.metrics.values[0]] ?? '');
			if (at !== null && amount !== null)
				this.#keep(this.#labels(row, this.metrics.values[0], null), { atUs: at.us, value: amount.value });
		}
		const series = this.#all();
		this.#series.clear();
		this.#points = 0;
		const meaning = meaningOf(series, NO_ANSWERS, stated);
		const steps = series.flatMap(({ points }) => stepOf(points) ?? []).toSorted((a, b) => a - b);
		if (typeof meaning === 'string' || meaning.as === 'counter' || steps.length === 0) return null;
		this.assumed.push(stated.why);
		return { everyUs: steps[Math.floor(steps.length / 2)] };
	}

	#all(): MetricSeries[] {
		return [...this.#series.values()].map(({ labels, points }) => ({
			name: null,
			labels,
			points: withoutTwins(points.toSorted((a, b) => a.atUs - b.atUs)),
			zoneMinutes: this.#zoneMinutes,
		}));
	}

	#keep(labels: Record<string, string>, point: Point): void {
		this.#points++;
		const key = JSON.stringify(labels);
		const known = this.#series.get(key);
		if (known === undefined) this.#series.set(key, { labels, points: [point] });
		else known.points.push(point);
	}

	#failed(row: readonly string[], value: number): number | null {
		const { errors } = this.metrics;
		if (errors === null) return null;
		const amount = amountOf(row[errors] ?? '');
		return amount === null ? null : Math.min(value, amount.value);
	}

	#labels(row: readonly string[], column: number, status: number | null): Record<string, string> {
		const { columns } = this.head;
		const of: Record<string, string> = {};
		for (const i of this.metrics.labels)
			if (row[i] !== undefined && row[i] !== '') of[labelName(i, columns.header[i], columns)] = row[i];
		if (this.metrics.values.length > 1) Object.assign(of, columnLabels(columns.header[column]));
		if (status !== null) of.code = String(status);
		return of;
	}
}

const labelName = (i: number, name: string, { status, path, method, attempt }: TableHead['columns']): string =>
	i === status ? 'code' : i === path ? 'path' : i === method ? 'method' : i === attempt ? 'attempt' : name;

/** Grafana names the columns of a wide table by their labels: `{code="503", method="GET"}`. */
function columnLabels(name: string): Record<string, string> {
	const pairs = [...name.matchAll(/([a-zA-Z_]\w*)\s*[=:]\s*"?([^",}]*)"?/g)].map(
		([, key, value]) => [key, value] as const,
	);
	return pairs.length > 0
		? Object.fromEntries(pairs)
		: /^[1-5](?:\d\d|xx)$/i.test(name)
			? { code: name }
			: { path: name };
}

/** Of several points at one instant the last. */
const withoutTwins = (points: readonly Point[]): Point[] =>
	points.filter(({ atUs }, i) => i + 1 === points.length || points[i + 1].atUs !== atUs);
