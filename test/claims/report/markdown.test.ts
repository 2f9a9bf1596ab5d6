/** A report as Markdown: undecided stays undecided, and what an author wrote stays text. */
import { expect, it } from 'vitest';
import { inlineExecutor } from '../../../src/executors/inline.js';
import { replay } from '../../../src/experiment/run/replay.js';
import { loadScenario } from '../../../src/index.js';
import { markdownOf } from '../../../src/report/markdown.js';
import { runPart } from '../../../src/report/run/page.js';

const TEXT = `name: short
about: "| a <b>bold</b> [link](https://example.org) *claim*"
duration: 35s
traffic: { rate: 100/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 2 } } }
faults: { f: { at: 20s, for: 10s, errors: 100% } }
expect: [ { that: collapsed, equals: false } ]
`;

it('tells an undecided run as one, and makes no markup of what an author wrote', async () => {
	const load = () => loadScenario(TEXT, { file: 'a.yaml' });
	const [one] = await replay({ load, variants: ['base'], seed: 1, twins: false }, inlineExecutor());
	const part = runPart(one, 'retrystorm run a.yaml', '0');
	const text = markdownOf({ kind: 'runs', version: '0', runs: [part], beside: null });
	expect(text).toContain('**UNDECIDED 1 of 1 expectation**');
	expect(text).toContain('| undecided | collapsed equals false |');
	expect(text).toContain('whether the service recovered is not judged');
	expect(text).toContain('\\| a \\<b\\>bold\\</b\\> \\[link\\](https://example.org) \\*claim\\*');
	expect(text).toContain('Run again: `retrystorm run a.yaml`');
});
