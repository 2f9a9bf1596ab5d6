/** What the page of a rollout's gates is made of. */

import type { Experiment, PageVerdict } from '../page/parts.js';
import type { Finding } from '../text/finding.js';

/** What the gates of a rollout are worth. */
export interface GatePage extends Experiment {
	readonly kind: 'gate';
	readonly checks: readonly CheckPart[];
	readonly harm: string;
	readonly runs: readonly (readonly string[])[];
	readonly left: number;
}

export interface CheckPart {
	readonly title: string;
	/** "detects the change, ...", "cannot detect: ..." */
	readonly sentence: string;
	readonly tone: PageVerdict['tone'];
	readonly rows: readonly Finding[];
}
