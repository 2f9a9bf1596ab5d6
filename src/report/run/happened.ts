/** What a reader with 30 seconds gets: one sentence that says what happened, and three figures. What is unknown is said to be. */
import { formatInstant, formatQuantity, formatSpan } from '../../metrics/definitions/format.js';
import type { Outcome } from '../../metrics/outcome.js';
import { impact, impactStart, peak } from '../../metrics/reading/milestones.js';
import { type Headline, read } from './headline.js';
import type { KeyFigure } from './page-data.js';
import { instantText, openRange } from './run-findings.js';
import type { TimelineWorld } from './timeline.js';

export function happened(outcome: Outcome, world: TimelineWorld, head: Headline): string {
	if (outcome.stopped !== null)
		return `The run stopped before its end, so this is only a part. ${partsOf(outcome, world, head)}`;
	if (head.requests === 0) return 'No requests were made.';
	return partsOf(outcome, world, head);
}

function partsOf(outcome: Outcome, world: TimelineWorld, head: Headline): string {
	return `${courseOf(outcome, world, head)} ${costOf(outcome, head)}`;
}

function courseOf(outcome: Outcome, world: TimelineWorld, head: Headline): string {
	const { collapse, collapsedAt, recovery } = head;
	const share = formatQuantity('share', collapse.goodputShare, outcome);
	if (collapse.collapsed === true) {
		const since = collapsedAt === null ? '' : ` at ${instantText(collapsedAt.us, outcome, world, 'collapsed-at')}`;
		return `The service collapsed${since} and stayed down: goodput ends at ${share} of demand.`;
	}
	const open = collapse.collapsed === null ? ` Whether it collapsed is undecided: ${collapse.why}.` : '';
	const hit = impact(outcome);
	if (hit === null) return `Impact was not recorded.${open}`;
	if (hit.why !== null) return `Whether there was an impact is undecided: ${hit.why}.${open}`;
	if (outcome.triggers.length === 0) return `No change, fault or marked traffic disturbed this run.${open}`;
	if (hit.atUs === null) return `No impact: first-attempt failures stayed near their baseline.${open}`;
	const began = `Failures rose at ${instantText(hit.atUs, outcome, world, 'impact-start')}`;
	if (recovery === null) return `${began}; recovery was not recorded.${open}`;
	if (recovery.atUs !== null)
		return `${began} and the service recovered at ${instantText(recovery.atUs, outcome, world, 'recovered')}.${open}`;
	if (recovery.recovered === false) return `${began} and the service did not recover before the run ends.${open}`;
	return `${began}; whether the service recovered is not judged: ${recovery.why}.${open}`;
}

function costOf(outcome: Outcome, { lost }: Headline): string {
	if (lost === null) return 'Lost requests were not recorded.';
	if (lost === 0) return 'No request was lost.';
	return `${formatQuantity('count', lost, outcome)} ${lost === 1 ? 'request was' : 'requests were'} lost after all retries.`;
}

export function keyFigures(outcome: Outcome, world: TimelineWorld, head: Headline): KeyFigure[] {
	return [lostFigure(outcome, world, head), peakFigure(outcome, world), recoveryFigure(outcome, world, head)];
}

function lostFigure(outcome: Outcome, world: TimelineWorld, { lost, open }: Headline): KeyFigure {
	const still = open === null || open === 0 ? '' : `; ${formatQuantity('count', open, outcome)} still open`;
	return {
		label: 'Requests lost',
		value: lost === null ? 'not recorded' : formatQuantity('share', read(outcome, world, 'lost'), outcome),
		note: lost === null ? '' : `${formatQuantity('count', lost, outcome)} requests${still}`,
	};
}

function peakFigure(outcome: Outcome, world: TimelineWorld): KeyFigure {
	const top = peak(outcome, 'amplification');
	// Coarse time buckets hide a shorter peak.
	const isLeast = openRange(outcome, world, 'peak-amplification') !== null;
	return {
		label: 'Peak amplification',
		value: top === null ? 'unknown' : `${isLeast ? 'at least ' : ''}${formatQuantity('factor', top.value, outcome)}`,
		note:
			top === null
				? 'too few attempts to tell'
				: `attempts per first attempt, at ${instantText(top.atUs, outcome, world, 'peak-amplification-at')}`,
	};
}

function recoveryFigure(outcome: Outcome, world: TimelineWorld, { recovery }: Headline): KeyFigure {
	const label = 'Time to recover';
	const fromUs = impactStart(outcome);
	const hit = impact(outcome);
	if (hit === null) return { label, value: 'not recorded', note: '' };
	if (hit.why !== null) return { label, value: 'undecided', note: hit.why };
	if (fromUs === null) return { label, value: 'no impact', note: '' };
	const since = `from impact at ${formatInstant(fromUs, outcome)}`;
	if (recovery === null) return { label, value: 'not recorded', note: since };
	if (recovery.recovered === null) return { label, value: 'not judged', note: String(recovery.why) };
	const us = read(outcome, world, 'time-to-recover');
	if (recovery.recovered === false) return { label, value: 'not recovered', note: since };
	if (us === null) return { label, value: 'not known', note: since };
	const range = openRange(outcome, world, 'time-to-recover');
	return { label, value: range === null ? formatSpan(us) : range.map(formatSpan).join(' to '), note: since };
}
