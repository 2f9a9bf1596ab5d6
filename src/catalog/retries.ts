/**
 * The retry policies that people really run, by id: what they are, as the fields of a policy that a scenario understands,
 * and what those fields cannot say.
 */
import { ALGORITHM } from './retries/algorithm.js';
import { BROWSER } from './retries/browser.js';
import { CONTROLLER } from './retries/controller.js';
import { DATASTORE } from './retries/datastore.js';
import { complete, type RetryPreset } from './retries/facts.js';
import { told } from './retries/fields.js';
import { FRONTEND } from './retries/frontend.js';
import { gist } from './retries/gist.js';
import { HTTP_CLIENT } from './retries/http-client.js';
import { LIBRARY } from './retries/library.js';
import { MESH } from './retries/mesh.js';
import { PROXY } from './retries/proxy.js';
import { REALTIME } from './retries/realtime.js';
import { RPC } from './retries/rpc.js';
import { SDK } from './retries/sdk.js';

export type { RetryPreset } from './retries/facts.js';
export { OTHER_NAMES } from './retries/names.js';

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
export const policyFields = (preset: RetryPreset): Record<string, unknown> => ({ ...told(preset).fields });

/** What the fields cannot say, each in a sentence; whoever uses the preset should know. */
export const caveats = (preset: RetryPreset): string[] => [...told(preset).caveats];

/** Of the caveats what a run meets, in a line; where to read the others. */
export function caveatsInShort(preset: RetryPreset): string {
	const optIn = preset.enabledByDefault ? '' : 'opt-in: nobody has it who did not ask for it';
	const told = gist(caveats(preset));
	const rest = `see retrystorm policies ${preset.id}`;
	return [optIn, told, rest].filter((text) => text !== '').join('; ');
}
