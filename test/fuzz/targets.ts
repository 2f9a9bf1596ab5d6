/** All that is fuzzed. */
import { join } from 'node:path';
import type { Target } from './target.js';
import { journals, pages } from './targets/own-files.js';
import { importers, logs, recordings } from './targets/readers.js';
import { scenarios } from './targets/scenarios.js';

/** @param root of the repository @param scratch a folder to write to */
export const targetsOf = (root: string, scratch: string): readonly Target[] => [
	scenarios(join(root, 'scenarios')),
	importers(join(root, 'test/fixtures/import')),
	logs(join(root, 'test/data')),
	recordings(join(root, 'scenarios/real')),
	journals(scratch),
	pages(),
];

/** The name of a file of an input that was found: what it is for stands before the first dash. */
export const foundName = (target: string, seed: number, number: number): string => `${target}-${seed}-${number}.txt`;
export const targetOfFound = (name: string): string => name.split('-')[0];
