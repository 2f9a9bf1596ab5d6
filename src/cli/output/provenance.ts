/** What was run, for manifests: enough to run it again. */
import { createHash } from 'node:crypto';
import { type Json, worldJson } from '../../report/files/json.js';
import type { Scenario } from '../../scenario/load.js';

/** Of the scenario's text, hexadecimal. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What stands in the manifest of every experiment, beside what it asked. @param text the scenario file */
export const provenance = ({ resolved, world }: Scenario, text: string) => ({
	scenarioSha256: sha256(text),
	scenario: resolved as Json,
	world: worldJson(world),
});
