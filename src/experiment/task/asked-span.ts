/**
 * A span that begins or ends within a time bucket: cells are kept by whole buckets, so that it is not known what of those
 * at its ends lies inside. A figure is decided all the same where it comes to the same whichever part does.
 */
import { formatDuration } from '../../kernel/units.js';
import type { Quantity, Undecided } from '../../metrics/definitions/metrics.js';
import type { Selection } from '../../metrics/expectation.js';
import type { Outcome } from '../../metrics/outcome.js';
import { byBirth } from '../../metrics/reading/by-birth.js';
import { total } from '../../metrics/reading/cell-sums.js';
import type { Rules } from '../../metrics/reading/milestones.js';
import { MEASURES } from '../../metrics/recording/counters.js';

/** The span to read: the one that was asked for, where that is exact. */
export function spanOf({ spanUse }: Quantity, selection: Selection): Selection {
	const { asked } = selection;
	return asked === undefined || spanUse !== 'log' ? selection : { ...selection, ...asked, asked: undefined };
}

/** How far the buckets at the ends of the span leave its figure open; null where they do not. */
export function openByBuckets(named: Quantity, outcome: Outcome, selection: Selection, world: Rules): Undecided | null {
	const { asked } = selection;
	if (asked === undefined || !readsBuckets(named)) return null;
	const [inner, edges] = parts(outcome, selection, asked);
	if (edges.length === 0) return null;
	const value = named.read(outcome, selection, world);
	if (value === null || isSameInEachPart(named, value)) return null;
	if (named.spanUse === 'counts' && edges.every((edge) => isEmpty(outcome, edge))) return null;
	const { bucketUs } = outcome;
	return {
		range: rangeOf(named, outcome, inner, edges),
		why: `the span begins or ends within time buckets of ${formatDuration(bucketUs)}; buckets of at most ${formatDuration(asked.bucketUs)} would decide`,
		brief: `in whole time buckets of ${formatDuration(bucketUs)}`,
		neededToUs: null,
	};
}

const readsBuckets = ({ spanUse }: Quantity): boolean => spanUse !== 'log' && spanUse !== 'run';

/** The whole buckets inside the span, and those that it holds a part of. */
function parts(
	outcome: Outcome,
	{ fromUs, toUs, where }: Selection,
	span: NonNullable<Selection['asked']>,
): [Selection, Selection[]] {
	const { bucketUs } = outcome;
	const endUs = Math.min(toUs, outcome.toUs);
	const innerFromUs = span.fromUs > fromUs ? fromUs + bucketUs : fromUs;
	const innerToUs = span.toUs < endUs ? toUs - bucketUs : toUs;
	const edges = [
		...(innerFromUs > fromUs ? [{ fromUs, toUs: innerFromUs, where }] : []),
		// One bucket may hold both ends.
		...(innerToUs < toUs && innerToUs >= innerFromUs ? [{ fromUs: innerToUs, toUs, where }] : []),
	];
	return [{ fromUs: innerFromUs, toUs: Math.max(innerFromUs, innerToUs), where }, edges];
}

/** None over all is none in any part; no retry at all is x1 in each. */
const isSameInEachPart = ({ spanUse, sameInParts }: Quantity, value: number): boolean =>
	spanUse !== 'states' && (value === 0 || value === sameInParts);

const isEmpty = (outcome: Outcome, edge: Selection): boolean =>
	MEASURES.every(({ name }) => total(outcome, edge, name) === 0);

/** Every share that part of the requests at the ends may give. */
function rangeOf(
	{ births }: Quantity,
	outcome: Outcome,
	inner: Selection,
	edges: readonly Selection[],
): readonly [number, number] | null {
	if (births === undefined) return null;
	const sum = (spans: readonly Selection[]) => {
		const all = { count: 0, born: 0, open: 0 };
		for (const span of spans) {
			const part = byBirth(outcome, span, ...births);
			if (part === null) continue;
			all.count += part.count;
			all.born += part.born;
			all.open += part.open;
		}
		return all;
	};
	const [all, edge] = [sum([inner]), sum(edges)];
	const others = edge.born - edge.count;
	const most = edge.count + edge.open;
	const least = all.born + others;
	const top = all.born + most;
	return [least === 0 ? 1 : all.count / least, top === 0 ? 0 : (all.count + all.open + most) / top];
}
