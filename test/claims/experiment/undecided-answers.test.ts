/**
 * Verdicts that a run cannot give are undecided, and so is what rests on them: the smallest worlds in which the answer was
 * once a confident no.
 */
import { describe, expect, it } from 'vitest';
import { inlineLaboratory } from '../../../src/executors/inline.js';
import { runTask } from '../../../src/executors/run-task.js';
import { type ReplicationSummary, replicationSummary } from '../../../src/experiment/replicate/branch-statistics.js';
import { judgeReplications } from '../../../src/experiment/replicate/probabilistic-expectations.js';
import { replicate } from '../../../src/experiment/replicate/replications.js';
import { caseOf } from '../../../src/experiment/task/case.js';
import { overall } from '../../../src/experiment/task/judge.js';
import { checkScenario } from '../../../src/scenario/load.js';
import { loader } from '../../support/experiment-builder.js';

const caseWith = (text: string, set: readonly string[]) => caseOf('a', loader(text, set)(''), loader(text, set));

async function replicated(text: string, reps: number, set: readonly string[] = []) {
	const plan = { firstSeed: 1, size: { runs: reps } };
	const [found] = await replicate([caseWith(text, set)], plan, inlineLaboratory());
	return found;
}

async function summaryOf(text: string, reps: number, set: readonly string[] = []): Promise<ReplicationSummary> {
	return replicationSummary(await replicated(text, reps, set));
}

const CRASH = `
name: crash
duration: 35s
traffic: { rate: 70/s }
edge: { nodes: 2, workers: 5, service: { exponential: 100ms }, queue: 10000, crash: { work: kept } }
clients: { all: { timeout: 1s, retry: { attempts: 4 } } }
faults: { down: { at: 5s, for: 5s, crash: true, where: { node: 1 } } }
expect: [{ that: P(collapsed), below: 5% }]
`;

describe('collapsed', () => {
	it('is undecided where a trigger ends within the window that is judged, and says which window would do', async () => {
		const { ends, undecided, branches } = await summaryOf(CRASH, 10);
		expect(ends.collapsed).toMatchObject({ n: 0, share: null });
		expect(undecided.collapsed).toMatchObject({ runs: 10, neededToUs: 40e6 });
		expect(undecided.collapsed.reasons[0].why).toContain('fault down ends within the window');
		expect(branches.map(({ name, runs }) => [name, runs])).toEqual([['undecided', 10]]);
	});

	it('is decided by that window', async () => {
		const { ends } = await summaryOf(CRASH, 5, ['duration=40s']);
		expect(ends.collapsed.n).toBe(5);
	});

	it('does not turn from always to never as a crash lasts longer, but becomes undecided', async () => {
		const at = async (length: string) =>
			(await summaryOf(CRASH, 4, ['duration=60s', `faults.down.for=${length}`])).ends;
		expect((await at('24s')).collapsed).toMatchObject({ n: 4 });
		expect((await at('26s')).collapsed).toMatchObject({ n: 0 });
	});

	it('is undecided under a trigger that never ends and holds goodput down; where goodput is high it is no collapse', async () => {
		const forever = ['duration=60s', 'faults.down.for=1h'];
		expect((await summaryOf(CRASH, 3, forever)).undecided.collapsed).toMatchObject({ runs: 3, neededToUs: 3635e6 });
		const { ends } = await summaryOf(CRASH, 3, [...forever, 'traffic.rate=20/s']);
		expect(ends.collapsed).toMatchObject({ n: 3, hits: 0 });
	});

	it('leaves an expectation undecided, which is no pass', async () => {
		const { results, of } = await replicated(CRASH, 10);
		const [judged] = judgeReplications(of.expectations, results);
		expect(judged.verdict).toBe('undecided');
		expect(judged.text).toContain('undecided in 10 of 10: fault down ends within the window that is judged');
		expect(overall([judged.verdict])).toBe('undecided');
	});
});

const SPIKE = `
name: spike
duration: 80s
traffic: { rate: 40/s, spikes: { rush: { at: 20s, for: 5s, add: 40/s } } }
edge: { workers: 6, service: { exponential: 100ms } }
clients: { all: { timeout: 1s, retry: { attempts: 3 } } }
`;

describe('recovered', () => {
	it('is not judged where less than its window is left after the last trigger', async () => {
		const { ends, undecided } = await summaryOf(SPIKE, 10);
		expect(ends['recovered-at-all'].hits).toBe(ends['recovered-at-all'].n);
		expect(undecided['recovered-at-all']).toMatchObject({ neededToUs: 85e6 });
		expect(undecided['recovered-at-all'].reasons[0].why).toContain('less than its window is left');
	});

	it('is judged once it fits', async () => {
		const { ends } = await summaryOf(SPIKE, 10, ['duration=95s']);
		expect(ends['recovered-at-all'].n).toBeGreaterThan(0);
	});

	it('is not said to have failed one second before it is said to have come', async () => {
		const text = SPIKE.replace(/spikes.*} }/, 'spikes: {} }');
		const blip = 'faults={ blip: { at: 20s, for: 10s, errors: 100% } }';
		const verdict = async (duration: string) => {
			const result = await runTask({
				of: caseWith(text, [blip, 'clients.all.retry.attempts=1', `duration=${duration}`]),
				seed: 1,
			});
			return 'digest' in result ? result.digest.values['recovered-at-all'] : result.failure.message;
		};
		expect([await verdict('89s'), await verdict('90s')]).toEqual([null, 1]);
	});
});

const HANG = `
name: hang
duration: 60s
traffic: { rate: 200/s }
edge: { workers: 8, service: { exponential: 20ms }, queue: unlimited }
clients: { all: { timeout: 10s, retry: { attempts: 1 } } }
faults: { hang: { at: 20s, for: 40s, speed: x0 } }
expect:
  - { that: unavailable, over: "50s..60s", below: 1% }
  - { that: unavailable, over: "0s..10s", below: 1% }
  - { that: unavailable, over: "30s..40s", below: 1% }
  - { that: outage-minutes, over: "50s..60s", below: 1s }
`;

const LOOSE = 'expect=[{ that: unavailable, over: "50s..60s", below: 70% }]';

describe('requests that are open when the run ends', () => {
	const judgements = async (set: readonly string[] = []) => {
		const result = await runTask({ of: caseWith(HANG, set), seed: 1 });
		if ('failure' in result) throw new Error(result.failure.message);
		return result.digest;
	};

	it('let no expectation pass that they could turn, and none fail', async () => {
		const { judgements: judged, curves } = await judgements();
		expect(judged.map(({ verdict }) => verdict)).toEqual(['undecided', 'pass', 'fail', 'undecided']);
		expect(judged[0].text).toMatch(
			/^undecided: 0% to 100%: ([\d,]+) of \1 first attempts are open when the run ends; coolDown: 10s would decide$/,
		);
		expect(curves.steps.unavailable.slice(-8)).toEqual(Array(8).fill(null));
	});

	it.each([
		[['clients.all.retry={ attempts: 3, backoff: 500ms }'], 'coolDown: 31s would decide', 31],
		[['clients.all.timeout={ exponential: 10s }', LOOSE], 'a coolDown would decide', null],
	])('say which cool-down would decide: %s', async (set, cure, seconds) => {
		const { judgements: judged } = await judgements(set);
		expect([judged[0].verdict, judged[0].text]).toEqual(['undecided', expect.stringContaining(`run ends; ${cure}`)]);
		if (seconds === null) return;
		expect((await judgements([...set, `coolDown=${seconds}s`])).values).toMatchObject({ 'open-requests': 0 });
		expect((await judgements([...set, `coolDown=${seconds - 3}s`])).values['open-requests']).toBeGreaterThan(0);
	});

	it('leave a cascade undecided, with the cool-down that decides it', async () => {
		const late = ['faults.hang.at=50s', 'faults.hang.for=10s', 'expect=[{ that: cascaded, equals: true }]'];
		expect((await judgements(late)).judgements[0]).toMatchObject({
			verdict: 'undecided',
			text: "undecided: too many requests of a trigger's time are open when the run ends; coolDown: 10s would decide",
		});
		expect((await judgements([...late, 'coolDown=10s'])).judgements[0].verdict).not.toBe('undecided');
	});

	it('are warned of before the run, where a stretch ends with it and no cool-down is long enough', () => {
		const warned = (text: string) => checkScenario(text, { file: 'a.yaml' }).warnings.map((one) => one.text);
		const open = (text: string) => warned(text).filter((one) => one.includes('requests can be open then'));
		expect(open(HANG)).toEqual([
			expect.stringMatching(/unavailable over 50s\.\.60s below 1%: may be undecided.*; coolDown: 10s would do/),
			expect.stringMatching(/outage-minutes over 50s\.\.60s below 1s: may be undecided.*; coolDown: 10s would do/),
		]);
		expect(open(HANG.replace('timeout: 10s', 'timeout: { exponential: 10s }'))[0]).toContain('; a coolDown would do');
		expect(open(HANG.replace('duration: 60s', 'duration: 60s\ncoolDown: 10s'))).toEqual([]);
		expect(open(HANG.replace('timeout: 10s', 'timeout: 500ms'))).toEqual([]);
		expect(open(HANG.replaceAll(', over: "50s..60s"', ''))).toEqual([]);
	});

	it('are decided by a cool-down', async () => {
		const { judgements: judged, values } = await judgements(['coolDown=15s']);
		expect(judged.map(({ verdict }) => verdict)).toEqual(['fail', 'pass', 'fail', 'fail']);
		expect(values).toMatchObject({ open: 0, 'open-requests': 0 });
	});
});

const UNSTABLE = `
name: unstable
duration: 300s
traffic: { rate: 9.3/s, spikes: { rush: { at: 120s, for: 10s, add: 10/s } } }
edge: { workers: 1, service: { exponential: 100ms }, queue: 100 }
clients: { all: { timeout: 4s, retry: { attempts: 4 } } }
expect: [{ that: P(collapsed before the first trigger), below: 90% }]
`;

describe('which came first', () => {
	it('is told: some runs are down before the spike, most only after it', async () => {
		const { ends, beforeTrigger } = await summaryOf(UNSTABLE, 60);
		expect(ends.collapsed.share).toBeGreaterThan(0.85);
		// 24 % over very many runs; four standard errors of 60.
		expect(Math.abs(Number(beforeTrigger.share) - 0.24)).toBeLessThan(4 * Math.sqrt((0.24 * 0.76) / 60));
	});

	it('is told by the twin without the trigger, too', async () => {
		const set = ['expect=[{ that: lost, versus: { variant: no-trigger, as: difference }, above: 5% }]'];
		const calm = (await summaryOf(UNSTABLE, 40, ['traffic.spikes=null'])).ends.collapsed;
		expect(calm.share).toBeLessThan(0.9);
		const result = await runTask({ of: caseWith(UNSTABLE, set), seed: 3 });
		expect(result).toMatchObject({ digest: { judgements: [{ seen: expect.any(Number) }] } });
	});
});

describe('a healthy world', () => {
	it('has no time to recover, and nothing negative', async () => {
		const text = SPIKE.replace(/spikes.*} }/, 'spikes: {} }');
		const { branches } = await summaryOf(text, 5, ['classes={ plain: { errors: 0.5% } }', 'duration=5m']);
		for (const { figures } of branches) expect(figures.has('time-to-recover')).toBe(false);
	});
});
