/** What retries did is measured by the twin in which nobody tries again. */
import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../../../src/executors/inline.js';
import { type Explained, explain, loadScenario, replay, simulate, withoutRetries } from '../../../../src/index.js';
import { hasRetries } from '../../../../src/model/no-retries-twin.js';
import { retriesText } from '../../../../src/report/run/retries-finding.js';

/** One node that a spike overloads: with retries it stays so. */
const STORM = `
name: storm
duration: 60s
traffic: { rate: 40/s }
edge: { service: 100ms, workers: 5, queue: 50 }
clients: { apps: { timeout: 500ms, retry: { attempts: 4, backoff: 100ms } } }
faults: { spike: { at: 10s, for: 5s, traffic: x3 } }
`;
const BLIP = ['faults={ blip: { at: 10s, for: 20s, errors: 50% } }', 'edge.workers=20'];
const ONCE = 'clients.apps.retry={ attempts: 1 }';

function explanation(...set: string[]): { explained: Explained; text: string | null } {
	const scenario = loadScenario(STORM, { file: 'storm.yaml', set });
	const outcome = simulate(scenario);
	const explained = explain(outcome, simulate({ ...scenario, world: withoutRetries(scenario.world) }));
	if (explained === 'stopped') throw new Error('a run was stopped');
	expect(explained.direct + explained.moreWithoutRetries + explained.addedByRetries).toBe(explained.lost);
	return { explained, text: retriesText(outcome, explained, scenario.world) };
}

describe('what retries added', () => {
	it('is what the run loses beyond its twin', () => {
		const { explained, text } = explanation();
		expect(explained.addedByRetries).toBeGreaterThan(explained.moreWithoutRetries);
		expect(text).toMatch(
			/^of [\d,]+ lost, 0 failed by the fault itself, [\d,]+ more are lost in the twin without retries \(full queues, timeouts, errors of their class\), the other [\d,]+ are what retries added/,
		);
	});

	it.each([[[]], [BLIP], [['edge.queue=3']]])('is zero without retries: %s', (set) => {
		const { explained, text } = explanation(...set, ONCE);
		expect(explained.addedByRetries).toBe(0);
		expect(text).toContain('retries added none');
	});

	it('is below zero where retries save more than they cost, and states it', () => {
		const { explained, text } = explanation(...BLIP);
		expect(explained.addedByRetries).toBeLessThan(-200);
		expect(text).toMatch(/the twin without retries loses [\d,]+: retries saved [\d,]+ more than they cost$/);
	});

	it('counts people and copies as retries', () => {
		const people = 'clients.apps.layers={ sdk: { attempts: 2 }, people: { attempts: 3, marked: false } }';
		const copies = 'clients.apps.retry={ attempts: 1, hedge: { kind: fixed-delay, delay: 100ms, total: 3 } }';
		for (const set of [[people, 'clients.apps.retry=null'], [copies]]) {
			const { world } = loadScenario(STORM, { file: 'storm.yaml', set });
			expect(hasRetries(world)).toBe(true);
			const once = withoutRetries(world);
			expect(hasRetries(once)).toBe(false);
			const outcome = simulate({ ...loadScenario(STORM, { file: 'storm.yaml' }), world: once });
			expect(outcome.audit.clientLedger.sent).toBe(outcome.audit.requests.born);
		}
	});

	it('leaves clients in back-off out of a start, whose sends are retries', () => {
		const { world } = loadScenario(STORM, { file: 'storm.yaml', set: ['start=collapsed'] });
		expect(world.start?.backoff.some((clients) => clients > 0)).toBe(true);
		const outcome = simulate({ ...loadScenario(STORM, { file: 'storm.yaml' }), world: withoutRetries(world) });
		expect(outcome.audit.clientLedger.sent).toBe(outcome.audit.requests.born);
	});
});

describe('a replay', () => {
	const load = () => loadScenario(STORM, { file: 'storm.yaml' });
	const plan = { load, variants: ['base'], seed: 1, twins: false };

	it('explains the first variant where it is asked to, and no other run', async () => {
		const [explained] = await replay({ ...plan, explain: true }, inlineExecutor());
		expect(explained.explained).toEqual(explanation().explained);
		expect(explained.others.map(({ name }) => name)).toEqual(['base/no-retries']);
		const [plain] = await replay(plan, inlineExecutor());
		expect(plain.explained).toBeNull();
	});

	it('explains nothing where a run was stopped', async () => {
		const short = () => loadScenario(STORM, { file: 'storm.yaml', set: ['limits.events=2000'] });
		const [one] = await replay({ ...plan, load: short, explain: true }, inlineExecutor());
		expect(one.explained).toBe('stopped');
		expect(retriesText(one.outcome, one.explained, one.scenario.world)).toContain('not told');
	});
});

it('claims nothing of what retries did without the twin, and names the flag', () => {
	const scenario = loadScenario(STORM, { file: 'storm.yaml' });
	expect(retriesText(simulate(scenario), null, scenario.world)).toBe(
		'what they did to other requests is not measured; --explain runs the twin without retries',
	);
	const once = loadScenario(STORM, { file: 'storm.yaml', set: [ONCE] });
	expect(retriesText(simulate(once), null, once.world)).toBeNull();
});
