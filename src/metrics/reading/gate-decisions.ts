/**
 * What gates and auto-reverts made of a rollout, read from its decision log. The verdict is the first trip of a tool; people
 * and their alerts are told apart. `where.change` keeps the rollout of that name only.
 */
import type { Selection } from '../expectation.js';
import type { Decision, Outcome } from '../outcome.js';
import { isWholeEdge, isWholeWindow, quotient, total, type Where } from './cell-sums.js';
import * as when from './milestones.js';
import { timeBetween } from './time-averages.js';
import { isLook, isTrip } from './trips.js';

export { isInconclusive, isLook, isTrip } from './trips.js';

export const firstPush = (outcome: Outcome, where: Where): number | null =>
	when.firstDecision(outcome, ({ what }) => what === 'push', where);

/** When the first tool tripped. */
export const verdict = (outcome: Outcome, where: Where): number | null => when.firstDecision(outcome, isTrip, where);

/** From the first push of a rollout to the first such decision on it; of several rollouts the one that is decided on first. */
function sincePush(outcome: Outcome, where: Where, is: (decision: Decision) => boolean): number | null {
	const first = when.decisionsWhere(outcome, where).find(is);
	return first === undefined ? null : timeBetween(firstPush(outcome, { change: first.rollout }), first.atUs);
}

/** Verdict - first push of the same rollout. */
export const timeToVerdict = (outcome: Outcome, where: Where): number | null => sincePush(outcome, where, isTrip);

/** When people's alert fired, or they noticed - first push of the same rollout. */
export const timeToAlert = (outcome: Outcome, where: Where): number | null =>
	sincePush(outcome, where, ({ what }) => what === 'detected');

/** Decision to take a change back - first push of the same rollout. */
export const revertAfter = (outcome: Outcome, where: Where): number | null =>
	sincePush(outcome, where, when.isDecision);

/** Stages pushed by the verdict; null without one. */
export function stagesByVerdict(outcome: Outcome, { where }: Selection): number | null {
	const verdictUs = verdict(outcome, where);
	if (verdictUs === null) return null;
	return when.decisionsWhere(outcome, where).filter((d) => d.what === 'push' && d.atUs <= verdictUs).length;
}

/** A measure, counted by birth, from the first push to the verdict, or to the end of the run where there is none. */
export const beforeVerdict = (measure: string) => (outcome: Outcome, selection: Selection) => {
	const { where } = selection;
	const fromUs = firstPush(outcome, where);
	if (fromUs === null) return null;
	const verdictUs = verdict(outcome, where);
	return total(outcome, { where, fromUs, toUs: verdictUs === null ? outcome.toUs : verdictUs }, measure);
};

/** Mean samples of the looks in a selection, its end not included; null without a look. */
export function samplesPerLook(outcome: Outcome, { fromUs, toUs, where }: Selection): number | null {
	const readings = when.decisionsWhere(outcome, where).filter((d) => isLook(d) && d.atUs >= fromUs && d.atUs < toUs);
	const samples = readings.flatMap(({ samples }) => (samples === null ? [] : [samples]));
	return quotient(
		samples.reduce((sum, n) => sum + n, 0),
		samples.length,
	);
}

/** What nodes met while they ran any change; whole window and whole edge, of one change only where there is but one. */
export function exposure(outcome: Outcome, selection: Selection): Outcome['exposure'] | null {
	const { change } = selection.where;
	const isAll = change === undefined || (outcome.changes.length === 1 && outcome.changes[0] === change);
	return isAll && isWholeWindow(outcome, selection) && isWholeEdge(selection) ? outcome.exposure : null;
}
