/**
 * How often a gate alarms at nothing, where few samples cannot tell: the share that the world states, else an interval of
 * the estimate, never a point; and readings whose window is not whole are not taken for whole ones.
 */
import { describe, expect, it } from 'vitest';
import { runTask } from '../../../../src/executors/run-task.js';
import { DEFAULTS, gateQuality } from '../../../../src/experiment/gate/gate-quality.js';
import { binomialAbove } from '../../../../src/experiment/statistics/binomial.js';
import { gateCaseOf } from '../../../../src/experiment/task/case.js';
import { checksCsv, gateJson } from '../../../../src/report/gate/files.js';
import { detectionSentence } from '../../../../src/report/gate/gate-sentences.js';
import { gateReport } from '../../../../src/report/gate/text.js';
import { loader } from '../../../support/experiment-builder.js';

const text = (rate: string, errors: string, gate: string, hold = '90s') => `name: few
duration: 200s
classes: { all: { errors: ${errors} } }
mixes: { production: { all: 100% } }
mix: production
traffic: { rate: ${rate}, process: regular }
edge: { service: 10ms, nodes: 1, workers: 4, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 1 } } }
changes: { patch: { fails: 5% } }
rollouts: { patch: { at: 20s, stages: { canary: { hold: ${hold}, gate: { ${gate} } } } } }
`;

async function ask(of: string, runs: number) {
	const load = loader(of);
	const it = gateCaseOf('few', load('base'));
	const results = await Promise.all(Array.from({ length: runs }, (_, k) => runTask({ of: it, seed: k + 1 })));
	return gateQuality({ of: it, firstSeed: 1, results }, { ...DEFAULTS, elsewhere: null });
}

const GATE = 'numerator: failures, accounting: first-attempts, above: 1%, window: 90s, every: 90s, minSamples: 1';

it('is measured by no run in which no request met the change', async () => {
	const quality = await ask(text('0/s', '0.1%', GATE), 3);
	expect([quality.unmet, quality.detect.share, quality.falseAlarm.share]).toEqual([3, null, null]);
	expect(gateReport(quality, null).replace(/\s+/g, ' ')).toContain('P(detect) not measured: no request met the change');
	expect(gateJson(quality, '0')).toMatchObject({ runsWhoseChangeNoRequestMet: 3 });
});

describe('a gate with 18 samples', () => {
	it('alarms at 1.8 % of readings where classes fail 0.1 %, also with few twins', async () => {
		const quality = await ask(text('0.2/s', '0.1%', GATE), 10);
		const [check] = quality.checks;
		expect(Math.round(Number(check.baseline?.samples))).toBe(18);
		expect(check.baseline?.source).toBe('stated');
		const exact = binomialAbove(18, 0.001, 0.01);
		expect(exact).toBeCloseTo(0.0178, 4);
		expect(check.falseOdds?.look).toEqual({ low: exact, high: exact });
		expect(check.struck).toMatchObject({ source: 'stated', interval: { low: 0.001 + 0.999 * 0.05 } });
		expect(detectionSentence(check)).toContain(
			'false alarms: 1.8% per reading and 1.8% per rollout by the binomial law',
		);
		expect(gateReport(quality, null).replace(/\s+/g, ' ')).toContain('binomial 1.8% at one');
		expect(gateJson(quality, '0')).toMatchObject({
			checks: [{ binomial: { falseAlarm: { reading: [exact, exact] } }, calm: { source: 'stated' } }],
		});
		expect(checksCsv(quality)).toContain(`,stated,`);
	});

	it('may alarm at anything up to a bound where nothing is stated: none of 180 is no zero', async () => {
		const quality = await ask(text('0.2/s', '0%', GATE), 10);
		const [check] = quality.checks;
		expect(check.baseline).toMatchObject({ share: 0, source: 'estimated', interval: { low: 0 } });
		const n = 180;
		const most = 1 - 0.05 ** (1 / n);
		expect(check.baseline?.interval.high).toBeCloseTo(most, 6);
		expect(check.falseOdds?.look).toEqual({
			low: 0,
			high: binomialAbove(18, Number(check.baseline?.interval.high), 0.01),
		});
		expect(check.falseOdds?.look.high).toBeGreaterThan(0.2);
		expect(check.alarms).toBe('undecided');
		expect(detectionSentence(check)).toContain('false alarms: at most 26% per reading');
	});
});

describe('a reading', () => {
	const GROWING = 'numerator: failures, accounting: first-attempts, above: 10%, window: 40s, every: 10s, minSamples: 1';

	it('is whole where its window is, and the clipped ones have sizes of their own', async () => {
		const [check] = (await ask(text('100/s', '0.1%', GROWING, '60s'), 2)).checks;
		expect(check.readings).toMatchObject({ all: 6, full: 3, apart: 1 });
		expect(check.readings.clipped.map((n) => Math.round(n / 100))).toEqual([10, 20, 30]);
		expect(Number(check.baseline?.samples) / 100).toBeCloseTo(40, 0);
	});

	it('that comes 30 s late holds 10 s of the window at its first 40 s, and is not whole', async () => {
		const [check] = (await ask(text('100/s', '0.1%', `${GROWING}, lag: 30s`, '60s'), 2)).checks;
		expect(check.readings).toMatchObject({ full: 0, apart: 0 });
		expect(check.readings.clipped.map((n) => Math.round(n / 100))).toEqual([0, 0, 0, 10, 20, 30]);
		// The last one decides: three quarters of a window.
		expect(Number(check.baseline?.samples) / 100).toBeCloseTo(30, 0);
	});

	it('of a hold shorter than its window counts what it has', async () => {
		const [check] = (await ask(text('100/s', '0.1%', GROWING, '20s'), 2)).checks;
		expect(check.readings).toMatchObject({ all: 2, full: 0 });
		expect(Number(check.baseline?.samples) / 100).toBeCloseTo(20, 0);
		expect(check.falseOdds?.hold.high).toBeLessThan(1e-6);
	});
});
