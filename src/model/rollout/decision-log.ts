/** What one step of a rollout is made with, and how it puts its decisions into words. */
import { formatDuration, formatShare } from '../../kernel/units.js';
import type { Check } from '../gates/check.js';
import { type CheckOutcome, type CheckSample, type Condition, limitOf } from '../gates/condition.js';
import { counterText, type FailureTally } from '../gates/failure-counter.js';
import { type MetricReading, metricText } from '../gates/metric.js';
import type { CheckOwner } from './active-checks.js';
import type { Decision } from './decision.js';
import type { Rollout, Scoring } from './plan.js';
import type { Action, Pushed, RolloutObservation } from './state.js';

/** One step under way: what it was given, and the actions it has asked for so far. */
export interface RolloutStep {
	readonly plan: Rollout;
	readonly observed: RolloutObservation;
	readonly nowUs: number;
	readonly actions: Action[];
	readonly log: Logger;
}

/** One look at a check, counted. */
export interface CheckReading {
	readonly check: Check;
	/** null: the monitor did not answer, or what it had found before is acted on now */
	readonly sample: CheckSample | null;
	readonly outcome: CheckOutcome;
	readonly tally: FailureTally;
}

type Logger = ReturnType<typeof logger>;
type By = Decision['by'];
type What = Decision['what'];

type LoggedReading = Pick<
	Decision,
	'check' | 'seen' | 'limit' | 'samples' | 'outcome' | 'counter' | 'sentBeforePush' | 'clippedToUs' | 'inconclusive'
>;

const UNREAD: LoggedReading = { check: null, seen: null, limit: null, samples: null, outcome: null, counter: null };

/** Appends lines of the decision log to `actions`, all of one rollout and one instant. */
export function logger(plan: Rollout, nowUs: number, actions: Action[]) {
	const write = (by: CheckOwner | By, what: What, { stage }: Pushed, rest: LoggedReading, text: string) => {
		const who: By = by === 'alert' ? 'people' : by === 'alarm' ? 'plan' : by;
		const decision = { atUs: nowUs, rollout: plan.name, by: who, what, stage: plan.stages[stage].name, ...rest, text };
		actions.push({ kind: 'log', decision });
	};
	return {
		/** a line without a reading */
		say: (by: By, what: What, course: Pushed, text: string) => write(by, what, course, UNREAD, text),
		pushed(course: Pushed) {
			const { name, holdUs } = plan.stages[course.stage];
			write('plan', 'push', course, UNREAD, `stage ${name}, held for ${formatDuration(holdUs)}`);
		},
		/** a reading, whatever it means */
		measured: (by: CheckOwner, course: Pushed | { at: 'waiting' }, look: CheckReading) =>
			'stage' in course && write(by, 'measured', course, read(look), `${lookText(look)}${counted(look)}`),
		/** what a reading means */
		verdict: (by: CheckOwner | By, what: What, course: Pushed, look: CheckReading) =>
			write(by, what, course, read(look), verdictText(what, look)),
		/** a pause that no failure asked for: too many measurements said nothing */
		inconclusivePause: (by: CheckOwner | By, course: Pushed, look: CheckReading) =>
			write(by, 'paused', course, { ...read(look), inconclusive: true }, inconclusiveText(look)),
		/** what the gates come to together */
		scored: (course: Pushed, value: number, { marginal, pass }: Scoring, reason: string) =>
			write(
				'gate',
				'scored',
				course,
				{ ...UNREAD, seen: value, limit: pass },
				`score ${value} (marginal ${marginal}, pass ${pass}): ${reason}`,
			),
	};
}

const read = ({ check, sample, outcome, tally }: CheckReading): LoggedReading => ({
	check: check.name,
	seen: sample === null ? null : sample.canary.value,
	limit: limitOf(check.condition, sample),
	samples: sample === null ? null : sample.canary.samples,
	outcome,
	counter: counterText(check.rule, tally),
	...(sample?.canary.sentBeforePush === undefined ? {} : { sentBeforePush: sample.canary.sentBeforePush }),
	...(sample?.canary.clippedToUs === undefined ? {} : { clippedToUs: sample.canary.clippedToUs }),
});

function lookText({ check, sample }: CheckReading): string {
	const name = metricText(check.metric);
	if (sample === null) return `${name}: the monitor does not answer`;
	return `${name}: ${readingText(check, sample.canary)}${besides(check.condition, sample)}`;
}

function readingText({ minSamples }: Check, { value, samples }: MetricReading): string {
	if (value === null) return 'nothing seen';
	return `${formatShare(value, 2)} of ${samples}${samples < minSamples ? `, ${minSamples} needed` : ''}`;
}

/** A push cannot be the cause of what was sent before it. */
function sentBefore({ check: { metric }, sample }: CheckReading): string {
	if (sample === null || sample.canary.value === null || sample.canary.sentBeforePush === undefined) return '';
	const { value, samples, sentBeforePush } = sample.canary;
	const all = Math.round(value * samples);
	const [what, began] =
		metric.slow !== null
			? ['slow attempts', 'the slow attempts']
			: metric.accounting === 'logical-requests'
				? ['lost requests', 'the losses']
				: [metric.numerator, `the ${metric.numerator}`];
	const told = `${sentBeforePush} of these ${all} ${what} were sent before it`;
	return 2 * sentBeforePush >= all
		? `; ${began} began before the push: ${told}`
		: `; ${told.replace(/it$/, 'the push')}`;
}

/** What else a condition looks at. */
function besides(condition: Condition, { control, short, points }: CheckSample): string {
	const told = ({ value, samples }: MetricReading) =>
		value === null ? 'nothing' : `${formatShare(value, 2)} of ${samples}`;
	if (points !== null) return `, ${points.canary.length} points against ${points.control.length} of the control`;
	if (short !== null && condition.kind === 'burn-rate')
		return `, ${told(short)} in the last ${formatDuration(condition.shortUs)}`;
	return control === null ? '' : ` against ${told(control)} of the control`;
}

function verdictText(what: What, look: CheckReading): string {
	const { check, sample } = look;
	if (sample === null && look.outcome === 'failed') return `${metricText(check.metric)}:${counted(look).slice(1)}`;
	if (what === 'inconclusive') return inconclusiveText(look);
	return `${lookText(look)}${heldAgainst(look)}${sentBefore(look)}${counted(look)}`;
}

const inconclusiveText = (look: CheckReading): string => `${lookText(look)}${sentBefore(look)}${counted(look)}`;

function heldAgainst({ check: { condition }, sample, outcome }: CheckReading): string {
	if (condition.kind === 'mann-whitney') return outcome === 'failed' ? ', significantly worse' : ', no worse';
	const limit = limitOf(condition, sample);
	if (limit === null) return '';
	return `, ${outcome === 'passed' ? 'not above' : 'above'} ${formatShare(limit)}`;
}

/** Nothing is said of a counter that one failure fills. */
function counted({ check: { rule }, tally }: CheckReading): string {
	const { fail } = rule;
	const simple = (fail.kind === 'total-above' && fail.limit === 0) || (fail.kind !== 'total-above' && fail.limit === 1);
	return simple && tally.errorsInARow === 0 ? '' : `; ${counterText(rule, tally)}`;
}
