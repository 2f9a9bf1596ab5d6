/** What becomes of a preset's facts: fields of a scenario's policy, and in words what those fields cannot say. */
export interface PresetTranslation {
	/** as an author would write them, with units */
	readonly fields: Readonly<Record<string, unknown>>;
	readonly caveats: readonly string[];
}

export const NO_TRANSLATION: PresetTranslation = { fields: {}, caveats: [] };

/** Milliseconds as a scenario has them: "50ms", "20s". */
export function duration(ms: number): string {
	if (ms === 0) return '0s';
	return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** Without the fields that say nothing. */
export const present = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));

/** Classes of failures as the sources name them, as groups of causes. */
const GROUPS: Readonly<Record<string, string>> = {
	throttling: 'throttled',
	'429': 'throttled',
	timeout: 'timeout',
	noResponse: 'network',
	/** MongoDB's label of a server that sheds: its like is a 429 */
	systemOverloaded: 'throttled',
};

/** Values by class of failure: those whose class has a like among the causes, and the others. */
export function byCause<T>(of: Readonly<Record<string, T>> | null): {
	causes: Record<string, T>;
	others: [string, T][];
} {
	const entries = of === null ? [] : Object.entries(of);
	const known = entries.filter(([name]) => GROUPS[name] !== undefined);
	return {
		causes: Object.fromEntries(known.map(([name, value]) => [GROUPS[name], value])),
		others: entries.filter(([name]) => GROUPS[name] === undefined),
	};
}

/** Causes as authors write them: a status is a number. */
export const authored = (causes: readonly string[]): (string | number)[] =>
	causes.map((cause) => (/^\d+$/.test(cause) ? Number(cause) : cause));
