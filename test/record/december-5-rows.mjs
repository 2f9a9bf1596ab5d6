/** The rows of the December 5 study: every canary with every guard, as `set` arguments over the story's scenario. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { caseOf, loadScenario } from 'retrystorm';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const FILE = 'scenarios/december-5.yaml';
const text = readFileSync(join(ROOT, FILE), 'utf8');
export const rules = parse(readFileSync(join(ROOT, 'results/december-5/rules.yaml'), 'utf8'), { merge: true });
export const WORLDS = Object.keys(rules.worlds);

/** Rows by name, in the order of the file: { name: "region-90s/retry-10-2m", about, rollout }. */
export const rows = [
	...crossed(),
	...Object.entries(rules.own).map(([name, own]) => ({ name, canary: 'none', ...own })),
];

function crossed() {
	return Object.entries(rules.canaries).flatMap(([canary, { about, stages }]) =>
		Object.entries(rules.guards).map(([guard, { about: watch, last = '0s', lastLook, rollout }]) => ({
			name: `${canary}/${guard}`,
			about: `${about}; ${watch}`,
			canary,
			lastLook,
			rollout: {
				...rollout,
				stages: { ...rollout.stages, ...stages, everywhere: { ...stages.everywhere, hold: last } },
			},
		})),
	);
}

const { at, revert, people } = parse(text).rollouts.patch;

/** What a row's rollout does in one of the worlds, ready to be replicated. */
export function caseFor({ name, rollout, lastLook }, world) {
	const patch = { at, revert, people, ...rollout };
	const set = [...rules.set, ...rules.worlds[world].set, `rollouts=${JSON.stringify({ patch })}`];
	if (world !== 'production' && lastLook !== undefined) set.push(`until="${lastLook}"`);
	const load = () => loadScenario(text, { file: FILE, variant: 'as-it-happened', set });
	return caseOf(`${name}, ${world}`, load(), load);
}
