/** Makes the page's data of a recording beside its prediction: how much of it lies in the bands, and where they lie. */
import type { JudgedRecording } from '../../experiment/measure/judge-recording.js';
import type { MeasuredVsPredicted } from '../../experiment/measure/measured-vs-predicted.js';
import { formatShare } from '../../kernel/units.js';
import { COUNT_SERIES, isTimed } from '../../metrics/reading/attempt-series.js';
import type { Scenario } from '../../scenario/load.js';
import { jsonOf } from '../files/json.js';
import { aboutOf, assumptionsOf, clockOf } from '../page/about.js';
import type { PageVerdict } from '../page/parts.js';
import { type MeasureHead, measureJson } from './files.js';
import type { MeasurePage } from './page-data.js';
import { bandText, factor, hitsText, isBusy, measureText, totalText } from './text.js';

interface Made {
	readonly about: MeasureHead;
	readonly scenario: Scenario;
	readonly comparison: MeasuredVsPredicted;
	readonly judged: readonly JudgedRecording[];
	readonly rerun: string;
}

export function measurePage({ about, scenario, comparison: beside, judged, rerun }: Made): MeasurePage {
	const { recording, seeds, notes, version } = about;
	const question = `${recording.file} beside ${seeds.runs} replications (seeds ${seeds.first} to ${seeds.first + seeds.runs - 1}); ${bandText(beside)}`;
	const shown = beside.measures.filter(({ bins }) => bins.some(isBusy));
	return {
		kind: 'measured',
		version,
		...aboutOf(scenario, question, rerun),
		verdicts: verdictsOf(beside),
		findings: [
			...shown.map((measure) => ({ label: measure.name, text: measureText(measure, beside) })),
			...notes.map((text) => ({ label: 'note', text })),
		],
		assumptions: assumptionsOf(scenario),
		clock: clockOf(scenario.world),
		stepUs: beside.stepUs,
		buckets: beside.buckets,
		measures: shown.map(({ name, inside }) => ({ name, timed: isTimed(name), inside: hitsText(inside) })),
		summary: jsonOf(measureJson(about, beside, judged)),
	};
}

/** A verdict needs a promise: what the author expects stands below, judged; here is what was seen. */
function verdictsOf({ measures, level, amplification }: MeasuredVsPredicted): PageVerdict[] {
	const counted: readonly string[] = COUNT_SERIES;
	const shares = measures
		.filter(({ name, inside }) => counted.includes(name) && inside.of > 0)
		.map(({ name, inside: { hits, of } }) => ({ name, share: hits / of }))
		.sort((a, b) => a.share - b.share);
	const off = totalText(amplification, factor);
	return [
		...(shares.length === 0
			? []
			: [
					{
						text: `Coverage: at least ${formatShare(Number(shares[0].share.toPrecision(3)))} of the buckets lie inside their band (${shares[0].name} the least), of ${formatShare(Number(level.toPrecision(3)))} to expect`,
						tone: 'note' as const,
					},
				]),
		{ text: `Amplification: ${off}`, tone: 'note' },
	];
}
