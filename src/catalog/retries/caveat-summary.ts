/**
 * The caveats of a preset in one line: in which of its parts a run differs from the real thing. What no run meets (statuses and
 * failures that the simulator does not make, names of headers, the source's own words) is left to the page.
 */

const MEETS_NO_RUN: readonly RegExp[] = [
	/^also retries /,
	/^what is retried, in the source's words/,
	/^how long to wait is read from/,
	/^connect timeout /,
	/^gRPC codes /,
	/^timeout: it sets no limit on a try/,
	/^a header that /,
	/^a deadline that the caller sets/,
	/^whether the overall limit/,
	/ is off unless it is set, and is left out$/,
];

/** @returns "", where nothing differs; else such as "it repeats a connection, not a request; differs in on, reset" */
export function caveatSummary(caveats: readonly string[]): string {
	const met = caveats.filter((text) => !MEETS_NO_RUN.some((known) => known.test(text)));
	const topics = [...new Set(met.map((text) => text.split(/[:;(]/)[0].trim()))];
	const fields = topics.filter((topic) => !topic.includes(' '));
	const sentences = topics.filter((topic) => topic.includes(' '));
	return [...sentences, ...(fields.length === 0 ? [] : [`differs in ${fields.join(', ')}`])].join('; ');
}
