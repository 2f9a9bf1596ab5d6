/**
 * Replays variants of one scenario under one seed, with every other run that their expectations compare with. Equal
 * worlds run once: the twins of several variants often are the same world.
 */
import { assert } from '../../kernel/errors.js';
import type { Outcome } from '../../metrics/outcome.js';
import { withoutRetries } from '../../model/no-retries-twin.js';
import type { World } from '../../model/world.js';
import type { Scenario } from '../../scenario/load.js';
import { inOneRun } from '../replicate/probabilistic-expectations.js';
import { type Judgement, judge, needed, twinOf } from '../task/judge.js';
import type { Executor, Trial } from '../task/task.js';
import { sameRun, worldOf } from '../task/world-identity.js';
import { type Explanation, explain } from './explain.js';

/** One variant, run and judged. */
export interface Replayed {
	readonly scenario: Scenario;
	readonly outcome: Outcome;
	/** the same world without its rollouts; null unless asked for, and where it has none */
	readonly twin: Outcome | null;
	/** what its retries did */
	readonly explained: Explanation;
	/** every other run that the expectations compare with, and its twins: one that was stopped leaves them half judged */
	readonly others: readonly { readonly name: string; readonly outcome: Outcome }[];
	readonly judgements: readonly Judgement[];
}

export interface ReplayPlan {
	/** the scenario with a variant laid over it; '' is the file as it stands */
	readonly load: (variant: string) => Scenario;
	readonly variants: readonly string[];
	readonly seed: number;
	/** run the first variant's no-change twin too; variants that share this twin, or compare with their own, have one */
	readonly twins: boolean;
	/** run the first variant's twin without retries too */
	readonly explain?: boolean;
}

export async function replay(plan: ReplayPlan, execute: Executor): Promise<Replayed[]> {
	const scenarios = new Map(plan.variants.map((variant) => [variant, plan.load(variant)]));
	const lookUp = (variant: string): Scenario => {
		const known = scenarios.get(variant) ?? plan.load(variant);
		scenarios.set(variant, known);
		return known;
	};
	const firstTwin = sameRun(lookUp(plan.variants[0]).noChange);
	const worlds = new Map<string, World>();
	const othersOf = (variant: string): string[] => {
		const { world, noChange, expectations } = lookUp(variant);
		const sharesTwin = plan.twins && sameRun(noChange) === firstTwin;
		const twin = sharesTwin && world.rollouts.length > 0 ? [twinOf('')] : [];
		return [...new Set([...needed(expectations), ...twin])].map((name) => fullName(name, variant));
	};
	const bare = plan.explain === true ? `${plan.variants[0]}${NO_RETRIES}` : null;
	for (const variant of plan.variants) {
		worlds.set(variant, lookUp(variant).world);
		for (const name of othersOf(variant)) worlds.set(name, worldOf(name, lookUp));
	}
	if (bare !== null) worlds.set(bare, withoutRetries(lookUp(plan.variants[0]).world));
	const outcomes = await runOnce(worlds, plan.seed, execute);
	const outcomeOf = (name: string): Outcome => {
		const outcome = outcomes.get(name);
		assert(outcome !== undefined, `the outcome of ${name} was not asked for`);
		return outcome;
	};
	return plan.variants.map((variant, index): Replayed => {
		const scenario = lookUp(variant);
		const outcome = outcomeOf(variant);
		const other = (name: string): Outcome => outcomeOf(fullName(name, variant));
		const judgements = inOneRun(judge(scenario.expectations, outcome, scenario.world, other));
		const twin = outcomes.get(fullName(twinOf(''), variant)) ?? null;
		const ownBare = index === 0 && bare !== null ? bare : null;
		const names = [...othersOf(variant), ...(ownBare === null ? [] : [ownBare])];
		return {
			scenario,
			outcome,
			twin,
			explained: ownBare === null ? null : explain(outcome, outcomeOf(ownBare)),
			others: names.map((name) => ({ name, outcome: outcomeOf(name) })),
			judgements,
		};
	});
}

/** Behind the name of a variant: its twin without retries. */
const NO_RETRIES = '/no-retries';

/** '/no-change' and '/no-trigger' are the variant's own twins. */
const fullName = (name: string, variant: string): string => (name.startsWith('/') ? `${variant}${name}` : name);

/** Runs each distinct world once. */
async function runOnce(
	worlds: ReadonlyMap<string, World>,
	seed: number,
	execute: Executor,
): Promise<Map<string, Outcome>> {
	const trials: Trial[] = [];
	const trialOf = new Map<string, number>();
	const places: { readonly label: string; readonly variant: string; readonly trial: number }[] = [];
	for (const [label, world] of worlds) {
		const key = sameRun(world);
		const known = trialOf.get(key);
		const trial = known === undefined ? trials.push({ label, world, seed }) - 1 : known;
		trialOf.set(key, trial);
		places.push({ label, variant: world.variant, trial });
	}
	const outcomes = await execute(trials);
	return new Map(places.map(({ label, variant, trial }) => [label, { ...outcomes[trial], variant }]));
}
