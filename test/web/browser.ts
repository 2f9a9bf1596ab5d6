/** Debian's Chromium, driven by playwright-core: the built page as a reader opens it, from disk and without a network. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** CHROMIUM names another one. */
const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const BROWSER = PLACES.find((place) => place !== undefined && existsSync(place));

/** Said once where the tests are skipped. */
export const WHY_SKIPPED = 'no Chromium found: apt-get install -y chromium, or CHROMIUM=/path/to/chromium';
if (BROWSER === undefined) process.stderr.write(`skipped: the report in a browser (${WHY_SKIPPED})\n`);

export const launch = (): Promise<Browser> =>
	chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--disable-gpu'] });

export interface Opened {
	readonly page: Page;
	/** what a page must not do: requests beyond its own file, errors and warnings on the console */
	readonly complaints: string[];
}

export async function open(
	browser: Browser,
	file: string,
	how: { readonly scheme?: 'light' | 'dark'; readonly width?: number } = {},
): Promise<Opened> {
	const { scheme = 'light', width = 1200 } = how;
	const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
	page.setDefaultTimeout(10_000);
	const complaints: string[] = [];
	page.on('console', (message) => {
		if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
	});
	page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
	page.on('request', (request) => {
		if (request.url() !== `file://${file}`) complaints.push(`request: ${request.url().slice(0, 80)}`);
	});
	await page.goto(`file://${file}`);
	return { page, complaints };
}
