/** Runs random worlds of a family through both simulators, and says how to run each again on its own. */
import { loadScenario } from '../../src/engine.js';
import { compareByMeans, compareExactly, type Disagreement } from './compare.js';
import { FAMILIES } from './families/families.js';
import { type Family, newPicker } from './families/picker.js';

/** Families that disagree for a reason that is known; they are left out until it is gone. */
export const LEFT_OUT: ReadonlyMap<string, string> = new Map([
	[
		'regular traffic, shared out',
		'one regular stream for the world (MODEL 14); the engine has one for each population and region',
	],
	['codel', 'the dead are dropped before CoDel looks (MODEL 14)'],
	['late answers, without chance', 'order at latency 0 (MODEL 14)'],
	['fault: partition', 'work finished while cut off is served late (MODEL 14); the engine calls it lost'],
	['faults in pairs', 'partitions, as above'],
	['change', 'aboveLoad counts the worker that the attempt takes'],
	['changes in pairs', 'errorCost and failOpen are those of the change that fails the request'],
	['hedging', 'copies and gates: being looked into'],
	['targets', 'round-robin past the node before: being looked into'],
	['places', 'round-robin past the node before: being looked into'],
	['budget: ttl window', 'being looked into'],
	['breaker', 'instants that coincide: being looked into'],
	['limiter', 'instants that coincide: being looked into'],
]);

const reasonToLeaveOut = (name: string): string | undefined =>
	[...LEFT_OUT].find(([left]) => name === left || name.startsWith(`${left},`) || name.startsWith(`${left}:`))?.[1];

export const families = (): readonly Family[] => {
	const only = process.env.REFERENCE_FAMILY;
	return only === undefined
		? FAMILIES.filter(({ name }) => reasonToLeaveOut(name) === undefined)
		: FAMILIES.filter(({ name }) => name === only);
};

/** A new one every day, unless REFERENCE_SEED names one. */
export const seedOfTheDay = (): number => {
	const given = process.env.REFERENCE_SEED;
	return given === undefined ? Number(new Date().toISOString().slice(0, 10).replaceAll('-', '')) : Number(given);
};

/** Runs of each simulator on a world with chance; four times as many where they seem to disagree. */
const RUNS = 12;

/** @returns what disagrees, in words, with the scenario; empty where all agree */
export function disagreements(family: Family, firstSeed: number, worlds: number): string[] {
	return Array.from({ length: worlds }, (_, i) => firstSeed + i).flatMap((seed) => {
		const document = family.make(newPicker(seed));
		const scenario = loadScenario(JSON.stringify(document), { file: `${family.name}, seed ${seed}` });
		const found = family.exact ? compareExactly(scenario) : compareByMeans(scenario, seed, RUNS);
		return found.length === 0 ? [] : [report(family, seed, document, found)];
	});
}

const report = ({ name }: Family, seed: number, document: object, found: readonly Disagreement[]): string =>
	[
		`REFERENCE_SEED=${seed} REFERENCE_FAMILY="${name}"`,
		JSON.stringify(document),
		...found.map(({ figure, book, engine }) => `  ${figure}: ${book} by the book, ${engine} by the engine`),
	].join('\n');
