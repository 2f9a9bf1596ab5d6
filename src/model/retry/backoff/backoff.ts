/**
 * How long a client waits before a retry: the one pipeline that every policy of the catalogue is written in.
 *
 *     x = growth(base, n)                    base by the cause of the failure
 *     x = min(x, cap)                        where capStage is base or both
 *     x = jitter(x, u)
 *     x = floor(x / quantum) quantum         where there is a quantum
 *     x = min(x, cap)                        where capStage is result or both
 *     x = max(x, floor)
 *
 * `firstUs` stands in front of all that: exactly so long before retry 1. Causes outside of `waitsOn` are tried again at once.
 * Source: section 1 of the facts behind `catalog/retries`, of which each preset names the code it was read from.
 */
import { assert } from '../../../kernel/errors.js';
import { type Distribution, isConstant, quantile } from '../../distributions/distribution.js';
import { type ChainedGrowth, chainedUs, risen } from './chained.js';
import { baseOf, type PlainGrowth, plainUs } from './growth.js';
import { combUs, type DelayJitter, jitterDraws, spreadOf } from './jitter.js';

export type DelayGrowth =
	| PlainGrowth
	| ChainedGrowth
	/** drawn from the n-th law, the last one repeated; takes no jitter */
	| { readonly kind: 'drawn'; readonly waits: readonly Distribution[] };

export interface DelayLaw {
	readonly growth: DelayGrowth;
	/** another base after some failures: the first whose mask holds the cause */
	readonly baseUsFor: readonly { readonly causes: number; readonly baseUs: number }[];
	/** exactly this before retry 1; null = by the formula */
	readonly firstUs: number | null;
	readonly capUs: number;
	readonly capStage: 'base' | 'result' | 'both';
	readonly jitter: DelayJitter;
	/** 0 = none */
	readonly quantumUs: number;
	readonly floorUs: number;
	/** the engine draws one uniform per client instance and keeps it */
	readonly perClient: boolean;
	/** mask of the causes that wait; null = all */
	readonly waitsOn: number | null;
}

export interface CompiledDelay {
	/** whether a uniform makes a difference to any delay */
	readonly draws: boolean;
	/** whether `remember` matters to any delay */
	readonly remembers: boolean;
	/** memory of a call before its first retry */
	readonly firstMemory: number;
	/** us before retry n = 1, 2, ...; u in [0, 1); not rounded but to the quantum; Infinity where a table has stopped */
	delayUs(n: number, u: number, memory: number, cause: number): number;
	/** what the retry after this one has to know */
	remember(n: number, u: number, memory: number, delayUs: number): number;
}

/** A law that waits nothing; others are written as what differs from it. */
export const NO_DELAY: DelayLaw = {
	growth: { kind: 'none' },
	baseUsFor: [],
	firstUs: null,
	capUs: Number.POSITIVE_INFINITY,
	capStage: 'base',
	jitter: { kind: 'none' },
	quantumUs: 0,
	floorUs: 0,
	perClient: false,
	waitsOn: null,
};

/** All that does not depend on the retry is done once. */
export function compileDelay(law: DelayLaw): CompiledDelay {
	const raw = jittered(law);
	const finish = finisher(law);
	const { firstUs, waitsOn } = law;
	const baseUs = bases(law);
	const last = lastRetry(law.growth);
	return {
		draws: draws(law),
		remembers: isChained(law.growth),
		firstMemory: 0,
		delayUs:
			simply(law) ??
			((n, u, memory, cause) => {
				if (n > last) return Number.POSITIVE_INFINITY;
				if (waitsOn !== null && (waitsOn & (1 << cause)) === 0) return 0;
				if (n === 1 && firstUs !== null) return firstUs;
				return finish(raw(n, u, memory, baseUs(cause)));
			}),
		remember: law.growth.kind === 'decorrelated-v2' ? (n, u) => risen(n, u) : (_n, _u, _memory, delayUs) => delayUs,
	};
}

/** The pipeline of a law that has nothing but growth, a cap before the jitter and a jitter that stretches: most storms ask it. */
function simply(law: DelayLaw): CompiledDelay['delayUs'] | null {
	const { growth, jitter, baseUsFor, firstUs, waitsOn, capStage, quantumUs, floorUs } = law;
	if (isChained(growth) || growth.kind === 'drawn' || growth.kind === 'table' || jitter.kind === 'comb') return null;
	const { share, spread, addUs, addSpreadUs } = spreadOf(jitter);
	const isPlain = baseUsFor.length === 0 && firstUs === null && waitsOn === null && capStage === 'base';
	if (!isPlain || quantumUs > 0 || floorUs > 0 || addUs !== 0 || addSpreadUs !== 0) return null;
	const own = baseOf(growth);
	const plain = plainOf(law, growth);
	const early = Float64Array.from({ length: EARLY }, (_, i) => plain(i + 1, own));
	return (n, u) => (n <= EARLY ? early[n - 1] : plain(n, own)) * (share + u * spread);
}

/** The last retry there is, where a table says so. */
export const lastRetry = (growth: DelayGrowth): number =>
	growth.kind === 'table' && growth.end === 'stop' ? growth.tableUs.length : Number.POSITIVE_INFINITY;

type Raw = (n: number, u: number, memory: number, baseUs: number) => number;

/** Growth, cap of the base, and jitter. */
function jittered(law: DelayLaw): Raw {
	const { growth, jitter, capUs } = law;
	switch (growth.kind) {
		case 'drawn': {
			assert(growth.waits.length > 0, 'drawn back-off needs at least one law');
			const laws = growth.waits.map(quantile);
			return (n, u) => laws[Math.min(n, laws.length) - 1](u);
		}
		case 'compound':
		case 'decorrelated':
		case 'decorrelated-v2':
		case 'decorrelated-monotone':
			return (n, u, memory, baseUs) => chainedUs(growth, { n, u, memory, baseUs }, { capUs, jitter });
	}
	const plain = lookedUp(law, growth);
	if (jitter.kind === 'comb') return (n, u, _, baseUs) => combUs(plain(n, baseUs), u, jitter.share, jitter.quantumUs);
	const { share, spread, addUs, addSpreadUs } = spreadOf(jitter);
	if (addUs === 0 && addSpreadUs === 0) return (n, u, _, baseUs) => plain(n, baseUs) * (share + u * spread);
	return (n, u, _, baseUs) => plain(n, baseUs) * (share + u * spread) + (addUs + u * addSpreadUs);
}

/** Retries whose plain delay is kept ready; later ones are worked out when asked. */
const EARLY = 64;

/** The plain delay, capped where the cap comes first. */
export function plainOf(law: DelayLaw, growth: PlainGrowth): (n: number, baseUs: number) => number {
	const capUs = law.capStage === 'result' ? Number.POSITIVE_INFINITY : law.capUs;
	return (n, baseUs) => Math.min(capUs, plainUs(growth, n, baseUs));
}

/** The same with the early retries of the common base kept ready. */
function lookedUp(law: DelayLaw, growth: PlainGrowth): (n: number, baseUs: number) => number {
	const own = baseOf(growth);
	const plain = plainOf(law, growth);
	const early = Float64Array.from({ length: EARLY }, (_, i) => plain(i + 1, own));
	return (n, baseUs) => (n <= EARLY && baseUs === own ? early[n - 1] : plain(n, baseUs));
}

/** Quantum, cap of the result, and floor. Chained and drawn delays have no base to cap. */
function finisher(law: DelayLaw): (us: number) => number {
	const { growth, capStage, quantumUs, floorUs } = law;
	const capped = capStage !== 'base' || isChained(growth);
	const capUs = capped ? law.capUs : Number.POSITIVE_INFINITY;
	if (quantumUs === 0 && capUs === Number.POSITIVE_INFINITY && floorUs === 0) return (us) => us;
	return (us) => Math.max(floorUs, Math.min(capUs, quantumUs === 0 ? us : Math.floor(us / quantumUs) * quantumUs));
}

/** Whether a delay grows out of the one before. */
export const isChained = (growth: DelayGrowth): growth is ChainedGrowth =>
	growth.kind === 'compound' || growth.kind.startsWith('decorrelated');

/** The base after a failure, by its cause. */
export function bases({ growth, baseUsFor }: DelayLaw): (cause: number) => number {
	const own = 'baseUs' in growth ? growth.baseUs : 0;
	if (baseUsFor.length === 0) return () => own;
	return (cause) => {
		const other = baseUsFor.find(({ causes }) => (causes & (1 << cause)) !== 0);
		return other === undefined ? own : other.baseUs;
	};
}

function draws({ growth, jitter }: DelayLaw): boolean {
	if (growth.kind === 'drawn') return !growth.waits.every(isConstant);
	if (growth.kind === 'none' || growth.kind === 'compound') return jitterDraws(jitter);
	return isChained(growth) || jitterDraws(jitter);
}
