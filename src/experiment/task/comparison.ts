/** Reads what one run, or two of them, say of a quantity, together with how far what is open could still move it. */
import type { Quantity, Undecided } from '../../metrics/definitions/metrics.js';
import { quantity } from '../../metrics/definitions/metrics.js';
import type { Expectation, Selection, Versus } from '../../metrics/expectation.js';
import type { Outcome } from '../../metrics/outcome.js';
import { minus } from '../../metrics/reading/cell-sums.js';
import type { Rules } from '../../metrics/reading/milestones.js';
import { openByBuckets, spanOf } from './asked-span.js';
import { type Other, otherName, twinOf } from './other-runs.js';

/** What was read. */
export interface Looked {
	/** over what is decided; null where nothing was measured or it never happened */
	readonly value: number | null;
	/** null: all of it is decided */
	readonly open: Undecided | null;
}

export function look(named: Quantity, outcome: Outcome, selection: Selection, world: Rules): Looked {
	const { read, undecided } = named;
	const span = spanOf(named, selection);
	const coarse = openByBuckets(named, outcome, span, world);
	const open = coarse !== null || undecided === undefined ? coarse : undecided(outcome, span, world);
	return { value: read(outcome, span, world), open };
}

/** A quantity of this run against that of another one. */
export function compare(
	named: Quantity,
	{ that, selection, versus }: Expectation,
	outcome: Outcome,
	world: Rules,
	other: Other,
): Looked {
	if (versus === null) return look(named, outcome, selection, world);
	const theirs = other(otherName(versus.variant));
	if (versus.as === 'times-fewer') {
		const counted = quantity(countOf(that));
		const read = (of: Outcome): Looked => look(counted === undefined ? named : counted, of, selection, world);
		const excess = (of: Outcome, twin: Outcome): Looked => combine('difference', read(of), read(twin));
		return combine('times-fewer', excess(outcome, other(twinOf(''))), excess(theirs, other(twinOf(versus.variant))));
	}
	const [here, there] = [outcome, theirs].map((of) => look(named, of, selection, world));
	const found = combine(versus.as, here, there);
	// Whatever is open in one run is as open in the other, and comes to the same.
	return found.value !== null && isSameRun(outcome, theirs) ? { ...found, open: null } : found;
}

/** Whether everything that was counted is the same: a world without triggers is its own twin. */
function isSameRun(one: Outcome, other: Outcome): boolean {
	if (one === other) return true;
	return one.events === other.events && one.toUs === other.toUs && isEqual(one.cells, other.cells);
}

const isEqual = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/**
 * Times fewer: the other's excess of lost requests over its no-change twin / this one's excess over its own. Infinity
 * where this one has no excess; null where neither has one, or where something was not measured.
 */
export function timesFewer(ownExcess: number | null, othersExcess: number | null): number | null {
	if (ownExcess === null || othersExcess === null || (ownExcess <= 0 && othersExcess <= 0)) return null;
	return ownExcess <= 0 ? Number.POSITIVE_INFINITY : othersExcess / ownExcess;
}

type Combination = Versus['as'];

const COMBINE: Readonly<Record<Combination, (here: number | null, there: number | null) => number | null>> = {
	difference: minus,
	ratio: (here, there) => (here === null || there === null || (here === 0 && there === 0) ? null : here / there),
	'times-fewer': timesFewer,
};

/** Each of these grows, or falls, with either number, so that its extremes lie where those of the two lie. */
function combine(as: Combination, here: Looked, there: Looked): Looked {
	const of = COMBINE[as];
	const value = of(here.value, there.value);
	const open = here.open === null ? there.open : here.open;
	if (open === null) return { value, open: null };
	const [ours, theirs] = [here, there].map(extremes);
	if (ours === null || theirs === null) return { value, open: { ...open, range: null } };
	const corners = ours.flatMap((a) => theirs.map((b) => of(a, b)));
	if (!corners.every((corner) => corner !== null)) return { value, open: { ...open, range: null } };
	return { value, open: { ...open, range: [Math.min(...corners), Math.max(...corners)] } };
}

function extremes({ value, open }: Looked): readonly number[] | null {
	if (open !== null) return open.range;
	return value === null ? null : [value];
}

/** Counts behind the shares of requests: times fewer compares numbers of requests, not shares. */
const COUNT_OF: ReadonlyMap<string, string> = new Map([
	['unavailable', 'first-failed-by-birth'],
	['lost', 'lost-by-birth'],
	['lost-direct', 'lost-direct-by-birth'],
]);

function countOf(that: string): string {
	const count = COUNT_OF.get(that);
	return count === undefined ? that : count;
}
