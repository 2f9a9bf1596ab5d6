/** Replications as files: what they say (JSON), one line per run and one per step of a band (CSV). Same bytes every time. */

import {
	type Branch,
	ENDS,
	type Figure,
	type ReplicationSummary,
	type UndecidedRuns,
} from '../../experiment/replicate/branch-statistics.js';
import type { JudgedExpectation } from '../../experiment/replicate/probabilistic-expectations.js';
import { reasonsText } from '../../experiment/replicate/reasons.js';
import { digestsOf, failuresOf, type Replications } from '../../experiment/replicate/replications.js';
import type { Interval } from '../../experiment/statistics/interval.js';
import { CURVES } from '../../experiment/task/digest.js';
import { isCut } from '../../experiment/task/task.js';
import { isTime, kindOf, QUANTITIES, type QuantityKind } from '../../metrics/definitions/metrics.js';
import { csv } from '../files/csv.js';
import { judgedJson, proportionJson } from '../files/expectation-json.js';
import { type Json, SCHEMA_VERSION } from '../files/json.js';

/** Times in seconds (instants from t = 0), shares 0..1; an interval is [low, high]. */
export function replicateJson(answer: ReplicationSummary, judged: readonly JudgedExpectation[], version: string): Json {
	return {
		schema: SCHEMA_VERSION,
		kind: 'replications',
		label: answer.label,
		version,
		seeds: answer.seeds,
		partial: answer.failures.some(({ failure }) => isCut(failure)),
		probabilities: {
			...Object.fromEntries(
				ENDS.map((end) => [end, { ...proportionJson(answer.ends[end]), ...undecidedJson(answer.undecided[end]) }]),
			),
			'collapsed-before-trigger': proportionJson(answer.beforeTrigger),
		},
		open: { ...answer.open },
		warmUp:
			answer.warmUp.kind === 'unknown' ? answer.warmUp : { kind: answer.warmUp.kind, seconds: answer.warmUp.us / 1e6 },
		expectations: judged.map(judgedJson),
		branches: answer.branches.map(branchJson),
		failures: answer.failures.map(({ seed, failure: { kind, message } }) => ({ seed, kind, message })),
	};
}

/** Runs that could not tell: `share` is over the others. */
const undecidedJson = ({ runs, reasons, neededToUs }: UndecidedRuns): { readonly [key: string]: Json } =>
	runs === 0
		? { undecided: 0 }
		: {
				undecided: runs,
				why: reasons.length === 0 ? null : reasonsText(reasons),
				reasons: reasons.map(({ why, runs: of, seed }) => ({ why, runs: of, seed })),
				neededToSeconds: neededToUs === null ? null : neededToUs / 1e6,
			};

const branchJson = ({ name, runs, figures }: Branch): Json => ({
	name,
	runs,
	figures: Object.fromEntries([...figures].map(([figure, value]) => [figure, figureJson(figure, value)])),
});

function figureJson(name: string, { mean, quantiles, undecided }: Figure): Json {
	const scale = scaleOf(name);
	const interval = (of: Interval | null): Json => (of === null ? null : [scale(of.low), scale(of.high)]);
	return {
		runs: mean.n,
		...(undecided === 0 ? {} : { undecided }),
		mean: mean.mean === null ? null : scale(mean.mean),
		deviation: mean.sd === null ? null : scale(mean.sd),
		interval: interval(mean.interval),
		...(quantiles.length === 0
			? {}
			: {
					quantiles: Object.fromEntries(
						quantiles.map(({ p, value, interval: around }) => [
							`p${p * 100}`,
							{ value: value === null ? null : scale(value), interval: interval(around) },
						]),
					),
				}),
	};
}

/** One line per replication: its seed, its verdicts, every quantity (seconds where it is a time), and its failure if it has none of them. */
export function replicationsCsv(replications: Replications): string {
	const digests = new Map(digestsOf(replications).map((digest) => [digest.seed, digest]));
	const failures = new Map(failuresOf(replications).map(({ seed, failure }) => [seed, failure]));
	const names = QUANTITIES.map(({ name }) => name);
	const rows = replications.results.map((_, k) => {
		const seed = replications.firstSeed + k;
		const digest = digests.get(seed);
		const values = digest?.values;
		const cells = QUANTITIES.map(({ name, kind }) => {
			if (values === undefined) return null;
			return digest?.undecided?.[name] === undefined ? cell(values[name], kind) : 'undecided';
		});
		return [seed, ...cells, failures.get(seed)?.message ?? ''];
	});
	return csv([['seed', ...names, 'failure'], ...rows]);
}

/** One line per branch, curve and step. */
export function bandsCsv({ branches, steps }: ReplicationSummary): string {
	const header = ['branch', 'curve', 'offset_s', 'n', 'mean', 'min', 'p5', 'p25', 'p50', 'p75', 'p95', 'max'];
	const rows = branches.flatMap(({ name, bands }) =>
		CURVES.flatMap((curve) =>
			bands[curve].map((band, k) => {
				const { n, mean, min, p5, p25, p50, p75, p95, max } = band;
				return [name, curve, (k * steps.stepUs) / 1e6, n, mean, min, p5, p25, p50, p75, p95, max];
			}),
		),
	);
	return csv([header, ...rows]);
}

function cell(value: number | null, kind: QuantityKind): string | number | null {
	if (value === null) return null;
	if (kind === 'boolean') return value === 1 ? 'true' : 'false';
	if (!Number.isFinite(value)) return 'unlimited';
	return isTime(kind) ? value / 1e6 : value;
}

const scaleOf = (name: string): ((value: number) => number) =>
	isTime(kindOf(name)) ? (us) => us / 1e6 : (value) => value;
