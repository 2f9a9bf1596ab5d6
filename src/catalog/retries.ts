/**
 * The retry policies that people really run, by id: what they are, as the fields of a policy that a scenario understands,
 * and what those fields cannot say.
 */

import { caveatSummary } from './retries/caveat-summary.js';
import { complete, type RetryPreset } from './retries/facts.js';
import { ALGORITHM } from './retries/families/algorithm.js';
import { BROWSER } from './retries/families/browser.js';
import { CONTROLLER } from './retries/families/controllers.js';
import { DATASTORE } from './retries/families/datastore.js';
import { FRONTEND } from './retries/families/frontend.js';
import { HTTP_CLIENT } from './retries/families/http-client.js';
import { LIBRARY } from './retries/families/library.js';
import { MESH } from './retries/families/mesh.js';
import { PROXY } from './retries/families/proxy.js';
import { REALTIME } from './retries/families/realtime.js';
import { RPC } from './retries/families/rpc.js';
import { SDK } from './retries/families/sdk.js';
import { translatePreset } from './retries/preset-fields.js';

export { OTHER_NAMES } from './retries/aliases.js';
export type { RetryPreset } from './retries/facts.js';

const FAMILIES = [
	SDK,
	RPC,
	HTTP_CLIENT,
	LIBRARY,
	PROXY,
	MESH,
	DATASTORE,
	CONTROLLER,
	BROWSER,
	FRONTEND,
	REALTIME,
	ALGORITHM,
];

/** Every preset by its id, family by family. */
export const RETRY_PRESETS: ReadonlyMap<string, RetryPreset> = new Map(
	FAMILIES.flat().map((sparse) => [sparse.id, complete(sparse)]),
);

/** The fields of a policy, with units, as an author would write them in YAML. */
export const policyFields = (preset: RetryPreset): Record<string, unknown> => ({ ...translatePreset(preset).fields });

/** What the fields cannot say, each in a sentence; whoever uses the preset should know. */
export const caveats = (preset: RetryPreset): string[] => [...translatePreset(preset).caveats];

/** Of the caveats what a run meets, in a line; where to read the others. */
export function caveatSummaryOf(preset: RetryPreset): string {
	const optIn = preset.enabledByDefault ? '' : 'opt-in: nobody has it who did not ask for it';
	const caveatText = caveatSummary(caveats(preset));
	const rest = `see retrystorm policies ${preset.id}`;
	return [optIn, caveatText, rest].filter((text) => text !== '').join('; ');
}
