/** Hands the built page to `report/html`, and writes report.html. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, UserError } from '../kernel/check.js';
import { reportHtml } from '../report/html.js';
import type { PageData } from '../report/page-data.js';

export const PAGE_FILE = 'report.html';
/** What the page shows beyond summary.json: `retrystorm report` makes it again from both. */
export const EXTRA_FILE = 'page.json';

/** Built by `npm run build`, beside the code that runs from there; from sources it stands in dist/ all the same. */
const DIST = join(dirname(fileURLToPath(import.meta.url)), '../../dist');

let template: string | null = null;

/** @throws UserError (exit 1) where the page was not built */
export function pageText(data: PageData): string {
	if (template === null) template = readTemplate();
	return reportHtml(template, data);
}

function readTemplate(): string {
	const file = join(DIST, 'report-page.html');
	try {
		return readFileSync(file, 'utf8');
	} catch {
		throw new UserError(
			`${file}: error: the report's page was not built; npm run build makes it, --no-report does without`,
			EXIT.unexpected,
		);
	}
}
