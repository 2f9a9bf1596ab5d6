/** The retry policies that were found, as a scenario of their own or as variants of one. */

import { InvalidScenario, issueAt } from '../../scenario/document/issue.js';
import { loadScenario } from '../../scenario/load.js';
import { BASE } from '../../scenario/variants.js';
import { type Given, nothingIn } from '../manifest/resources.js';
import type { OverlaidVariant } from '../rollouts/rollout-overlay.js';
import { layRetries, type Rates, ratesOf } from './policy/policy-overlay.js';
import { inventedRate, worldOf } from './policy/policy-world.js';
import { withoutRepeats } from './policy/same-policies.js';
import { within } from './policy/scenario-limits.js';
import type { RetriesFound } from './recognise-system.js';

/** Each is a variant. */
const MAX_LAYERS = 50;

/**
 * @param file named in an error
 * @returns with a base a variant for each policy; without one a scenario for the first and variants for the others
 * @throws InvalidScenario where there is no policy, or where there are too many, and for a base that is no scenario
 */
export function importRetries(
	{ systems, layers: found, ledger }: RetriesFound,
	file: string,
	base: Given | null,
): { readonly text: string; readonly variants: readonly string[] } {
	const layers = withoutRepeats(found, ledger);
	if (layers.length === 0) throw withoutRetries(file, systems);
	if (layers.length > MAX_LAYERS)
		throw nothingIn(file, `${layers.length} retry policies, of which at most ${MAX_LAYERS} fit into one scenario`);
	const [first, ...others] = layers.map((layer) => within(layer, ledger));
	const rates: Rates =
		base === null ? () => inventedRate(first) : ratesOf(loadScenario(base.text, { file: base.file }).world);
	const name = base === null ? first.file : base.file;
	let text = base === null ? worldOf(first, ledger) : base.text;
	const variants = base === null ? [BASE] : [];
	for (const layer of base === null ? others : [first, ...others]) {
		const laid: OverlaidVariant = layRetries({ file: name, text }, layer, rates, ledger);
		text = laid.text;
		variants.push(laid.variant);
	}
	return { text, variants };
}

/** Whose file it is is known, so that what is missing is told in its own words. */
function withoutRetries(file: string, systems: RetriesFound['systems']): InvalidScenario {
	const found = systems.map((system) => system.file).join(' and ');
	const wanted = systems.map(({ would }) => would.replace(/,$/, '')).join(' or ');
	const message = `found ${found} in which nothing says how to retry; ${wanted} would do`;
	return new InvalidScenario([issueAt('error', { file, line: 1, column: 1, set: null }, '', message)]);
}
