/**
 * `summary.json` and `manifest.json` of one run as plain objects. Keys stand in the order in which they are written here: the same
 * scenario, seed and version give the same bytes.
 */

import type { Explanation } from '../../experiment/run/explain.js';
import type { Judgement } from '../../experiment/task/judge.js';
import type { QuantityKind } from '../../metrics/definitions/metric.js';
import { isTime, QUANTITIES } from '../../metrics/definitions/metrics.js';
import { LATENCIES, type Latency, type Outcome } from '../../metrics/outcome.js';
import { cascaded, cascadeWhy } from '../../metrics/reading/cascade.js';
import { wholeRun } from '../../metrics/reading/cell-sums.js';
import { impact } from '../../metrics/reading/impact.js';
import { histogram } from '../../metrics/reading/latency.js';
import type { Rules } from '../../metrics/reading/milestones.js';
import { isCoarse } from '../../metrics/reading/trigger-times.js';
import type { World } from '../../model/world.js';
import { type Json, jsonOf, SCHEMA_VERSION, worldJson } from '../files/json.js';
import { type Headline, headline } from './headline.js';
import { notesOf } from './notes.js';
import { explainedJson } from './retries-finding.js';
import { isoTime } from './tables.js';

/** What became of a run, for programs. Shares 0..1, times in seconds, instants as offset and, with a date, UTC. */
export function summary(
	outcome: Outcome,
	world: Rules,
	judgements: readonly Judgement[],
	version: string,
	explained: Explanation = null,
): Json {
	const head = headline(outcome, world);
	const { stopped } = outcome;
	return {
		schema: SCHEMA_VERSION,
		name: outcome.name,
		variant: outcome.variant,
		seed: outcome.seed,
		version,
		engine: outcome.engine,
		partial: stopped !== null,
		stopped: stopJson(outcome),
		window: {
			from: instant(outcome.fromUs, outcome),
			to: instant(outcome.toUs, outcome),
			bucketSeconds: outcome.bucketUs / 1e6,
		},
		verdicts: {
			collapsed: word(head.collapse.collapsed),
			goodputShareAtEnd: head.collapse.goodputShare,
			cascaded: word(cascaded(outcome, world)),
			hardestHit:
				head.cascade === null
					? null
					: {
							...{ place: { ...head.cascade.place }, lost: head.cascade.lost, exact: head.cascade.exact },
							...(isCoarse(outcome) && head.cascade.lostRange[0] < head.cascade.lostRange[1]
								? { lostRange: [...head.cascade.lostRange] }
								: {}),
							...(head.cascade.thinWorse ? { thinWorse: true } : {}),
						},
			recovered: recoveredJson(head),
			...undecidedJson(head, outcome, world),
		},
		lostRequests: {
			total: head.lost,
			direct: head.direct,
			collateral: head.collateral,
			saved: head.saved,
			open: head.open,
		},
		explained: explainedJson(outcome, explained, world),
		figures: ofKinds(outcome, world, ['share', 'factor', 'rate']),
		counts: ofKinds(outcome, world, ['count']),
		milestones: ofKinds(outcome, world, ['instant']),
		seconds: ofKinds(outcome, world, ['duration']),
		...openTimesJson(outcome, world),
		latency: latencies(outcome),
		expectations: judgements.map(({ expectation, seen: measured, verdict, text }) => ({
			text: expectation.text,
			that: expectation.that,
			verdict,
			seen: measured,
			seenText: text,
		})),
		...notesJson(notesOf(outcome, world, judgements)),
		triggers: outcome.triggers.map(({ kind, name, fromUs, toUs }) => ({
			kind,
			name,
			from: instant(fromUs, outcome),
			to: toUs === null ? null : instant(toUs, outcome),
		})),
		decisions: outcome.decisions.map(({ atUs, ...decision }) => ({ at: instant(atUs, outcome), ...decision })),
		audit: {
			requests: { ...outcome.audit.requests },
			clientLedger: { ...outcome.audit.clientLedger },
			serverLedger: { ...outcome.audit.serverLedger },
			workerUs: { ...outcome.audit.workerUs },
			queues: { ...outcome.audit.queues },
		},
	};
}

const notesJson = (notes: readonly string[]): { readonly [key: string]: Json } => (notes.length === 0 ? {} : { notes });

const word = (verdict: boolean | null): boolean | 'undecided' => (verdict === null ? 'undecided' : verdict);

/** Null where there was no impact: nothing was to recover. */
function recoveredJson({ recovery }: Headline): Json {
	if (recovery === null) return null;
	return recovery.recovered === null && recovery.why === null ? null : word(recovery.recovered);
}

/** Why a verdict is undecided, and the length of the measured window that would decide. */
function undecidedJson(
	{ collapse, recovery }: Headline,
	outcome: Outcome,
	world: Rules,
): { readonly [key: string]: Json } {
	const { fromUs } = outcome;
	const found = impact(outcome);
	const why = {
		collapsed: collapse,
		...(cascaded(outcome, world) === null ? { cascaded: { why: cascadeWhy(outcome, world), neededToUs: null } } : {}),
		...(recovery === null ? {} : { recovered: recovery }),
		...(found === null ? {} : { impact: found }),
	};
	const reasons = Object.entries(why).flatMap(([name, { why: reason, neededToUs }]) =>
		reason === null
			? []
			: [[name, { why: reason, neededSeconds: neededToUs === null ? null : (neededToUs - fromUs) / 1e6 }] as const],
	);
	return reasons.length === 0 ? {} : { undecided: Object.fromEntries(reasons) };
}

/** What was run: enough to run it again and to see every switch that was in force. */
export interface ManifestInput {
	readonly version: string;
	/** of the scenario's text, hexadecimal */
	readonly scenarioSha256: string;
	/** the scenario as resolved: variant laid over, `--set` applied */
	readonly scenario: unknown;
	readonly world: World;
	readonly outcome: Outcome;
}

/** The provenance of a run. Curves and recorded arrivals are left to the scenario that made them. */
export function manifest({ version, scenarioSha256, scenario, world, outcome }: ManifestInput): Json {
	return {
		schema: SCHEMA_VERSION,
		tool: 'retrystorm',
		version,
		engine: outcome.engine,
		name: outcome.name,
		variant: outcome.variant,
		seed: outcome.seed,
		partial: outcome.stopped !== null,
		stopped: stopJson(outcome),
		scenarioSha256,
		scenario: jsonOf(scenario),
		world: worldJson(world),
	};
}

/** What stopped a run before its horizon; null where it came there. */
export function stopJson(outcome: Outcome): Json {
	const { stopped } = outcome;
	return stopped === null ? null : { limit: stopped.limit, bound: stopped.bound, at: instant(stopped.atUs, outcome) };
}

export function instant(us: number, outcome: Outcome): Json {
	const offsetSeconds = (us - outcome.fromUs) / 1e6;
	return outcome.date === null
		? { offsetSeconds }
		: { offsetSeconds, time: isoTime(outcome.date, outcome.clockUs + us) };
}

export function ofKinds(outcome: Outcome, world: Rules, kinds: readonly QuantityKind[]): Json {
	const entries = QUANTITIES.filter(({ kind }) => kinds.includes(kind)).map(
		({ name, kind, read: readIt }): [string, Json] => {
			const value = readIt(outcome, wholeRun(outcome), world);
			if (value === null) return [name, null];
			if (kind === 'instant') return [name, instant(value, outcome)];
			return [name, kind === 'duration' ? value / 1e6 : value];
		},
	);
	return Object.fromEntries(entries);
}

/**
 * What of the milestones and times is undecided, and why: a range, where coarse time buckets hold it; where it is none, or what
 * stands for it is null, nothing can be said.
 */
function openTimesJson(outcome: Outcome, world: Rules): { readonly [key: string]: Json } {
	const found = QUANTITIES.flatMap(({ name, kind, read: readIt, undecided }): [string, Json][] => {
		if (!isTime(kind) || undecided === undefined) return [];
		const [value, open] = [readIt(outcome, wholeRun(outcome), world), undecided(outcome, wholeRun(outcome), world)];
		if (open === null || (value !== null && open.withinBuckets === undefined)) return [];
		const { range, why, neededToUs } = open;
		const written = (us: number): Json => (kind === 'instant' ? instant(us, outcome) : us / 1e6);
		const neededSeconds = neededToUs === null ? null : (neededToUs - outcome.fromUs) / 1e6;
		return [[name, { range: range === null ? null : range.map(written), why, neededSeconds }]];
	});
	return found.length === 0 ? {} : { undecidedTimes: Object.fromEntries(found) };
}

export function latencies(outcome: Outcome): Json {
	const one = (latency: Latency): Json => {
		const times = histogram(outcome, wholeRun(outcome), latency);
		if (times === null || times.count === 0) return { count: 0 };
		const mean = times.sumUs / times.count;
		return {
			count: times.count,
			meanSeconds: mean / 1e6,
			deviationSeconds: Math.sqrt(Math.max(0, times.sumSquaresUs2 / times.count - mean * mean)) / 1e6,
			minSeconds: times.minUs / 1e6,
			maxSeconds: times.maxUs / 1e6,
		};
	};
	return Object.fromEntries(LATENCIES.map((latency): [string, Json] => [latency, one(latency)]));
}
