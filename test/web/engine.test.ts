/** The face without node in a real browser: `import 'retrystorm/engine'` there gives the bytes that Node gives. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../cli/cli.js';
import { BROWSER, launch } from './browser.js';

const ORIGIN = 'http://retrystorm.test';
const { exports: faces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What a bundler or an import map of a user would do: the name of the package is the file of the condition `browser`. */
const PAGE = `<!doctype html><script type="importmap">${JSON.stringify({
	imports: { 'retrystorm/engine': faces['./engine'].browser.replace('./', `${ORIGIN}/`) },
})}</script>`;

/** Not a file: what `exports` says must hold in both places. */
const NAME: string = 'retrystorm/engine';

interface Story {
	readonly file: string;
	readonly variant?: string;
	readonly set?: readonly string[];
}

/** All kinds of columns, decisions, and laws that use exp, log and pow. */
const STORIES: readonly Story[] = [
	{ file: 'scenarios/hello.yaml' },
	{ file: 'scenarios/layers.yaml' },
	{ file: 'scenarios/outage.yaml' },
	{ file: 'scenarios/metastable.yaml' },
	{ file: 'scenarios/december-5.yaml', variant: 'canary', set: ['from="08:46:30"', 'until="08:48"'] },
];

/** One function for both places: it is sent to the browser as text. */
const RUN = `(engine, story, text) => {
	const { file, variant, set } = story;
	const scenario = engine.loadScenario(text, { file, variant, set });
	const outcome = engine.simulate(scenario, { seed: 7 });
	const judgements = engine.verify(scenario, outcome, text, { set });
	return {
		timeseries: engine.timeseriesCsv(outcome),
		decisions: engine.decisionsCsv(outcome),
		judgements: engine.toJson(judgements),
		report: engine.runReport({ outcome, world: scenario.world, judgements, rerun: null }),
		schema: engine.toJson(engine.jsonSchema()),
	};
}`;

describe.skipIf(BROWSER === undefined)('retrystorm/engine in a browser', () => {
	let browser: Browser;
	let page: Page;
	const errors: string[] = [];

	beforeAll(async () => {
		browser = await launch();
		page = await browser.newPage();
		page.on('pageerror', ({ message }) => errors.push(message));
		page.on('console', (message) => errors.push(message.text()));
		await page.route(`${ORIGIN}/**`, (route) => {
			const path = new URL(route.request().url()).pathname;
			if (path === '/') return route.fulfill({ contentType: 'text/html', body: PAGE });
			return route.fulfill({ contentType: 'text/javascript', path: join(ROOT, path) });
		});
		await page.goto(`${ORIGIN}/`);
	}, 60_000);
	afterAll(() => browser?.close());

	it.each(STORIES)('runs $file to the bytes of Node', async (story) => {
		const text = readFileSync(join(ROOT, story.file), 'utf8');
		const engine = await import(NAME);
		const here = new Function(`return ${RUN}`)()(engine, story, text);
		const args = `${JSON.stringify(story)}, ${JSON.stringify(text)}`;
		const there = await page.evaluate(`import('${NAME}').then((engine) => (${RUN})(engine, ${args}))`);
		expect(there).toEqual(here);
		expect(here.timeseries.length).toBeGreaterThan(1000);
		expect(errors).toEqual([]);
	});
});
