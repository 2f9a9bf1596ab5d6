/**
 * Puts data into the built page. The data stand in a script element that is no script (`application/json`), with every
 * character escaped that could end it or begin markup: names and free text from scenarios stay data. Opens no file.
 */
import { assert } from '../kernel/errors.js';
import type { PageData } from './page-data.js';

/** Where the built page takes its data; `src/web/report/report-page.html` has it once. */
export const PLACE = '<script type="application/json" id="data">null</script>';

/** @param template the built page @returns one self-contained file */
export function reportHtml(template: string, data: PageData): string {
	const at = template.indexOf(PLACE);
	assert(at >= 0 && !template.includes(PLACE, at + 1), 'the page has one place for its data');
	const open = PLACE.slice(0, PLACE.indexOf('null'));
	return `${template.slice(0, at)}${open}${inert(JSON.stringify(data))}</script>${template.slice(at + PLACE.length)}`;
}

/** JSON in which nothing can be markup, an entity or a line end of JavaScript. */
const inert = (json: string): string =>
	json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
