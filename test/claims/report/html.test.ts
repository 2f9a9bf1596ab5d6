/** The page's file: data stay data whatever they say, its numbers are those of summary.json, and it is small. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../../src/executors/inline.js';
import { replay } from '../../../src/experiment/run/replay.js';
import { toJson } from '../../../src/report/files/json.js';
import { PLACE, reportHtml } from '../../../src/report/html.js';
import type { PageData } from '../../../src/report/page-data.js';
import { runPart, runsPage } from '../../../src/report/run/page.js';
import type { RunPart } from '../../../src/report/run/page-data.js';
import { summary } from '../../../src/report/run/summary.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { ROOT, SMALL } from '../../cli/cli.js';

const TEMPLATE = `<html>${PLACE}<script>main()</script></html>`;
const OPEN = PLACE.slice(0, PLACE.indexOf('null'));

async function partOf(text: string, variant = 'base'): Promise<{ part: RunPart; data: PageData; json: string }> {
	const load = (name: string) => loadScenario(text, { file: 'small.yaml', variant: name });
	const [one] = await replay({ load, variants: [variant], seed: 1, twins: false }, inlineExecutor());
	const part = runPart(one, 'retrystorm run small.yaml', '0.0.0');
	const json = toJson(summary(one.outcome, one.scenario.world, one.judgements, '0.0.0'));
	return { part, data: runsPage([part], [], '0.0.0'), json };
}

/** What a browser would hand to the page: the text of the element up to the first end of a script. */
function dataIn(html: string): PageData {
	const from = html.indexOf(OPEN) + OPEN.length;
	return JSON.parse(html.slice(from, html.indexOf('</script', from)));
}

const count = ({ summary: of }: RunPart, name: string): unknown => JSON.parse(JSON.stringify(of)).counts[name];

describe('report.html', () => {
	it('holds summary.json as it is', async () => {
		const { data, json } = await partOf(SMALL);
		const found = dataIn(reportHtml(TEMPLATE, data));
		expect(toJson(found.kind === 'runs' ? found.runs[0].summary : null)).toBe(json);
	});

	it('leaves nothing in the data that could be markup, for any text of an author', async () => {
		const hostile = [
			'</script><script>alert(1)</script>',
			'<!--<script>',
			'&lt;img src=x onerror=alert(1)&gt;',
			'\u2028\u2029',
			"$& $` $' $1",
			'"quotes" \\ and \\u003c',
		].join(' ');
		const text = `# ${hostile.replaceAll(/[\u2028\u2029]/g, '')}\n${SMALL}about: ${JSON.stringify(hostile)}\nmarkers: [{ at: 1s, text: ${JSON.stringify(hostile)} }]\n`;
		const { data } = await partOf(text);
		const html = reportHtml(TEMPLATE, data);
		expect(dataIn(html)).toEqual(JSON.parse(JSON.stringify(data)));
		const between = html.slice(html.indexOf(OPEN) + OPEN.length, html.indexOf('</script><script>main()'));
		expect(between).not.toMatch(/[<>&\u2028\u2029]/);
		expect(between).toContain('onerror');
	});

	it('gives the same bytes every time', async () => {
		const [first, second] = [await partOf(SMALL), await partOf(SMALL)];
		expect(reportHtml(TEMPLATE, first.data)).toBe(reportHtml(TEMPLATE, second.data));
	});

	it('refuses a page that has no place for data, or two', async () => {
		const { data } = await partOf(SMALL);
		expect(() => reportHtml('<html></html>', data)).toThrow(/one place/);
		expect(() => reportHtml(TEMPLATE + TEMPLATE, data)).toThrow(/one place/);
	});

	it('curves add up to the counts of summary.json', async () => {
		const { part } = await partOf(SMALL);
		const { steps, scopes } = part;
		const seconds = steps.stepUs / 1e6;
		const sums = Object.fromEntries(
			Object.entries(scopes[0].rates).map(([name, values]) => [name, values.reduce((a, b) => a + b, 0) * seconds]),
		);
		const counts = JSON.parse(JSON.stringify(part.summary)).counts;
		expect(sums.born).toBeCloseTo(counts.born, -1);
		expect(sums.outcome_error).toBeCloseTo(counts['outcome-error'], -1);
		expect(part.latency.counts.flat().reduce((a, b) => a + b, 0)).toBe(counts.succeeded);
		const retries = part.retries.reduce((sum, row) => sum + row.retries, 0);
		expect(retries).toBe(counts.retries);
	});

	it('tells every parameter with its line, its variant, and what the author says beside it', async () => {
		const text = SMALL.replace('workers: 8', 'workers: 8 }').replace(', queue: 100 }', ' # measured: "8" # cores');
		const { part } = await partOf(text, 'calm');
		const of = (path: string) => part.assumptions.parameters.find((one) => one.path === path);
		expect(of('edge.workers')).toEqual({
			path: 'edge.workers',
			value: 8,
			origin: 'measured',
			where: 'line 5',
			note: 'measured: "8" # cores',
		});
		expect(of('traffic.rate')).toEqual({ path: 'traffic.rate', value: '200/s', origin: '', where: 'line 4', note: '' });
		expect(of('faults.blip.at')).toBeUndefined();
	});

	it('tells versions and gates by region, retries by population, and what had been lost by each event', async () => {
		const text = readFileSync(join(ROOT, 'scenarios/december-5.yaml'), 'utf8');
		const set = ['from="08:46"', 'until="08:48:30"', 'expect=null', 'markers=[]'];
		const load = (variant: string) => loadScenario(text, { file: 'december-5.yaml', variant, set });
		const [one] = await replay({ load, variants: ['canary'], seed: 1, twins: false }, inlineExecutor());
		const part = runPart(one, '', '0.0.0');
		const [{ regions }] = part.adoption;
		expect(regions.filter(({ shares }) => shares.some((share) => share > 0)).map(({ name }) => name)).toEqual(['oce']);
		expect(Math.max(...regions.flatMap(({ shares }) => shares))).toBe(1);
		expect(part.gates.map((gate) => gate.regions)).toEqual([['oce']]);
		expect(part.gates[0].looks.map(({ outcome }) => outcome)).toContain('failed');
		expect(new Set(part.retries.map(({ population }) => population))).toEqual(
			new Set(['apps', 'browsers', 'automated']),
		);
		expect(part.retries.reduce((sum, { retries }) => sum + retries, 0)).toBe(Number(count(part, 'retries')));
		const lost = part.tolls.map((toll) => (toll === null ? 0 : toll.lost));
		expect(lost).toEqual(lost.toSorted((a, b) => a - b));
		expect(lost[lost.length - 1]).toBeGreaterThan(0);
		expect(part.account).toMatch(/^THE STORY of December 5/);
	});

	it('keeps of very many places the worst, of a long run 360 steps, and of a large world the first lines', async () => {
		const regions = Array.from({ length: 60 }, (_, r) => `r${r}: { share: ${r === 0 ? 11.5 : 1.5}% }`).join(', ');
		const text = SMALL.replace('duration: 5s', 'duration: 800s')
			.replace('rate: 200/s', 'rate: 50/s')
			.replace('workers: 8', 'workers: 1')
			.replace('clients:', `regions: { ${regions} }\nrecord: { by: [region] }\nclients:`);
		const { part } = await partOf(text);
		expect(part.places.names).toHaveLength(40);
		expect(part.places.left).toBe(20);
		expect(part.steps.count).toBeLessThanOrEqual(720);
		expect(part.assumptions.switches.length).toBeLessThanOrEqual(2000);
		expect(JSON.stringify(part).length).toBeLessThan(600_000);
	});

	it('is below 300 KB without its data, and asks for no other file', () => {
		const file = join(ROOT, 'dist/report-page.html');
		expect(existsSync(file), 'npm run build makes it').toBe(true);
		const page = readFileSync(file, 'utf8');
		expect(page.length).toBeLessThan(300_000);
		expect(page.split(PLACE).length).toBe(2);
		expect(page).not.toMatch(/<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=/);
		expect(page).toContain("default-src 'none'");
	});
});
