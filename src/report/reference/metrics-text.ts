/** The metrics for a terminal, 80 columns: the list by kind, and one of them as a page. */
import type { QuantityKind } from '../../metrics/definitions/metric.js';
import { plain, type Style } from '../text/style.js';
import { entry, WIDTH, wrap } from '../text/text-table.js';
import type { MetricEntry } from './metric-entry.js';

const LABEL = 11;
const NAME_WIDTH = 30;

const TITLES: Readonly<Record<QuantityKind, string>> = {
	share: 'SHARES',
	factor: 'FACTORS',
	rate: 'RATES',
	count: 'NUMBERS',
	duration: 'TIMES',
	instant: 'INSTANTS',
	boolean: 'TRUE OR FALSE (also as P(name), their probability)',
};

/** @returns with a line feed at its end */
export function metricList(entries: readonly MetricEntry[], style: Style = plain): string {
	const kinds = (Object.keys(TITLES) as QuantityKind[]).filter((kind) => entries.some((one) => one.kind === kind));
	const lines = kinds.flatMap((kind) => [
		'',
		style('title', `  ${TITLES[kind]}`),
		...entries.filter((one) => one.kind === kind).flatMap(listed),
	]);
	const head = `${entries.length} metrics. One in detail: retrystorm metrics NAME`;
	return `${[style('dim', `  ${head}`), ...lines].join('\n')}\n`;
}

function listed({ name, help, of }: MetricEntry): string[] {
	const text = of === 'recording' ? `${help}; with compare --measured` : help;
	const lines = wrap(text, WIDTH - NAME_WIDTH - 3);
	const left = (i: number): string => (i === 0 ? `  ${name}` : '').padEnd(NAME_WIDTH + 2);
	if (name.length < NAME_WIDTH) return lines.map((line, i) => `${left(i)} ${line}`);
	return [`  ${name}`, ...lines.map((line) => `${left(1)} ${line}`)];
}

/** @returns with a line feed at its end */
export function metricPage(found: MetricEntry, style: Style = plain): string {
	const { name, aliases, kind, unit, help, span, examples, of } = found;
	const lines = [
		style('title', `  ${name}`),
		...wrap(help, WIDTH - 2).map((line) => `  ${line}`),
		'',
		...entry('kind', kind, LABEL),
		...entry('in files', unit, LABEL),
		...entry('reads', span, LABEL),
		...(aliases.length === 0 ? [] : entry('also', aliases.join(', '), LABEL)),
		...(of === 'run' ? [] : entry('needs', 'a recording: compare --measured', LABEL)),
		'',
		style('title', '  EXAMPLE'),
		'  expect:',
		...examples.map((line) => `    ${line}`),
	];
	return `${lines.join('\n')}\n`;
}
