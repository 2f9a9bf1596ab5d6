/** Hands the built page to `report/html`, and says which files a page is: the page, and what it shows beyond summary.json. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprint } from '../../experiment/task/world-identity.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { reportHtml } from '../../report/html.js';
import type { ChoicePage, PageData } from '../../report/page-data.js';
import { BASE } from '../../scenario/variants.js';
import { EXTRA_FILE } from './file-names.js';
import { pageRecord } from './page-record.js';
import { type Files, lockAndWrite } from './result-folder.js';

type ExperimentPage = Exclude<PageData, { readonly kind: 'runs' | 'choice' | 'study' }>;

export const PAGE_FILE = 'report.html';

/** Built by `npm run build`, beside the code that runs from there; from sources it stands in dist/ all the same. */
const DIST = join(dirname(fileURLToPath(import.meta.url)), '../../../dist');

let template: string | null = null;

/** @throws UserError (exit 1) where the page was not built */
export function pageText(data: PageData): string {
	if (template === null) template = readTemplate();
	return reportHtml(template, data);
}

/** Of a folder that holds the summary.json of the page, too. @param page null: none was asked for */
export function pageFiles(page: ExperimentPage | null): Record<string, string> {
	if (page === null) return {};
	const { summary: _, ...extra } = page;
	// Of the summary of a sweep, which may be large, the page has but the head.
	const record = page.kind === 'sweep' ? pageRecord(page, null) : pageRecord(extra, page.summary);
	return { [PAGE_FILE]: pageText(page), [EXTRA_FILE]: record };
}

/** Pages of several variants as one, from which a reader chooses: it holds all that they show. */
export function writeChoice(
	dir: string,
	pages: ChoicePage['pages'],
	{ quiet, restart }: { readonly quiet?: true; readonly restart?: true },
): void {
	const page: ChoicePage = { kind: 'choice', title: pages.map(({ label }) => label).join(', '), of: 'Variant', pages };
	const files: Files = { [PAGE_FILE]: pageText(page), [EXTRA_FILE]: pageRecord(page, null) };
	lockAndWrite(dir, files, restart === true);
	if (quiet !== true) process.stderr.write(`report: ${join(dir, PAGE_FILE)}\n`);
}

/** Of a page that several variants share; no variant is called like it, for their names have no plus. */
export function sharedFolder(name: string, variants: readonly string[], leaf: string): string {
	const names = variants.map((variant) => (variant === '' ? BASE : variant)).join('+');
	const short = names.length <= LONGEST ? names : `${names.slice(0, LONGEST)}+${fingerprint(names)}`;
	return join('results', name, short, leaf);
}

/** Of a folder, well below what file systems take. */
const LONGEST = 150;

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
