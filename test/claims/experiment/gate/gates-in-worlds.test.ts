/** Gates in whole worlds: what they count there, what they cannot see, and what is said of them before the run. */
import { describe, expect, it } from 'vitest';
import { DiscreteEngine } from '../../../../src/engines/discrete/engine.js';
import type { Decision } from '../../../../src/model/rollout/decision.js';
import { checkScenario, loadScenario } from '../../../../src/scenario/load.js';

const scenario = (rollout: string, more = '') => `
name: gates
duration: 300s
classes: { plain: {}, odd: {} }
mixes: { usual: { plain: 80%, odd: 20% } }
mix: usual
traffic: { rate: 200/s }
edge: { service: 10ms, queue: 100, groups: { old: { platform: old, traffic: 50%, nodes: 4, workers: 4 }, new: { platform: new, traffic: 50%, nodes: 4, workers: 4 } } }
regions: { near: { share: 100% }, far: { share: 0% } }
clients: { everyone: { timeout: 1s, retry: { attempts: 2, backoff: 100ms } } }
changes: { patch: { match: { class: odd }, fails: 50% } }
rollouts: { patch: { at: 100s, ${rollout} } }
${more}
`;
function decisionsOf(rollout: string, more = ''): readonly Decision[] {
	const { world } = loadScenario(scenario(rollout, more), { file: 'gates.yaml' });
	const engine = new DiscreteEngine(world, 1);
	engine.advance(Number.POSITIVE_INFINITY);
	return engine.outcome().decisions;
}
const first = (decisions: readonly Decision[], what: string) => decisions.find((d) => d.what === what);
const gated = (gate: string, scope = 'nodes: 50%') =>
	`stages: { pilot: { scope: { ${scope} }, hold: 60s, gate: { ${gate} } }, rest: {} }`;

describe('a gate', () => {
	it('counts one class alone where it is asked to: half of the odd ones fail, a tenth of all', () => {
		const errors = 'numerator: errors, accounting: first-attempts, above: 90%, window: 60s';
		const all = first(decisionsOf(gated(errors)), 'measured');
		const odd = first(decisionsOf(gated(`${errors}, class: odd`)), 'measured');
		const plain = first(decisionsOf(gated(`${errors}, class: plain`)), 'measured');
		expect(all?.seen).toBeCloseTo(0.1, 1);
		expect(odd?.seen).toBeCloseTo(0.5, 1);
		expect(plain?.seen).toBe(0);
		expect(Number(odd?.samples) + Number(plain?.samples)).toBe(all?.samples);
	});

	it('counts what is slower than a limit: x30 makes the odd ones take 300 ms', () => {
		const slow = (limit: string) =>
			first(
				decisionsOf(
					gated(`numerator: slow, slowerThan: ${limit}, accounting: first-attempts, above: 90%, window: 60s`),
					'variants: {}',
				).map((d) => d),
				'measured',
			);
		expect(slow('9ms')?.seen).toBeCloseTo(1, 1);
		expect(slow('500ms')?.seen).toBe(0);
	});

	it('tells the canary from its control', () => {
		const [diff] = decisionsOf(
			gated('numerator: errors, above: 2%, window: 60s, versus: { control: same-size }'),
		).filter((d) => d.what === 'measured');
		expect(diff).toMatchObject({ outcome: 'failed', limit: 0.02 });
		const sees = (gate: string) => first(decisionsOf(gated(gate)), 'measured')?.outcome;
		expect(sees('numerator: errors, window: 60s, mannWhitney: { step: 5s }')).toBe('failed');
		expect(sees('numerator: errors, window: growing, sequential: {}')).toBe('failed');
		const harmless = 'changes: { patch: { fails: 0% } }';
		const calm = (gate: string) => {
			const { world } = loadScenario(scenario(gated(gate)).replace(/changes: .*/, harmless), { file: 'calm.yaml' });
			const engine = new DiscreteEngine(world, 1);
			engine.advance(Number.POSITIVE_INFINITY);
			return first(engine.outcome().decisions, 'measured')?.outcome;
		};
		expect(calm('numerator: errors, window: 60s, mannWhitney: { step: 5s }')).toBe('passed');
		expect(calm('numerator: errors, window: growing, sequential: {}')).not.toBe('failed');
	});

	it('sees a step late through scrapes and their lag', () => {
		const trip = (telemetry: string) =>
			Number(
				first(decisionsOf(gated(`numerator: errors, above: 3%, window: 30s, every: 5s${telemetry}`)), 'tripped')?.atUs,
			) / 1e6;
		expect(trip('')).toBe(105);
		expect(trip(', lag: 20s')).toBe(125);
		expect(trip(', scrape: 20s')).toBe(120);
	});

	it('whose monitor shares the fate of the edge does not answer as often as attempts fail', () => {
		const more = 'faults: { dark: { at: 90s, for: 200s, partition: true } }';
		const readings = decisionsOf(
			gated('numerator: errors, above: 3%, window: 30s, every: 5s, sharesFate: true, errorRetry: 5s'),
			more,
		).filter((d) => d.what === 'measured');
		expect(readings.length).toBeGreaterThan(5);
		expect(readings.every(({ outcome }) => outcome === 'error')).toBe(true);
	});
});

describe('people', () => {
	it('whose tools share the fate of the edge are locked out while it is dark', () => {
		const decisions = decisionsOf(
			'people: { detect: 10s, tools: { sharesFate: true, retry: 20s } }',
			'faults: { dark: { at: 90s, for: 60s, partition: true } }',
		);
		expect(decisions.filter((d) => d.what === 'locked-out').length).toBeGreaterThanOrEqual(2);
		expect(Number(first(decisions, 'revert')?.atUs) / 1e6).toBeGreaterThanOrEqual(150);
	});
});

describe('before the run', () => {
	const warnings = (rollout: string, more = '') =>
		checkScenario(scenario(rollout, more), { file: 'gates.yaml' }).warnings.map(({ text }) => text);

	it.each([
		['a stage that no traffic reaches', gated('above: 5%', 'region: far'), /scope: no traffic reaches this stage/],
		[
			'a window longer than the hold',
			gated('above: 5%, window: 2m'),
			/window: a window of 2m is longer than the hold of 60s/,
		],
		[
			'more samples than there will be',
			gated('above: 5%, window: 10s, minSamples: 5000'),
			/about 1000 first attempts of this stage come in 10s, fewer than minSamples: 5000/,
		],
		['marked retries that nobody makes', `${gated('above: 5%, retries: marked')}`, /no retry is marked/],
		['a first look after the hold', gated('above: 5%, delay: 90s'), /comes after the hold of 60s/],
		[
			'more looks than the hold has',
			gated('above: 5%, every: 30s, count: 9'),
			/9 measurements take longer than the hold/,
		],
	])('warns of %s', (what, rollout, message) => {
		const more = '';
		const text = scenario(rollout, more).replace(
			'retry: { attempts: 2, backoff: 100ms }',
			what.startsWith('marked')
				? 'retry: { attempts: 2, backoff: 100ms, marked: false }'
				: 'retry: { attempts: 2, backoff: 100ms }',
		);
		const found = checkScenario(text, { file: 'gates.yaml' });
		expect(found.errors.map((e) => e.text)).toEqual([]);
		expect(found.warnings.map((w) => w.text).join('\n')).toMatch(message);
	});

	it('is content with what makes sense', () => {
		expect(warnings(gated('above: 5%, minSamples: 100'))).toEqual([]);
	});

	it('refuses a score over gates that are not measured together', () => {
		const text = scenario(
			'stages: { pilot: { hold: 60s, gates: { a: { above: 5%, every: 10s }, b: { above: 5%, every: 20s } }, score: {} } }',
		);
		expect(
			checkScenario(text, { file: 'gates.yaml' })
				.errors.map((e) => e.text)
				.join('\n'),
		).toMatch(/gates\.b: found another schedule than that of a/);
	});

	it.each([
		['two forms at once', 'above: 5%, versus: {}, sequential: {}', /found versus and sequential, one of them would do/],
		['none', 'window: 10s', /missing: above: 5%/],
		['slow without a limit', 'numerator: slow, above: 5%', /slowerThan: 500ms would do/],
		['a pair the wrong way round', 'above: 5%, passUpTo: 6%', /found 6%, at most above \(5%\) would do/],
		['k above n', 'above: 5%, fail: { of: [3, 2] }', /found 3 of 2, the other way round would do/],
		['two fail rules', 'above: 5%, fail: { totalAbove: 3, consecutive: 2 }', /found totalAbove and consecutive/],
		['a budget that nothing burns', 'burnRate: { slo: 99%, factor: 200, short: 5s }', /which no share is above/],
		['an unknown class', 'above: 5%, class: strange', /found "strange", which is no class here/],
		['time off the ticks', 'above: 5%, lag: 3ms', /a whole number of 10ms would do/],
	])('refuses %s', (_, gate, message) => {
		const { errors } = checkScenario(scenario(gated(gate)), { file: 'gates.yaml' });
		expect(errors.map(({ text }) => text).join('\n')).toMatch(message);
	});
});
