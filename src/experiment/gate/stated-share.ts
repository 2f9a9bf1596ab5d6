/**
 * The share of bad samples that the world itself states, so that nobody has to estimate it: the error probability of the
 * classes that come to a stage and, with the change, what the change fails on top. Null where other causes decide, or where
 * the metric is no share of single attempts.
 */
import type { Change } from '../../model/change.js';
import { classesOf, EVERYWHERE } from '../../model/coverage.js';
import type { StageScope } from '../../model/rollout/plan.js';
import type { World } from '../../model/world.js';
import type { PlannedCheck } from '../task/planned-checks.js';

/** Where a stage stands: its nodes, and from when on it is watched if nothing holds it up. */
export interface Stage {
	readonly scope: StageScope;
	readonly atUs: number;
}

/** Without the change. */
export function statedShare(world: World, check: PlannedCheck, stage: Stage): number | null {
	const errors = classErrors(world, check, stage);
	return errors === null || errors.share === 0 ? null : errors.share;
}

/**
 * With the change fully in force: e + (1 - e) x touched x fails. Only where it does nothing but fail requests, all classes
 * fail alike without it, and retries do not count (they are of failed requests more often than of others).
 */
export function statedShareWith(
	world: World,
	check: PlannedCheck,
	stage: Stage,
	change: Change,
	touched: number | null,
): number | null {
	const errors = classErrors(world, check, stage);
	if (errors === null || !errors.alike || touched === null || check.counts.classes !== null) return null;
	if (check.counts.accounting !== 'first-attempts' || check.scope !== 'stage') return null;
	const { failProbability, costFactor, shedProbability, calls, crash, failOpen, aboveLoad } = change;
	const failsOnly = costFactor === 1 && shedProbability === 0 && calls === 1 && crash === null && !failOpen;
	if (!failsOnly || aboveLoad > 0 || failProbability === 0) return null;
	return errors.share + (1 - errors.share) * touched * failProbability;
}

/** Mean error probability of the classes that a check counts, and whether it is the same for all of them. */
function classErrors(
	world: World,
	check: PlannedCheck,
	{ scope, atUs }: Stage,
): { share: number; alike: boolean } | null {
	const { numerator, accounting, classes } = check.counts;
	if (numerator !== 'failures' && numerator !== 'errors') return null;
	if (accounting === 'logical-requests') return null;
	const endUs = atUs + check.watchesUs;
	if (world.faults.some((fault) => fault.fromUs < endUs && fault.toUs > atUs)) return null;
	const shares = classesOf(world, check.scope === 'stage' ? scope : EVERYWHERE, atUs);
	const counted = shares.map((share, c) => (classes === null || classes[c] ? share : 0));
	const all = counted.reduce((sum, share) => sum + share, 0);
	if (all === 0) return null;
	const errors = world.classes.filter((_, c) => counted[c] > 0).map(({ errorProbability }) => errorProbability);
	const alike = errors.every((error) => error === errors[0]);
	// Of all attempts, those of a class that fails more are more: retries. On other nodes than the stage's, the mix is another.
	if (!alike && (accounting !== 'first-attempts' || check.scope === 'rollout')) return null;
	const share = world.classes.reduce((sum, { errorProbability }, c) => sum + counted[c] * errorProbability, 0) / all;
	return { share, alike };
}
