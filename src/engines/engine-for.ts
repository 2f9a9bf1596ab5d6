/** Picks the engine by name. */
import type { World } from '../model/world.js';
import { DiscreteEngine, type DiscreteOptions } from './discrete/engine.js';
import type { Engine } from './engine.js';

export const ENGINES = ['discrete'] as const;
export type EngineName = (typeof ENGINES)[number];

/** An engine over a world, at t = 0. Equal world, seed and version give equal outcomes. */
export function engineFor(
	world: World,
	seed: number,
	name: EngineName = 'discrete',
	options?: DiscreteOptions,
): Engine {
	switch (name) {
		case 'discrete':
			return new DiscreteEngine(world, seed, options);
	}
}
