/** When the triggers of a run were in force: what verdicts on its end have to ask first. */
import type { Outcome, Trigger } from '../outcome.js';

/** Time buckets from this length on are coarse: what is read from them is told no finer than they are. */
const COARSE_US = 10e6;

export const isCoarse = ({ bucketUs }: Outcome): boolean => bucketUs >= COARSE_US;

/** When the first trigger began, null without one. */
export function firstTrigger({ triggers }: Outcome): number | null {
	return triggers.length === 0 ? null : Math.min(...triggers.map(({ fromUs }) => fromUs));
}

/** When something happened that was seen in a time bucket: its start, but not before a first trigger that began within it. */
export function sinceTrigger(outcome: Outcome, bucket: number): number {
	const fromUs = bucket * outcome.bucketUs;
	const trigger = firstTrigger(outcome);
	return trigger !== null && trigger < fromUs + outcome.bucketUs ? Math.max(fromUs, trigger) : fromUs;
}

/** Mitigated: the last trigger ended; null while one is in force, and where there was none. */
export function mitigated(outcome: Outcome): number | null {
	let last: number | null = null;
	for (const trigger of outcome.triggers) {
		const { toUs } = trigger;
		if (toUs === null || isInForce(trigger, outcome)) return null;
		last = last === null ? toUs : Math.max(last, toUs);
	}
	return last;
}

/** True of a trigger that the end of the measured window still saw. */
export const isInForce = ({ toUs }: Trigger, outcome: Outcome): boolean => toUs === null || toUs > outcome.toUs;

/** Triggers that were in force at some time in [fromUs, end of the measured window). */
export function triggersSince(outcome: Outcome, fromUs: number): Trigger[] {
	return outcome.triggers.filter((trigger) => isInForce(trigger, outcome) || Number(trigger.toUs) > fromUs);
}

/** When all of these have ended, as far as that is known: one that is in force may have a planned end. */
export function endOf(triggers: readonly Trigger[]): number | null {
	const ends = triggers.map(({ toUs, plannedUs }) => (toUs === null ? plannedUs : toUs));
	return ends.every((us) => us !== undefined) ? Math.max(...ends.map(Number)) : null;
}

/** "fault blip", "change patch and fault blip" */
/** "fault f is in force to the end" */
export function inForceText(triggers: readonly Trigger[]): string {
	const names = namesOf(triggers);
	return `${names} ${names.includes(' and ') ? 'are' : 'is'} in force to the end`;
}

export const namesOf = (triggers: readonly Trigger[]): string =>
	[...new Set(triggers.map(({ kind, name }) => (kind === 'start' ? name : `${kind} ${name}`)))].join(' and ');
