/** What gates are worth as files: the answer (JSON), a line per run, and a line per check (CSV). Same bytes every time. */

import { ALARMS_ABOVE, type CheckQuality } from '../../experiment/gate/check-power.js';
import type { GateQuality } from '../../experiment/gate/gate-quality.js';
import type { SampleShare } from '../../experiment/gate/sample-share.js';
import type { Odds } from '../../experiment/gate/trip-odds.js';
import { digestsOf, type Replications } from '../../experiment/replicate/replications.js';
import type { Interval } from '../../experiment/statistics/interval.js';
import type { Mean } from '../../experiment/statistics/mean-interval.js';
import { didHarm, type RolloutRecord } from '../../experiment/task/gate-record.js';
import { isCut } from '../../experiment/task/task.js';
import { csv } from '../files/csv.js';
import { proportionJson } from '../files/expectation-json.js';
import { type Json, SCHEMA_VERSION } from '../files/json.js';
import { detectionSentence } from './gate-sentences.js';

/** Times in seconds, shares 0..1; an interval is [low, high]. */
export function gateJson(quality: GateQuality, version: string): Json {
	const { label, seeds, harmAbove, time, detectors, harmed, exposure, truth, checks, failures } = quality;
	return {
		schema: SCHEMA_VERSION,
		kind: 'gate',
		label,
		version,
		seeds,
		partial: failures.some(({ failure }) => isCut(failure)),
		harmAbove,
		...(quality.unmet === 0 ? {} : { runsWhoseChangeNoRequestMet: quality.unmet }),
		probabilities: {
			detect: proportionJson(quality.detect),
			falseAlarm: proportionJson(quality.falseAlarm),
			inconclusive: proportionJson(quality.inconclusive),
			inconclusiveOnTwin: proportionJson(quality.twinInconclusive),
			alert: proportionJson(quality.alert),
			alertOnTwin: proportionJson(quality.twinAlert),
		},
		undecided: {
			runs: quality.undecided.runs,
			twins: quality.undecided.twins,
			neededSeconds:
				quality.undecided.neededToUs === null ? null : (quality.undecided.neededToUs - quality.undecided.fromUs) / 1e6,
		},
		secondsToVerdict: {
			...meanJson(time.mean, 1e6),
			median: time.median.value === null ? null : time.median.value / 1e6,
			medianInterval: intervalJson(time.median.interval, 1e6),
		},
		detectors: detectors.map((one) => ({ ...one })),
		beforeVerdict: {
			lost: meanJson(harmed.lost),
			firstFailed: meanJson(harmed.firstFailed),
			open: meanJson(harmed.open),
		},
		exposure: { share: meanJson(exposure.share), nodeSeconds: meanJson(exposure.nodeUs, 1e6) },
		truth: truth.map(({ of, ...counts }) => ({ of, ...counts })),
		checks: checks.map(checkJson),
		...(quality.withoutLimit.length === 0 ? {} : { checksWithoutLimit: [...quality.withoutLimit] }),
		failures: failures.map(({ seed, failure: { kind, message } }) => ({ seed, kind, message })),
	};
}

function checkJson(quality: CheckQuality): Json {
	const { check, coverage, readings } = quality;
	return {
		rollout: check.rollout,
		stage: check.stage,
		by: check.by,
		metric: check.metric,
		scope: check.scope,
		above: check.above,
		minSamples: check.minSamples,
		windowSeconds: check.windowUs / 1e6,
		everySeconds: check.everyUs / 1e6,
		watchesSeconds: check.watchesUs / 1e6,
		detect: proportionJson(quality.detect),
		falseAlarm: proportionJson(quality.falseAlarm),
		undecided: { beforeHoldEnded: quality.open.hold, beforePush: quality.open.push },
		readings: {
			all: readings.all,
			full: readings.full,
			apart: readings.apart,
			clipped: readings.clipped,
			withoutData: quality.withoutData,
		},
		calm: shareJson(quality.baseline),
		struck: shareJson(quality.struck),
		worst: shareJson(quality.worst),
		binomial: { power: oddsJson(quality.power), falseAlarm: oddsJson(quality.falseOdds) },
		falseShare: quality.falseShare,
		coverage: { share: coverage.share, traffic: coverage.traffic, oneInWindow: quality.oneInWindow },
		reference: { ...quality.reference },
		effectSeconds: quality.effectUs / 1e6,
		falseAlarms: { verdict: quality.alarms, limit: ALARMS_ABOVE },
		sight: quality.detection,
		sentence: detectionSentence(quality),
	};
}

/** The share as it was seen, and where the true one lies. */
const shareJson = (share: SampleShare | null): Json =>
	share === null
		? null
		: { samples: share.samples, share: share.share, interval: intervalJson(share.interval), source: share.source };

const oddsJson = (odds: Odds | null): Json =>
	odds === null ? null : { reading: intervalJson(odds.look), all: intervalJson(odds.hold) };

const meanJson = ({ n, mean, interval }: Mean, unit = 1): { [key: string]: Json } => ({
	runs: n,
	mean: mean === null ? null : mean / unit,
	interval: intervalJson(interval, unit),
});

const intervalJson = (interval: Interval | null, unit = 1): Json =>
	interval === null ? null : [interval.low / unit, interval.high / unit];

/** One line per run: what the tools made of the world and of its twin, and what the change had done by then. */
export function gateCsv(replications: Replications, quality: GateQuality, withHeader = true): string {
	const [header, ...rows] = gateRows(replications, quality);
	return csv(withHeader ? [header, ...rows] : rows);
}

/** The same as cells, the header first. */
export function gateRows(
	replications: Replications,
	{ label, harmAbove }: GateQuality,
): readonly (readonly (string | number | null)[])[] {
	const side = ['verdict', 'tripped_after_s', 'by', 'stage', 'alert_after_s'];
	const cost = ['lost_before_verdict', 'first_failed_before_verdict', 'open_before_verdict', 'first_failed', 'harm'];
	const exposed = ['exposed', 'exposed_first_attempts', 'exposed_node_s', 'effect_after_s'];
	const header = ['run', 'seed', ...side, ...cost, ...exposed, ...side.map((name) => `twin_${name}`)];
	const rows = digestsOf(replications).flatMap(({ seed, gate }) => {
		if (gate === undefined) return [];
		const { changed, harmless, excess, effectAfterUs } = gate;
		return [
			[
				label,
				seed,
				...sideCells(changed),
				excess.beforeVerdict.lost,
				excess.beforeVerdict.firstFailed,
				excess.beforeVerdict.open ?? null,
				excess.firstFailed,
				String(didHarm(gate, harmAbove)),
				changed.exposedShare,
				changed.exposedFirstAttempts,
				changed.exposedNodeUs / 1e6,
				seconds(effectAfterUs),
				...sideCells(harmless),
			],
		];
	});
	return [header, ...rows];
}

const sideCells = ({ verdict, trip, alertAfterUs }: RolloutRecord): (string | number | null)[] => [
	verdict,
	trip === null ? null : trip.afterUs / 1e6,
	trip === null ? null : trip.by,
	trip === null ? null : trip.stage,
	seconds(alertAfterUs),
];

const seconds = (us: number | null): number | null => (us === null ? null : us / 1e6);

/** One line per check. */
export function checksCsv({ label, checks }: GateQuality): string {
	const header = [
		'run',
		'rollout',
		'stage',
		'by',
		'metric',
		'above',
		'asked',
		'tripped',
		'undecided',
		'twin_asked',
		'twin_tripped',
	];
	const shareColumns = [...SHARE_CELLS.map((name) => `twin_${name}`), ...SHARE_CELLS];
	const chances = ['power', 'false'].flatMap((name) => ODDS_CELLS.map((cell) => `${name}_${cell}`));
	const rest = [...chances, 'coverage', 'one_in_window', 'false_alarms', 'sight'];
	const rows = checks.map(({ check, detect, falseAlarm, baseline, struck, power, falseOdds, ...quality }) => [
		label,
		check.rollout,
		check.stage,
		check.by,
		check.metric,
		check.above,
		detect.n,
		detect.hits,
		quality.open.hold + quality.open.push,
		falseAlarm.n,
		falseAlarm.hits,
		...shareCells(baseline),
		...shareCells(struck),
		...oddsCells(power),
		...oddsCells(falseOdds),
		quality.coverage.share,
		quality.oneInWindow,
		quality.alarms,
		quality.detection,
	]);
	return csv([[...header, ...shareColumns, ...rest], ...rows]);
}

const SHARE_CELLS = ['samples', 'share', 'share_low', 'share_high', 'share_source'] as const;
const shareCells = (share: SampleShare | null) =>
	share === null
		? SHARE_CELLS.map(() => null)
		: [share.samples, share.share, share.interval.low, share.interval.high, share.source];

const ODDS_CELLS = ['reading_low', 'reading_high', 'low', 'high'] as const;
const oddsCells = (odds: Odds | null) =>
	odds === null ? ODDS_CELLS.map(() => null) : [odds.look.low, odds.look.high, odds.hold.low, odds.hold.high];
