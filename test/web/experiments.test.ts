/** The pages of experiments in a real browser: each kind renders, in both schemes and at phone width, and says what its summary.json says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, retrystorm, scratch } from '../cli/cli.js';
import { violations } from './axe.js';
import { BROWSER, launch, open } from './browser.js';
import { figuresOf, openAll, unpainted, valueAt } from './page.js';

/** Near its tipping point, so that branches differ; with a rollout, so that there is a gate; with words that would like to be markup. */
const HOSTILE = '</script><script>window.hacked = true</script><img src=x onerror="window.hacked = true">';
const TIP = `# ${HOSTILE}
name: tip
coolDown: 3s
about: ${JSON.stringify(HOSTILE)}
duration: 10s
traffic: { rate: 120/s }
edge: { service: { exponential: 25ms }, workers: 4, queue: 40 } # assumed <b>
clients: { apps: { timeout: 400ms, retry: { attempts: 4, backoff: 50ms } } }
changes: { patch: { fails: 40%, errorCost: x2 } }
rollouts:
  patch: { change: patch, at: 2s, stages: { all: { hold: 3s, gate: { above: 10%, window: 1s, every: 1s } } } }
markers: [{ at: 1s, text: ${JSON.stringify(HOSTILE)} }]
verdicts: { collapsed: { last: 3s } }
expect: [{ that: P(collapsed), below: 90% }]
variants:
  mild: { changes: { patch: { fails: 5% } } }
`;

const RECORDED = join(ROOT, 'scenarios/real/testbed-a');

const KINDS = {
	replications: 'run tip.yaml --reps 8',
	comparison: 'compare tip.yaml mild --reps 6',
	sweep: 'sweep tip.yaml -P traffic.rate 60/s 180/s 40/s -L edge.workers 3,5 --reps 4',
	line: 'sweep tip.yaml -P traffic.rate 60/s 180/s 40/s --reps 4',
	hypercube: 'sweep tip.yaml --design lhs -n 12 -P traffic.rate 60/s 180/s -P edge.queue 10 80 1 --reps 2',
	measured: `compare ${RECORDED}.yaml --measured ${RECORDED}/attempts.ndjson.gz --reps 39`,
	map: 'map tip.yaml --x traffic.rate 40/s 200/s 5 --y clients.apps.timeout 200ms 800ms 5 --reps 6 --set rollouts=null --set changes=null',
	gate: 'gate tip.yaml --reps 4',
	variants: 'gate tip.yaml --variant base --variant mild --reps 3',
} as const;
const kinds = Object.keys(KINDS);

describe.skipIf(BROWSER === undefined)('the report of an experiment in a browser', () => {
	const cwd = scratch({ 'tip.yaml': TIP });
	let browser: Browser;
	const file = (kind: string): string => join(cwd, kind, 'report.html');

	beforeAll(async () => {
		for (const [kind, line] of Object.entries(KINDS)) {
			const { err } = await retrystorm([...line.split(' '), '--out', kind, '-q'], { cwd });
			expect(err, kind).not.toMatch(/error/);
		}
		browser = await launch();
	}, 120_000);
	afterAll(() => browser?.close());

	it.each(kinds)(
		'%s renders in both schemes and at phone width, asks for nothing, and passes axe',
		async (kind) => {
			for (const [scheme, width] of [
				['light', 1200],
				['dark', 360],
			] as const) {
				const { page, complaints } = await open(browser, file(kind), { scheme, width });
				await page.waitForSelector('h1');
				await openAll(page);
				expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
				expect(await unpainted(page)).toEqual([]);
				expect(await violations(page)).toEqual([]);
				expect(complaints).toEqual([]);
				// What an author writes is shown, and is nothing but text.
				expect(await page.evaluate('window.hacked')).toBeUndefined();
				expect(await page.locator('img').count()).toBe(0);
				await page.close();
			}
		},
		60_000,
	);

	it('the study of December 5 renders, asks for nothing, and passes axe', async () => {
		for (const [scheme, width] of [
			['dark', 1200],
			['light', 360],
		] as const) {
			const study = join(ROOT, 'results/december-5/report.html');
			const { page, complaints } = await open(browser, study, { scheme, width });
			await openAll(page);
			expect(await page.locator('#rows tbody tr').count()).toBe(80);
			expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
			expect(await unpainted(page)).toEqual([]);
			expect(await violations(page)).toEqual([]);
			expect(complaints).toEqual([]);
			await page.close();
		}
	});

	it.each(['replications', 'gate'])('%s shows the numbers of its summary.json', async (kind) => {
		const { page } = await open(browser, file(kind));
		await openAll(page);
		const summary = JSON.parse(readFileSync(join(cwd, kind, 'summary.json'), 'utf8'));
		const shown = await figuresOf(page);
		expect(shown.length).toBeGreaterThan(5);
		for (const { path, value } of shown) expect([path, Number(value)]).toEqual([path, Number(valueAt(summary, path))]);
		await page.close();
	});

	it('a comparison draws its variants over each other and tells each difference with its interval', async () => {
		const { page } = await open(browser, file('comparison'));
		const lost = page.locator('#differences tbody tr', { hasText: /^lost/ });
		const summary = JSON.parse(readFileSync(join(cwd, 'comparison/summary.json'), 'utf8'));
		const { sentence, relative } = summary.others[0].measures.lost;
		expect(relative).toBeLessThan(0);
		expect(await lost.textContent()).toContain('better');
		expect(await page.locator('header').textContent()).toContain(sentence);
		expect(await page.locator('#courses figure').count()).toBe(4);
		const legend = String(await page.locator('#spread-unavailable .legend').textContent());
		expect(legend).toMatch(/tip, .*median.*mild, .*median/);
		await page.close();
	});

	it('a recording is drawn over its bands, with every value of measured.json in the tables', async () => {
		const { page } = await open(browser, file('measured'));
		const { measures } = JSON.parse(readFileSync(join(cwd, 'measured/measured.json'), 'utf8'));
		await openAll(page, '#measured-attempts');
		const { measured, band } = measures.attempts.bins[0];
		const first = await page.locator('#measured-attempts tbody tr').first().locator('td').allTextContents();
		const shown = first.map((text) => Number(text.replaceAll(',', '')));
		expect(shown).toEqual(expect.arrayContaining([measured, ...band]));
		const { hits, of } = measures.attempts.inside;
		expect(await page.locator('#measured-attempts figcaption').textContent()).toContain(`${hits} of ${of}`);
		await page.close();
	});

	it('a heat map says by the keyboard what stands in a cell', async () => {
		const { page } = await open(browser, file('sweep'));
		const plot = page.locator('.grid-plot').first();
		await plot.focus();
		await page.keyboard.press('ArrowRight');
		const summary = JSON.parse(readFileSync(join(cwd, 'sweep/summary.json'), 'utf8'));
		const at = (rate: string, workers: string) =>
			summary.points.find(({ values }: { values: string[] }) => values[0] === rate && values[1] === workers);
		const said = page.locator('.readout').first();
		const share = at('60/s', '3').probabilities.collapsed.share;
		expect(await said.textContent()).toBe(`edge.workers 3, traffic.rate 60/s: ${100 * share}%`);
		await page.keyboard.press('ArrowUp');
		await page.keyboard.press('ArrowRight');
		expect(await said.textContent()).toMatch(/^edge\.workers 5, traffic\.rate 100\/s: /);
		await page.getByRole('button', { name: 'amplification', exact: true }).click();
		expect(await page.locator('#plane-0 h3').textContent()).toContain('amplification over edge.workers');
		await page.close();
	});

	it('a map has every region in its table, and the line between them in its legend', async () => {
		const { page } = await open(browser, file('map'));
		await openAll(page, '#map');
		expect(await page.locator('#map tbody td').count()).toBe(25);
		expect(await page.locator('#map .legend').textContent()).toContain('line between regions');
		await page.close();
	});

	it('variants of a gate are on one page, to choose from', async () => {
		const { page } = await open(browser, file('variants'));
		expect(await page.locator('h1').textContent()).toBe('tip');
		await page.getByRole('button', { name: 'tip, mild' }).click();
		expect(await page.locator('h1').textContent()).toBe('tip, mild');
		await page.close();
	});
});
