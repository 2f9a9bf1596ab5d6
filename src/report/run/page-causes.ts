/** Why it went as it did: what every gate saw against its limit, and which population and layer made the retries. */

import type { Outcome } from '../../metrics/outcome.js';
import { total } from '../../metrics/reading/cell-sums.js';
import { MAX_LAYERS } from '../../metrics/recording/counters.js';
import { writtenLayers } from '../../model/retry/policy.js';
import type { World } from '../../model/world.js';
import type { TimelineEntry } from './timeline.js';

/** All looks of one check at one stage, in order. */
export interface GateReadings {
	readonly name: string;
	/** regions that the stages pushed by then reach; null: all */
	readonly regions: readonly string[] | null;
	readonly looks: readonly {
		readonly atUs: number;
		readonly seen: number | null;
		readonly limit: number | null;
		readonly samples: number | null;
		readonly what: string;
		/** what the measurement said by itself: passed, failed, inconclusive, no-data, error */
		readonly outcome: string | null;
	}[];
}

/** Retries that one layer of one population decided. */
export interface RetryRow {
	readonly population: string;
	/** share of the requests, as the scenario has it */
	readonly trafficShare: number;
	/** name, and place in the stack: 1 is the innermost */
	readonly layer: string;
	readonly depth: number;
	readonly retries: number;
	/** of all retries */
	readonly share: number;
}

export function gateReadings({ decisions }: Outcome, world: World): GateReadings[] {
	const groups = new Map<string, { regions: GateReadings['regions']; looks: GateReadings['looks'][number][] }>();
	for (const decision of decisions) {
		const { atUs, rollout, stage, by, check, seen, limit, samples, outcome } = decision;
		if (check === null) continue;
		const what = decision.inconclusive === true ? 'inconclusive' : decision.what;
		const which = check === by ? by : `${by} ${check}`;
		const name = [rollout, stage, which].filter((part) => part !== '').join(' / ');
		const look = { atUs, seen, limit, samples, what, outcome };
		const known = groups.get(name);
		if (known === undefined) groups.set(name, { regions: regionsOf(world, rollout, stage), looks: [look] });
		else known.looks.push(look);
	}
	return [...groups].map(([name, { regions, looks }]) => ({ name, regions, looks }));
}

/** Where the change may be once a stage is pushed. */
function regionsOf({ rollouts, regions }: World, rollout: string, stage: string): GateReadings['regions'] {
	const plan = rollouts.find(({ name }) => name === rollout);
	const last = plan === undefined ? -1 : plan.stages.findIndex(({ name }) => name === stage);
	if (plan === undefined || last < 0) return null;
	const scopes = plan.stages.slice(0, last + 1).map(({ scope }) => scope.regions);
	if (scopes.includes(null)) return null;
	return regions.flatMap(({ name }, r) => (scopes.some((mask) => mask?.[r]) ? [name] : []));
}

/** Every layer of every population, the one with most retries first. */
export function retryRows(outcome: Outcome, world: World): RetryRow[] {
	const all = outcome.retriesOf.reduce((sum, count) => sum + count, 0);
	return world.populations
		.flatMap(({ name, share, layers }, p) =>
			writtenLayers(layers).map((layer, k): RetryRow => {
				const retries = outcome.retriesOf[p * MAX_LAYERS + k];
				return {
					population: name,
					trafficShare: share,
					layer: layer.name,
					depth: k + 1,
					retries,
					share: all > 0 ? retries / all : 0,
				};
			}),
		)
		.toSorted((a, b) => b.retries - a.retries);
}

/** What had come about by the end of the time bucket of each moment: `null` before the measured window. */
export interface RunningTotals {
	/** requests that had failed after everything */
	readonly lost: number;
	/** attempts that had been sent, and how many of them were retries */
	readonly attempts: number;
	readonly retries: number;
}

export function runningTotals(outcome: Outcome, moments: readonly TimelineEntry[]): (RunningTotals | null)[] {
	const { fromUs, bucketUs, toUs } = outcome;
	return moments.map(({ atUs }) => {
		if (atUs < fromUs) return null;
		const until = { fromUs, toUs: Math.min(toUs, (Math.floor(atUs / bucketUs) + 1) * bucketUs), where: {} };
		const [lost, attempts, first] = ['failed', 'attempts', 'first_attempts'].map((name) => total(outcome, until, name));
		return lost === null || attempts === null || first === null ? null : { lost, attempts, retries: attempts - first };
	});
}
