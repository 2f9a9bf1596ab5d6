/** A run that ends before its tools are done has no verdict: never 0%, and the duration that would decide is named. */
import { describe, expect, it } from 'vitest';
import { runTask } from '../../../../src/executors/run-task.js';
import { DEFAULTS, gateQuality } from '../../../../src/experiment/gate/gate-quality.js';
import { gateCaseOf } from '../../../../src/experiment/task/case.js';
import { gateCsv, gateJson } from '../../../../src/report/gate/files.js';
import { gateReport } from '../../../../src/report/gate/text.js';
import { loader } from '../../../support/experiment-builder.js';

const TEXT = `name: cut
duration: 30s
traffic: { rate: 50/s }
classes: { plain: { service: 5ms } }
edge: { nodes: 10, workers: 4, queue: 100 }
clients: { apps: { timeout: 1s } }
changes: { bad: { fails: 100% } }
rollouts:
  r:
    change: bad
    at: 20s
    stages:
      one: { scope: { nodes: 10% }, hold: 20s, gate: { numerator: failures, above: 10%, window: 20s, minSamples: 20 } }
      all: { hold: 10s }
`;

async function ask(...set: string[]) {
	const scenario = loader(TEXT, set)('base');
	const of = gateCaseOf('cut', scenario);
	const results = [await runTask({ of, seed: 1 }), await runTask({ of, seed: 2 })];
	const found = { of, firstSeed: 1, results };
	const quality = gateQuality(found, { ...DEFAULTS, elsewhere: null });
	const warnings = scenario.warnings.map((issue) => JSON.stringify(issue)).join('\n');
	return { quality, text: gateReport(quality, null), csv: gateCsv(found, quality), warnings };
}

describe('a run that ends before the tools are done', () => {
	it.each([
		['in a hold', [], 'reached its stage and ended before the 20s'],
		['at the instant of the last reading', ['duration=40s'], 'reached its stage and ended before the 20s'],
		['before the rollout begins', ['rollouts.r.at=30s'], 'ended before its stage was pushed'],
	])('%s is undecided', async (_, set, why) => {
		const { quality, text, csv, warnings } = await ask(...set);
		expect([quality.detect.n, quality.falseAlarm.n, quality.inconclusive.n]).toEqual([0, 0, 0]);
		expect(quality.undecided).toMatchObject({ runs: 2, twins: 2 });
		const needed = set[0] === 'rollouts.r.at=30s' ? 51 : 41;
		const flat = text.replace(/\s+/g, ' ');
		expect(flat).toContain(`undecided in 2 of 2: the run ends before the tools are done (a duration of ${needed}s`);
		expect(flat).toContain(why);
		expect(flat).not.toContain('no run reached its stage');
		expect(warnings).toContain(`a duration of ${needed}s would do`);
		expect(csv).toContain('undecided');
		expect(gateJson(quality, '0')).toMatchObject({
			probabilities: { detect: { of: 0, share: null } },
			undecided: { runs: 2, twins: 2, neededSeconds: expect.closeTo(needed - 1, 2) },
		});
	});

	it('is decided by the duration that was named', async () => {
		const { quality, text, warnings } = await ask('duration=41s');
		expect(quality.detect).toMatchObject({ hits: 2, n: 2 });
		expect(quality.undecided.runs).toBe(0);
		expect(text).not.toContain('undecided in');
		expect(warnings).not.toContain('whether its checks trip');
	});
});
