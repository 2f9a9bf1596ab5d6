/** The report's page: reads the data that `report/html.ts` put into it, and shows them by their kind. */
import 'uplot/dist/uPlot.min.css';
import './style.css';
import type { PageData } from '../../report/page-data.js';
import { answersPage } from './answers.js';
import { choice } from './choice.js';
import { comparisonPage } from './comparison.js';
import { h } from './dom.js';
import { gatePage } from './gates.js';
import { mapPage } from './maps.js';
import { measuredPage } from './measured.js';
import { runsPage } from './runs.js';
import { studyPage } from './study.js';
import { sweepPage } from './sweeps.js';

const text = document.getElementById('data')?.textContent;
const page = document.getElementById('page');
if (page !== null) page.append(...contentOf(text === null || text === undefined ? null : JSON.parse(text)));

function contentOf(data: PageData | null): Node[] {
	if (data === null) return [h('p', {}, 'This page has no data: `retrystorm report DIR` fills it.')];
	document.title = `${titleOf(data)}: retrystorm report`;
	switch (data.kind) {
		case 'runs':
			return runsPage(data);
		case 'replications':
			return answersPage(data);
		case 'comparison':
			return comparisonPage(data);
		case 'measured':
			return measuredPage(data);
		case 'sweep':
			return sweepPage(data);
		case 'map':
			return mapPage(data);
		case 'gate':
			return gatePage(data);
		case 'study':
			return studyPage(data);
		case 'choice': {
			const place = h('div', {});
			const nav = choice(
				data.of,
				data.pages.map(({ label }) => label),
				(i) => place.replaceChildren(...contentOf(data.pages[i])),
			);
			return nav === null ? [place] : [nav, place];
		}
	}
}

function titleOf(data: PageData): string {
	if (data.kind === 'runs') return data.runs[0].label;
	return data.kind === 'choice' ? data.title : data.label;
}
