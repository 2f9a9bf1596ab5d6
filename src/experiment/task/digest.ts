/**
 * What is kept of one run of an experiment: figures, judgements and coarse curves, a few kilobytes of plain data that fit
 * one line of a journal. It says the same whether it comes fresh from an engine, from a thread or from a file.
 */
import { assert } from '../../kernel/errors.js';
import { QUANTITIES, quantity, type Undecided } from '../../metrics/definitions/metrics.js';
import type { Outcome } from '../../metrics/outcome.js';
import { type RunSeries, seriesOf } from '../../metrics/reading/attempt-series.js';
import { byBirth, isDrawn } from '../../metrics/reading/by-birth.js';
import { bucketRangeOf, wholeRun } from '../../metrics/reading/cell-sums.js';
import type { Rules } from '../../metrics/reading/milestones.js';
import type { GateRun } from './gate-record.js';
import type { RunJudgement } from './judge.js';

export interface Digest {
	readonly seed: number;
	/** every entry of QUANTITIES over the whole measured window, in its unit; null: never happened, or nothing to measure it by */
	readonly values: Readonly<Record<string, number | null>>;
	/** why what is null in `values` is undecided, by the quantity's name; only those that are */
	readonly undecided?: Readonly<Record<string, Pick<Undecided, 'why' | 'neededToUs'>>>;
	/** one for each expectation of the case, in its order; of P(that) whether that was true: 1 or 0 */
	readonly judgements: readonly Pick<RunJudgement, 'seen' | 'verdict' | 'text'>[];
	readonly curves: Curves;
	/** of a case that has its harmless twin */
	readonly gate?: GateRun;
	/** of a case that is held beside a recording */
	readonly series?: RunSeries;
	readonly events: number;
}

/** Curves of a digest are named, and read, as the quantities of that name. */
export const CURVES = ['goodput-share', 'unavailable', 'amplification', 'attempt-rate'] as const;
export type CurveName = (typeof CURVES)[number];

/** Over the measured window, in equal steps; the last one may be cut short by the end of the window. */
export interface Curves {
	readonly fromUs: number;
	/** whole time buckets */
	readonly stepUs: number;
	/** a value for each step, to six digits; null where no request was born (no first attempt sent) in it; a rate is never null */
	readonly steps: Readonly<Record<CurveName, readonly (number | null)[]>>;
}

export const MAX_STEPS = 120;

/** What only some cases ask for. */
export interface Extras {
	/** where gates are asked what they are worth */
	readonly gate?: GateRun | null;
	/** whether every time bucket is kept, to be held beside a recording */
	readonly series?: boolean;
}

/** @param world what the verdict words mean in the world that ran, and its names */
export function digest(
	outcome: Outcome,
	world: Rules,
	judgements: readonly RunJudgement[],
	{ gate = null, series = false }: Extras = {},
): Digest {
	const whole = wholeRun(outcome);
	return {
		seed: outcome.seed,
		values: Object.fromEntries(QUANTITIES.map(({ name, read }) => [name, plain(read(outcome, whole, world))])),
		...undecidedOf(outcome, world),
		judgements: judgements.map(({ seen, verdict, text }) => ({ seen: plain(seen), verdict, text })),
		curves: curvesOf(outcome, world),
		...(gate === null ? {} : { gate }),
		...(series ? { series: seriesOf(outcome) } : {}),
		events: outcome.events,
	};
}

/** Why verdicts and instants of a run are undecided. */
function undecidedOf(outcome: Outcome, world: Rules): Pick<Digest, 'undecided'> {
	const whole = wholeRun(outcome);
	const found = QUANTITIES.flatMap(({ name, read, undecided }) => {
		if (undecided === undefined || read(outcome, whole, world) !== null) return [];
		const why = undecided(outcome, whole, world);
		return why === null ? [] : [[name, { why: why.why, neededToUs: why.neededToUs }] as const];
	});
	return found.length === 0 ? {} : { undecided: Object.fromEntries(found) };
}

function curvesOf(outcome: Outcome, world: Rules): Curves {
	const { bucketUs } = outcome;
	const span = bucketRangeOf(outcome, wholeRun(outcome));
	const [first, end] = span === null ? [0, 0] : [span.first, span.end];
	const perStep = Math.max(1, Math.ceil((end - first) / MAX_STEPS));
	const read = (name: CurveName): (number | null)[] => {
		const named = quantity(name);
		assert(named !== undefined, `no quantity is called ${name}`);
		return Array.from({ length: Math.ceil((end - first) / perStep) }, (_, k) => {
			const fromUs = (first + k * perStep) * bucketUs;
			const step = { fromUs, toUs: fromUs + perStep * bucketUs, where: {} };
			// Where decisions end, the curve does.
			if (name === 'unavailable' && !isDrawn(byBirth(outcome, step, 'first_failed_by_birth', 'first-attempts')))
				return null;
			const value = named.read(outcome, step, world);
			return value === null ? null : plain(Number(value.toPrecision(6)));
		});
	};
	const steps = {} as Record<CurveName, (number | null)[]>;
	for (const name of CURVES) steps[name] = read(name);
	return { fromUs: first * bucketUs, stepUs: perStep * bucketUs, steps };
}

/** As JSON keeps it: no zero below zero, and no number that is none. Infinity stays: the journal has a word for it. */
const plain = (value: number | null): number | null =>
	value === null || Number.isNaN(value) ? null : value === 0 ? 0 : value;
