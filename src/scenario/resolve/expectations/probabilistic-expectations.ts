/**
 * How much luck an expectation lets in: `share` (it holds often enough) and P() (the probability that something is true).
 * Both come to the same: a bound on a probability, which only replications can show.
 */
import { formatShare } from '../../../kernel/units.js';
import { QUANTITIES, quantity } from '../../../metrics/definitions/metrics.js';
import type { Bound, RequiredProbability } from '../../../metrics/expectation.js';
import { suggest } from '../../document/did-you-mean.js';
import type { Path } from '../../document/yaml-source.js';
import { type ExpectationFields, insideP } from '../../schema/run.js';
import type { ResolveContext } from '../context.js';
import { boundOf, NO_BOUND } from './bounds.js';

/** What a run with a hit for P() keeps. */
export const TRUE: Bound = { ...NO_BOUND, equals: { value: 1, tolerance: 0 } };

/** All that P() can stand for. */
export const PROBABILITIES: readonly string[] = QUANTITIES.filter(({ kind }) => kind === 'boolean').map(
	({ name }) => `P(${name})`,
);

const CONFIDENCE = 0.95;
/** Less is no confidence (whoever writes 5% means 95%), more would never come to an end. */
const CONFIDENCES = { least: 0.5, most: 0.999999 } as const;

/** The quantity inside P(). */
export function quantityInsideP(
	{ problems }: ResolveContext,
	{ that }: ExpectationFields,
	inside: string,
	path: Path,
): string {
	const known = quantity(inside);
	if (known === undefined) {
		problems.error([...path, 'that'], `found "${that}", which is no probability; ${suggest(that, PROBABILITIES)}`);
	} else if (known.kind !== 'boolean') {
		const would = `${suggest(undefined, PROBABILITIES)}, or ${inside} with a bound and share: 95%`;
		problems.error([...path, 'that'], `found "${that}", but ${inside} is a ${known.kind}, not true or false; ${would}`);
	}
	return inside;
}

export function requiredProbability(
	draft: ResolveContext,
	written: ExpectationFields,
	path: Path,
): RequiredProbability | null {
	const isProbability = insideP(written.that) !== null;
	const confidence = confidenceOf(draft, written, isProbability, path);
	if (isProbability) return { of: 'probability', bound: probabilityBound(draft, written, path), confidence };
	if (written.share === undefined) return null;
	checkShare(draft, written.share, path);
	return { of: 'share', bound: { ...NO_BOUND, between: [written.share, 1] }, confidence };
}

/** What stands behind the bound for people. */
export function requiredProbabilityText({ that, share, confidence = CONFIDENCE }: ExpectationFields): string | null {
	if (insideP(that) !== null) return `at ${formatShare(confidence)}`;
	return share === undefined ? null : `in at least ${formatShare(share)} of runs at ${formatShare(confidence)}`;
}

function confidenceOf(
	{ problems }: ResolveContext,
	{ share, confidence }: ExpectationFields,
	isProbability: boolean,
	path: Path,
): number {
	if (confidence === undefined) return CONFIDENCE;
	const at = [...path, 'confidence'];
	if (!isProbability && share === undefined) {
		const message = 'found a confidence where nothing is left to luck; share: 95% beside it would do, or none';
		problems.error(at, message, [path]);
	}
	const { least, most } = CONFIDENCES;
	if (confidence >= least && confidence <= most) return confidence;
	const would = `a confidence from ${formatShare(least)} to ${formatShare(most)} would do`;
	problems.error(at, `found ${formatShare(confidence)}, ${would}`);
	return CONFIDENCE;
}

function checkShare({ problems }: ResolveContext, share: number, path: Path): void {
	if (share > 0 && share < 1) return;
	const why =
		share === 0
			? 'which nothing can break; a share above 0% would do'
			: 'which no number of runs can show; without a share it must hold in every one';
	problems.error([...path, 'share'], `found ${formatShare(share)}, ${why}`);
}

/** What P() may have beside it: above, below or between, and room between them. */
function probabilityBound(draft: ResolveContext, written: ExpectationFields, path: Path): Bound {
	const { problems } = draft;
	const refuse = (field: 'equals' | 'never' | 'share' | 'versus', why: string): void => {
		if (written[field] !== undefined) problems.error([...path, field], `found ${field} with P(), ${why}`);
	};
	for (const field of ['equals', 'never'] as const) {
		refuse(field, 'which is only known to an interval; above, below or between would do');
	}
	refuse('share', 'which is one itself; its own bound would do');
	refuse('versus', 'which is compared with nothing but its bound; it alone would do');
	const plain = { ...written, equals: undefined, tolerance: undefined, never: undefined, versus: undefined };
	const { above, below, between } = boundOf(draft, plain, 'share', path);
	if (!hasRoom(above, below, between)) {
		problems.error(path, 'found bounds that no interval fits between; wider ones would do', [path]);
	}
	return { ...NO_BOUND, above, below, between };
}

/** Bounds that are the wrong way round, or could not be read, have been told. */
function hasRoom(above: Bound['above'], below: Bound['below'], between: Bound['between']): boolean {
	if (between !== null) return between[0] !== between[1];
	return !(above !== null && above >= (below === null ? 1 : below)) && below !== 0;
}
