/** What one step of a rollout is made with, and how it puts its decisions into words. */
import { formatDuration, formatShare } from '../../kernel/units.js';
import { type CheckResult, type CheckSample, type Condition, limitOf } from '../gates/condition.js';
import { counterText, type FailureTally } from '../gates/failure-counter.js';
import type { Check } from '../gates/gate-check.js';
import { type MetricReading, metricText } from '../gates/gate-metric.js';
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
	readonly outcome: CheckResult;
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
		say: (by: By, what: What, phase: Pushed, text: string) => write(by, what, phase, UNREAD, text),
		pushed(phase: Pushed) {
			const { name, holdUs } = plan.stages[phase.stage];
			write('plan', 'push', phase, UNREAD, `stage ${name}, held for ${formatDuration(holdUs)}`);
		},
		/** a reading, whatever it means */
		measured: (by: CheckOwner, phase: Pushed | { at: 'waiting' }, checkReading: CheckReading) =>
			'stage' in phase &&
			write(by, 'measured', phase, read(checkReading), `${lookText(checkReading)}${counted(checkReading)}`),
		/** what a reading means */
		verdict: (by: CheckOwner | By, what: What, phase: Pushed, checkReading: CheckReading) =>
			write(by, what, phase, read(checkReading), verdictText(what, checkReading)),
		/** a pause that no failure asked for: too many measurements said nothing */
		inconclusivePause: (by: CheckOwner | By, phase: Pushed, checkReading: CheckReading) =>
			write(by, 'paused', phase, { ...read(checkReading), inconclusive: true }, inconclusiveText(checkReading)),
		/** what the gates come to together */
		scored: (phase: Pushed, value: number, { marginal, pass }: Scoring, reason: string) =>
			write(
				'gate',
				'scored',
				phase,
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
	const sentBefore = `${sentBeforePush} of these ${all} ${what} were sent before it`;
	return 2 * sentBeforePush >= all
		? `; ${began} began before the push: ${sentBefore}`
		: `; ${sentBefore.replace(/it$/, 'the push')}`;
}

/** What else a condition looks at. */
function besides(condition: Condition, { control, short, points }: CheckSample): string {
	const readingOf = ({ value, samples }: MetricReading) =>
		value === null ? 'nothing' : `${formatShare(value, 2)} of ${samples}`;
	if (points !== null) return `, ${points.canary.length} points against ${points.control.length} of the control`;
	if (short !== null && condition.kind === 'burn-rate')
		return `, ${readingOf(short)} in the last ${formatDuration(condition.shortUs)}`;
	return control === null ? '' : ` against ${readingOf(control)} of the control`;
}

function verdictText(what: What, checkReading: CheckReading): string {
	const { check, sample } = checkReading;
	if (sample === null && checkReading.outcome === 'failed')
		return `${metricText(check.metric)}:${counted(checkReading).slice(1)}`;
	if (what === 'inconclusive') return inconclusiveText(checkReading);
	return `${lookText(checkReading)}${heldAgainst(checkReading)}${sentBefore(checkReading)}${counted(checkReading)}`;
}

const inconclusiveText = (checkReading: CheckReading): string =>
	`${lookText(checkReading)}${sentBefore(checkReading)}${counted(checkReading)}`;

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
