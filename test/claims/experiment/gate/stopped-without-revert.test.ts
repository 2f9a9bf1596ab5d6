/** A gate detects whatever it does upon a failure: a pause, a freeze and a page count as a revert does, in every output. */
import { describe, expect, it } from 'vitest';
import { runTask } from '../../../../src/executors/run-task.js';
import { DEFAULTS, gateQuality } from '../../../../src/experiment/gate/gate-quality.js';
import { gateCaseOf } from '../../../../src/experiment/task/case.js';
import { quantity } from '../../../../src/metrics/definitions/metrics.js';
import { wholeRun } from '../../../../src/metrics/reading/cell-sums.js';
import { gateCsv, gateJson } from '../../../../src/report/gate/files.js';
import { gateReport } from '../../../../src/report/gate/text.js';
import { loader } from '../../../support/experiment-builder.js';
import { decision, outcomeOf, RULES } from '../../../support/outcome-builder.js';

const scenario = (gate: string, more = '') => `name: stopped
duration: 60s
traffic: { rate: 200/s }
classes: { plain: { service: 5ms, errors: 1% } }
edge: { nodes: 10, workers: 4, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 1 } } }
changes: { bad: { fails: 60% } }
rollouts:
  r:
    change: bad
    at: 20s${more}
    stages:
      one: { scope: { nodes: 20% }, hold: 20s, gate: { numerator: failures, window: 10s, every: 5s, minSamples: 20, ${gate} } }
      all: { hold: 10s }
`;

async function ask(text: string) {
	const read = loader(text)('base');
	const of = gateCaseOf('stopped', read);
	const results = await Promise.all([1, 2, 3].map((seed) => runTask({ of, seed })));
	const found = { of, firstSeed: 1, results };
	const quality = gateQuality(found, { ...DEFAULTS, elsewhere: null });
	const warnings = read.warnings.map((issue) => JSON.stringify(issue)).join('\n');
	return { quality, text: gateReport(quality, null), csv: gateCsv(found, quality), warnings };
}

describe('a gate that trips', () => {
	it.each(['revert', 'pause', 'freeze', 'page'])('has detected, by %s', async (onFail) => {
		const { quality, text, csv } = await ask(scenario(`above: 10%, onFail: ${onFail}`));
		expect(quality.detect).toMatchObject({ hits: 3, n: 3 });
		expect(quality.falseAlarm).toMatchObject({ hits: 0, n: 3 });
		expect(quality.checks[0]).toMatchObject({ detection: 'detects', detect: { hits: 3, n: 3 } });
		expect(quality.time.median.value).toBe(5e6);
		expect(quality.detectors).toEqual([{ by: 'gate', stage: 'one', before: 'all', runs: 3 }]);
		expect(text).toContain('3 by the gate in one, before all');
		expect(csv.split('\n')[1]).toContain(',tripped,5,gate,one,');
		expect(gateJson(quality, '0')).toMatchObject({ probabilities: { detect: { share: 1 } } });
	});

	it.each(['pause', 'freeze', 'page'])('alarms at nothing, by %s', async (onFail) => {
		const { quality } = await ask(scenario(`above: 0.2%, onFail: ${onFail}`));
		expect(quality.falseAlarm.hits).toBeGreaterThan(0);
		expect(quality.checks[0].falseAlarm.hits).toBe(quality.falseAlarm.hits);
		expect(quality.truth.find(({ of }) => of === 'harmless-twin')?.tripped).toBe(quality.falseAlarm.hits);
	});

	it('says of how many trips the change had done no harm', async () => {
		const { quality, text } = await ask(scenario('above: 0.2%, onFail: revert').replace('fails: 60%', 'fails: 0%'));
		expect(quality.detect.hits).toBeGreaterThan(0);
		expect(quality.truth.find(({ of }) => of === 'no-harm')?.tripped).toBe(quality.detect.hits);
		const said = text.replace(/\s+/g, ' ');
		expect(said).toContain(`in ${quality.detect.hits} of these ${quality.detect.hits} the change had done no harm`);
	});

	it('pages once a stage, also without responders, of which check warns', async () => {
		const { quality, warnings } = await ask(scenario('above: 10%, onFail: page'));
		expect(quality.detect.hits).toBe(3);
		expect(warnings).toContain('this rollout has no people: a page changes nothing');
		const staffed = await ask(scenario('above: 10%, onFail: page', '\n    people: { detect: 0s, declare: 10m }'));
		// They knew already: the gate detects it all the same.
		expect(staffed.quality.detect.hits).toBe(3);
		expect(staffed.warnings).not.toContain('a page changes nothing');
	});

	it('counts where it compares with a control, and the note says that it has no limit of its own', async () => {
		const { quality, text } = await ask(scenario('above: 10%, versus: { control: rest }'));
		expect(quality.detect).toMatchObject({ hits: 3, n: 3 });
		expect(quality.checks).toEqual([]);
		expect(text.replace(/\s+/g, ' ')).toContain('gate in one has no limit of its own');
		expect(text).not.toContain('no gate and no auto-revert watches');
		expect(quality.truth.find(({ of }) => of === 'harmless-twin')).toMatchObject({ passed: 3, unwatched: 0 });
	});
});

describe('the decision log', () => {
	const of = (...decisions: ReturnType<typeof decision>[]) => outcomeOf({ decisions });
	const read = (name: string, outcome: ReturnType<typeof of>) =>
		quantity(name)?.read(outcome, wholeRun(outcome), RULES);

	it.each(['tripped', 'paused', 'frozen', 'paged'] as const)('%s is a trip, and the incident is detected', (what) => {
		const outcome = of(decision(10e6, 'push'), decision(25e6, what, { by: 'gate', check: 'gate' }));
		expect(read('gate-trips', outcome)).toBe(1);
		expect(read('time-to-verdict', outcome)).toBe(15e6);
		expect(read('detected', outcome)).toBe(25e6);
	});

	it('a pause for measurements that said nothing is no trip', () => {
		const pause = decision(25e6, 'paused', { by: 'gate', check: 'gate', inconclusive: true });
		const outcome = of(decision(10e6, 'push'), pause);
		expect([read('gate-trips', outcome), read('gate-inconclusive', outcome)]).toEqual([0, 1]);
		expect([read('time-to-verdict', outcome), read('detected', outcome)]).toEqual([null, null]);
	});
});
