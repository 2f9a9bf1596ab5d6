/** Reads an open report. */
import type { Page } from 'playwright-core';

/** Every figure that names its place in summary.json. */
export const figuresOf = (page: Page): Promise<{ path: string; value: string }[]> =>
	page.evaluate(
		`[...document.querySelectorAll('data[data-path]')].map((one) => ({ path: one.dataset.path, value: one.value }))`,
	);

export const valueAt = (summary: unknown, path: string): unknown =>
	path.split('.').reduce((here, key) => Object(here)[key], summary);

/** The ids of charts on which nothing was drawn. */
export const unpainted = (page: Page): Promise<string[]> =>
	page.evaluate(`[...document.querySelectorAll('figure.panel')].filter((figure) => {
		const canvas = figure.querySelector('.u-wrap canvas, .grid-plot canvas');
		return canvas === null || !canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
	}).map(({ id }) => id)`);

/** Opens everything that opens on demand, and waits for its content. */
export async function openAll(page: Page, within = 'body'): Promise<void> {
	await page.evaluate(`for (const one of document.querySelectorAll('${within} details')) one.open = true`);
	await page.waitForFunction(
		`[...document.querySelectorAll('details')].every((one) => !one.open || one.childElementCount > 1)`,
	);
}
