/** Warnings that a retry preset brings with it wherever it is used: what it leaves to its user, what cannot be simulated. */
import { caveatSummaryOf, RETRY_PRESETS } from '../../src/catalog/retries.js';

/** @param text of an issue, as it is printed: "file:line:col: warning: path: ID: ..." */
export function isCaveat(text: string): boolean {
	const known = [...RETRY_PRESETS].map(([id, preset]) => `: ${id}: ${caveatSummaryOf(preset)}`);
	return / warning: /.test(text) && known.some((caveat) => text.includes(caveat));
}
