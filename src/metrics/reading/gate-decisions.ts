/**
 * What gates and auto-reverts made of a rollout, read from its decision log. The verdict is the first trip of a tool; people
 * and their alerts are told apart. `where.change` keeps the rollout of that name only.
 */
import type { Selection } from '../expectation.js';
import type { Decision, Outcome } from '../outcome.js';
import { isWholeEdge, isWholeWindow, minus, quotient, total, type Where } from './cells.js';
import * as when from './milestones.js';

/** A gate or an auto-revert that trips. */
export const isTrip = ({ what, by }: Decision): boolean => what === 'tripped' && by !== 'people';

/** One reading by a gate or an auto-revert, whatever it means. */
export const isLook = ({ what, by }: Decision): boolean => what === 'measured' && by !== 'people';

/** A hold that ended without the data that its gate asks for. */
export const isInconclusive = ({ what, by }: Decision): boolean => what === 'inconclusive' && by !== 'people';

export const firstPush = (outcome: Outcome, where: Where): number | null =>
	when.firstDecision(outcome, ({ what }) => what === 'push', where);

/** When the first tool tripped. */
export const verdict = (outcome: Outcome, where: Where): number | null => when.firstDecision(outcome, isTrip, where);

/** Verdict - first push. */
export const timeToVerdict = (outcome: Outcome, where: Where): number | null =>
	minus(verdict(outcome, where), firstPush(outcome, where));

/** When people's alert fired, or they noticed - first push. */
export const timeToAlert = (outcome: Outcome, where: Where): number | null =>
	minus(
		when.firstDecision(outcome, ({ what }) => what === 'detected', where),
		firstPush(outcome, where),
	);

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
	const looks = when.decisionsWhere(outcome, where).filter((d) => isLook(d) && d.atUs >= fromUs && d.atUs < toUs);
	const samples = looks.flatMap(({ samples }) => (samples === null ? [] : [samples]));
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
