/** Which other runs expectations compare with, and by what names they are asked for. */
import { type Expectation, NO_CHANGE, NO_TRIGGER } from '../../metrics/expectation.js';
import type { Outcome } from '../../metrics/outcome.js';

/** Gives the outcome of another variant of the file under the same seed, by the names that `needed` lists. */
export type Other = (variant: string) => Outcome;

/** Which other outcomes the expectations compare with: `NAME`, `NAME/no-change`, and `/no-change` or `/no-trigger` for the own twin. */
export function needed(expectations: readonly Expectation[]): string[] {
	const names = new Set<string>();
	for (const { versus } of expectations) {
		if (versus === null) continue;
		names.add(otherName(versus.variant));
		if (versus.as !== 'times-fewer') continue;
		names.add(twinOf(versus.variant));
		names.add(twinOf(''));
	}
	return [...names];
}

/** The name under which `other` is asked for the twin world of a variant without its rollouts ('' is the own one), or for a twin by name. */
export const twinOf = (variant: string): string => (isTwin(variant) ? `/${variant}` : `${variant}/${NO_CHANGE}`);

/** Under which name `other` is asked for what an expectation compares with. */
export const otherName = (variant: string): string => (isTwin(variant) ? `/${variant}` : variant);

const isTwin = (variant: string): boolean => variant === NO_CHANGE || variant === NO_TRIGGER;
