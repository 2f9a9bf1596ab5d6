/** Retries, all together or those of one layer of the clients' stacks (SDK, mesh, a person who reloads). */
import { writtenLayers } from '../../model/retry/policy.js';
import type { Selection } from '../expectation.js';
import type { Outcome } from '../outcome.js';
import { minus, total } from './cell-sums.js';
import type { Rules } from './milestones.js';

/** Retries of a selection: all, or those that one layer decided. A layer's name counts only where it is unambiguous. */
export function retries(outcome: Outcome, selection: Selection, rules: Rules): number | null {
	const { layer, population } = selection.where;
	if (layer === undefined)
		return minus(total(outcome, selection, 'attempts'), total(outcome, selection, 'first_attempts'));
	let sum = 0;
	const having = rules.populations.filter((p) => p.layers.some(({ name }) => name === layer));
	const selected = population === undefined ? having : having.filter(({ name }) => name === population);
	const byPopulation = outcome.places.every((place) => place.population !== undefined);
	if (selected.length === 0) return null;
	if (byPopulation) {
		for (const { name, layers } of selected) {
			const where = { ...selection.where, population: name };
			const part = total(
				outcome,
				{ ...selection, where },
				layerMeasure(writtenLayers(layers).findIndex((l) => l.name === layer)),
			);
			if (part === null) return null;
			sum += part;
		}
		return sum;
	}
	// Columns count by depth in the stack: without cells by population, the layer must stand at one depth, alone there.
	const depth = writtenLayers(selected[0].layers).findIndex((l) => l.name === layer);
	const alike = rules.populations.every(({ layers }) => {
		return writtenLayers(layers).every(({ name }, i) => (name === layer) === (i === depth));
	});
	return alike ? total(outcome, selection, layerMeasure(depth)) : null;
}

const layerMeasure = (depth: number): string => `retries_layer_${depth + 1}`;
