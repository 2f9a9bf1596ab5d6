/**
 * Where a rollout and its people stand, as two unions: a state that cannot be said cannot be reached. What must be
 * watched, and when the next thing is due, are read from the state alone.
 *
 *   waiting -> stage 1 -> ... -> stage n -> completed        detect -> declare -> decide -> roll back
 *                 |  ^                         |              watching  detected  declared  decided,
 *              (no data)                       |                                            rolling-back, done
 *                 v  | (passed)                |              and stood-down from any of the first three
 *               paused                         |
 *                 |________ a trip, people ____|
 *                              v
 *                       revert-decided -> reverting -> reverted
 */
import { assert } from '../kernel/check.js';
import type { Decision } from './decision.js';
import type { Distribution } from './distribution.js';
import type { Reading, Threshold } from './monitor.js';
import type { Propagation } from './propagation.js';
import type { Rollout, StageScope } from './rollout-plan.js';

/** Who can take a change back. */
export type Reverter = 'gate' | 'auto-revert' | 'people';

/** What the pushes so far amount to: the newest stage and the instants of the first and the newest push. */
export interface Pushed {
	readonly stage: number;
	readonly firstPushUs: number;
	readonly pushUs: number;
}

export type Course =
	| { readonly at: 'waiting' }
	/** held until pushUs + the stage's holdUs */
	| ({ readonly at: 'stage' } & Pushed)
	/** the hold ended without enough data: measured on, not expanded */
	| ({ readonly at: 'paused' } & Pushed)
	| ({ readonly at: 'completed' } & Pushed)
	/** the verdict is in; the decision delay runs until startUs */
	| ({ readonly at: 'revert-decided'; readonly by: Reverter; readonly startUs: number } & Pushed)
	/** wave k (k = 0, 1, ...) starts at startUs + k x gap; `nodes` ran the change when the first one started */
	| ({
			readonly at: 'reverting';
			readonly by: Reverter;
			readonly startUs: number;
			readonly nodes: number;
			readonly waves: number;
			readonly started: number;
	  } & Pushed)
	| ({ readonly at: 'reverted'; readonly by: Reverter; readonly backUs: number } & Pushed);

export type Crew =
	| { readonly at: 'watching' }
	| { readonly at: 'detected'; readonly declareUs: number }
	| { readonly at: 'declared'; readonly decideUs: number }
	| { readonly at: 'decided' }
	| { readonly at: 'rolling-back' }
	| { readonly at: 'done' }
	| { readonly at: 'stood-down' };

export interface State {
	readonly course: Course;
	/** null: a plan without people */
	readonly crew: Crew | null;
}

export type WatchName = 'gate' | 'auto-revert' | 'alert';

/** A threshold under watch: asked at phaseUs + k x everyUs (k = 1, 2, ...) up to untilUs, and at alsoUs. */
export interface Watch {
	readonly name: WatchName;
	readonly threshold: Threshold;
	/** the deploy: windows are clipped here */
	readonly sinceUs: number;
	readonly phaseUs: number;
	readonly untilUs: number;
	readonly alsoUs: number | null;
}

/** What the controller is shown at an instant. */
export interface Seen {
	/** the readings of the watches that are due now */
	readonly readings: Readonly<Partial<Record<WatchName, Reading>>>;
	/** nodes that run the change now */
	readonly active: number;
}

/** What the controller asks for, as plain data. */
export type Action =
	| {
			readonly kind: 'push';
			readonly change: number;
			readonly stage: number;
			readonly scope: StageScope;
			readonly propagation: Propagation;
	  }
	/**
	 * Takes one wave of nodes back (wave = 1 ... of). The first one also calls off activations still on their way, and
	 * fixes which nodes the waves are made of.
	 */
	| {
			readonly kind: 'revert';
			readonly change: number;
			readonly wave: number;
			readonly of: number;
			readonly propagation: Distribution;
			readonly poisonedBy: number | null;
	  }
	| { readonly kind: 'log'; readonly decision: Decision };

/** What must be watched in this state; `dueUs` tells when. */
export function watches(plan: Rollout, { course, crew }: State): Watch[] {
	if (course.at === 'waiting' || course.at === 'reverted') return [];
	const { pushUs, firstPushUs, stage } = course;
	const { gate, holdUs } = plan.stages[stage];
	const found: Watch[] = [];
	if (gate !== null && (course.at === 'stage' || course.at === 'paused')) {
		const [untilUs, alsoUs] = [Number.POSITIVE_INFINITY, pushUs + holdUs];
		found.push({ name: 'gate', threshold: gate, sinceUs: pushUs, phaseUs: pushUs, untilUs, alsoUs });
	}
	const auto = plan.autoRevert;
	if (auto !== null && (course.at === 'stage' || course.at === 'paused' || course.at === 'completed')) {
		const untilUs = pushUs + auto.armedUs;
		found.push({ name: 'auto-revert', threshold: auto, sinceUs: pushUs, phaseUs: pushUs, untilUs, alsoUs: null });
	}
	if (crew?.at === 'watching' && plan.people?.detect.kind === 'alert') {
		const { alert } = plan.people.detect;
		// The nodes of a stage are others after each push, so a window over them cannot reach back before it.
		const sinceUs = alert.metric.scope === 'stage' ? pushUs : firstPushUs;
		const untilUs = Number.POSITIVE_INFINITY;
		found.push({ name: 'alert', threshold: alert, sinceUs, phaseUs: firstPushUs, untilUs, alsoUs: null });
	}
	return found;
}

/** The first instant strictly after `afterUs` at which a watch is asked; Infinity if none. */
export function dueUs({ threshold: { everyUs }, phaseUs, untilUs, alsoUs }: Watch, afterUs: number): number {
	const k = Math.max(1, Math.floor((afterUs - phaseUs) / everyUs) + 1);
	const periodicUs = phaseUs + k * everyUs;
	const nextUs = periodicUs <= untilUs ? periodicUs : Number.POSITIVE_INFINITY;
	return alsoUs !== null && alsoUs > afterUs ? Math.min(nextUs, alsoUs) : nextUs;
}

/** The next instant at which the controller must be stepped, readings apart; null if there is none. */
export function nextUs(plan: Rollout, { course, crew }: State): number | null {
	const next = [courseUs(plan, course), crewUs(plan, course, crew)].filter((us) => us !== null);
	return next.length === 0 ? null : Math.min(...next);
}

/** Every wave has started and no node runs the change any more: the revert is over, and the controller must be told. */
export const isAllBack = ({ course }: State, active: number): boolean =>
	course.at === 'reverting' && course.started === course.waves && active === 0;

/** The plan of a revert, by who carries it out. */
export function revertPlan(plan: Rollout, by: Reverter): Rollout['revert'] {
	if (by !== 'people') return plan.revert;
	assert(plan.people !== null, `nobody is there to take ${plan.name} back`);
	return plan.people.rollback;
}

function courseUs(plan: Rollout, course: Course): number | null {
	switch (course.at) {
		case 'waiting':
			return plan.atUs;
		case 'stage':
			return course.pushUs + plan.stages[course.stage].holdUs;
		case 'revert-decided':
			return course.startUs;
		case 'reverting':
			return course.started < course.waves ? waveUs(plan, course) : null;
		case 'paused':
		case 'completed':
		case 'reverted':
			return null;
	}
}

/** When the next wave of a revert under way starts. */
export function waveUs(plan: Rollout, course: Extract<Course, { at: 'reverting' }>): number {
	return course.startUs + course.started * revertPlan(plan, course.by).waveGapUs;
}

function crewUs(plan: Rollout, course: Course, crew: Crew | null): number | null {
	switch (crew?.at) {
		case 'watching':
			if (course.at === 'waiting' || plan.people?.detect.kind !== 'delay') return null;
			return course.firstPushUs + plan.people.detect.us;
		case 'detected':
			return crew.declareUs;
		case 'declared':
			return crew.decideUs;
		default:
			return null;
	}
}
