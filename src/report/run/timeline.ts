/** What happened, in order: milestones, decisions, triggers and markers as one timeline, and the decision log, folded. */

import { formatDuration } from '../../kernel/units.js';
import { formatQuantity } from '../../metrics/definitions/format.js';
import type { Decision, Outcome } from '../../metrics/outcome.js';
import { placesWhere, type Where } from '../../metrics/reading/cell-sums.js';
import * as when from '../../metrics/reading/milestones.js';
import { isCoarse } from '../../metrics/reading/trigger-times.js';
import type { World } from '../../model/world.js';
import { furtherAttempts } from './further-attempts.js';

/** What the timeline needs of a world. */
export type TimelineWorld = when.Rules & Pick<World, 'markers'> & Partial<Pick<World, 'regions'>>;

export interface TimelineEntry {
	readonly atUs: number;
	readonly text: string;
	/** bad: damage · good: recovery · done: something decided or done · note: a marker */
	readonly kind: 'bad' | 'good' | 'done' | 'note';
	/** read from cells: it happened some time within the bucket that starts at `atUs` */
	readonly withinBucket?: true;
}

/** The timeline of a run; in one bucket, events with an instant of their own come before what its cells tell. */
export function timeline(outcome: Outcome, world: TimelineWorld): TimelineEntry[] {
	const moments = [
		...triggers(outcome),
		...world.markers.map(({ atUs, text }): TimelineEntry => ({ atUs, text, kind: 'note' })),
		...outcome.decisions.filter((d) => d.what !== 'measured').map(decided),
		...damage(outcome, world),
		...recovery(outcome, world),
	];
	// Coarse buckets would put what has an instant of its own before what began half a minute earlier.
	const bucketOf = ({ atUs }: TimelineEntry) => (isCoarse(outcome) ? atUs : Math.floor(atUs / outcome.bucketUs));
	const late = ({ withinBucket }: TimelineEntry) => (withinBucket === true ? 1 : 0);
	return moments
		.filter(({ atUs }) => atUs <= outcome.toUs)
		.sort((a, b) => bucketOf(a) - bucketOf(b) || late(a) - late(b) || a.atUs - b.atUs);
}

/** One line of the folded decision log: a stretch of looks at one metric, or a single decision. */
export interface LogLine {
	readonly fromUs: number;
	readonly toUs: number;
	readonly decision: Decision;
	readonly text: string;
}

/** The decision log in which looks that decided nothing are folded, by who looked, between two other decisions. */
export function foldedLog(decisions: readonly Decision[]): LogLine[] {
	const lines: LogLine[] = [];
	let readings = new Map<string, Decision[]>();
	const flush = () => {
		for (const group of readings.values()) lines.push(fold(group));
		readings = new Map();
	};
	for (const decision of decisions) {
		if (decision.what !== 'measured') {
			flush();
			lines.push({ fromUs: decision.atUs, toUs: decision.atUs, decision, text: decision.text });
			continue;
		}
		const key = JSON.stringify([decision.rollout, decision.by, decision.stage, decision.check]);
		const group = readings.get(key);
		if (group === undefined) readings.set(key, [decision]);
		else group.push(decision);
	}
	flush();
	return lines;
}

function fold(group: readonly Decision[]): LogLine {
	const [first] = group;
	const last = group[group.length - 1];
	const values = group.map((d) => d.seen).filter((value) => value !== null);
	const show = (value: number) => formatQuantity('share', value, NO_CLOCK);
	// A check that looks every second for weeks has more values than a call takes arguments.
	const [low, high] = [
		values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
		values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
	];
	const span = values.length === 0 ? 'nothing seen' : `${show(low)} to ${show(high)}`;
	const limit = first.limit === null ? '' : `, limit ${show(first.limit)}`;
	const text = group.length === 1 ? first.text : `${group.length} looks, ${span}${limit}`;
	return { fromUs: first.atUs, toUs: last.atUs, decision: first, text };
}

/** Shares are the same on every clock. */
const NO_CLOCK = { date: null, clockUs: 0, fromUs: 0, toUs: 0 };

function decided(decision: Decision): TimelineEntry {
	const { atUs, rollout, by, what, text } = decision;
	const say = (what: string, kind: TimelineEntry['kind'] = 'done'): TimelineEntry => ({
		atUs,
		text: `${rollout}: ${what}`,
		kind,
	});
	switch (what) {
		case 'push':
			return say(`push, ${text.replace(/, held for 0s$/, '')}`);
		case 'measured':
		case 'passed':
		case 'inconclusive':
			return say(`${by} ${what}${named(decision)}: ${text}`);
		case 'blocked':
			return say(`push blocked: ${text}`);
		case 'waiting':
			return say(`held on${named(decision)}: ${text}`);
		case 'scored':
			return say(text);
		case 'tripped':
			return say(`${by} trips${named(decision)}: ${text}`);
		case 'would-trip':
			return say(`${by} would trip${named(decision)}, but this is a dry run: ${text}`);
		case 'paused':
			return say(`${by} pauses the rollout${named(decision)}: ${text}`);
		case 'frozen':
			return say(`${by} freezes all changes${named(decision)}: ${text}`);
		case 'paged':
			return say(`${by} pages people${named(decision)}: ${text}`);
		case 'approved':
		case 'refused':
			return say(`${what} by people: ${text}`);
		case 'diagnosed':
			return say(`diagnosed: ${text}`);
		case 'locked-out':
			return say(`people are locked out: ${text}`);
		case 'detected':
			return say(`detected: ${text}`);
		case 'declared':
			return say('incident declared');
		case 'decided':
			return say('decision to roll back');
		case 'revert':
			return say(`revert by ${by} starts, ${text}`);
		case 'wave':
			return say(`revert, ${text}`);
		case 'reverted':
			return say(`reverted, ${text}`, 'good');
		case 'completed':
			return say('rollout complete');
		case 'stood-down':
			return say(`people stand down: ${text}`);
	}
}

/** Which check it was, where that is more than the name of who looked. */
const named = ({ by, check }: Decision): string => (check === null || check === by ? '' : ` (${check})`);

function triggers(outcome: Outcome): TimelineEntry[] {
	const moments: TimelineEntry[] = [];
	for (const { kind, name, fromUs, toUs } of outcome.triggers) {
		// A change tells its own story through the decisions of its rollout.
		if (kind === 'change') continue;
		if (kind === 'start') {
			moments.push({ atUs: fromUs, text: `the run begins with ${name}`, kind: 'bad' });
			continue;
		}
		moments.push({ atUs: fromUs, text: `${kind} ${name} begins`, kind: 'bad' });
		if (toUs !== null) moments.push({ atUs: toUs, text: `${kind} ${name} ends`, kind: 'good' });
	}
	return moments;
}

function damage(outcome: Outcome, world: TimelineWorld): TimelineEntry[] {
	const moments: TimelineEntry[] = [];
	const note = (atUs: number | null, text: string) => {
		if (atUs !== null) moments.push({ atUs, text, kind: 'bad' });
	};
	const noteBucket = (atUs: number | null, text: string) => {
		if (atUs !== null) moments.push({ atUs, text: `${text}${withinText(outcome)}`, kind: 'bad', withinBucket: true });
	};
	note(outcome.passages.firstErrorUs, 'first failure caused by the change');
	noteBucket(when.impactStart(outcome), 'impact: failures above twice the baseline + 0.1 points for 10 s');
	const saturated = world.platforms
		.map((platform) => ({ platform, atUs: when.queueFull(outcome, world, { platform }) }))
		.filter(({ atUs }) => atUs !== null)
		.sort((a, b) => Number(a.atUs) - Number(b.atUs))[0];
	if (saturated !== undefined) note(saturated.atUs, `saturation: first full queue, on ${saturated.platform}`);
	const [where, of] = halfScope(outcome, world);
	noteBucket(when.halfRetries(outcome, where), `half of all attempts${of} are ${furtherAttempts(world)}`);
	const peak = when.peak(outcome, 'amplification');
	const trigger = when.firstTrigger(outcome);
	// A calm run has a highest bucket too; only a storm's is worth a line.
	if (peak !== null && peak.value >= 1.1 && (trigger === null || peak.atUs >= trigger)) {
		noteBucket(peak.atUs, `amplification peaks at ${formatQuantity('factor', peak.value, outcome)}`);
	}
	return moments;
}

/** What is read from coarse time buckets is told no finer. */
const withinText = (outcome: Outcome): string => (isCoarse(outcome) ? ` (within ${bucketText(outcome)})` : '');

const bucketText = ({ bucketUs }: Outcome): string => formatDuration(bucketUs);

/** Everywhere, or, where that never happened, the platform on which it happened first. */
function halfScope(outcome: Outcome, world: TimelineWorld): [Where, string] {
	if (when.halfRetries(outcome) !== null) return [{}, ''];
	let best: { platform: string; atUs: number } | null = null;
	for (const platform of world.platforms) {
		if (placesWhere(outcome, { platform }) === null) continue;
		const atUs = when.halfRetries(outcome, { platform });
		if (atUs !== null && (best === null || atUs < best.atUs)) best = { platform, atUs };
	}
	return best === null ? [{}, ''] : [{ platform: best.platform }, ` on ${best.platform}`];
}

function recovery(outcome: Outcome, world: TimelineWorld): TimelineEntry[] {
	const moments: TimelineEntry[] = [];
	const gone = when.mitigated(outcome);
	if (gone !== null) moments.push({ atUs: gone, text: 'mitigated: the last trigger is gone', kind: 'good' });
	const back = when.recovered(outcome, world);
	if (back === null || when.impactStart(outcome) === null) return moments;
	const share = formatQuantity('share', world.verdicts.failureShare, outcome);
	moments.push({
		atUs: back,
		text: `recovered: failed first attempts stay at or below ${share}${withinText(outcome)}`,
		kind: 'good',
		withinBucket: true,
	});
	return moments;
}
