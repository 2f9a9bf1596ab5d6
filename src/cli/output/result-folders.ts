/**
 * Which folder the results of a run go to. A folder is of one world and one seed: what --set changes stands in its name, and
 * where a folder holds the results of another world all the same (the file was edited, or --out names one in use), they are
 * not overwritten: a default folder gets a sibling, one that --out names is refused.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from '../../experiment/task/world-identity.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { jsonOf } from '../../report/files/json.js';
import type { Scenario } from '../../scenario/load.js';
import { complain } from './exit.js';

/** What decides the results in a folder, less what is only said or expected of them. */
export interface FolderOwner {
	readonly scenario: Pick<Scenario, 'name' | 'variant' | 'resolved'>;
	/** of one run, or the first of many */
	readonly seed: number;
}

export interface FolderFlags {
	readonly out?: string;
	/** replaces what stands in the folder */
	readonly restart?: true;
	/** goes on with what stands there: the journal says whether it may */
	readonly resume?: true;
}

/** Of a name, well below what file systems take. */
const LONGEST = 80;

/** "base", or "base+clients.apps.timeout=2s": no variant has a plus or an equals sign in its name. */
export const withSets = (variant: string, sets: readonly string[] | undefined): string =>
	[variant, ...setNames(sets)].join('+');

/** What --set changes, as a part of a folder's name; none without it. */
export function setNames(sets: readonly string[] | undefined): string[] {
	if (sets === undefined || sets.length === 0) return [];
	const whole = sets.join('+');
	const plain = whole.replaceAll(/[^\w.=,+-]/g, '_').slice(0, LONGEST);
	return [plain === whole ? whole : `${plain}-${fingerprint(whole).slice(0, 8)}`];
}

/**
 * The folder, or the one beside it where it holds another world.
 * @throws UserError (exit 2) where --out names a folder that holds another world
 */
export function ownFolder(dir: string, owner: FolderOwner, { out, restart, resume }: FolderFlags): string {
	if (restart !== undefined || resume !== undefined) return dir;
	const existingKey = keptIn(dir);
	if (existingKey === null || existingKey === keyOf(owner)) return dir;
	if (out !== undefined) {
		throw new UserError(
			`${dir}: error: holds the results of another world or seed; another --out would do, or --restart, which replaces them`,
			EXIT.usage,
		);
	}
	const beside = `${dir}-${keyOf(owner).slice(0, 8)}`;
	complain(`${dir} holds the results of another world; these go to ${beside}`);
	return beside;
}

const keyOf = ({ scenario, seed }: FolderOwner): string => worldKey(jsonOf(scenario.resolved), seed);

/** Of a folder of results; null where there are none that can be read. */
function keptIn(dir: string): string | null {
	try {
		const { scenario, seed, seeds } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'));
		return worldKey(scenario, seed === undefined ? seeds?.first : seed);
	} catch {
		return null;
	}
}

/** Expectations, words about a scenario and the number of runs make no other world. */
function worldKey(scenario: unknown, seed: unknown): string {
	const { expect: _, about: __, replications: ___, ...world } = scenario as Record<string, unknown>;
	return fingerprint([world, seed]);
}
