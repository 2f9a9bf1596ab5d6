/**
 * A recording beside its prediction as files: `measured.json` for whoever draws it, `measured.csv` tidy, one line for each
 * bucket and measure. Counts are counts, times seconds, shares 0..1.
 */
import type {
	Bin,
	BucketShare,
	JudgedRecording,
	MeasuredVsPredicted,
	TotalVsPredicted,
} from '../../experiment/measure/measured-vs-predicted.js';
import type { Interval } from '../../experiment/statistics/interval.js';
import type { TaskFailure } from '../../experiment/task/task.js';
import { formatShare } from '../../kernel/units.js';
import { AMPLIFICATION_ERROR } from '../../metrics/definitions/recording-metrics.js';
import { type AttemptSeriesName, isTimed } from '../../metrics/reading/attempt-series.js';
import { csv } from '../files/csv.js';
import { type Json, SCHEMA_VERSION } from '../files/json.js';

/** What was held beside what. */
export interface MeasureHead {
	/** of the branch that ran */
	readonly label: string;
	readonly version: string;
	/** asked of the band, 0..1 */
	readonly level: number;
	readonly seeds: { readonly first: number; readonly runs: number };
	readonly recording: {
		readonly file: string;
		readonly sha256: string;
		readonly attempts: number;
		readonly unreadable: number;
	};
	/** what was left out of the recording, and why */
	readonly notes: readonly string[];
	readonly failures: readonly { readonly seed: number; readonly kind: TaskFailure['kind']; readonly message: string }[];
}

export function measureJson(about: MeasureHead, found: MeasuredVsPredicted, judged: readonly JudgedRecording[]): Json {
	const { label, version, seeds, recording, notes, failures } = about;
	return {
		schema: SCHEMA_VERSION,
		kind: 'measured',
		version,
		label,
		seeds: { ...seeds },
		recording: { ...recording },
		partial: failures.some(({ kind }) => kind === 'interrupted'),
		notes: [...notes],
		failures: failures.map((failure) => ({ ...failure })),
		stepS: found.stepUs / 1e6,
		buckets: found.buckets,
		level: found.level,
		amplification: totalJson(found.amplification, 1),
		measures: Object.fromEntries(
			found.measures.map(({ name, bins, inside, busy, total }) => [
				name,
				{
					unit: isTimed(name) ? 's' : 'count',
					inside: shareJson(inside),
					busy: shareJson(busy),
					total: totalJson(total, scaleOf(name)),
					bins: bins.map((bin, i) => binJson(bin, (i * found.stepUs) / 1e6, scaleOf(name))),
				},
			]),
		),
		expectations: judged.map((one) => {
			const { text, that } = one.expectation;
			return { text, that, seen: one.measured, seenText: measuredText(one), verdict: one.verdict };
		}),
	};
}

/** "95% of the buckets" */
export function measuredText({ expectation: { that }, measured: seen }: JudgedRecording): string {
	if (seen === null) return 'nothing to measure it by';
	const share = formatShare(Number(seen.toPrecision(3)));
	return that === AMPLIFICATION_ERROR ? share : `${share} of the buckets`;
}

/** Times are kept in us. */
const scaleOf = (name: AttemptSeriesName): number => (isTimed(name) ? 1e-6 : 1);

const shareJson = ({ hits, of }: BucketShare): Json => ({ hits, of, share: of === 0 ? null : hits / of });

const totalJson = ({ measured, predicted, band, bias }: TotalVsPredicted, scale: number): Json => ({
	measured: scaled(measured, scale),
	predicted: scaled(predicted, scale),
	band: bandJson(band, scale),
	bias,
});

const binJson = ({ measured, predicted, band, place }: Bin, fromS: number, scale: number): Json => ({
	fromS,
	measured: scaled(measured, scale),
	predicted: scaled(predicted, scale),
	band: bandJson(band, scale),
	place,
});

const scaled = (value: number | null, scale: number): number | null => (value === null ? null : value * scale);

const bandJson = (band: Interval | null, scale: number): Json =>
	band === null ? null : [band.low * scale, band.high * scale];

export function measureCsv({ measures, stepUs }: MeasuredVsPredicted): string {
	const header = ['from_s', 'measure', 'measured', 'predicted', 'low', 'high', 'place'];
	const rows = measures.flatMap(({ name, bins }) =>
		bins.map(({ measured, predicted, band, place }, i) => {
			const cells = [measured, predicted, band === null ? null : band.low, band === null ? null : band.high];
			return [(i * stepUs) / 1e6, name, ...cells.map((cell) => scaled(cell, scaleOf(name))), place];
		}),
	);
	return csv([header, ...rows]);
}
