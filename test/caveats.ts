/** Warnings that a retry preset brings with it wherever it is used: what it leaves to its user, what cannot be simulated. */
import { caveats, RETRY_PRESETS } from '../src/catalog/retries.js';

/** @param text of an issue, as it is printed: "file:line:col: warning: path: ID: ..." */
export function isCaveat(text: string): boolean {
	return [...RETRY_PRESETS].some(([id, preset]) => {
		const [, told] = text.split(`: ${id}: `);
		const known = ['it is opt-in: nobody has it who did not ask for it', ...caveats(preset)];
		return told !== undefined && /: warning: /.test(text) && known.some((caveat) => told.includes(caveat));
	});
}
