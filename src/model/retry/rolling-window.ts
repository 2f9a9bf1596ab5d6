/**
 * Counts over a sliding window: time is cut into slots on a fixed grid, the window is the present slot and those before
 * it, and a slot is forgotten whole. Budgets, throttles and breakers that look back some seconds keep one of these.
 */

export interface Rolling {
	/** number of the present slot on the grid */
	readonly slot: number;
	/** a row of counts per slot, that of slot k at k mod length */
	readonly rows: readonly (readonly number[])[];
}

/** The slot that a moment lies in. */
export const slotAt = (nowUs: number, slotUs: number): number => Math.floor(nowUs / slotUs);

/** A window of so many slots with nothing in it. */
export function emptyWindow(slots: number, columns: number, slot: number): Rolling {
	const none = new Array<number>(columns).fill(0);
	return { slot, rows: new Array<readonly number[]>(slots).fill(none) };
}

/** The window with `added` counted in the slot, a number per column. */
export function counted(window: Rolling, slot: number, added: readonly number[]): Rolling {
	const rows = rowsAt(window, slot).slice();
	const at = slot % rows.length;
	rows[at] = rows[at].map((count, column) => count + added[column]);
	return { slot, rows };
}

/** Sums over the window that ends with the slot, a number per column. */
export function totals(window: Rolling, slot: number): number[] {
	const rows = rowsAt(window, slot);
	const sums = new Array<number>(rows[0].length).fill(0);
	for (const row of rows) for (let column = 0; column < sums.length; column++) sums[column] += row[column];
	return sums;
}

/** The rows as they are in a later slot: those that left the window are zero. */
function rowsAt({ slot: then, rows }: Rolling, slot: number): readonly (readonly number[])[] {
	if (slot === then) return rows;
	const none = new Array<number>(rows[0].length).fill(0);
	const later = rows.slice();
	for (let k = Math.max(then + 1, slot - rows.length + 1); k <= slot; k++) later[k % rows.length] = none;
	return later;
}
