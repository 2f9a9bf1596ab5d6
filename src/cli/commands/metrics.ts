/** `retrystorm metrics [NAME]`: what an expectation may name, as a list, or one metric explained. */
import type { Command } from 'commander';
import { EXIT, UserError } from '../../kernel/errors.js';
import { csv } from '../../report/files/csv.js';
import { jsonOf, toJson } from '../../report/files/json.js';
import { METRIC_ENTRIES, METRIC_NAMES, type MetricEntry, metricEntry } from '../../report/reference/metric-entry.js';
import { metricList, metricPage } from '../../report/reference/metrics-text.js';
import { suggest } from '../../scenario/document/did-you-mean.js';
import { formatFlag } from '../flags/flags.js';
import { styleFor } from '../output/terminal-style.js';

export function metricsCommand(root: Command): void {
	root
		.command('metrics')
		.description('list what an expectation may name, with unit and formula, or explain one metric')
		.argument('[name]', 'the metric to explain')
		.addOption(formatFlag())
		.exitOverride()
		.action(metricsAction);
}

function metricsAction(
	name: string | undefined,
	{ format }: { format: 'text' | 'json' | 'csv' },
	command: Command,
): void {
	const style = styleFor(command.optsWithGlobals<{ color: boolean }>().color);
	const found = name === undefined ? METRIC_ENTRIES : [metricOf(name)];
	if (format === 'csv') process.stdout.write(csv([COLUMNS, ...found.map(rowOf)]));
	else if (format === 'json') process.stdout.write(toJson(jsonOf(name === undefined ? found : found[0])));
	else process.stdout.write(name === undefined ? metricList(found, style) : metricPage(found[0], style));
}

const COLUMNS = ['name', 'kind', 'unit', 'of', 'help', 'example'];

const rowOf = ({ name, kind, unit, of, help, examples }: MetricEntry): string[] => [
	name,
	kind,
	unit,
	of,
	help,
	examples[0],
];

/** @throws UserError (exit 2) that names the nearest one */
function metricOf(name: string): MetricEntry {
	const found = metricEntry(name);
	if (found !== undefined) return found;
	throw new UserError(
		`error: metrics: unknown metric ${JSON.stringify(name)}; ${suggest(name, METRIC_NAMES)}`,
		EXIT.usage,
	);
}
