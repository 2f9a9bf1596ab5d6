/** The report's page: reads the data that `report/html.ts` put into it, and shows them by their kind. */
import 'uplot/dist/uPlot.min.css';
import './style.css';
import type { PageData } from '../../report/page-data.js';
import { h } from './dom.js';
import { runsPage } from './runs.js';

const text = document.getElementById('data')?.textContent;
const page = document.getElementById('page');
if (page !== null) page.append(...contentOf(text === null || text === undefined ? null : JSON.parse(text)));

function contentOf(data: PageData | null): Node[] {
	if (data === null) return [h('p', {}, 'This page has no data: `retrystorm report DIR` fills it.')];
	return runsPage(data);
}
