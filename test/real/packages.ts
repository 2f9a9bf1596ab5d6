/**
 * The retry code that people really run, as published: a workspace of its own (`clients/`), so that whoever uses this
 * package does not fetch it. `npm run real` installs it and runs these tests; without it they are skipped, and say so.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe } from 'vitest';

const CLIENTS = resolve(import.meta.dirname, 'clients');
export const installed = existsSync(join(CLIENTS, 'node_modules'));
if (!installed)
	console.warn('test/real is skipped: the packages to compare with are not installed; `npm run real` does so');

const require = createRequire(join(CLIENTS, 'package.json'));

/** A group of tests that need the packages; they are loaded in its tests, not while it is read. */
export const describeReal = describe.skipIf(!installed);

/** A package, or a file of one, by the name that its users write. */
export const real = <T>(name: string): T => require(name) as T;

/** A file of a package that its users cannot name. */
export const realFile = async <T>(path: string): Promise<T> =>
	(await import(pathToFileURL(join(CLIENTS, 'node_modules', path)).href)) as T;
