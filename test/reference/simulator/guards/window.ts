/** A count over the last while, kept in slots of a fixed grid: the present slot and those before it; a slot is forgotten whole. */
export interface Window {
	add(nowUs: number, by?: number): void;
	total(nowUs: number): number;
}

export function newWindow(windowUs: number, slots: number): Window {
	let entries: { slot: number; count: number }[] = [];
	const slotOf = (nowUs: number): number => Math.floor(nowUs / (windowUs / slots));
	return {
		add(nowUs, by = 1) {
			entries.push({ slot: slotOf(nowUs), count: by });
		},
		total(nowUs) {
			entries = entries.filter(({ slot }) => slot > slotOf(nowUs) - slots);
			return entries.reduce((sum, { count }) => sum + count, 0);
		},
	};
}
