/** What a run says nothing about is noted at the end of its text, on its page and in summary.json; elsewhere nothing is. */
import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../../../src/executors/inline.js';
import { replay } from '../../../../src/experiment/run/replay.js';
import { runPart } from '../../../../src/report/run/page.js';
import { summary } from '../../../../src/report/run/summary.js';
import { runReport } from '../../../../src/report/run/text.js';
import { loadScenario } from '../../../../src/scenario/load.js';

const CALM = `
name: calm
duration: 60s
traffic: { rate: 20/s }
edge: { service: 10ms, workers: 50 }
clients: { apps: { timeout: 1s, retry: { attempts: 30, backoff: 100ms } } }
`;

async function notes(...set: string[]) {
	const load = () => loadScenario(CALM, { file: 'calm.yaml', set });
	const [run] = await replay({ load, variants: ['base'], seed: 1, twins: false }, inlineExecutor());
	const { outcome, judgements } = run;
	const { world } = run.scenario;
	const json = JSON.parse(JSON.stringify(summary(outcome, world, judgements, '0')));
	const said: string[] = json.notes ?? [];
	const text = runReport({ outcome, world, judgements, rerun: null });
	const page = runPart(run, '', '0').findings.flatMap(({ label, text: note }) => (label === 'note' ? [note] : []));
	expect(page).toEqual(said);
	expect(text.includes('\n  NOTES\n')).toBe(said.length > 0);
	for (const note of said) expect(text.replaceAll(/\s+/g, ' ')).toContain(note);
	return said;
}

const ERRORS = 'faults={ bad: { at: 10s, for: 10s, errors: 50% } }';

describe('many attempts', () => {
	it('are noted where no attempt failed, with how many there may be', async () => {
		const [note] = await notes();
		expect(note).toContain('no attempt failed');
		expect(note).toContain('apps (30)');
		expect(await notes('clients.apps.retry.attempts=unlimited')).toEqual([expect.stringContaining('apps (unlimited)')]);
	});

	it('are none where something failed, was kept back, or there is one attempt', async () => {
		expect(await notes(ERRORS)).toEqual([]);
		expect(await notes('clients.apps.retry.attempts=1')).toEqual([]);
		expect(
			await notes('clients.apps.retry.limiter={ kind: token-bucket, rate: 5/s, burst: 1, whenEmpty: deny }'),
		).toEqual([]);
	});
});

describe('an expectation that nothing put to the test', () => {
	const one = 'clients.apps.retry.attempts=1';
	const expecting = (what: string) => `expect=[{ ${what} }]`;

	it('is noted with what did not happen', async () => {
		const [, retry] = await notes(expecting('that: retry-share, below: 5%'));
		expect(retry).toMatch(/nothing put to the test, since no attempt failed: .*retry/);
		expect(await notes(one, expecting('that: reverts, below: 1'))).toEqual([
			expect.stringContaining('since nothing was pushed'),
		]);
	});

	it('is not noted where it was put to the test, or where load alone is', async () => {
		expect(await notes(ERRORS, expecting('that: retry-share, below: 50%'))).toEqual([]);
		expect(await notes(one, expecting('that: lost, below: 1%'))).toEqual([]);
		expect(await notes(one, expecting('that: request-p99, below: 1s'))).toEqual([]);
	});

	it('is not noted where it fails', async () => {
		expect(await notes(one, expecting('that: reverts, above: 1'))).toEqual([]);
	});
});

describe('a collapse that no trigger clearly brought', () => {
	/** Falls by itself, whenever: 16 requests a second come to a worker that serves 10. */
	const DOWN = [
		'duration=5m',
		'traffic.rate=16/s',
		'edge={ service: 100ms, workers: 1, queue: 1000 }',
		'clients.apps={ timeout: 1s, retry: { attempts: 3, backoff: 100ms } }',
	];
	const LATE = 'faults={ late: { at: 120s, for: 5s, latency: x1.01 } }';

	it('names the twin without triggers, unless it was asked', async () => {
		const note = [expect.stringContaining('versus: no-trigger runs the twin without them')];
		expect(await notes(...DOWN, LATE)).toEqual(note);
		const asked = 'expect=[{ that: lost, versus: { variant: no-trigger, as: difference }, below: 100% }]';
		expect(await notes(...DOWN, LATE, asked)).toEqual([]);
	});

	it('names none where there is no trigger, and none where the trigger clearly brought it', async () => {
		expect(await notes(...DOWN)).toEqual([]);
		const storm = ['traffic.rate=9/s', DOWN[2], DOWN[3], 'faults={ hang: { at: 10s, for: 5s, speed: x0 } }'];
		expect(await notes(...storm)).toEqual([]);
	});
});
