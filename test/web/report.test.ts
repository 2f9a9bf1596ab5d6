/** The report of a run in a real browser: it renders, zooms, switches variants, and says what summary.json says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, retrystorm, scratch } from '../cli/cli.js';
import { violations } from './axe.js';
import { BROWSER, launch, open } from './browser.js';
import { figuresOf, openAll, unpainted, valueAt } from './page.js';

/** Three minutes of December 5 around the push: gates, markers, regions and platforms, in a second or two. */
const STORY = ['--set', 'from="08:46"', '--set', 'until="08:49"', '--set', 'expect=null', '--set', 'markers=[]'];

describe.skipIf(BROWSER === undefined)('the report in a browser', () => {
	const out = scratch();
	let browser: Browser;
	const file = join(out, 'report.html');

	beforeAll(async () => {
		const scenario = join(ROOT, 'scenarios/december-5.yaml');
		const variants = ['as-it-happened', 'canary'].flatMap((name) => ['--variant', name]);
		const { code, err } = await retrystorm(['run', scenario, ...variants, ...STORY, '--out', out, '-q']);
		expect(err).toBe('');
		expect(code).toBe(0);
		browser = await launch();
	}, 60_000);
	afterAll(() => browser?.close());

	it.each([
		['light', 1200],
		['dark', 1200],
		['light', 360],
		['dark', 360],
	] as const)('renders in %s at %i pixels, asks for nothing, and passes axe', async (scheme, width) => {
		const { page, complaints } = await open(browser, file, { scheme, width });
		await page.waitForSelector('.u-wrap');
		await openAll(page);
		expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
		expect(await unpainted(page)).toEqual([]);
		expect(await violations(page)).toEqual([]);
		expect(complaints).toEqual([]);
		await page.close();
	});

	it('copies the report as Markdown, or shows it to be selected', async () => {
		const { page, complaints } = await open(browser, file);
		await page.getByRole('button', { name: 'Copy as Markdown' }).click();
		const place = page.locator('.copy-markdown');
		await place.getByText(/copied|select it to copy/).waitFor();
		if ((await place.getByRole('status').textContent()) !== 'copied')
			expect(await place.locator('textarea').inputValue()).toContain('# december-5, canary');
		expect(complaints).toEqual([]);
		await page.close();
	});

	it('zooms all charts by a drag, and shows all again', async () => {
		const { page, complaints } = await open(browser, file);
		const range = page.locator('.range');
		const all = await range.textContent();
		const over = page.locator('#amplification .u-over');
		await over.scrollIntoViewIfNeeded();
		const box = await over.boundingBox();
		if (box === null) throw new Error('the chart has no box');
		await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
		await page.mouse.down();
		await page.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 4 });
		await page.mouse.up();
		const zoomed = String(await range.textContent());
		expect(zoomed).not.toBe(all);
		expect(zoomed).toMatch(/^08:46:4\d to 08:47:3\d$/);
		await page.getByRole('button', { name: 'Show all' }).click();
		expect(await range.textContent()).toBe(all);
		expect(complaints).toEqual([]);
		await page.close();
	});

	it('moves one crosshair on all charts by the keyboard', async () => {
		const { page } = await open(browser, file);
		await page.waitForSelector('.u-wrap');
		const slider = page.locator('#outcomes .plot');
		await slider.focus();
		await page.keyboard.press('Home');
		for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
		const said = String(await slider.getAttribute('aria-valuetext'));
		expect(said).toMatch(/^08:46:05: attempts answered /);
		expect(await page.locator('#amplification .plot').getAttribute('aria-valuetext')).toMatch(/^08:46:05: /);
		await page.keyboard.press('+');
		expect(await page.locator('.range').textContent()).not.toBe('08:46:00 to 08:49:00');
		await page.keyboard.press('Escape');
		expect(await page.locator('.range').textContent()).toBe('08:46:00 to 08:49:00');
		await page.close();
	});

	it('switches variants, and shows the numbers of each summary.json', async () => {
		const { page } = await open(browser, file);
		for (const variant of ['canary', 'as-it-happened']) {
			await page.getByRole('button', { name: `december-5, ${variant}` }).click();
			expect(await page.locator('h1').textContent()).toBe(`december-5, ${variant}`);
			await openAll(page, '#numbers');
			const summary = JSON.parse(readFileSync(join(out, variant, 'summary.json'), 'utf8'));
			const shown = await figuresOf(page);
			expect(shown.length).toBeGreaterThan(100);
			for (const { path, value } of shown) expect([path, Number(value)]).toEqual([path, valueAt(summary, path)]);
		}
		await page.close();
	});

	it('answers on its first screen: verdict, a sentence, three figures, and the picture with its events', async () => {
		const { page, complaints } = await open(browser, file);
		await page.waitForSelector('.first-screen .u-wrap');
		expect(await page.locator('.first-screen .judgement').textContent()).toMatch(/no expectations/);
		expect(await page.locator('.first-screen .sentence').textContent()).toMatch(/requests? (was|were) lost/);
		expect(await page.locator('.key-figures .value').count()).toBe(3);
		expect(
			await page.evaluate(`document.querySelector('.first-screen .plot').getBoundingClientRect().bottom`),
		).toBeLessThan(900);
		expect(await page.locator('section h2').allTextContents()).toEqual([
			'What happened',
			'Why',
			'What would have helped',
			'What was assumed',
			'All figures of this run',
		]);
		// No value without a crosshair, no more than three layers of attempts.
		expect(await page.locator('.first-screen .when').textContent()).toBe('');
		expect(await page.locator('.first-screen .legend').textContent()).not.toContain('attempt 4');
		expect(complaints).toEqual([]);
		await page.close();
	});

	it.each([1200, 360])(
		'leads from every mark to its event and back at %i pixels; no number hides another',
		async (width) => {
			const { page } = await open(browser, file, { width });
			await page.waitForSelector('.first-screen .mark');
			const { marks, rows, back, boxes } = (await page.evaluate(`({
			marks: [...document.querySelectorAll('.first-screen .mark')].flatMap((one) => one.dataset.events.split(' ')),
			rows: [...document.querySelectorAll('[id^=event-]')].map(({ id }) => id.slice(6)),
			back: [...document.querySelectorAll('[id^=event-]')].every((one) => document.querySelector(one.getAttribute('href'))),
			boxes: [...document.querySelectorAll('.first-screen .mark')].map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right]),
		})`)) as { marks: string[]; rows: string[]; back: boolean; boxes: [number, number][] };
			expect(rows.length).toBeGreaterThan(5);
			expect(marks).toEqual(rows);
			expect(back).toBe(true);
			for (const [i, [left]] of boxes.entries()) if (i > 0) expect(left).toBeGreaterThanOrEqual(boxes[i - 1][1] - 1);
			const mark = page.locator('.first-screen .mark').first();
			expect(await mark.locator('.tip').isVisible()).toBe(false);
			await mark.focus();
			expect(await mark.locator('.tip').textContent()).toContain('push');
			expect(await mark.locator('.tip').isVisible()).toBe(true);
			await page.close();
		},
	);

	it.each(['light', 'dark'] as const)('prints every event within the paper, from a %s screen', async (scheme) => {
		const { page } = await open(browser, file, { scheme, width: 1400 });
		await page.waitForSelector('.first-screen .mark');
		const events = await page.locator('[id^=event-]').count();
		const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
		const paper = Number(/\/MediaBox \[0 0 ([\d.]+)/.exec(pdf)?.[1]);
		const links = [...pdf.matchAll(/\/Rect \[([-\d. ]+)\][^>]*\/Dest \/(event|mark)-(\d+)/g)];
		expect(links.filter(([, , kind]) => kind === 'event').length).toBeGreaterThan(events / 2);
		for (const [, rect] of links) {
			const [left, , right] = rect.split(' ').map(Number);
			expect(left).toBeGreaterThan(0);
			expect(right).toBeLessThan(paper);
		}
		// The last event of the run is on the paper, at the width of the paper.
		const back = new Set(links.filter(([, , kind]) => kind === 'mark').map(([, , , n]) => Number(n)));
		expect(back.size).toBe(events);
		expect(await page.evaluate(`document.documentElement.classList.contains('paper')`)).toBe(false);
		await page.close();
	});

	it('shows the peak that its caption names', async () => {
		const summary = JSON.parse(readFileSync(join(out, 'as-it-happened', 'summary.json'), 'utf8'));
		const { scopes } = JSON.parse(readFileSync(join(out, 'as-it-happened', 'page.json'), 'utf8'));
		const high = scopes[0].amplificationRange?.high ?? scopes[0].amplification;
		expect(Math.max(...high)).toBeCloseTo(summary.figures['peak-amplification'], 2);
	});

	it('is below 300 KB without its data', () => {
		expect(readFileSync(join(ROOT, 'dist/report-page.html')).length).toBeLessThan(300_000);
	});

	it('has every value behind a chart in a table', async () => {
		const { page } = await open(browser, file);
		await openAll(page, '#latency');
		const rows = page.locator('#latency tbody tr');
		expect(await rows.count()).toBe(25);
		const first = await rows.first().textContent();
		await page.locator('#latency').getByRole('button', { name: 'Later' }).click();
		expect(await rows.first().textContent()).not.toBe(first);
		await page.close();
	});
});
