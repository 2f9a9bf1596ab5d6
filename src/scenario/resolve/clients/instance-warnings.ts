/** What only the whole world shows of a population: that what each client should have of its own is one thing for a whole crowd. */
import type { RetryPolicy } from '../../../model/retry/policy.js';
import type { Source } from '../../../model/traffic.js';
import type { World } from '../../../model/world.js';
import type { ResolveContext } from '../context.js';
import { peak } from '../traffic/piecewise-curve.js';

/** More requests a second than a single client is likely to make. */
const CROWD_PER_SECOND = 10;

/** Warns where nobody says how many clients there are: one quota for all of them is empty at once, and hides their storm. */
export function warnOfInstances({ problems }: ResolveContext, { arrivals, populations, sources }: World): void {
	if (arrivals.kind !== 'curve') return;
	for (const [p, { name, instances, layers }] of populations.entries()) {
		const path = ['clients', name];
		const ownStates = [...new Set(layers.flatMap(keptByInstance))];
		const perSecond = peakRate(sources.filter(({ population }) => population === p)) / instances;
		if (ownStates.length === 0 || perSecond <= CROWD_PER_SECOND || problems.isWritten([...path, 'instances'])) continue;
		problems.warning(
			path,
			`one client makes all ${Math.round(perSecond)} requests a second, with one ${ownStates.join(' and ')} for them; instances: ${Math.ceil(perSecond)} would give each of so many its own, instances: 1 says that it is meant`,
		);
	}
}

/** What of a layer each client has for itself. */
function keptByInstance({ budget, limiter, breaker, delay }: RetryPolicy): string[] {
	const isFelt = budget?.kind !== 'concurrency' || budget.limit.kind !== 'fixed' || Number.isFinite(budget.limit.max);
	const machines = Object.entries({ budget: isFelt ? budget : null, limiter, breaker });
	const own = machines.filter(([, machine]) => machine !== null && 'scope' in machine && machine.scope === 'instance');
	return [...own.map(([what]) => what), ...(delay.perClient ? ['draw of its delays'] : [])];
}

/** At its highest, per second. */
const peakRate = (sources: readonly Source[]): number => sources.reduce((sum, { curve }) => sum + peak(curve), 0);
