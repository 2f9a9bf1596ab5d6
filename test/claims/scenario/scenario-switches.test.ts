/** Every switch of the model is accepted by its name, reaches the world, and is refused by any other name. */
import { describe, expect, it } from 'vitest';
import { SERVER_ERROR, UNAVAILABLE } from '../../../src/model/reply.js';
import { checkScenario, loadScenario } from '../../../src/scenario/load.js';

const FILE = `name: all
duration: 100s
traffic: { rate: 10/s }
regions: { a: { share: 60%, failover: [b] }, b: { share: 40%, failover: [a] } }
edge: { service: 10ms }
clients: { apps: { timeout: 1s, retry: { attempts: 3 } } }
changes: { p: {} }
rollouts: { p: { at: 5s, stages: { s: { hold: 60s, gate: { above: 5% } } } } }
`;
const worldWith = (...set: string[]) => loadScenario(FILE, { file: 'a.yaml', set }).world;

describe.each([
	['edge.onFull', ['reject', 'silent'], 'groups.0.onFull'],
	['edge.abandoned', ['serve', 'drop-at-dequeue', 'cancel-queued', 'cancel-in-service'], 'groups.0.abandoned'],
	['edge.discipline', ['fifo', 'lifo', 'adaptive-lifo', 'priority', 'processor-sharing'], 'groups.0.discipline'],
	['edge.crashed', ['refuse', 'silent'], 'groups.0.crashed'],
	['edge.cutOff', ['refuse', 'silent'], 'groups.0.cutOff'],
	['edge.crash.work', ['lost', 'reset', 'kept'], 'groups.0.crashWork'],
	['edge.choice', ['round-robin', 'random', 'least-outstanding', 'two-choices'], 'choice'],
	['traffic.process', ['poisson', 'regular'], 'arrivals.process'],
	['clients.apps.timeoutClock', ['per-attempt', 'whole-request'], 'populations.0.timeoutClock'],
	['clients.apps.lateAnswer', ['ignore', 'accept'], 'populations.0.lateAnswer'],
	['clients.apps.retry.target', ['repick', 'same', 'avoid-previous', 'next-region'], 'populations.0.layers.0.target'],
	['rollouts.p.stages.s.scope.mode', ['divert', 'flag'], 'rollouts.0.stages.0.scope.requestMode'],
	[
		'rollouts.p.stages.s.gate.numerator',
		['retries', 'failures', 'errors'],
		'rollouts.0.stages.0.gates.0.metric.numerator',
	],
	[
		'rollouts.p.stages.s.gate.accounting',
		['first-attempts', 'all-attempts', 'logical-requests'],
		'rollouts.0.stages.0.gates.0.metric.accounting',
	],
	['rollouts.p.stages.s.gate.retries', ['all', 'marked'], 'rollouts.0.stages.0.gates.0.metric.retries'],
	['rollouts.p.stages.s.gate.where', ['received', 'caused'], 'rollouts.0.stages.0.gates.0.metric.where'],
	['rollouts.p.stages.s.gate.scope', ['stage', 'rollout', 'global'], 'rollouts.0.stages.0.gates.0.metric.scope'],
])('%s', (field, choices, place) => {
	it.each(choices)('%s', (choice) => expect(worldWith(`${field}=${choice}`)).toHaveProperty(place, choice));

	it('nothing else, and says what would do', () => {
		const slip = `${choices[0]}x`;
		expect(() => worldWith(`${field}=${slip}`)).toThrow(
			`--set ${field}=${slip}: error: ${field}: found "${slip}"; did you mean ${choices[0]}?`,
		);
	});
});

describe.each([
	['credit', ['per-call', 'per-success', 'per-first-success']],
	['scope', ['instance', 'destination', 'population']],
])('budget.%s', (field, choices) => {
	it.each(choices)('%s', (choice) => {
		const world = worldWith(`clients.apps.retry.budget={ ratio: 10%, capacity: 5, ${field}: ${choice} }`);
		expect(world.populations[0].layers[0].budget).toMatchObject({
			[field]: choice,
			ratio: 0.1,
			capacity: 5,
			initial: 5,
		});
	});
});

describe('retry.on', () => {
	it.each(['error', 'rejected', 'shed', 'refused', 'timeout'])('%s', (outcome) => {
		const causes = outcome === 'refused' ? ['refused', 'reset'] : [outcome];
		expect(worldWith(`clients.apps.retry.on=${outcome}`).populations[0].layers[0].on).toEqual(causes);
		expect(worldWith(`clients.apps.retry.on=[${outcome}]`).populations[0].layers[0].on).toEqual(causes);
	});

	it('names a connection that is refused, and none that is reset', () => {
		expect(worldWith('clients.apps.retry.on=connection-refused').populations[0].layers[0].on).toEqual(['refused']);
	});
});

describe('back-off', () => {
	it.each([
		['5s', { growth: { kind: 'fixed', baseUs: 5e6 } }],
		['{ growth: fixed, base: 1s }', { growth: { kind: 'fixed', baseUs: 1e6 } }],
		[
			'{ growth: linear, base: 1s, step: 2s, cap: 9s }',
			{ growth: { kind: 'linear', baseUs: 1e6, stepUs: 2e6 }, capUs: 9e6 },
		],
		[
			'{ growth: exponential, base: 1s, multiplier: 3, cap: 9s }',
			{ growth: { kind: 'exponential', baseUs: 1e6, multiplier: 3 }, capUs: 9e6 },
		],
		['{ growth: decorrelated, base: 1s, cap: 9s }', { growth: { kind: 'decorrelated', baseUs: 1e6 }, capUs: 9e6 }],
		['{ drawn: { exponential: 4s } }', { growth: { kind: 'drawn', waits: [{ kind: 'exponential', meanUs: 4e6 }] } }],
	])('%s', (text, growth) => {
		expect(worldWith(`clients.apps.retry.backoff=${text}`).populations[0].layers[0].delay).toMatchObject(growth);
	});

	it.each([
		['none', { kind: 'none' }],
		['full', { kind: 'full' }],
		['equal', { kind: 'equal' }],
		['{ scale: [0.5, 1.5] }', { kind: 'uniform', scale: [0.5, 1.5], addUs: [0, 0] }],
	])('jitter %s', (text, jitter) => {
		const backoff = `clients.apps.retry.backoff={ growth: exponential, base: 1s, jitter: ${text} }`;
		expect(worldWith(backoff).populations[0].layers[0].delay.jitter).toEqual(jitter);
	});
});

describe('distributions', () => {
	it.each([
		['10ms', { kind: 'constant', us: 10_000 }],
		['{ constant: 10ms }', { kind: 'constant', us: 10_000 }],
		['{ uniform: { from: 5ms, to: 15ms } }', { kind: 'uniform', fromUs: 5000, toUs: 15_000 }],
		['{ exponential: 10ms }', { kind: 'exponential', meanUs: 10_000 }],
		['{ erlang: { mean: 10ms, stages: 3 } }', { kind: 'erlang', meanUs: 10_000, stages: 3 }],
		['{ gamma: { mean: 10ms, scv: 0.5 } }', { kind: 'gamma', meanUs: 10_000, scv: 0.5 }],
		['{ lognormal: { mean: 10ms, scv: 2 } }', { kind: 'lognormal', meanUs: 10_000, scv: 2 }],
		['{ weibull: { mean: 10ms, shape: 0.5 } }', { kind: 'weibull', meanUs: 10_000, shape: 0.5 }],
		['{ pareto: { mean: 10ms, shape: 1.5 } }', { kind: 'pareto', meanUs: 10_000, shape: 1.5 }],
		[
			'{ hyperexponential: [{ probability: 80%, mean: 5ms }, { probability: 20%, mean: 30ms }] }',
			{
				kind: 'hyperexponential',
				phases: [
					{ probability: 0.8, meanUs: 5000 },
					{ probability: 0.2, meanUs: 30_000 },
				],
			},
		],
		[
			'{ mixture: [{ weight: 1, of: 5ms }, { weight: 3, of: { exponential: 30ms } }] }',
			{
				kind: 'mixture',
				parts: [
					{ weight: 1, of: { kind: 'constant', us: 5000 } },
					{ weight: 3, of: { kind: 'exponential', meanUs: 30_000 } },
				],
			},
		],
		['{ empirical: [10ms, 20ms] }', { kind: 'empirical', valuesUs: [10_000, 20_000] }],
	])('%s', (text, law) => expect(worldWith(`edge.service=${text}`).groups[0].service[0]).toEqual(law));
});

describe('the rest of the edge', () => {
	it.each([
		['queue=unlimited', 'queueLimit', Number.POSITIVE_INFINITY],
		['queue=0', 'queueLimit', 0],
		['lifoAbove=7', 'lifoAbove', 7],
		['codel={ target: 5ms, interval: 100ms }', 'codel', { targetUs: 5000, intervalUs: 100_000 }],
		['rejectCost=2ms', 'rejectCostUs', 2000],
		['serviceDecided=start', 'serviceDecided', 'start'],
		['perInFlight=0.01', 'perInFlight', 0.01],
		['coldStart={ for: 30s, factor: x2 }', 'coldStart', { forUs: 30e6, factor: 2 }],
	])('%s', (argument, field, value) => expect(worldWith(`edge.${argument}`).groups[0]).toHaveProperty(field, value));

	it('sheds by rules', () => {
		const rule =
			'{ queueAbove: 50, utilisationAbove: 90%, classes: request, retriesOnly: true, share: 80%, during: "5s..9s" }';
		expect(worldWith(`edge.shed.late=${rule}`).groups[1].shed).toEqual([
			{
				queueAbove: 50,
				utilisationAbove: 0.9,
				classes: [true],
				retriesOnly: true,
				share: 0.8,
				reply: UNAVAILABLE,
				fromUs: 5e6,
				toUs: 9e6,
			},
		]);
		expect(worldWith('edge.shed.all={}').groups[0].shed).toEqual([
			{
				queueAbove: null,
				utilisationAbove: null,
				classes: null,
				retriesOnly: false,
				share: 1,
				reply: UNAVAILABLE,
				fromUs: 0,
				toUs: 100e6,
			},
		]);
	});

	it('fails over', () => expect(worldWith('edge.failover.after=5s').failover).toEqual({ afterUs: 5e6, panic: null }));
});

describe('faults', () => {
	it.each([
		['crash: true', { kind: 'crash' }],
		['partition: true', { kind: 'partition' }],
		['speed: x0', { kind: 'speed', factor: 0 }],
		['latency: x3', { kind: 'latency', factor: 3 }],
		['errors: 10%', { kind: 'error', probability: 0.1, reply: SERVER_ERROR }],
		['traffic: x2', { kind: 'traffic', factor: 2 }],
	])('%s', (effect, built) => {
		const [fault] = worldWith(`faults.f={ at: 5s, for: 2s, ${effect}, where: { region: b } }`).faults;
		expect(fault).toMatchObject({ fromUs: 5e6, toUs: 7e6, effect: built, scope: { regions: [false, true] } });
	});
});

it('takes nothing for granted that it does not know', () => {
	const { errors, warnings, variants } = checkScenario(FILE, { file: 'a.yaml' });
	expect({ errors, variants }).toEqual({ errors: [], variants: [] });
	// It has an order of failover, and nothing that would read it.
	expect(warnings.map(({ path }) => path)).toEqual(['regions.a.failover', 'regions.b.failover']);
});
