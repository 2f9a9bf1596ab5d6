/** Which variants of a file a command line means, loaded once each; what is wrong with any of them is told at once. */

import { InvalidScenario, type Issue } from '../../scenario/document/issue.js';
import { inVariant } from '../../scenario/document/issue-collector.js';
import { type LoadOptions, loadScenario, type Scenario } from '../../scenario/load.js';
import { BASE } from '../../scenario/variants.js';

const ALL = 'all';

export interface Variants {
	/** at least one, in the order asked */
	readonly names: readonly string[];
	/** any variant of the file, loaded once */
	readonly load: (variant: string) => Scenario;
}

/**
 * @param requested values of --variant; undefined: the file as it stands
 * @throws InvalidScenario with the mistakes of every variant asked for
 */
export function loadVariants(
	text: string,
	requested: readonly string[] | undefined,
	{ file, set }: Pick<LoadOptions, 'file' | 'set'>,
): Variants {
	const loaded = new Map<string, Scenario>();
	const load = (variant: string): Scenario => {
		const scenario = loaded.get(variant) ?? loadScenario(text, { file, set, variant });
		loaded.set(variant, scenario);
		return scenario;
	};
	const named = requested === undefined ? [BASE] : requested.includes(ALL) ? [BASE, ...load(BASE).variants] : requested;
	const names = [...new Set(named)];
	loadAll(names, load);
	const twice =
		names.length > 1 && requested?.includes(ALL) && names.some((n) => n !== BASE && sameRun(load(n), load(BASE)));
	return { names: twice ? names.filter((name) => name !== BASE) : names, load };
}

function loadAll(names: readonly string[], load: (variant: string) => Scenario): void {
	const issues = new Map<string, Issue>();
	for (const name of names) {
		try {
			load(name);
		} catch (error) {
			if (!(error instanceof InvalidScenario)) throw error;
			for (const issue of error.issues) {
				const shared = issue.text.replace(inVariant(name), '');
				if (!issues.has(shared)) issues.set(issue.text, issue);
			}
		}
	}
	if (issues.size > 0) throw new InvalidScenario([...issues.values()]);
}

/** A variant that only gives the file's own scenario a name: `all` does not run both. */
function sameRun(a: Scenario, b: Scenario): boolean {
	const plain = ({ world, expectations }: Scenario): string =>
		JSON.stringify([{ ...world, variant: '' }, expectations.map(({ text }) => text)]);
	return plain(a) === plain(b);
}
