/**
 * What a page is made of, by kind: plain data. The figures stand in `summary`, which is summary.json itself; all else is
 * what page.json keeps, so that the page can be made again without running.
 */
import type { ComparisonPage } from './compare/page-data.js';
import type { GatePage } from './gate/page-data.js';
import type { MapPage } from './map/page-data.js';
import type { MeasurePage } from './measure/page-data.js';
import type { ReplicatePage } from './replicate/page-data.js';
import type { RunsPage } from './run/page-data.js';
import type { StudyPage } from './study/page-data.js';
import type { SweepPage } from './sweep/page-data.js';

export type PageData =
	| RunsPage
	| ReplicatePage
	| ComparisonPage
	| MeasurePage
	| SweepPage
	| MapPage
	| GatePage
	| StudyPage
	| ChoicePage;

/** Several pages of which one is seen. */
export interface ChoicePage {
	readonly kind: 'choice';
	readonly title: string;
	readonly of: string;
	readonly pages: readonly (ReplicatePage | GatePage)[];
}
