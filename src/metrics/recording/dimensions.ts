/** Which cells are kept: one place per combination of the recorded dimensions, with the stride of each dimension. */
import type { Dimension, World } from '../../model/world.js';
import { DIMENSIONS } from '../../model/world.js';
import type { Place } from '../outcome.js';

export interface Places {
	readonly list: readonly Place[];
	/** index of a place = sum over dimensions of stride x index in that dimension; 0 where it is not recorded */
	readonly stride: Readonly<Record<Dimension, number>>;
}

export function placesOf(world: World): Places {
	const names: Record<Dimension, readonly string[]> = {
		region: world.regions.map((r) => r.name),
		class: world.classes.map((c) => c.name),
		population: world.populations.map((p) => p.name),
		platform: world.platforms,
	};
	const stride: Record<Dimension, number> = { region: 0, class: 0, population: 0, platform: 0 };
	let list: Place[] = [{}];
	for (const dimension of DIMENSIONS) {
		if (!world.recordBy.includes(dimension)) continue;
		stride[dimension] = list.length;
		list = names[dimension].flatMap((name) => list.map((place) => ({ ...place, [dimension]: name })));
	}
	return { list, stride };
}
