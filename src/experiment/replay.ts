/**
 * Replays variants of one scenario under one seed, with every other run that their expectations compare with. Equal
 * worlds run once: the twins of several variants often are the same world.
 */
import { NO_CHANGE } from '../metrics/expectation.js';
import type { Outcome } from '../metrics/outcome.js';
import type { World } from '../model/world.js';
import type { Scenario } from '../scenario/load.js';
import type { Executor, Trial } from './trial.js';
import { type Judgement, judge, needed, twinOf } from './verdict.js';

/** One variant, run and judged. */
export interface Replayed {
	readonly scenario: Scenario;
	readonly outcome: Outcome;
	/** the same world without its rollouts; null unless asked for */
	readonly twin: Outcome | null;
	readonly judgements: readonly Judgement[];
}

export interface ReplayPlan {
	/** the scenario with a variant laid over it; '' is the file as it stands */
	readonly load: (variant: string) => Scenario;
	readonly variants: readonly string[];
	readonly seed: number;
	/** run the no-change twin of each variant too */
	readonly twins: boolean;
}

export async function replay(plan: ReplayPlan, execute: Executor): Promise<Replayed[]> {
	const scenarios = new Map(plan.variants.map((variant) => [variant, plan.load(variant)]));
	const lookUp = (variant: string): Scenario => {
		const known = scenarios.get(variant) ?? plan.load(variant);
		scenarios.set(variant, known);
		return known;
	};
	const asked = new Map<string, World>();
	for (const variant of plan.variants) {
		asked.set(variant, lookUp(variant).world);
		const others = needed(lookUp(variant).expectations);
		for (const name of plan.twins ? [...others, twinOf('')] : others) {
			const full = fullName(name, variant);
			asked.set(full, worldOf(full, lookUp));
		}
	}
	const outcomes = await runOnce(asked, plan.seed, execute);
	const outcomeOf = (name: string): Outcome => {
		const outcome = outcomes.get(name);
		if (outcome === undefined) throw new Error(`the outcome of ${name} was not asked for`);
		return outcome;
	};
	return plan.variants.map((variant): Replayed => {
		const scenario = lookUp(variant);
		const outcome = outcomeOf(variant);
		const other = (name: string): Outcome => outcomeOf(fullName(name, variant));
		const judgements = judge(scenario.expectations, outcome, scenario.world, other);
		return { scenario, outcome, twin: plan.twins ? other(twinOf('')) : null, judgements };
	});
}

const TWIN = `/${NO_CHANGE}`;

/** '/no-change' is the variant's own twin. */
const fullName = (name: string, variant: string): string => (name === TWIN ? `${variant}${TWIN}` : name);

function worldOf(name: string, load: (variant: string) => Scenario): World {
	return name.endsWith(TWIN) ? load(name.slice(0, -TWIN.length)).noChange : load(name).world;
}

/** Runs each distinct world once. Its own name does not make a world distinct. */
async function runOnce(
	asked: ReadonlyMap<string, World>,
	seed: number,
	execute: Executor,
): Promise<Map<string, Outcome>> {
	const trials: Trial[] = [];
	const indexOf = new Map<string, number>();
	const place = new Map<string, number>();
	for (const [label, world] of asked) {
		const twin = label.endsWith(TWIN);
		const key = twin ? JSON.stringify({ ...world, variant: TWIN, verdicts: null, markers: null }) : label;
		const known = indexOf.get(key);
		if (known === undefined) {
			indexOf.set(key, trials.length);
			place.set(label, trials.length);
			trials.push({ label, world, seed });
		} else place.set(label, known);
	}
	const outcomes = await execute(trials);
	return new Map([...place].map(([label, at]) => [label, outcomes[at]]));
}
