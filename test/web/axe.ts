/** axe-core on an open page: what assistive technology would stumble over. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules that are broken, each with the first element that does. */
export async function violations(page: Page): Promise<string[]> {
	await page.evaluate(SOURCE);
	const found = await page.evaluate(`axe.run(document, { resultTypes: ['violations'] })`);
	const { violations: all } = found as {
		violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
	};
	return all.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`);
}
