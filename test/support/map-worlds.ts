/**
 * Planes with a known answer, and a laboratory that knows it: whether a run collapses is a pure function of the place, the
 * start and the seed. Maps of them take milliseconds, and what they should show can be worked out by hand.
 */
import { readAxis } from '../../src/experiment/map/axis.js';
import type { StartKind } from '../../src/experiment/map/point-runs.js';
import type { MapPlan } from '../../src/experiment/map/stability-map.js';
import { stoppingRule } from '../../src/experiment/map/stopping-rule.js';
import type { Case } from '../../src/experiment/task/case.js';
import type { Digest } from '../../src/experiment/task/digest.js';
import type { Laboratory, TaskResult } from '../../src/experiment/task/task.js';
import { Streams } from '../../src/kernel/random.js';

/** P(collapsed) at a place, both axes running from 0 to 1. */
export type Land = (x: number, y: number, start: StartKind) => number;

/** A place where a rule holds is down for certain, elsewhere up. */
export const sharp =
	(down: (x: number, y: number, start: StartKind) => boolean): Land =>
	(x, y, start) =>
		down(x, y, start) ? 1 : 0;

/** What a place is when nobody is in doubt. */
export const truth = (land: Land, x: number, y: number): string => {
	if (land(x, y, 'fresh') > 0.5) return 'doomed';
	return land(x, y, 'collapsed') > 0.5 ? 'vulnerable' : 'safe';
};

/** A plan over the unit square with `points` values per side. */
export function plan(points: number, over: Partial<MapPlan> & { readonly rows?: number; readonly most?: number } = {}) {
	const { rows = points, most = 20, ...rest } = over;
	return {
		x: readAxis(['x', '0', '1'], points, '--x'),
		y: readAxis(['y', '0', '1'], rows, '--y'),
		caseAt,
		firstSeed: 1,
		stoppingRule: stoppingRule(0.5, most),
		coarse: 5,
		check: 0,
		...rest,
	} satisfies MapPlan;
}

function caseAt(x: string, y: string, start: StartKind): Case {
	const key = JSON.stringify([Number(x), Number(y), start]);
	return { key, label: key, others: [], expectations: [], world: WORLDLESS };
}

/** The laboratory below never looks at a world. */
const WORLDLESS = {} as Case['world'];

/** Runs a land, counting. @param upset: what to answer instead, by case key and seed */
export function landLaboratory(land: Land, upset: (key: string, seed: number) => TaskResult | null = () => null) {
	const requested = { runs: 0, rounds: 0, places: new Set<string>() };
	const run: Laboratory = async (tasks) => {
		requested.rounds++;
		return tasks.map(({ of, seed }) => {
			requested.runs++;
			const [x, y, start] = JSON.parse(of.key) as [number, number, StartKind];
			requested.places.add(`${x},${y}`);
			const other = upset(of.key, seed);
			// Everybody meets the same luck under one seed, as replications do.
			const uniform = new Streams(seed).uniform('luck')();
			return other ?? { digest: digestOf(seed, uniform < land(x, y, start) ? 1 : 0) };
		});
	};
	return { run, asked: requested };
}

export function digestOf(seed: number, collapsed: number | null): Digest {
	const steps = { 'goodput-share': [], unavailable: [], amplification: [], 'attempt-rate': [] };
	return { seed, values: { collapsed }, judgements: [], curves: { fromUs: 0, stepUs: 1, steps }, events: 1 };
}
