/** Scenarios as a test suite: which tasks are asked, what is told of the verdicts, and XML that every reader can read. */
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { runSuites, type Suite, type SuiteResult } from '../../../../src/experiment/replicate/suite.js';
import type { Laboratory, Task, TaskResult } from '../../../../src/experiment/task/task.js';
import { junit } from '../../../../src/report/suite/junit.js';
import { suiteJson, suiteReport } from '../../../../src/report/suite/text.js';
import { smallCase } from '../../../support/experiment-builder.js';

const EXPECT = 'expect=[{ that: amplification, above: 1 }, { that: P(collapsed), below: 1% }]';
const suite = (replications: number, label = 'a.yaml', set = EXPECT): Suite => {
	return { file: 'a.yaml', of: { ...smallCase('base', [set]), label }, replications };
};

/** Answers by the last digit of the seed: 7 breaks the first promise, 8 passes a limit, 9 is interrupted; nothing collapses. */
const answer = ({ of, seed }: Task): TaskResult => {
	if (seed % 10 === 8) return { failure: { kind: 'limit', message: 'too many events' } };
	if (seed % 10 === 9) return { failure: { kind: 'interrupted', message: 'interrupted' } };
	const first = seed % 10 === 7 ? ({ seen: 1, verdict: 'fail', text: 'x1' } as const) : PASSED;
	const judgements = [first, { seen: 0, verdict: 'fail', text: 'no' } as const].slice(0, of.expectations.length);
	const curves = { fromUs: 0, stepUs: 1, steps: {} } as never;
	return { digest: { seed, values: {}, judgements, curves, events: 1 } };
};
const PASSED = { seen: 1.1, verdict: 'pass', text: 'x1.1' } as const;

/** A laboratory that notes what it is asked. */
function notebook(): { readonly asked: number[][]; readonly laboratory: Laboratory } {
	const asked: number[][] = [];
	return {
		asked,
		laboratory: async (tasks) => {
			asked.push(tasks.map(({ seed }) => seed));
			return tasks.map(answer);
		},
	};
}
const run = (suites: readonly Suite[], firstSeed = 1): Promise<SuiteResult[]> =>
	runSuites(suites, firstSeed, notebook().laboratory);

describe('the runs of a suite', () => {
	it('are under the seeds from the first on, in every suite alike, asked across suites', async () => {
		const { asked, laboratory } = notebook();
		const results = await runSuites([suite(3), suite(2)], 4, laboratory);
		expect(asked).toEqual([[4, 5, 6, 4, 5]]);
		expect(results.map(({ judged }) => judged.map(({ held }) => [held.hits, held.n]))).toEqual([
			[
				[3, 3],
				[0, 3],
			],
			[
				[2, 2],
				[0, 2],
			],
		]);
	});

	it('are asked by the thousand, so that their digests need not all be held', async () => {
		const { asked, laboratory } = notebook();
		await runSuites([suite(1500), suite(800)], 1, laboratory);
		expect(asked.map((seeds) => seeds.length)).toEqual([1000, 1000, 300]);
		expect(asked.flat()).toEqual([1500, 800].flatMap((n) => Array.from({ length: n }, (_, k) => 1 + k)));
	});

	it('that did not come to an end are told apart, with their seeds', async () => {
		const [{ failures, judged }] = await run([suite(10)]);
		expect(failures.map(({ seed, failure }) => [seed, failure.kind])).toEqual([
			[8, 'limit'],
			[9, 'interrupted'],
		]);
		expect(judged.map(({ verdict }) => verdict)).toEqual(['fail', 'inconclusive']);
	});
});

describe('what is told', () => {
	it('is a line for each expectation that fails or is open, and a count', async () => {
		const report = suiteReport(await run([suite(6), suite(7, 'a.yaml, wild'), suite(1, 'a.yaml, idle', 'expect=[]')]));
		expect(report.split('\n')).toEqual([
			'FAIL 1 of 4 expectations, 2 undecided',
			'? a.yaml: P(collapsed) below 1% at 95%: 0% (0 of 6; below 39.3% at 95%: the rule of 3/n); 293 more would decide if the share stays',
			'✗ a.yaml, wild: amplification above 1: fails in 1 of 7: x1 (seed 7)',
			'? a.yaml, wild: P(collapsed) below 1% at 95%: 0% (0 of 7; below 34.8% at 95%: the rule of 3/n); 292 more would decide if the share stays',
			'- a.yaml, idle: expects nothing',
			'3 variants of 1 file, 14 runs, 4 expectations: 1 holds, 1 fails, 2 inconclusive',
			'FAIL 1 of 4 expectations, 2 undecided: failed in a.yaml, wild (1 of 2); undecided in a.yaml (1 of 2), a.yaml, wild (1 of 2)',
			'',
		]);
	});

	it('is a verdict and a count where all hold', async () => {
		const held = suite(6, 'a.yaml', 'expect=[{ that: amplification, above: 1 }]');
		expect(suiteReport(await run([held]))).toBe(
			'PASS: the expectation holds\n1 variant of 1 file, 6 runs, 1 expectation: 1 holds\n',
		);
	});

	it('names runs that did not come to an end, and suites that are left with none', async () => {
		const results = [...(await run([suite(8)])), ...(await run([suite(1, 'a.yaml, late')], 9))];
		const lines = suiteReport(results).split('\n');
		expect(lines[0]).toBe('FAIL 1 of 4 expectations, 3 undecided');
		expect(lines[1]).toBe('✗ a.yaml: 1 of 8 runs did not come to an end: too many events (seed 8)');
		expect(lines).toContain('interrupted before a run came to an end: a.yaml, late');
		expect(lines.filter((line) => line.includes('late'))).toHaveLength(2);
		expect(lines.at(-2)).toContain('undecided in a.yaml (1 of 2), a.yaml, late (2 of 2)');
		const halfway = suiteReport(await run([suite(2)], 9));
		expect(halfway).toContain('✗ a.yaml: 1 of 2 runs did not come to an end: interrupted\n');
	});

	it('may be coloured without moving a letter', async () => {
		const results = await run([suite(8)]);
		const coloured = suiteReport(results, (kind, text) => `<${kind}>${text}</${kind}>`);
		expect(coloured.match(/<\w+>/g)).toEqual(['<bad>', '<bad>', '<bad>', '<open>', '<title>']);
		expect(coloured.replace(/<\/?\w+>/g, '')).toBe(suiteReport(results));
	});

	it('as JSON has the intervals, and what would decide', async () => {
		expect(suiteJson(await run([suite(9)]), 1, '1.2.3')).toMatchObject({
			kind: 'test',
			version: '1.2.3',
			partial: true,
			firstSeed: 1,
			expectations: 2,
			passed: 0,
			failed: 1,
			inconclusive: 1,
			runs: 9,
			lost: 2,
			suites: [
				{
					file: 'a.yaml',
					variant: 'base',
					runs: 9,
					interrupted: 1,
					failures: [{ seed: 8, kind: 'limit', message: 'too many events' }],
					expectations: [
						{ verdict: 'fail', more: 0 },
						{ verdict: 'inconclusive', held: { hits: 0, of: 7, share: 0, confidence: 0.95 }, more: 292 },
					],
				},
			],
		});
	});
});

interface Element {
	readonly name: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly inside: Element[];
	text: string;
}

/** The tree of a document. @throws on whatever XML 1.0 does not allow */
function parsed(xml: string): Element {
	const root: Element = { name: '', attributes: {}, inside: [], text: '' };
	const open = [root];
	const parser = new SaxesParser();
	parser.on('error', (error) => {
		throw error;
	});
	parser.on('opentag', ({ name, attributes }) => {
		const element = { name, attributes: attributes as Record<string, string>, inside: [], text: '' };
		open[open.length - 1].inside.push(element);
		open.push(element);
	});
	parser.on('text', (text) => {
		open[open.length - 1].text += text;
	});
	parser.on('closetag', () => void open.pop());
	parser.write(xml).close();
	return root.inside[0];
}

describe('JUnit', () => {
	it('has a testsuite for each variant and a testcase for each expectation', async () => {
		const xml = junit(await run([suite(8), suite(6, 'a.yaml, calm')], 1), 1);
		const root = parsed(xml);
		expect(root.name).toBe('testsuites');
		expect(root.attributes).toEqual({
			name: 'retrystorm: FAIL 1 of 4 expectations, 2 undecided',
			tests: '5',
			failures: '1',
			errors: '3',
			skipped: '0',
		});
		expect(root.inside.map(({ name, attributes }) => [name, attributes])).toEqual([
			['testsuite', { name: 'a.yaml', tests: '3', failures: '1', errors: '2', skipped: '0' }],
			['testsuite', { name: 'a.yaml, calm', tests: '2', failures: '0', errors: '1', skipped: '0' }],
		]);
		const texts = root.inside.map(({ inside }) =>
			inside
				.filter(({ name }) => name === 'testcase')
				.map(({ attributes: { name }, inside: [verdict] }) => [name, verdict.name, verdict.text]),
		);
		const open = (n: number, high: string, more: number) =>
			`0% (0 of ${n}; below ${high} at 95%: the rule of 3/n); ${n === 7 ? '1 did not come to an end; ' : ''}${more} more would decide if the share stays`;
		expect(texts).toEqual([
			[
				['every run comes to an end', 'error', '1 of 8 runs did not come to an end: too many events (seed 8)'],
				['amplification above 1', 'failure', 'fails in 1 of 7: x1 (seed 7); 1 did not come to an end'],
				['P(collapsed) below 1% at 95%', 'error', open(7, '34.8%', 292)],
			],
			[
				['amplification above 1', 'system-out', 'in all 6'],
				['P(collapsed) below 1% at 95%', 'error', open(6, '39.3%', 293)],
			],
		]);
		const types = root.inside.flatMap(({ inside }) => inside.flatMap((one) => one.inside[0]?.attributes.type ?? []));
		expect(types).toEqual(['incomplete', 'fail', 'inconclusive', 'inconclusive']);
		const [, , failed] = root.inside[0].inside;
		expect(failed.attributes).toEqual({ classname: 'a.yaml', name: 'amplification above 1' });
		expect(failed.inside[0].attributes.message).toBe(failed.inside[0].text);
	});

	it('is XML for any words, and gives them back', async () => {
		const results = await run([suite(6)]);
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (label, text) => {
				const wild = results.map(({ suite: of, ...rest }) => ({
					...rest,
					suite: { ...of, of: { ...of.of, label } },
					judged: rest.judged.map((judged) => ({ ...judged, text: `<&]]>"'\t\n\u0000\u001b${text}\ud800` })),
				}));
				const [one] = parsed(junit(wild, 1)).inside;
				const testcase = one.inside[1];
				// What XML has no word for is replaced, letter by letter.
				expect([...one.attributes.name]).toHaveLength([...label].length);
				expect(testcase.attributes.classname).toBe(one.attributes.name);
				expect(testcase.inside[0].text.startsWith('<&]]>"\'\t\n\ufffd\ufffd')).toBe(true);
				expect(testcase.inside[0].text.endsWith('\ufffd')).toBe(true);
				const plain = [...label].every((letter) => letter >= ' ' && letter < '\ud800');
				if (plain) expect(one.attributes.name).toBe(label);
			}),
			{ seed: 20_251_205, numRuns: 200 },
		);
	});
});
