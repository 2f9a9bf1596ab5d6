/** Checks as an author writes them become checks of the model: defaults by their place, and what cannot be meant is told. */
import { formatDuration, formatShare, MILLISECOND, SECOND } from '../../../kernel/units.js';
import { burnLimit, type Condition } from '../../../model/gates/condition.js';
import type { CounterRule, FailRule } from '../../../model/gates/failure-counter.js';
import type { Check } from '../../../model/gates/gate-check.js';
import { type Metric, unreadable } from '../../../model/gates/gate-metric.js';
import type { Path } from '../../document/yaml-source.js';
import type { CheckFields } from '../../schema/checks.js';
import type { ResolveContext } from '../context.js';
import { groupOf } from './canary-score-weights.js';

/** Control ticks are never closer than this; windows and intervals are whole numbers of them. */
export const FINEST_TICK_US = 10 * MILLISECOND;

/** What a check is unless its author says otherwise, by where it stands. */
export interface Place {
	readonly scope: Metric['scope'];
	readonly everyUs: number;
	readonly reset: CounterRule['reset'];
	readonly mustPass: boolean;
}

export const PLACES = {
	/** asked once, at the end of the hold */
	stage: (holdUs: number): Place => ({
		scope: 'stage',
		everyUs: Math.max(holdUs, FINEST_TICK_US),
		reset: 'on-stage',
		mustPass: true,
	}),
	rollout: { scope: 'rollout', everyUs: SECOND, reset: 'never', mustPass: false },
	alert: { scope: 'global', everyUs: SECOND, reset: 'never', mustPass: false },
	between: { scope: 'returned', everyUs: SECOND, reset: 'never', mustPass: true },
} as const;

/** Limits of slowness that the checks of a file ask for, in the order in which they come up. */
export type SlowLimits = number[];

export function buildCheck(
	draft: ResolveContext,
	name: string,
	written: CheckFields,
	place: Place,
	slow: SlowLimits,
	path: Path,
): Check {
	const { takes, count, scrape, lag, sharesFate, minSamples, errorRetry, dryRun, onFail } = written;
	const everyUs = written.every ?? place.everyUs;
	const check: Check = {
		name,
		metric: metricOf(draft, written, place, slow, path),
		minSamples,
		condition: conditionOf(draft, name, written, path),
		schedule: {
			everyUs,
			from: written.everyFrom,
			takesUs: takes,
			delayUs: written.delay ?? everyUs,
			count: count ?? null,
			errorRetryUs: errorRetry,
		},
		telemetry: { scrapeUs: scrape ?? null, lagUs: lag, isBehindEdge: sharesFate },
		rule: ruleOf(draft, written, place, path),
		mustPass: written.mustPass ?? place.mustPass,
		onFail: dryRun ? 'none' : onFail,
	};
	checkTimes(draft, written, check, path);
	return check;
}

function metricOf(draft: ResolveContext, written: CheckFields, place: Place, slow: SlowLimits, path: Path): Metric {
	const { problems } = draft;
	const { numerator, accounting, retries, where, slowerThan, window } = written;
	if ((numerator === 'slow') !== (slowerThan !== undefined)) {
		const message =
			slowerThan === undefined
				? 'found slow, without how slow that is; slowerThan: 500ms would do'
				: `found slowerThan for ${numerator}; numerator: slow would do`;
		problems.error([...path, slowerThan === undefined ? 'numerator' : 'slowerThan'], message);
	}
	const metric: Metric = {
		numerator,
		accounting,
		retries,
		where,
		scope: written.scope ?? place.scope,
		windowUs: window === 'growing' ? Number.POSITIVE_INFINITY : window,
		classes: draft.classes.mask(written.class, [...path, 'class']),
		slow: slowerThan === undefined ? null : { limitUs: slowerThan, index: indexIn(slow, slowerThan) },
	};
	const why = unreadable(metric);
	if (why !== null) problems.error([...path, 'accounting'], why);
	return metric;
}

function indexIn(limits: SlowLimits, limitUs: number): number {
	const known = limits.indexOf(limitUs);
	return known >= 0 ? known : limits.push(limitUs) - 1;
}

function conditionOf({ problems }: ResolveContext, name: string, written: CheckFields, path: Path): Condition {
	const { above, passUpTo, versus, mannWhitney, sequential, burnRate } = written;
	const forms = Object.entries({ versus, mannWhitney, sequential, burnRate }).filter(([, form]) => form !== undefined);
	if (forms.length > 1) {
		problems.error(path, `found ${forms.map(([key]) => key).join(' and ')}, one of them would do`);
	}
	if (passUpTo !== undefined && forms.length > 0) {
		problems.error([...path, 'passUpTo'], `found passUpTo with ${forms[0][0]}, above alone would do`);
	}
	if (mannWhitney !== undefined) {
		unwanted({ above }, 'mannWhitney, which has no threshold');
		const { step, ...rest } = mannWhitney;
		return { kind: 'mann-whitney', ...rest, stepUs: step, group: groupOf(name, written) };
	}
	if (burnRate !== undefined) {
		unwanted({ above }, 'burnRate, which makes a threshold of its own');
		if (burnLimit(burnRate) >= 1) {
			const found = `${burnRate.factor} times the budget of ${formatShare(1 - burnRate.slo)}`;
			problems.error([...path, 'burnRate'], `found ${found}, which no share is above; a smaller factor would do`);
		}
		return { kind: 'burn-rate', slo: burnRate.slo, factor: burnRate.factor, shortUs: burnRate.short };
	}
	if (sequential !== undefined) return { kind: 'sequential', ...sequential, above: above === undefined ? 0 : above };
	if (versus?.as === 'ratio') {
		unwanted({ above }, 'a ratio, which is held against times');
		if (versus.times === undefined) problems.error([...path, 'versus'], 'missing: times: 2 would do');
		return { kind: 'control', as: 'ratio', above: versus.times ?? 1, control: versus.control };
	}
	if (above === undefined) {
		problems.error(path, 'missing: above: 5% (or mannWhitney, sequential, burnRate) would do');
		return { kind: 'threshold', above: 1, passUpTo: 1 };
	}
	if (versus !== undefined) return { kind: 'control', as: 'difference', above, control: versus.control };
	if (passUpTo !== undefined && passUpTo > above) {
		problems.error(
			[...path, 'passUpTo'],
			`found ${formatShare(passUpTo)}, at most above (${formatShare(above)}) would do`,
		);
	}
	return { kind: 'threshold', above, passUpTo: passUpTo ?? above };

	function unwanted(fields: Record<string, unknown>, beside: string): void {
		for (const [key, value] of Object.entries(fields)) {
			if (value !== undefined) problems.error([...path, key], `found ${key} beside ${beside}; one of them would do`);
		}
	}
}

function ruleOf({ problems }: ResolveContext, written: CheckFields, place: Place, path: Path): CounterRule {
	const { fail, reset, evaluate, noData, inconclusiveLimit, errorLimit } = written;
	if (fail.of !== undefined && fail.of[0] > fail.of[1]) {
		problems.error([...path, 'fail', 'of'], `found ${fail.of[0]} of ${fail.of[1]}, the other way round would do`);
	}
	return {
		fail: failRule(fail),
		reset: reset ?? place.reset,
		evaluate,
		noData,
		inconclusiveLimit: inconclusiveLimit ?? null,
		errorLimit: errorLimit ?? null,
	};
}

function failRule({ totalAbove, totalAtLeast, consecutive, of }: CheckFields['fail']): FailRule {
	if (totalAbove !== undefined) return { kind: 'total-above', limit: totalAbove };
	if (consecutive !== undefined) return { kind: 'consecutive', limit: consecutive };
	if (of !== undefined) return { kind: 'k-of-n', limit: of[0], of: of[1] };
	return { kind: 'total-at-least', limit: totalAtLeast ?? 1 };
}

/** Everything that ends a window falls on a tick. */
function checkTimes(
	draft: ResolveContext,
	written: CheckFields,
	{ schedule, condition, metric }: Check,
	path: Path,
): void {
	const { window, every, delay, takes, lag, errorRetry, scrape, burnRate, mannWhitney } = written;
	if (window !== 'growing') onTicks(draft, window, [...path, 'window']);
	onTicks(draft, schedule.everyUs, every === undefined ? path : [...path, 'every']);
	onTicks(draft, errorRetry, [...path, 'errorRetry']);
	if (delay !== undefined) onTicks(draft, delay, [...path, 'delay'], true);
	onTicks(draft, takes, [...path, 'takes'], true);
	onTicks(draft, lag, [...path, 'lag'], true);
	if (scrape !== undefined) onTicks(draft, scrape, [...path, 'scrape']);
	if (burnRate !== undefined) onTicks(draft, burnRate.short, [...path, 'burnRate', 'short']);
	if (mannWhitney !== undefined) onTicks(draft, mannWhitney.step, [...path, 'mannWhitney', 'step']);
	const { windowUs } = metric;
	if (condition.kind === 'burn-rate' && condition.shortUs > windowUs) {
		const found = `found a short window of ${formatDuration(condition.shortUs)}, longer than the long one`;
		draft.problems.error(
			[...path, 'burnRate', 'short'],
			`${found} (window: ${formatDuration(windowUs)}); the other way round would do`,
		);
	}
	if (condition.kind === 'mann-whitney' && condition.stepUs * 2 > windowUs) {
		const found = `a step of ${formatDuration(condition.stepUs)} makes fewer than two points of a window of ${formatDuration(windowUs)}`;
		draft.problems.error([...path, 'mannWhitney', 'step'], `${found}; a shorter one would do`);
	}
	if (scrape !== undefined && windowUs < 2 * scrape) {
		const found = `a window of ${formatDuration(windowUs)} may hold fewer than two scrapes, ${formatDuration(scrape)} apart`;
		draft.problems.warning([...path, 'window'], `${found}: it will often have no data`);
	}
}

export function onTicks({ problems }: ResolveContext, us: number, path: Path, none = false): void {
	if ((us > 0 || none) && us % FINEST_TICK_US === 0) return;
	problems.error(
		path,
		`found ${formatDuration(us)}, a whole number of 10ms would do, so that it ends on a control tick`,
	);
}
