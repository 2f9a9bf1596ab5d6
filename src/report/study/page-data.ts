/** What the page of a study of record is made of. */

import type { GridPlane, PageHead, PageVerdict } from '../page/parts.js';
import type { Finding } from '../text/finding.js';

/** A study of record: rows with their intervals, and how to read them. */
export interface StudyPage extends PageHead {
	readonly kind: 'study';
	readonly version: string;
	readonly verdicts: readonly PageVerdict[];
	readonly findings: readonly Finding[];
	readonly planes: readonly StudyPlane[];
	readonly reading: readonly string[];
	readonly head: readonly string[];
	readonly rows: readonly (readonly string[])[];
}

export interface StudyPlane extends GridPlane {
	readonly title: string;
	readonly caption: string;
	/** what the cells say in words, with their intervals, and as short as can be */
	readonly texts: readonly (readonly string[])[];
	readonly briefs: readonly (readonly string[])[];
	/** log: densities grow with the logarithm of 1 and the value */
	readonly scale: 'linear' | 'log';
	readonly unit: string;
	/** the colour of much */
	readonly ramp: 'bad' | 'plain';
	/** what the whole colour stands for; null: the most there is */
	readonly most: number | null;
	readonly boundary: { readonly meaning: string; readonly above: number } | null;
}
