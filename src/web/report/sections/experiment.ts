/** What pages about experiments share: how they open, and what they close with. */

import type { Json } from '../../../report/files/json.js';
import type { Assumptions, PageHead, PageVerdict } from '../../../report/page/parts.js';
import type { Finding } from '../../../report/text/finding.js';
import { h } from '../dom/dom.js';
import { assumptionsSection } from './assumptions.js';
import { expectationList } from './expectations.js';
import { opening } from './header.js';

interface Experiment extends PageHead {
	readonly version: string;
	readonly verdicts: readonly PageVerdict[];
	readonly findings: readonly Finding[];
	readonly assumptions: Assumptions | null;
	readonly summary: Json;
}

export const openingOf = (page: Experiment, what: string): HTMLElement =>
	opening({ ...page, kicker: `Retrystorm ${page.version}: simulated, ${what}` }, expectationList(page.summary));

/** null where what ran is known by its results alone */
export const closingOf = ({ assumptions }: Experiment): HTMLElement | null =>
	assumptions === null
		? h(
				'p',
				{ class: 'hint' },
				'What ran is known by its results alone: manifest.json beside this page has the scenario.',
			)
		: assumptionsSection(assumptions);
