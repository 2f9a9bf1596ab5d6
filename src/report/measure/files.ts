/**
 * A recording beside its prediction as files: `measured.json` for whoever draws it, `measured.csv` tidy, one line for each
 * bucket and measure. Counts are counts, times seconds, shares 0..1.
 */
import type { JudgedRecording } from '../../experiment/measure/judge-recording.js';
import type {
	Bin,
	BucketShare,
	MeasuredVsPredicted,
	TotalVsPredicted,
} from '../../experiment/measure/measured-vs-predicted.js';
import { relativeTo, type Sharpness } from '../../experiment/measure/sharpness.js';
import type { Interval } from '../../experiment/statistics/interval.js';
import { isCut, type TaskFailure } from '../../experiment/task/task.js';
import { formatShare } from '../../kernel/units.js';
import { INTERVAL_SCORE, SHARPNESS } from '../../metrics/definitions/recording-metrics.js';
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
		partial: failures.some(isCut),
		notes: [...notes],
		failures: failures.map((failure) => ({ ...failure })),
		stepS: found.stepUs / 1e6,
		buckets: found.buckets,
		level: found.level,
		amplification: totalJson(found.amplification, 1),
		measures: Object.fromEntries(
			found.measures.map(({ name, bins, inside, busy, sharpness, total }) => [
				name,
				{
					unit: isTimed(name) ? 's' : 'count',
					inside: shareJson(inside),
					busy: shareJson(busy),
					sharpness: sharpnessJson(sharpness, scaleOf(name)),
					total: totalJson(total, scaleOf(name)),
					bins: bins.map((bin, i) => binJson(bin, (i * found.stepUs) / 1e6, scaleOf(name))),
				},
			]),
		),
		expectations: judged.map((one) => {
			const { text, that } = one.expectation;
			const { measured, withinBand, tooWide, verdict } = one;
			return {
				text,
				that,
				seen: measured,
				seenText: measuredText(one),
				verdict,
				...(withinBand ? { withinLuck: withinBand } : {}),
				...(tooWide === null ? {} : { tooWide }),
			};
		}),
	};
}

/** "95% of the buckets" */
export function measuredText({ expectation: { that }, measured, withinBand, tooWide }: JudgedRecording): string {
	if (measured === null) return 'no samples: the recording has nothing to measure it by';
	const share = formatShare(Number(measured.toPrecision(3)));
	if (tooWide !== null) {
		const width = formatShare(Number(tooWide.toPrecision(2)));
		return `undecided: ${share}, but the band is ${width} of what was measured wide: too wide to judge`;
	}
	if (that.startsWith('coverage')) return `${share} of the buckets`;
	if (that.startsWith(SHARPNESS) || that.startsWith(INTERVAL_SCORE)) return `${share} of what was measured`;
	return withinBand ? `${share}, but inside the band of one run: not told from luck` : share;
}

/** Times are kept in us. */
const scaleOf = (name: AttemptSeriesName): number => (isTimed(name) ? 1e-6 : 1);

const shareJson = ({ hits, of }: BucketShare): Json => ({ hits, of, share: of === 0 ? null : hits / of });

/** Means over the buckets; as shares of what was measured, where something was. */
const sharpnessJson = ({ buckets, width, score, measured }: Sharpness, scale: number): Json => ({
	buckets,
	width: scaled(width, scale),
	intervalScore: scaled(score, scale),
	relative: { width: relativeTo(width, measured), intervalScore: relativeTo(score, measured) },
});

const totalJson = ({ measured, predicted, branch, band, bias }: TotalVsPredicted, scale: number): Json => ({
	measured: scaled(measured, scale),
	predicted: scaled(predicted, scale),
	branch,
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
