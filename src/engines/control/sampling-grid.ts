/** The grid of instants on which the windows of a watch start and end, counted from the start of its clock. */
import { greatestCommonDivisor, SECOND } from '../../kernel/units.js';
import type { Check } from '../../model/gates/gate-check.js';
import { checksOf, type Rollout } from '../../model/rollout/plan.js';

/**
 * The greatest time that everything is a whole multiple of: what the check itself waits for, and what decides when a stage
 * is pushed, for a look at the end of a hold belongs to no schedule. Holds are extended by whole seconds.
 */
export function gridUs(plan: Rollout, { metric, condition, schedule, telemetry }: Check): number {
	const { everyUs, takesUs, delayUs, errorRetryUs } = schedule;
	const own = [
		metric.windowUs,
		everyUs,
		takesUs,
		delayUs,
		errorRetryUs,
		telemetry.lagUs,
		condition.kind === 'burn-rate' ? condition.shortUs : 0,
		condition.kind === 'mann-whitney' ? condition.stepUs : 0,
	];
	const holds = plan.stages.flatMap(({ holdUs, approvalUs }) =>
		approvalUs === null ? [holdUs] : [holdUs, approvalUs],
	);
	const others = checksOf(plan).flatMap(({ schedule: s }) => [s.everyUs, s.takesUs, s.delayUs, s.errorRetryUs]);
	const blocked = plan.blockers === null ? 0 : plan.blockers.everyUs;
	return [...own, ...holds, ...others, blocked].filter(Number.isFinite).reduce(greatestCommonDivisor, SECOND);
}
