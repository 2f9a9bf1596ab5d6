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
