/** What one step of a rollout is made with, and how it puts its decisions into words. */
import { formatDuration, formatShare } from '../kernel/units.js';
import type { Decision } from './decision.js';
import { metricText, type Reading, type Threshold } from './monitor.js';
import type { Rollout } from './rollout-plan.js';
import type { Action, Pushed, Seen } from './rollout-state.js';

/** One step under way: what it was given, and the actions it has asked for so far. */
export interface Turn {
	readonly plan: Rollout;
	readonly seen: Seen;
	readonly nowUs: number;
	readonly actions: Action[];
	readonly log: Logger;
}

type Logger = ReturnType<typeof logger>;
type By = Decision['by'];
type What = Decision['what'];

/** Appends lines of the decision log to `actions`, all of one rollout and one instant. */
export function logger(plan: Rollout, nowUs: number, actions: Action[]) {
	const write = (
		by: By,
		what: What,
		course: Pushed,
		text: string,
		threshold: Threshold | null,
		reading: Reading | null,
	) => {
		const stage = plan.stages[course.stage].name;
		const [seen, samples] = reading === null ? [null, null] : [reading.value, reading.samples];
		const limit = threshold === null ? null : threshold.above;
		actions.push({
			kind: 'log',
			decision: { atUs: nowUs, rollout: plan.name, by, what, stage, seen, limit, samples, text },
		});
	};
	return {
		/** a line without a reading */
		say: (by: By, what: What, course: Pushed, text: string) => write(by, what, course, text, null, null),
		pushed(course: Pushed) {
			const { name, holdUs } = plan.stages[course.stage];
			write('plan', 'push', course, `stage ${name}, held for ${formatDuration(holdUs)}`, null, null);
		},
		/** a reading, whatever it means */
		measured: (by: By, course: Pushed, threshold: Threshold, reading: Reading) =>
			write(by, 'measured', course, readingText(threshold, reading), threshold, reading),
		/** what a reading means */
		verdict: (by: By, what: What, course: Pushed, threshold: Threshold, reading: Reading) =>
			write(by, what, course, verdictText(what, threshold, reading), threshold, reading),
	};
}

function readingText({ metric, minSamples }: Threshold, { value, samples }: Reading): string {
	if (value === null) return `${metricText(metric)}: nothing seen`;
	const few = samples < minSamples ? `, ${minSamples} needed` : '';
	return `${metricText(metric)}: ${formatShare(value, 2)} of ${samples}${few}`;
}

function verdictText(what: What, threshold: Threshold, reading: Reading): string {
	const text = readingText(threshold, reading);
	if (what === 'inconclusive') return text;
	return `${text}, ${what === 'passed' ? 'not above' : 'above'} ${formatShare(threshold.above)}`;
}
