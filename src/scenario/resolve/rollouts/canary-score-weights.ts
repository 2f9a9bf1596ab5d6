/** The weights of a score: each belongs to a group that some gate is in, and every group counts for something. */

import { suggest } from '../../document/did-you-mean.js';
import type { Path } from '../../document/yaml-source.js';
import type { CheckFields } from '../../schema/checks.js';
import type { ResolveContext } from '../context.js';

/** A gate as the judge sorts it: its group is its name where it gives none. */
export const groupOf = (name: string, { mannWhitney }: Pick<CheckFields, 'mannWhitney'>): string =>
	mannWhitney?.group ?? name;

/** Rounding of weights that add up to 100 on paper. */
const SLACK = 1e-9;

/**
 * @param weights per cent by group
 * @param groups of the gates that are scored
 * @param path of the weights
 * @param rests paths that the mistakes rest on: the gates
 */
export function checkWeights(
	{ problems }: ResolveContext,
	weights: Readonly<Record<string, number>>,
	groups: readonly string[],
	path: Path,
	rests: readonly Path[],
): void {
	for (const name of Object.keys(weights)) {
		if (groups.includes(name)) continue;
		problems.error(
			[...path, name],
			`found "${name}", which is no group of a gate here; ${suggest(name, groups)}`,
			rests,
		);
	}
	const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
	const left = groups.find((name) => weights[name] === undefined);
	if (sum > 100 + SLACK) problems.error(path, `weights add up to ${sum}, at most 100 would do`);
	else if (sum >= 100 - SLACK && left !== undefined)
		problems.error(
			path,
			`weights add up to ${sum}, which leaves nothing for ${left}; less would do, or a weight for it`,
			rests,
		);
}
