/** What is replicated: a world, the others its expectations compare with, and the expectations. One seed more makes a task. */
import type { Expectation } from '../../metrics/expectation.js';
import { harmless } from '../../model/harmless-twin.js';
import type { World } from '../../model/world.js';
import type { Scenario } from '../../scenario/load.js';
import { HARMLESS } from './gate-record.js';
import { needed } from './judge.js';
import { fingerprint, sameRun, worldOf } from './world-identity.js';

/** Plain data that structuredClone accepts. */
export interface Case {
	/** hash of all that decides the result: equal for cases that give equal digests under every seed */
	readonly key: string;
	/** for people: "december-5, canary" or "clients.browser.timeout=2s" */
	readonly label: string;
	readonly world: World;
	/** what `versus` expectations compare with, by the names of `needed` */
	readonly others: readonly { readonly name: string; readonly world: World }[];
	readonly expectations: readonly Expectation[];
	/** true: its runs keep every time bucket, to be held beside a recording */
	readonly series?: true;
}

/**
 * A scenario as a case.
 * @param load gives another variant of the same file, with the same `set` arguments
 */
export function caseOf(label: string, scenario: Scenario, load: (variant: string) => Scenario): Case {
	const { world, expectations } = scenario;
	const lookUp = (variant: string): Scenario => (variant === '' ? scenario : load(variant));
	const others = needed(expectations).map((name) => ({ name, world: worldOf(name, lookUp) }));
	return { key: keyOf(world, others, expectations), label, world, others, expectations };
}

/** A scenario beside its harmless twin, for those who ask what its gates are worth, and not what it promises. */
export function gateCaseOf(label: string, { world }: Scenario): Case {
	const others = [{ name: HARMLESS, world: harmless(world) }];
	return { key: keyOf(world, others, []), label, world, others, expectations: [] };
}

/** A scenario whose runs are held beside a recording; what else it promises is not judged. */
export function seriesCaseOf(label: string, { world }: Scenario): Case {
	return {
		key: fingerprint(['series', keyOf(world, [], [])]),
		label,
		world,
		others: [],
		expectations: [],
		series: true,
	};
}

/**
 * What only names a world, only bounds the wall time of its run, or is only judged over all runs, decides nothing; what the
 * verdict words mean does.
 */
function keyOf(world: World, others: Case['others'], expectations: Case['expectations']): string {
	const runOf = (w: World): string => sameRun({ ...w, name: '', limits: { ...w.limits, wallMs: 0 } });
	return fingerprint([
		runOf(world),
		world.verdicts,
		others.map((other) => [other.name, runOf(other.world)]),
		// `luck` is what keys have always called it: the journals of earlier versions are found by their keys.
		expectations.map(({ requiredProbability: _, ...rest }) => ({ ...rest, text: null, luck: null })),
	]);
}
