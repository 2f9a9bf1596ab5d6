/** The retry layers of every population, with the machines of real clients and what their calls hold. */
import { assert } from '../../../kernel/errors.js';
import type { Streams } from '../../../kernel/random.js';
import { outcomeCauses } from '../../../model/retry/outcome-causes.js';
import type { World } from '../../../model/world.js';
import type { Requests } from '../tables/requests.js';
import { CallTable, HAS } from './call-table.js';
import { CompiledLayer } from './compiled-layer.js';
import { isGuarded, LayerGuards } from './layer-guards.js';
import type { Wake } from './limiter-guard.js';
import type { PoolIndex } from './pool-index.js';

/** Bits of a call that its layer's machines count, in the order of `LayerGuards.underWay`. */
const COUNTED = [HAS.charge, HAS.try, HAS.permit, HAS.queued];

/** The layers of every population; see `RetryStack` for the sources that use them. State is shared by all regions. */
export class RetryLayers {
	readonly ofPopulation: readonly (readonly CompiledLayer[])[];
	/** null where no layer has a machine */
	readonly calls: CallTable | null;

	/** @param wake is called when a queued send has its permit */
	constructor(world: World, streams: Streams, pools: PoolIndex, wake: Wake) {
		const { populations, classes } = world;
		const calls = populations.some(({ layers }) => layers.some(isGuarded))
			? new CallTable(cellsPerRequest(populations))
			: null;
		const causes = outcomeCauses(world);
		this.calls = calls;
		this.ofPopulation = populations.map(({ name, layers, instances }) =>
			layers.map((policy, k) => {
				const guards =
					calls === null || !isGuarded(policy)
						? null
						: new LayerGuards(policy, { calls, pools, uniform: streams.uniform(`guards/${name}/${k}`), wake });
				return new CompiledLayer(policy, guards, { classes, instances, pools, causes });
			}),
		);
	}

	/** States of machines that are kept: for whoever asks what they cost. */
	get cells(): number {
		return this.ofPopulation.flat().reduce((sum, { guards }) => sum + (guards === null ? 0 : guards.cells), 0);
	}

	/**
	 * What the machines count as under way is what the calls hold.
	 * @param populations by source
	 * @throws Bug where it is not
	 */
	audit(requests: Requests, populations: readonly number[], nowUs: number): void {
		const { calls } = this;
		if (calls === null) return;
		this.ofPopulation.forEach((layers, population) => {
			layers.forEach(({ guards, policy }, layer) => {
				if (guards === null) return;
				const held = COUNTED.map(() => 0);
				for (let row = 0; row < requests.used; row++) {
					if (populations[requests.source[row]] !== population) continue;
					const first = row * calls.perRequest;
					// Further copies are sends of the innermost layer.
					const copies = layer === 0 ? calls.has.slice(first + requests.layers, first + calls.perRequest) : [];
					for (const has of [calls.has[first + layer], ...copies]) {
						COUNTED.forEach((bit, k) => {
							if ((has & bit) !== 0) held[k]++;
						});
					}
				}
				const counted = guards.underWay();
				const agrees = counted.every((count, k) => count === null || count === held[k]);
				assert(agrees, `the machines of ${policy.name} count ${counted} as under way, the calls hold ${held}`, nowUs);
			});
		});
	}
}

/** The deepest stack, and the most copies beyond the first. */
function cellsPerRequest(populations: World['populations']): number {
	const copies = populations.map(({ layers: [{ hedge }] }) => (hedge === null ? 0 : hedge.total - 1));
	return Math.max(...populations.map(({ layers }) => layers.length)) + Math.max(...copies);
}
