/**
 * `npm run picture`: the picture of the README, docs/report.png: the report of December 5 as a reader sees it, with the first
 * screen and three of its charts. Needs Chromium (apt-get install -y chromium, or CHROMIUM=/path/to/it).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { withPalette } from './palette.mjs';

const ROOT = join(import.meta.dirname, '../..');
const FILE = join(ROOT, 'docs/report.png');
const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const VARIANTS = ['as-it-happened', 'auto-revert', 'canary'].flatMap((name) => ['--variant', name]);

/** What a picture has no use for, and the charts that are not on it. */
const HIDDEN = `
	.hint, .tools, .rerun, details, .choices, .overall, section > :not(.panel), section:not(#happened):not(#why),
	.panel:not(#amplification):not(#demand-older):not(#outcomes) { display: none !important; }
	main { padding-bottom: 16px; }`;

const executablePath = PLACES.find((place) => place !== undefined && existsSync(place));
if (executablePath === undefined)
	throw new Error('no Chromium found: apt-get install -y chromium, or CHROMIUM=/path/to/chromium');
const out = mkdtempSync(join(tmpdir(), 'picture-'));
const run = ['run', 'scenarios/december-5.yaml', ...VARIANTS, '--seed', '1', '--out', out, '--quiet'];
execFileSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...run], {
	cwd: ROOT,
	stdio: ['ignore', 'ignore', 'inherit'],
});
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1060, height: 900 }, colorScheme: 'light' });
await page.goto(`file://${join(out, 'report.html')}`);
await page.addStyleTag({ content: HIDDEN });
await page.waitForSelector('#outcomes .u-wrap');
mkdirSync(join(ROOT, 'docs'), { recursive: true });
writeFileSync(FILE, withPalette(await page.locator('main').screenshot()));
await browser.close();
rmSync(out, { recursive: true });
