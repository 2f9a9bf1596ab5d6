/**
 * `summary.json` and `manifest.json` as plain objects and as text. Keys stand in the order in which they are written
 * here, numbers are rounded to twelve digits, and nothing depends on the machine: the same scenario, seed and version
 * give the same bytes.
 */
import type { Judgement } from '../../experiment/task/judge.js';
import { QUANTITIES, type QuantityKind } from '../../metrics/definitions/metrics.js';
import { LATENCIES, type Latency, type Outcome } from '../../metrics/outcome.js';
import { wholeRun } from '../../metrics/reading/cells.js';
import { histogram } from '../../metrics/reading/latency.js';
import type { Rules } from '../../metrics/reading/milestones.js';
import type { World } from '../../model/world.js';
import { headline, read } from '../run/headline.js';
import { isoTime } from './csv.js';

/** Raised when a key changes its meaning or goes; new keys do not raise it. */
export const SCHEMA_VERSION = 1;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What became of a run, for programs. Shares 0..1, times in seconds, instants as offset and, with a date, UTC. */
export function summary(outcome: Outcome, world: Rules, judgements: readonly Judgement[], version: string): Json {
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
			collapsed: head.collapse.collapsed,
			goodputShareAtEnd: head.collapse.goodputShare,
			cascaded: head.cascade === null ? false : head.cascade.cascaded,
			hardestHit:
				head.cascade === null
					? null
					: { place: { ...head.cascade.place }, lost: head.cascade.lost, exact: head.cascade.exact },
			recovered: read(outcome, world, 'recovered') !== null,
		},
		lostRequests: { total: head.lost, direct: head.direct, collateral: head.collateral, saved: head.saved },
		figures: ofKinds(outcome, world, ['share', 'factor', 'rate']),
		counts: ofKinds(outcome, world, ['count']),
		milestones: ofKinds(outcome, world, ['instant']),
		seconds: ofKinds(outcome, world, ['duration']),
		latency: latencies(outcome),
		expectations: judgements.map(({ expectation, seen, verdict, text }) => ({
			text: expectation.text,
			that: expectation.that,
			verdict,
			seen,
			seenText: text,
		})),
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

/** Every switch in force. */
export function worldJson(world: World): Json {
	const { sources, arrivals, ...rest } = world;
	return {
		...object(jsonOf(rest)),
		arrivals: arrivals.kind === 'curve' ? { kind: arrivals.kind, process: arrivals.process } : { kind: arrivals.kind },
		sources: sources.map(({ region, population, share }) => ({ region, population, share })),
	};
}

/** JSON text with two blanks a level and a line feed at its end. */
export function toJson(value: Json): string {
	return `${JSON.stringify(jsonOf(value), null, 2)}\n`;
}

/** Plain data as JSON: numbers to twelve digits, what JSON has no number for in words. */
export function jsonOf(value: unknown): Json {
	if (value === null || value === undefined) return null;
	if (typeof value === 'boolean' || typeof value === 'string') return value;
	if (typeof value === 'number') {
		if (value === Number.POSITIVE_INFINITY) return 'unlimited';
		if (!Number.isFinite(value)) return String(value);
		return Number.isInteger(value) ? value : Number(value.toPrecision(12));
	}
	if (Array.isArray(value)) return value.map(jsonOf);
	if (typeof value === 'object') {
		return Object.fromEntries(
			Object.entries(value)
				.filter(([, field]) => field !== undefined)
				.map(([key, field]) => [key, jsonOf(field)]),
		);
	}
	return String(value);
}

function object(value: Json): { readonly [key: string]: Json } {
	return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as { [key: string]: Json }) : {};
}

/** What stopped a run before its horizon; null where it came there. */
function stopJson(outcome: Outcome): Json {
	const { stopped } = outcome;
	return stopped === null ? null : { limit: stopped.limit, bound: stopped.bound, at: instant(stopped.atUs, outcome) };
}

function instant(us: number, outcome: Outcome): Json {
	const offsetSeconds = (us - outcome.fromUs) / 1e6;
	return outcome.date === null
		? { offsetSeconds }
		: { offsetSeconds, time: isoTime(outcome.date, outcome.clockUs + us) };
}

function ofKinds(outcome: Outcome, world: Rules, kinds: readonly QuantityKind[]): Json {
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

function latencies(outcome: Outcome): Json {
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
