/** A resolved document becomes a world: names turn into indices, instants into microseconds, every switch is filled in. */
import { formatDuration, MILLISECOND } from '../kernel/units.js';
import type { RecordingExpectation } from '../metrics/definitions/recording-metrics.js';
import type { Expectation } from '../metrics/expectation.js';
import { BYTES_PER_BUCKET } from '../metrics/recording/latency-histograms.js';
import type { Population } from '../model/population.js';
import { type OutcomeCauses, outcomeCauses, withCauses } from '../model/retry/outcome-causes.js';
import type { MixPiece } from '../model/traffic.js';
import type { World } from '../model/world.js';
import type { IssueCollector } from './document/issue-collector.js';
import { buildPopulations } from './resolve/clients/clients.js';
import { warnOfInstances } from './resolve/clients/instance-warnings.js';
import { warnOfTiming } from './resolve/clients/timing-warnings.js';
import { type ResolveContext, resolveContext } from './resolve/context.js';
import { buildClasses, buildGroups, buildRegions } from './resolve/edge-and-upstreams.js';
import { buildExpectations, dimensions } from './resolve/expectations/expectations.js';
import { buildStart } from './resolve/initial-state.js';
import { warnOfOpenEnds } from './resolve/open-end-warnings.js';
import { buildChanges, buildFaults } from './resolve/rollouts/changes.js';
import { warnOfRollouts } from './resolve/rollouts/rollout-warnings.js';
import { buildRollouts, tickUs } from './resolve/rollouts/rollouts.js';
import { buildMixes, restrict } from './resolve/traffic/mixes.js';
import { buildTraffic } from './resolve/traffic/traffic.js';
import { warnOfUnboundedQueues } from './resolve/unbounded-queue-warnings.js';
import { warnOfVerdictWindows } from './resolve/verdict-warnings.js';
import type { Document } from './schema/document.js';

/** More time buckets than this cannot be meant, and would not fit. */
const MAX_BUCKETS = 3_000_000;
const USUAL_MEMORY_BYTES = 1024 ** 3;

export interface Built {
	readonly world: World;
	readonly expectations: readonly Expectation[];
	/** asked only beside a recording */
	readonly recordingExpectations: readonly RecordingExpectation[];
}

/** Each has state of its own, which is made before the first event: these take some seconds. */
const MOST_NODES = 200_000;
/** Clients of one region: each has streams, retry layers and a curve of its own. */
const MOST_SOURCES = 5_000;
const MOST_NODE_CELLS = 10_000_000;

/**
 * Builds the world and checks what only the whole shows. What comes back is of use only if `problems` has no error.
 * @param variants what expectations may be compared with
 */
export function build(doc: Document, problems: IssueCollector, variant: string, variants: readonly string[]): Built {
	const parts = resolveContext(doc, problems, variants);
	const { time } = parts;
	const mixes = buildMixes(parts);
	const populations = buildPopulations(parts);
	checkMixes(parts, mixes, populations);
	const traffic = buildTraffic(
		parts,
		populations.map((population) => population.share),
	);
	const groups = buildGroups(parts, classShares(mixes[0], populations));
	const rollouts = buildRollouts(parts, groups);
	const { ofRuns: expectations, recordingExpectations: beside } = buildExpectations(parts);
	checkBuckets(parts);
	const nodeCount = groups.reduce((sum, group) => sum + group.nodes, 0);
	if (nodeCount > MOST_NODES)
		problems.error(['edge'], `found ${nodeCount} nodes in all regions and groups, at most ${MOST_NODES} would do`);
	const sourceCount = parts.regions.list.length * populations.length;
	if (sourceCount > MOST_SOURCES) {
		const found = `${populations.length} clients in ${parts.regions.list.length} regions, which are ${sourceCount} sources of requests`;
		problems.error(['clients'], `found ${found}, at most ${MOST_SOURCES} would do`);
	}
	const perNode = Object.keys(doc.classes ?? {}).length + Object.keys(doc.changes ?? {}).length;
	if (nodeCount * perNode > MOST_NODE_CELLS) {
		const found = `found ${nodeCount} nodes with ${perNode} classes and changes each`;
		problems.error(['edge'], `${found}, at most ${MOST_NODE_CELLS} pairs of a node and one of these would do`);
	}
	const { recovered, cascaded, collapsed } = doc.verdicts;
	const edge = {
		classes: buildClasses(parts),
		groups,
		changes: buildChanges(parts),
		faults: buildFaults(parts, groups),
	};
	const world: World = {
		name: doc.name,
		variant,
		date: doc.date === undefined ? null : doc.date,
		clockUs: time.clockUs,
		warmUpUs: time.warmUpUs,
		horizonUs: time.horizonUs,
		coolDownUs: doc.coolDown === undefined ? 0 : doc.coolDown,
		bucketUs: doc.record.bucket,
		tickUs: tickUs(rollouts),
		...edge,
		mixes,
		arrivals: traffic.arrivals,
		sources: traffic.sources,
		trafficTriggers: traffic.triggers,
		platforms: parts.platforms.list,
		regions: buildRegions(parts, traffic.regionShares),
		nodeCount,
		choice: doc.edge.choice,
		failover: failoverOf(doc),
		populations: withCausesOf(populations, outcomeCauses(edge)),
		rollouts,
		start: null,
		recordBy: dimensions(parts, expectations),
		recordInSystem: doc.record.inSystem || expectations.some(({ that }) => that.startsWith('in-system')),
		limits: {
			inFlight: doc.limits.inFlight,
			events: doc.limits.events,
			attemptsPerInstant: doc.limits.attemptsPerInstant,
			attempts: doc.limits.attempts,
			memoryBytes: doc.limits.memory,
			wallMs: Math.ceil(doc.limits.wall / MILLISECOND),
		},
		verdicts: {
			recoveredWindowUs: recovered.window,
			failureShare: recovered.failures,
			cascadeShare: cascaded,
			collapsedLastUs: collapsed.last,
			collapsedBelow: collapsed.below,
		},
		markers: doc.markers.map(({ at, text }, i) => ({ atUs: time.noted(at, ['markers', i, 'at']), text })),
	};
	if (!problems.failed) {
		warnOfRollouts(parts, world);
		warnOfInstances(parts, world);
		warnOfTiming(parts, world);
		warnOfVerdictWindows(parts, world);
		warnOfUnboundedQueues(parts, world);
		warnOfOpenEnds(parts, world, expectations);
	}
	return { world: { ...world, start: buildStart(parts, world) }, expectations, recordingExpectations: beside };
}

const withCausesOf = (populations: readonly Population[], causes: OutcomeCauses): Population[] =>
	populations.map((one) => ({ ...one, layers: one.layers.map((layer) => withCauses(layer, causes)) }));

function failoverOf({ edge: { failover } }: Document): World['failover'] {
	if (failover === undefined) return null;
	return { afterUs: failover.after, panic: failover.panic === undefined ? null : failover.panic };
}

export interface MixReport {
	readonly population: string;
	readonly mix: string;
	/** from this instant on, us from t = 0 */
	readonly fromUs: number;
	/** by class: share of the population's fresh requests */
	readonly shares: readonly { readonly class: string; readonly share: number }[];
}

/** The class mix that results for each population: the mix in force, restricted to its classes and renormalised. */
export function mixReport(world: World): MixReport[] {
	return world.populations.flatMap(({ name, classes }) =>
		world.mixes.map(({ mix, fromUs, shares }) => ({
			population: name,
			mix,
			fromUs,
			shares: restrict(shares, classes).map((share, c) => ({ class: world.classes[c].name, share })),
		})),
	);
}

/** Shares of the classes among all fresh requests while a mix is in force. */
function classShares({ shares }: MixPiece, populations: readonly Population[]): number[] {
	const made = populations.map((population) => restrict(shares, population.classes));
	return shares.map((_, c) => populations.reduce((sum, { share }, p) => sum + share * made[p][c], 0));
}

function checkMixes(
	{ doc, problems, classes }: ResolveContext,
	mixes: readonly MixPiece[],
	populations: readonly Population[],
): void {
	const rests = [['mix'], ['mixes'], ['clients'], ['classes']];
	for (const { name, share, classes: made } of populations) {
		for (const { mix, shares } of mixes) {
			if (share === 0 || made.length === 0 || made.some((c) => shares[c] > 0)) continue;
			const text = `the mix ${mix} has none of the classes it makes; a class of that mix would do`;
			problems.error(
				['clients', name, ...(doc.clients?.[name]?.classes === undefined ? [] : ['classes'])],
				text,
				rests,
			);
		}
	}
	const made = mixes.map((mix) => classShares(mix, populations));
	for (const [c, name] of classes.list.entries()) {
		if (made.some((shares) => shares[c] > 0)) continue;
		const inMix = mixes.some(({ shares }) => shares[c] > 0);
		const why = inMix
			? 'no client population makes it'
			: `the mix in force (${mixes.map(({ mix }) => mix).join(', ')}) has no share of it`;
		problems.error(['classes', name], `a class nobody makes: ${why}; give it a share, or leave it out`, rests);
	}
}

/** They are all made before the first event. Where limits.memory is small, it stops the run by its name. */
const mostBuckets = ({ limits }: Document): number =>
	Math.min(MAX_BUCKETS, Math.floor(Math.max(limits.memory, USUAL_MEMORY_BYTES) / BYTES_PER_BUCKET));

/** Measures are kept per bucket, so the measured window must begin with one. */
function checkBuckets({ doc, problems, time }: ResolveContext): void {
	const { bucket } = doc.record;
	if (!time.isSound) return;
	const frame = [['from'], ['until'], ['duration'], ['warmUp'], ['record', 'bucket']];
	if (bucket < MILLISECOND) {
		problems.error(['record', 'bucket'], `found ${formatDuration(bucket)}, at least 1ms would do`, frame);
	} else if (time.warmUpUs % bucket !== 0) {
		const found = `found ${formatDuration(time.warmUpUs)}, a whole number of time buckets (${formatDuration(bucket)}) would do`;
		problems.error(['warmUp'], found, frame);
	} else if (doc.coolDown !== undefined && time.horizonUs % bucket !== 0) {
		const path = doc.duration === undefined ? ['until'] : ['duration'];
		const expected = `expected a whole number of time buckets (${formatDuration(bucket)}) before a coolDown`;
		problems.error(path, `${expected}; got ${formatDuration(time.horizonUs)}`, frame);
	} else if ((time.horizonUs + (doc.coolDown === undefined ? 0 : doc.coolDown)) / bucket > mostBuckets(doc)) {
		const found = `found ${formatDuration(bucket)} for a run of ${formatDuration(time.horizonUs)}`;
		const most = `at most ${mostBuckets(doc)} buckets would do, or a larger limits.memory`;
		problems.error(['record', 'bucket'], `${found}, ${most}`, frame);
	} else if (time.horizonUs % bucket !== 0) {
		const path = doc.duration === undefined ? ['until'] : ['duration'];
		problems.warning(
			path,
			`the run does not end with a time bucket (${formatDuration(bucket)}): its last one is short`,
			frame,
		);
	}
}
