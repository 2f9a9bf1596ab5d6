/**
 * In which worlds an attempt's stay at its node is settled at the admission: oldest first, nothing that cancels, drops,
 * sheds, slows or fails it, and nobody who looks at the node or wants to be told when an answer comes.
 */

import type { NodeGroup } from '../../../../model/node-group.js';
import type { Population } from '../../../../model/population.js';
import type { RetryPolicy } from '../../../../model/retry/policy.js';
import type { World } from '../../../../model/world.js';

export function canLookAhead(world: World): boolean {
	const undisturbed =
		world.changes.length === 0 &&
		world.rollouts.length === 0 &&
		world.faults.length === 0 &&
		world.start === null &&
		world.classes.every((c) => c.errorProbability === 0);
	const unobserved = !world.recordInSystem && (world.choice === 'round-robin' || world.choice === 'random');
	return undisturbed && unobserved && world.groups.every(isUndisturbed) && world.populations.every(isPatient);
}

function isUndisturbed(group: NodeGroup): boolean {
	return (
		group.discipline === 'fifo' &&
		group.codel === null &&
		group.abandoned === 'serve' &&
		group.onFull === 'reject' &&
		group.rejectCostUs === 0 &&
		group.perInFlight === 0 &&
		group.shed.length === 0
	);
}

/** Waits for each attempt a constant time, or for ever; hears of nothing but the end of its own request. */
function isPatient(population: Population): boolean {
	return (
		population.latency.kind === 'constant' &&
		population.latency.us === 0 &&
		(population.timeout === null || population.timeout.kind === 'constant') &&
		population.timeoutClock === 'per-attempt' &&
		population.patience === null &&
		population.lateAnswer === 'ignore' &&
		population.layers.every((layer) => isStateless(layer))
	);
}

/** Nothing but failures of its own attempt decides what it does: neither its instance nor any state has a say. */
const isStateless = ({ delay, timeout, budget, limiter, breaker, hedge, lastTryUs }: RetryPolicy): boolean =>
	!delay.perClient && [timeout, budget, limiter, breaker, hedge, lastTryUs].every((part) => part === null);
