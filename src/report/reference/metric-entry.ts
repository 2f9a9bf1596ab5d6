/** What is known of a metric, for whoever writes an expectation: its kind, how a bound is written, the unit in files, an example. */

import type { Quantity, QuantityKind } from '../../metrics/definitions/metric.js';
import { keyOf, namesOf, QUANTITIES, quantity } from '../../metrics/definitions/metrics.js';
import { RECORDING_METRICS } from '../../metrics/definitions/recording-metrics.js';

export interface MetricEntry {
	readonly name: string;
	/** other names that may be written for it */
	readonly aliases: readonly string[];
	/** of a run; or of a recording beside one, which `compare --measured` answers */
	readonly of: 'run' | 'recording';
	readonly kind: QuantityKind;
	/** of values in CSV and JSON files */
	readonly unit: string;
	/** what it is, with its formula */
	readonly help: string;
	/** what of `over` it reads */
	readonly span: string;
	/** lines that may stand in `expect` */
	readonly examples: readonly string[];
}

const UNITS: Readonly<Record<QuantityKind, string>> = {
	share: 'share, 0..1',
	factor: 'factor, 1 = no retries',
	instant: 's from the start of the measured window',
	duration: 's',
	count: 'number',
	rate: '1/s',
	boolean: '0 or 1',
};

const BOUNDS: Readonly<Record<QuantityKind, string>> = {
	share: 'below: 1%',
	factor: 'below: x1.5',
	instant: 'below: 60s',
	duration: 'below: 500ms',
	count: 'below: 100',
	rate: 'above: 100/s',
	boolean: 'equals: false',
};

const SPANS: Readonly<Record<Quantity['spanUse'], string>> = {
	counts: 'what is counted in the time buckets of the span',
	'time-means': 'what is counted in the time buckets of the span, over its length',
	states: 'the time buckets of the span',
	log: 'what happened in the span, by its own instant',
	run: 'the whole run; `over` has no effect',
};

/** All that an expectation may name. */
export const METRIC_ENTRIES: readonly MetricEntry[] = [
	...QUANTITIES.map(ofRun),
	...RECORDING_METRICS.map(
		({ name, help }): MetricEntry => ({
			name,
			aliases: [],
			of: 'recording',
			kind: 'share',
			unit: UNITS.share,
			help,
			span: 'the part of the recording that the run covers',
			examples: [`- { that: ${name}, ${name.startsWith('coverage') ? 'above: 90%' : 'below: 10%'} }`],
		}),
	),
];

/** By any of its names, P(...) included; undefined if there is none. */
export function metricEntry(name: string): MetricEntry | undefined {
	const inside = /^P\((.*)\)$/.exec(name.trim());
	const key = keyOf(inside === null ? name : inside[1].trim());
	const listed = METRIC_ENTRIES.find((entry) => entry.name === key);
	if (listed !== undefined) return inside === null || listed.kind === 'boolean' ? listed : undefined;
	const made = inside === null ? quantity(key) : undefined;
	return made === undefined ? undefined : ofRun(made);
}

/** All names that `metricEntry` knows. */
export const METRIC_NAMES: readonly string[] = namesOf(METRIC_ENTRIES.map(({ name }) => name));

function ofRun({ name, kind, help, spanUse }: Quantity): MetricEntry {
	return {
		name,
		aliases: namesOf([name]).filter((one) => one !== name),
		of: 'run',
		kind,
		unit: UNITS[kind],
		help,
		span: SPANS[spanUse],
		examples: [
			`- { that: ${name}, ${BOUNDS[kind]} }`,
			...(kind === 'boolean' ? [`- { that: P(${name}), below: 5% }`] : []),
			...(kind === 'instant' ? [`- { that: ${name}, never: true }`] : []),
		],
	};
}
