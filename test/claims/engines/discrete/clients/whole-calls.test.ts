/** What covers whole calls: the clock of a request, limits on a layer's call, and how retries of layers are numbered then. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../../src/engine.js';
import { quantity } from '../../../../../src/metrics/definitions/metrics.js';
import { loadScenario } from '../../../../../src/scenario/load.js';

const WORLD = `
name: calls
duration: 20s
coolDown: 0s
traffic: { rate: 10/s, process: regular }
edge: { service: 10ms, workers: 100 }
classes: { request: { errors: 100% } }
clients: { apps: { retry: { attempts: 1 } } }
`;

function reading(client: string, ...set: string[]) {
	const text = WORLD.replace('coolDown: 0s\n', '');
	const scenario = loadScenario(text, { file: 'calls.yaml', set: [`clients.apps=${client}`, ...set] });
	const outcome = simulate(scenario);
	return (name: string, where = {}): number =>
		Number(quantity(name)?.read(outcome, { fromUs: 0, toUs: scenario.world.horizonUs, where }, scenario.world));
}

describe('a clock of the whole request', () => {
	const layers = 'layers: { inner: { attempts: 2, backoff: 5s }, outer: { attempts: 9, backoff: 100ms } }';
	it('covers all layers: where a retry would start after its end, no layer tries again', () => {
		const of = reading(`{ timeout: 2s, timeoutClock: whole-request, ${layers} }`);
		expect(of('amplification')).toBe(1);
	});

	it('is not patience: there another layer may still have time', () => {
		const of = reading(`{ patience: 2s, ${layers} }`);
		expect(of('amplification')).toBeGreaterThan(1);
	});
});

describe('retries of layers', () => {
	const overall = 'overall: { after: 10s }';
	it('are numbered as the author wrote the layers: a limit on a whole call is none', () => {
		const layers = (limit: string) =>
			`{ layers: { sdk: { attempts: 2, ${limit} }, person: { attempts: 3, backoff: 10ms } } }`;
		for (const limit of ['', overall]) {
			const of = reading(layers(limit));
			const [sdk, person] = [of('retries', { layer: 'sdk' }), of('retries', { layer: 'person' })];
			expect(sdk / person).toBeCloseTo(1.5, 1);
			expect(of('retries-layer-1')).toBe(sdk);
			expect(of('retries-layer-2')).toBe(person);
		}
	});
});

describe('a breaker of retries', () => {
	const amplification = (of: string) =>
		reading(
			`{ retry: { attempts: 3, budget: { kind: failure-ratio, ratio: 20%, of: ${of}, scope: population } } }`,
			'classes.request.errors=15%',
			'traffic.rate=200/s',
		)('amplification');
	it('divides its failures by answers, or by the calls begun', () => {
		// 15 % of all answers fail, below 20 %; per call that are 0.15 / 0.85 = 17.6 %, as long as all retries pass.
		expect(amplification('answers')).toBeGreaterThan(1.16);
		expect(amplification('calls')).toBeGreaterThan(1.16);
		const tight = (of: string) =>
			reading(
				`{ retry: { attempts: 3, budget: { kind: failure-ratio, ratio: 16%, of: ${of}, scope: population } } }`,
				'classes.request.errors=15%',
				'traffic.rate=200/s',
			)('amplification');
		expect(tight('answers') - tight('calls')).toBeGreaterThan(0.01);
	});
});
