/** What only the whole world shows of a queue without a bound: that a collapse fills it until a limit stops the run. */
import type { RatePiece } from '../../model/traffic.js';
import type { World } from '../../model/world.js';
import type { ResolveContext } from './context.js';

/** Warns where the attempts of the whole run, all of them held, would pass `limits.attempts`. */
export function checkHeld({ problems }: ResolveContext, world: World): void {
	if (world.arrivals.kind !== 'curve' || world.groups.every(({ queueLimit }) => Number.isFinite(queueLimit))) return;
	const perRequest = Math.max(...world.populations.map(({ layers }) => layers.reduce((n, one) => n * one.attempts, 1)));
	const requests = world.sources.reduce((sum, { curve }) => sum + requestsOf(curve, world.horizonUs), 0);
	const { attempts } = world.limits;
	if (requests * perRequest <= attempts) return;
	problems.warning(
		['edge', 'queue'],
		`unlimited: in a collapse it holds ever more attempts, until limits.attempts (${attempts.toLocaleString('en-US')}) stops the run; a number of places such as 10000 would turn attempts away instead`,
	);
}

/** A curve's pieces go on until the next one begins. */
function requestsOf(curve: readonly RatePiece[], horizonUs: number): number {
	return curve.reduce((sum, { fromUs, toUs, fromRate, toRate }) => {
		const lengthUs = Math.max(0, Math.min(toUs, horizonUs) - fromUs);
		return sum + (lengthUs / 1e6) * Math.max(fromRate, toRate);
	}, 0);
}
