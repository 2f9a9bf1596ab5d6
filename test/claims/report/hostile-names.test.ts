/** Names and free text are data: in the page they never become markup or script, in a table for spreadsheets never a formula. */
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../../src/executors/inline.js';
import { replay } from '../../../src/experiment/run/replay.js';
import { csv } from '../../../src/report/files/csv.js';
import { PLACE, reportHtml } from '../../../src/report/html.js';
import { runPart, runsPage } from '../../../src/report/run/page.js';
import { decisionsCsv, timeseriesCsv } from '../../../src/report/run/tables.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { SMALL } from '../../cli/cli.js';
import { outcomeOf } from '../../support/outcome-builder.js';

const FORMULAS = ['=cmd()', '+1+cmd()', '-2+3+cmd()', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x",\'y\')'];
const MARKUP = [
	'<script>alert(1)</script>',
	'</script><script>alert(1)</script>',
	'<img src=x onerror=alert(1)>',
	'"><b>',
	"' onload='x",
];

describe('a table', () => {
	it('holds no formula, for every beginning of a text', () => {
		const [back]: string[][] = parse(csv([FORMULAS]));
		expect(back).toEqual(FORMULAS.map((text) => `'${text}`));
		for (const cell of back) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
	});

	it('leaves numbers, and texts that are none, as they are', () => {
		const fields = [-0.5, 3, null, '-5%', '+2', '-1e-9', 'a=b', "it's", '100/s', ''];
		const [back]: string[][] = parse(csv([fields]));
		expect(back).toEqual(['-0.5', '3', '', '-5%', '+2', '-1e-9', 'a=b', "it's", '100/s', '']);
	});

	it('quotes what could end a cell', () => {
		const texts = ['a,b', 'say "no"', 'two\nlines', '=1,"2"'];
		const [back]: string[][] = parse(csv([texts]));
		expect(back).toEqual(['a,b', 'say "no"', 'two\nlines', `'=1,"2"`]);
	});

	it('of decisions and of time series does so, too', () => {
		const outcome = outcomeOf({
			toUs: 1e6,
			places: [{ region: '=cmd()' }],
			decisions: [
				{
					atUs: 0,
					rollout: '@patch',
					by: 'plan',
					what: 'push',
					stage: '+stage',
					check: null,
					seen: null,
					limit: null,
					samples: null,
					outcome: null,
					counter: null,
					text: '=cmd()',
				},
			],
		});
		const [, decision]: string[][] = parse(decisionsCsv(outcome));
		expect(decision).toEqual(expect.arrayContaining(["'@patch", "'+stage", "'=cmd()"]));
		const [, row]: string[][] = parse(timeseriesCsv(outcome));
		expect(row).toContain("'=cmd()");
	});
});

describe('the page', () => {
	it.each([...MARKUP, ...FORMULAS])('has %j in its data alone, as text', async (hostile) => {
		const said = JSON.stringify(hostile);
		const comment = hostile.replaceAll(/[\t\r\n]/g, ' ');
		const text = `# ${comment}\n${SMALL}about: ${said}\nmarkers: [{ at: 1s, text: ${said} }]\n`;
		const load = (variant: string) => loadScenario(text, { file: 'small.yaml', variant });
		const [one] = await replay({ load, variants: ['base'], seed: 1, twins: false }, inlineExecutor());
		const data = runsPage([runPart(one, `retrystorm run ${hostile}`, hostile)], [], hostile);
		const html = reportHtml(`<html>${PLACE}<p></p></html>`, data);
		const inside = html.slice(html.indexOf('id="data">') + 'id="data">'.length, html.lastIndexOf('</script>'));
		expect(inside).not.toMatch(/[<>&]/);
		expect(JSON.parse(inside)).toEqual(JSON.parse(JSON.stringify(data)));
		expect(JSON.stringify(JSON.parse(inside))).toContain(said);
	});
});
