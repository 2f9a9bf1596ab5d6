/** What only the whole world shows of a queue without a bound: that a collapse fills it until a limit stops the run. */
import type { Population } from '../../model/population.js';
import type { Budget, RetryPolicy } from '../../model/retry/policy.js';
import type { RatePiece } from '../../model/traffic.js';
import type { World } from '../../model/world.js';
import type { ResolveContext } from './context.js';

/** Warns where the attempts of the whole run, all of them held, would pass `limits.attempts`. */
export function warnOfUnboundedQueues({ problems }: ResolveContext, world: World): void {
	if (world.arrivals.kind !== 'curve' || world.groups.every(({ queueLimit }) => Number.isFinite(queueLimit))) return;
	const most = world.populations.map((population, k) => {
		const own = world.sources.filter((source) => source.population === k);
		const requests = own.reduce((sum, { curve }) => sum + requestsOf(curve, world.horizonUs), 0);
		return mostAttempts(requests, population, world.regions.length * world.platforms.length);
	});
	const { attempts } = world.limits;
	if (most.reduce((sum, one) => sum + one, 0) <= attempts) return;
	problems.warning(
		['edge', 'queue'],
		`unlimited: in a collapse it holds ever more attempts, until limits.attempts (${attempts.toLocaleString('en-US')}) stops the run; a number of places such as 10000 would turn attempts away instead`,
	);
}

/** Layer by layer from outside in: as often as each may try, or as its bucket of tokens can pay. */
function mostAttempts(requests: number, { layers, instances }: Population, pools: number): number {
	return layers.reduceRight((calls, layer) => {
		if (calls === 0) return 0;
		return Math.min(calls * mostTries(layer), calls + mostRetries(layer.budget, calls, { instances, pools }));
	}, requests);
}

const mostTries = ({ attempts, attemptsFor }: RetryPolicy): number =>
	Math.max(attempts, ...attemptsFor.map((other) => other.attempts));

/** Every call earns credit at most once. Of other budgets no bound is known before the run. */
function mostRetries(
	budget: Budget | null,
	calls: number,
	{ instances, pools }: { readonly instances: number; readonly pools: number },
): number {
	if (budget?.kind !== 'ratio-bucket' || budget.cost === 0) return Number.POSITIVE_INFINITY;
	const buckets = { instance: instances, destination: instances * pools, population: 1 }[budget.scope];
	return (budget.initial * buckets + budget.ratio * calls) / budget.cost;
}

/** A curve's pieces go on until the next one begins. */
function requestsOf(curve: readonly RatePiece[], horizonUs: number): number {
	return curve.reduce((sum, { fromUs, toUs, fromRate, toRate }) => {
		const lengthUs = Math.max(0, Math.min(toUs, horizonUs) - fromUs);
		return sum + (lengthUs / 1e6) * Math.max(fromRate, toRate);
	}, 0);
}
