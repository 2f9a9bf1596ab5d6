/** What a quantity is, and one maker for each kind: the kind decides how a bound is written and how a value is printed. */
import type { Selection } from '../expectation.js';
import type { Outcome } from '../outcome.js';
import type { Rules } from '../reading/milestones.js';

export type QuantityKind = 'share' | 'factor' | 'instant' | 'duration' | 'count' | 'rate' | 'boolean';

export interface Quantity {
	readonly name: string;
	readonly kind: QuantityKind;
	/** one line: what it is, with the formula */
	readonly help: string;
	/** where: region, class, population, platform where cells are kept by them; layer for retries, change for adoption and decisions */
	readonly read: (outcome: Outcome, selection: Selection, rules: Rules) => number | null;
}

export type Read = Quantity['read'];

export const share = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'share', help, read });
export const factor = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'factor', help, read });
export const rate = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'rate', help, read });
export const count = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'count', help, read });
export const instant = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'instant', help, read });
export const duration = (name: string, help: string, read: Read): Quantity => ({ name, kind: 'duration', help, read });
export const yes = (
	name: string,
	help: string,
	read: (o: Outcome, s: Selection, r: Rules) => boolean | null,
): Quantity => ({
	name,
	kind: 'boolean',
	help,
	read: (o, s, r) => {
		const is = read(o, s, r);
		return is === null ? null : Number(is);
	},
});
