/** Words for what is sent beyond first attempts, for a share of demand above all of it, and the reasons of every undecided verdict. */
import { expect, it } from 'vitest';
import { inlineExecutor } from '../../../../src/executors/inline.js';
import { replay } from '../../../../src/experiment/run/replay.js';
import { summary } from '../../../../src/report/run/summary.js';
import { runReport } from '../../../../src/report/run/text.js';
import { loadScenario } from '../../../../src/scenario/load.js';

const TEXT = `
name: sent
duration: 60s
traffic: { rate: 50/s }
edge: { service: { exponential: 100ms }, workers: 20 }
clients: { apps: { timeout: 1s, retry: { attempts: 1 } } }
`;
const HEDGE = 'hedge: { kind: fixed-delay, total: 2, delay: 20ms }';

async function told(...set: string[]) {
	const load = () => loadScenario(TEXT, { file: 'sent.yaml', set });
	const [{ outcome, judgements, scenario }] = await replay(
		{ load, variants: ['base'], seed: 1, twins: false },
		inlineExecutor(),
	);
	const text = runReport({ outcome, world: scenario.world, judgements, rerun: null }).replaceAll(/\s+/g, ' ');
	return { text, json: JSON.parse(JSON.stringify(summary(outcome, scenario.world, judgements, '0'))) };
}

it('copies of hedged calls are not called retries', async () => {
	expect((await told(`clients.apps.retry={ attempts: 1, ${HEDGE} }`)).text).toMatch(
		/of attempts are copies of hedged calls/,
	);
	expect((await told(`clients.apps.retry={ attempts: 3, ${HEDGE} }`)).text).toMatch(
		/of attempts are retries or copies of hedged calls/,
	);
	expect((await told('clients.apps.retry.attempts=3')).text).toMatch(/of attempts are retries /);
});

it('a verdict that is undecided has its reason in summary.json as in the text', async () => {
	const down = ['edge.workers=1', 'clients.apps.timeout=1s', 'duration=3m'];
	const { text, json } = await told(...down, 'faults={ late: { at: 100s, for: 5s, speed: x0.5 } }');
	expect(json.verdicts.cascaded).toBe('undecided');
	expect(json.verdicts.undecided.cascaded.why).toContain('down before the first trigger');
	expect(text).toContain(json.verdicts.undecided.cascaded.why);
});
