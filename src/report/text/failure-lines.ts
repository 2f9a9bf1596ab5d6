/** Runs that failed, in a report: the first few by name, the others counted. */
import type { Style } from './style.js';
import { WIDTH, wrap } from './text-table.js';

const SHOWN = 3;

/** @param texts one for each failure @param whose stands in front of the count */
export function failureLines(texts: readonly string[], style: Style, whose = ''): string[] {
	const shown = texts.slice(0, SHOWN);
	if (texts.length > SHOWN) shown.push(`${whose}and ${texts.length - SHOWN} more`);
	return shown.flatMap((text) => wrap(`FAILED ${text}`, WIDTH - 2)).map((line) => style('bad', `  ${line}`));
}
