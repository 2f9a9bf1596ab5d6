/**
 * Tables with a header, whatever wrote them. A column of statuses makes each row a request; a column that counts, or times at a regular
 * step, make it numbers over time; times alone are requests of which nothing else is known.
 */
import { type Answers, type LogKind, type LogReader, NO_ANSWERS } from '../log-format.js';
import { Tally } from '../tally.js';
import type { Columns } from './columns.js';
import { MetricTable, tableOfMetrics } from './metric-table.js';
import { requestRows } from './request-rows.js';
import { headOf, type TableHead, timeOf } from './table-head.js';

const REGULAR = 0.6;

export const TABLE: LogKind = {
	title: 'CSV counts per interval',
	knows: () => false,
	knowsAll: (first) => (headOf(first) === null ? 0 : first.length - 1),
	open: (first, answers = NO_ANSWERS) => openTable(first, answers),
};

function openTable(first: readonly string[], answers: Answers): LogReader {
	const head = headOf(first);
	if (head === null) return refusal('no table with a column of instants');
	const { columns } = head;
	const { status, success, duration, path, request } = columns;
	const counted = columns.counts.length > 0 || columns.rates.length > 0 || answers.as !== null;
	const judged = status !== null || success !== null || (duration !== null && (path !== null || request !== null));
	if (judged && !counted) return requestRows(head);
	const metrics = tableOfMetrics(head, answers);
	if (counted || (metrics !== null && regular(head)) || named(columns)) {
		return metrics === null
			? refusal(
					'a table without a column that counts requests; --fields time=...,status=... names the columns of a table with a request a row',
				)
			: new MetricTable(head, metrics, answers);
	}
	return requestRows(head);
}

const named = ({ header }: Columns): boolean => header.some((name) => /^value$/i.test(name));

function regular({ columns, rows }: TableHead): boolean {
	const { time } = columns;
	if (time === null) return false;
	const at = rows.flatMap((row) => timeOf(row[time], columns.header[time])?.us ?? []).toSorted((a, b) => a - b);
	const steps = new Tally<number>();
	let all = 0;
	for (let i = 1; i < at.length; i++) {
		if (at[i] === at[i - 1]) continue;
		all++;
		steps.add(at[i] - at[i - 1]);
	}
	return all > 0 && steps.commonest[0][1] >= REGULAR * all;
}

const refusal = (why: string): LogReader => ({ read: () => null, end: () => why, assumed: [] });
