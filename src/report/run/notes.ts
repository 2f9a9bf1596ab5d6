/** What a run says nothing about: retries that nothing asked for, and expectations that passed although nothing put them to the test. */
import type { Judgement } from '../../experiment/task/judge.js';
import { formatCount } from '../../metrics/definitions/format.js';
import { NO_TRIGGER } from '../../metrics/expectation.js';
import type { Outcome } from '../../metrics/outcome.js';
import { total, wholeRun } from '../../metrics/reading/cell-sums.js';
import { collapse, collapsedBefore } from '../../metrics/reading/collapse.js';
import { impactStart } from '../../metrics/reading/milestones.js';
import type { Rules } from '../../metrics/reading/rules.js';
import { OUTCOMES } from '../../model/attempt.js';
import { writtenLayers } from '../../model/retry/policy.js';

/** Sentences; none of a run that was stopped, for what it had not come to might have told. */
export function notesOf(outcome: Outcome, world: Rules, judgements: readonly Judgement[]): string[] {
	const { populations } = world;
	if (outcome.stopped !== null || count(outcome, 'attempts') === 0) return [];
	const idle = idleParts(outcome);
	const retrying = idle.has('retries')
		? populations.flatMap(({ name, layers }) => {
				const most = writtenLayers(layers).reduce((product, { attempts }) => product * attempts, 1);
				return most > 1 ? [`${name} (${most === Number.POSITIVE_INFINITY ? 'unlimited' : formatCount(most)})`] : [];
			})
		: [];
	const unused =
		retrying.length === 0
			? []
			: [`no attempt failed: this run says nothing about retries. Attempts allowed: ${retrying.join(', ')}`];
	return [
		...unused,
		...unmeasuredCause(outcome, world, judgements),
		...judgements.flatMap((one) => untested(one, idle)),
	];
}

/** A collapse that no trigger clearly brought: only the twin without triggers can tell what they did. */
function unmeasuredCause(outcome: Outcome, world: Rules, judgements: readonly Judgement[]): string[] {
	if (outcome.triggers.length === 0 || collapse(outcome, world).collapsed !== true) return [];
	const isClear = collapsedBefore(outcome, world) === false && impactStart(outcome) !== null;
	if (isClear || judgements.some(({ expectation: { versus } }) => versus?.variant.endsWith(NO_TRIGGER))) return [];
	return ['what the triggers did to this collapse is not measured: versus: no-trigger runs the twin without them'];
}

/** What may not have happened in a run, with the reason that is told. */
const REASONS = {
	retries: 'no attempt failed',
	triggers: 'no trigger was in force',
	rollouts: 'nothing was pushed',
} as const;
type Part = keyof typeof REASONS;

/** Quantities that only say something where the part happened. */
const ABOUT: Readonly<Record<Part, RegExp>> = {
	retries:
		/^(retries|retries-layer-\d|attempts-(\d|8-up)|amplification|attempts-per-request|retry-share|retry-ratio|peak-amplification|peak-retry-share|half-retries|saved|suppressed)$/,
	triggers: /^(cascaded|recovered|recovered-at-all)$/,
	rollouts: /^(reverts|gate-trips|decided|revert-after|stages-by-verdict|time-to-verdict|exposed)$/,
};

function idleParts(outcome: Outcome): ReadonlySet<Part> {
	const failures = OUTCOMES.filter((word) => word !== 'ok').map((word) => count(outcome, `outcome_${word}`));
	const idle = new Set<Part>();
	// Copies of hedged calls are sent although nothing failed, and a send that is kept back is no attempt.
	const calm = [...failures, count(outcome, 'suppressed')].every((n) => n === 0);
	if (calm && count(outcome, 'attempts') === count(outcome, 'first_attempts')) idle.add('retries');
	if (!outcome.triggers.some(({ fromUs }) => fromUs < outcome.toUs)) idle.add('triggers');
	if (!outcome.decisions.some(({ what }) => what === 'push')) idle.add('rollouts');
	return idle;
}

/** One that fails has been tested; one beside another run may say something by what that one did. */
function untested({ expectation, verdict }: Judgement, idle: ReadonlySet<Part>): string[] {
	if (verdict !== 'pass' || expectation.versus !== null) return [];
	return (Object.keys(REASONS) as Part[])
		.filter((part) => idle.has(part) && ABOUT[part].test(expectation.that))
		.map((part) => `an expectation passed that nothing put to the test, since ${REASONS[part]}: ${expectation.text}`);
}

const count = (outcome: Outcome, measure: string): number => Number(total(outcome, wholeRun(outcome), measure));
