/** Reads several things of which each may be refused, so that all mistakes of a file come at once, as `check` tells them. */
import { byPlace, InvalidScenario, type Issue } from '../../scenario/document/issue.js';

/** What each gives. @throws InvalidScenario with the mistakes of all of them, each once, after the last has been tried */
export function together<T extends readonly (() => unknown)[]>(
	...readings: T
): { -readonly [K in keyof T]: ReturnType<T[K]> };
export function together(...readings: readonly (() => unknown)[]): unknown[] {
	const issues = new Map<string, Issue>();
	const read = readings.map((reading) => {
		try {
			return reading();
		} catch (error) {
			if (!(error instanceof InvalidScenario)) throw error;
			for (const issue of error.issues) issues.set(issue.text, issue);
			return undefined;
		}
	});
	if (issues.size > 0) throw new InvalidScenario(ordered([...issues.values()]));
	return read;
}

/** File by file, each in the order of its text. */
const ordered = (issues: readonly Issue[]): Issue[] =>
	[...new Set(issues.map(({ file }) => file))].flatMap((file) =>
		issues.filter((issue) => issue.file === file).toSorted(byPlace),
	);

/** The same for each of a list. @throws InvalidScenario with the mistakes of all */
export const eachOf = <T, R>(all: readonly T[], read: (one: T, i: number) => R): R[] =>
	together(...all.map((one, i) => () => read(one, i)));
