/** Numbers of tables as people export them: "19.87 req/s", "1.2 K", "1,154", and what their unit says. */

export interface Amount {
	readonly value: number;
	/** requests a second for one of these; null: no unit */
	readonly perSecond: number | null;
}

const AMOUNT = /^(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d*)?(?:e[+-]?\d+)?)\s*(K|Mil|M|G|Bil)?\s*([a-z/% ]+)?$/i;
const TIMES: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, mil: 1e6, g: 1e9, bil: 1e9 };
const PER_SECOND = /^(?:req|requests?|reqs|rd|wr|c|ops?|hits?|queries|calls|counts?)?\s*(?:\/\s*s(?:ec)?|ps)$/i;
const PER_MINUTE = /^(?:req|requests?|reqs|c|ops?|hits?|calls|counts?)?\s*(?:\/\s*m(?:in)?|pm)$/i;
const COUNTED = /^(?:req|requests?|reqs|hits?|calls|counts?)$/i;

/** @returns null for a cell that is no number of requests */
export function amountOf(cell: string): Amount | null {
	const found = AMOUNT.exec(cell);
	if (found === null) return null;
	const [, digits, times, unit] = found;
	const value = Number(digits.replaceAll(',', '')) * (times === undefined ? 1 : TIMES[times.toLowerCase()]);
	const name = unit === undefined ? '' : unit.trim();
	if (name === '' || COUNTED.test(name)) return { value, perSecond: null };
	if (PER_SECOND.test(name)) return { value, perSecond: 1 };
	if (PER_MINUTE.test(name)) return { value, perSecond: 1 / 60 };
	return null;
}
