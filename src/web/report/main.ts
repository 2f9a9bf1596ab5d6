/** The report's page: reads the data that `report/html.ts` put into it, and shows them by their kind. */
import 'uplot/dist/uPlot.min.css';
import './style.css';
import type { PageData } from '../../report/page-data.js';
import { choice } from './dom/choice.js';
import { h } from './dom/dom.js';
import { comparisonPage } from './pages/compare.js';
import { gatePage } from './pages/gate.js';
import { mapPage } from './pages/map.js';
import { measurePage } from './pages/measure.js';
import { replicatePage } from './pages/replicate.js';
import { runsPage } from './pages/run.js';
import { studyPage } from './pages/study.js';
import { sweepPage } from './pages/sweep.js';
import { copyMarkdown } from './sections/copy-markdown.js';

const text = document.getElementById('data')?.textContent;
const page = document.getElementById('page');
if (page !== null) {
	const data: PageData | null = text === null || text === undefined ? null : JSON.parse(text);
	page.append(...contentOf(data), ...(data === null ? [] : copyMarkdown(data)));
}

function contentOf(data: PageData | null): Node[] {
	if (data === null) return [h('p', {}, 'This page has no data: `retrystorm report DIR` fills it.')];
	document.title = `${titleOf(data)}: retrystorm report`;
	switch (data.kind) {
		case 'runs':
			return runsPage(data);
		case 'replications':
			return replicatePage(data);
		case 'comparison':
			return comparisonPage(data);
		case 'measured':
			return measurePage(data);
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
