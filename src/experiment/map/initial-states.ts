/** The two ways in which a map begins a system: with nothing, and as a collapse leaves it. */
import type { Scenario } from '../../scenario/load.js';
import type { StartKind } from './point-runs.js';

/**
 * A file that says itself what a run begins with (`start:`) has said what its collapse looks like. Of another every place
 * of every node holds abandoned work, and as many clients are in back-off as keep it so (`start: collapsed`).
 * @param written the scenario as its author has it
 * @returns a `path=value` argument that makes it begin so, at any place of the plane
 */
export function startArguments(written: Scenario, start: StartKind): string[] {
	if (start === 'fresh') return ['start=empty'];
	return hasStart(written) ? [] : ['start=collapsed'];
}

/** True where the author says what a run begins with, and it is something. */
export function hasStart({ resolved }: Scenario): boolean {
	const { start } = resolved as { readonly start?: unknown };
	return start !== undefined && start !== 'empty';
}
