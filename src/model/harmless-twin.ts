/**
 * The twin in which a rollout goes on just the same and its change has no effect. Whatever a gate says there is a false
 * alarm, and whatever the world loses beyond it, the change has done. (The world without rollouts is another twin: nothing
 * is pushed there, so that no gate looks at anything.)
 */
import type { Change } from './change.js';
import type { World } from './world.js';

/** The world with every change that a rollout carries made neutral; its draws, its pushes and its people stay. */
export function harmless(world: World): World {
	const carried = new Set(world.rollouts.map(({ change }) => change));
	return { ...world, changes: world.changes.map((change, index) => (carried.has(index) ? neutral(change) : change)) };
}

/** True of a change that does nothing, whomever it meets. */
export function isHarmless(change: Change): boolean {
	const fields = Object.entries(neutral(change)) as [keyof Change, unknown][];
	return fields.every(([name, value]) => change[name] === value);
}

const neutral = (change: Change): Change => ({
	...change,
	failProbability: 0,
	costFactor: 1,
	errorCostFactor: 1,
	shedProbability: 0,
	calls: 1,
	crash: null,
	failOpen: false,
});
