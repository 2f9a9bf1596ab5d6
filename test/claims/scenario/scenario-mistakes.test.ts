/** Every mistake has its exact place, what was found and what would do; all of them come at once. */
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/kernel/errors.js';
import { InvalidScenario } from '../../../src/scenario/document/issue.js';
import { checkScenario, loadScenario } from '../../../src/scenario/load.js';

/** A sound file of nine lines; a test appends to it, or replaces a line. */
const SOUND = `name: storm
duration: 300s
traffic: { rate: 100/s }
edge:
  service: { exponential: 10ms }
clients:
  apps:
    timeout: 1s
    retry: { attempts: 3 }
`;

const lines = (text: string): string[] => {
	const { errors, warnings } = checkScenario(text, { file: 'a.yaml' });
	return [...errors, ...warnings].map((issue) => issue.text);
};
const plus = (text: string): string[] => lines(`${SOUND}${text}\n`);
const instead = (old: string, text: string): string[] => {
	expect(SOUND).toContain(old);
	return lines(SOUND.replace(old, text));
};

it('finds nothing wrong with a sound file', () => expect(lines(SOUND)).toEqual([]));

it('keeps a mistake on one line, with any characters in a name', () => {
	expect(plus('"a\\nb": 1')).toEqual([expect.stringMatching(/^a\.yaml:10:1: error: a\\u000ab: unknown field/)]);
});

describe('syntax', () => {
	it.each([
		['a: 1\na: 2\n', 'a.yaml:2:1: error: the same key stands twice in this map, once would do'],
		['', 'a.yaml:1:1: error: found nothing, a map that begins with `name:` would do'],
		['- 1\n', 'a.yaml:1:1: error: found no map, one that begins with `name:` would do'],
		['name: a\n---\nname: b\n', 'a.yaml:2:1: error: found a second document, one scenario per file would do'],
		['name: *gone\n', 'a.yaml:1:7: error: found the alias *gone, an anchor before it would do'],
		['[1]: 2\n', 'a.yaml:1:1: error: found a key that is not a name, a name would do'],
	])('%j', (text, line) => expect(lines(text)[0]).toBe(line));

	it('unclosed brackets point somewhere', () => expect(lines('name: [1, 2\n')[0]).toMatch(/^a\.yaml:\d+:\d+: error: /));

	it('refuses a text above 4 MiB', () => {
		expect(lines(`name: a\nabout: ${'x'.repeat(4.5 * 1024 * 1024)}`)[0]).toContain('at most 4 MiB');
		// Measured in bytes, not in characters.
		expect(lines(`name: a\nabout: ${'é'.repeat(2.2 * 1024 * 1024)}`)[0]).toContain('at most 4 MiB');
	});

	it('refuses an alias bomb quickly, with one line', () => {
		const level = (n: number) =>
			`a${n}: &a${n} [${Array(9)
				.fill(`*a${n - 1}`)
				.join(', ')}]`;
		const bomb = ['a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]', ...[1, 2, 3, 4, 5, 6, 7, 8].map(level)].join('\n');
		const found = lines(`name: bomb\n${bomb}\n`);
		expect(found).toHaveLength(1);
		expect(found[0]).toMatch(/aliases/);
	});

	it('refuses an alias inside its own anchor', () => {
		expect(lines('name: a\nabout: &a [*a]\n').join()).toMatch(/error/);
	});

	it('refuses deep nesting', () => {
		expect(lines(`name: ${'['.repeat(60)}${']'.repeat(60)}`)[0]).toContain('nested too deeply');
		expect(lines(`name: ${'['.repeat(20_000)}${']'.repeat(20_000)}`).join()).toContain('nested too deeply');
	});
});

describe('fields', () => {
	it.each([
		['classs: {}', 'a.yaml:10:1: error: classs: unknown field; did you mean classes?'],
		['warmUp: 5', 'a.yaml:10:9: error: warmUp: found 5, a duration such as 250us, 10ms, 90s, 4m or 1h would do'],
		['warmUp: -5s', 'a.yaml:10:9: error: warmUp: found "-5s", a duration such as 250us, 10ms, 90s, 4m or 1h would do'],
		['warmUp: .nan', 'a.yaml:10:9: error: warmUp: found NaN, a duration such as 250us, 10ms, 90s, 4m or 1h would do'],
		['regions: 5', 'a.yaml:10:10: error: regions: found 5, a map (name: value) would do'],
		[
			'regions: { a b: {} }',
			'a.yaml:10:12: error: regions.a b: found "a b", a name of letters, digits, - and _ would do',
		],
		['markers: [{ at: 1s }]', 'a.yaml:10:11: error: markers[0].text: missing: a text would do'],
		['record: { by: [regoin] }', 'a.yaml:10:16: error: record.by[0]: found "regoin"; did you mean region?'],
		[
			'limits: { events: 1.5 }',
			'a.yaml:10:19: error: limits.events: found 1.5, a whole number from 1 to 9007199254740991 would do',
		],
		['date: 05.12.2025', 'a.yaml:10:7: error: date: found "05.12.2025", a date such as "2025-12-05" would do'],
		[
			'verdicts: { cascaded: .inf }',
			'a.yaml:10:23: error: verdicts.cascaded: found Infinity, a share such as 28% or 0.28 would do',
		],
	])('%s', (text, line) => expect(plus(text)).toEqual([line]));

	it.each([
		[
			'{ rate: 100/s }',
			'{ rate: 100 }',
			'a.yaml:3:18: error: traffic.rate: found 100, a rate such as 50k/s, 1200/s or 30/m would do',
		],
		[
			'{ rate: 100/s }',
			'{ rate: 1/s, ramp: { from: 1/s, to: 2/s, over: "0s..9s" } }',
			'a.yaml:3:1: error: traffic: found rate and ramp, exactly one of rate, steps, ramp, diurnal, mmpp, counts, instants would do (in a variant, null deletes)',
		],
		[
			'{ exponential: 10ms }',
			'{ exponental: 10ms }',
			'a.yaml:5:14: error: edge.service.exponental: unknown field; did you mean exponential?',
		],
		[
			'{ exponential: 10ms }',
			'{ uniform: { from: 2s, to: 1s } }',
			'a.yaml:5:14: error: edge.service.uniform: `to` is below `from`, the other way round would do',
		],
		[
			'{ exponential: 10ms }',
			'{ pareto: { mean: 1s, shape: 1 } }',
			'a.yaml:5:41: error: edge.service.pareto.shape: found 1, a number above 1, up to 100, would do',
		],
		[
			'{ exponential: 10ms }',
			'{ gamma: { mean: 1s, scv: .inf } }',
			'a.yaml:5:38: error: edge.service.gamma.scv: found Infinity, a number above 0, up to 1000, would do',
		],
		[
			'{ exponential: 10ms }',
			'[10ms]',
			'a.yaml:5:3: error: edge.service: found ["10ms"], a duration such as 250us, 10ms, 90s, 4m or 1h would do',
		],
		[
			'{ attempts: 3 }',
			'{ attempts: 0 }',
			'a.yaml:9:24: error: clients.apps.retry.attempts: found 0, a whole number from 1, or unlimited would do',
		],
		[
			'{ attempts: 3 }',
			'{ atempts: 3 }',
			'a.yaml:9:14: error: clients.apps.retry.atempts: unknown field; did you mean attempts?',
		],
		[
			'{ attempts: 3 }',
			'{ on: [time-out] }',
			'a.yaml:9:19: error: clients.apps.retry.on[0]: found "time-out"; did you mean timeout?',
		],
		[
			'{ attempts: 3 }',
			'{ backoff: { base: 1s } }',
			'a.yaml:9:14: error: clients.apps.retry.backoff: found none, exactly one of growth, drawn would do',
		],
		[
			'{ attempts: 3 }',
			'{ backoff: { growth: linear, base: 1s } }',
			'a.yaml:9:14: error: clients.apps.retry.backoff: missing: `step`, what each further retry adds, would do',
		],
		[
			'{ attempts: 3 }',
			'{ backoff: { growth: fixed, base: 1s, cap: 2s } }',
			'a.yaml:9:14: error: clients.apps.retry.backoff: found cap, which fixed does not use; leave it out',
		],
		[
			'{ attempts: 3 }',
			'{ budget: { ratio: 10% } }',
			'a.yaml:9:14: error: clients.apps.retry.budget.capacity: missing: a number would do',
		],
	])('%s -> %s', (old, text, line) => expect(instead(old, text)).toEqual([line]));
});

describe('machines and growths of no known kind', () => {
	const policy = (text: string): string[] => instead('attempts: 3', `attempts: 3, ${text}`);

	it.each([
		['breaker: { kind: foo }', 'breaker.kind: found "foo"; one of ratio-window, consecutive, hybrid,'],
		['limiter: { kind: baz }', 'limiter.kind: found "baz"; one of token-bucket, cubic, adaptive-throttle,'],
		['budget: { kind: bar }', 'budget.kind: found "bar"; one of ratio-bucket, quota, threshold, ttl-window,'],
		['budget: { kind: quotas }', 'budget.kind: found "quotas"; did you mean quota?'],
		['breaker: { open: 5s }', 'breaker.kind: missing: one of ratio-window, consecutive,'],
		['backoff: { growth: exp }', 'backoff.growth: found "exp"; one of none, fixed, linear, polynomial, exponential,'],
	])('name those that there are, once: %s', (text, message) => {
		expect(policy(text)).toEqual([expect.stringContaining(`error: clients.apps.retry.${message}`)]);
	});

	it('a map in place of a word is told where its fields belong', () => {
		const gate = 'gate: { where: { class: write }, above: 30% }';
		const messages = plus(
			`classes: { write: {} }\nchanges: { c: {} }\nrollouts: { r: { change: c, at: 60s, stages: { all: { ${gate} } } } }`,
		);
		expect(messages).toContainEqual(
			expect.stringMatching(
				/gate\.where: found .*; one of received, caused would do; `class:` stands beside it, not in/,
			),
		);
	});
});

describe('what only the whole shows', () => {
	it.each([
		[
			'classes: { a: {}, b: {} }',
			'a.yaml:10:1: error: classes: found 2 classes and no mix in force; mixes: { all: { ... } } and mix: all would do',
		],
		[
			'classes: { a: {}, b: {} }\nmixes: { m: { a: 90%, b: 11% } }',
			'a.yaml:11:10: error: mixes.m: shares add up to 101%, 100% would do',
		],
		[
			'classes: { plain: {}, b: {} }\nmixes: { m: { plan: 90%, b: 10% } }\nmix: m',
			'a.yaml:11:21: error: mixes.m.plan: found "plan", which is no class here; did you mean plain?',
		],
		[
			'classes: { a: {}, b: {} }\nmixes: { m: { a: 100% } }',
			'a.yaml:10:19: error: classes.b: a class nobody makes: the mix in force (m) has no share of it; give it a share, or leave it out',
		],
		[
			'mix: prod\nmixes: { production: { request: 100% } }',
			'a.yaml:10:6: error: mix: found "prod", which is no mix here; production would do',
		],
		[
			'regions: { a: { share: 50% }, b: { share: 40% } }',
			'a.yaml:10:1: error: regions: shares add up to 90%, 100% would do',
		],
		[
			'regions: { a: { share: 50% }, b: {} }',
			'a.yaml:10:31: error: regions.b: missing: `share`, such as 25% of the traffic, would do',
		],
		[
			'regions: { a: { share: 100%, failover: [bb] } }',
			'a.yaml:10:41: error: regions.a.failover[0]: found "bb", which is no region here; a would do',
		],
		[
			'changes: { p: { match: { region: weur } } }',
			'a.yaml:10:34: error: changes.p.match.region: found "weur", which is no region here; world would do',
		],
		[
			'rollouts: { p: { at: 5s } }',
			'a.yaml:10:13: error: rollouts.p: found "p", which is no change here; there are none',
		],
		[
			'markers: [{ at: "08:47", text: x }]',
			'a.yaml:10:17: error: markers[0].at: found the clock time 08:47; `from` is needed for that, or a duration such as 90s',
		],
		[
			'faults: { f: { at: 400s, for: 5s, crash: true } }',
			'a.yaml:10:20: warning: faults.f.at: 400s is after the end of the run: it never comes',
		],
		[
			'faults: { f: { at: 4s, for: 5s, crash: true, where: { node: 3 } } }',
			'a.yaml:10:61: error: faults.f.where.node: found node 3, 0 would do',
		],
		[
			'faults: { f: { at: 4s, for: 5s } }',
			'a.yaml:10:11: error: faults.f: found none, exactly one of crash, speed, latency, errors, partition, traffic would do',
		],
		[
			'faults: { f: { at: 4s, for: 5s, traffic: x2, where: { platform: edge } } }',
			'a.yaml:10:65: error: faults.f.where.platform: traffic is born in a region, not on a platform; region would do',
		],
		[
			'expect: [{ that: unavailabel, below: 3% }]',
			'a.yaml:10:18: error: expect[0].that: unknown metric "unavailabel". Did you mean unavailable? List: retrystorm metrics',
		],
		[
			'expect: [{ that: lost, below: 30 }]',
			'a.yaml:10:31: error: expect[0].below: found 30, a share such as 28% or 0.28 would do',
		],
		[
			'expect: [{ that: lost }]',
			'a.yaml:10:10: error: expect[0]: found no bound, one of above, below, between, equals, never would do',
		],
		[
			'expect: [{ that: lost, never: true }]',
			'a.yaml:10:31: error: expect[0].never: lost is a share and always there; only instants and durations can be missing',
		],
		[
			'expect: [{ that: collapsed, below: 3 }]',
			'a.yaml:10:10: error: expect[0]: collapsed is true or false; equals: true or equals: false would do, and P(collapsed) may be above or below',
		],
		[
			'expect: [{ that: lost, below: 3%, over: "9s..2s" }]',
			'a.yaml:10:41: error: expect[0].over: found 9s..2s, which ends before it starts; the other way round would do',
		],
		[
			'expect: [{ that: lost, below: 3%, where: { class: q } }]',
			'a.yaml:10:51: error: expect[0].where.class: found "q", which is no class here; request would do',
		],
		[
			'expect: [{ that: lost, below: x3, versus: { variant: basis, as: ratio } }]',
			'a.yaml:10:54: error: expect[0].versus.variant: found "basis", which is no variant here; did you mean base?',
		],
		['replications: 0', 'a.yaml:10:15: error: replications: found 0, a whole number from 1 to 100000 would do'],
		[
			'record: { bucket: 1ns }',
			'a.yaml:10:19: error: record.bucket: found "1ns", a duration such as 250us, 10ms, 90s, 4m or 1h would do',
		],
		['warmUp: 1500ms', 'a.yaml:10:9: error: warmUp: found 1.5s, a whole number of time buckets (1s) would do'],
	])('%s', (text, line) => expect(plus(text)).toEqual([line]));

	it.each([
		[
			'duration: 300s',
			'until: "09:00"',
			'a.yaml:2:8: error: until: found until without from; from: "08:40" or duration instead would do',
		],
		[
			'duration: 300s',
			'about: none',
			'a.yaml:1:1: error: missing: `duration: 300s`, or `until: "09:20"` with `from`, would do',
		],
		['duration: 300s', 'duration: 40d', 'a.yaml:2:11: error: duration: found a run of 960h, at most 31d would do'],
		['name: storm', 'about: x', 'a.yaml:1:1: error: name: missing: a name would do'],
		['traffic: { rate: 100/s }', 'about: x', 'a.yaml:1:1: error: missing: traffic, such as { rate: 1000/s }, would do'],
		[
			'{ exponential: 10ms }',
			'{ exponential: 10us }',
			'a.yaml:5:3: warning: edge.service: mean service of 10us: times are whole microseconds, below 1ms they lose precision',
		],
		[
			'timeout: 1s',
			'timeoutClock: whole-request',
			'a.yaml:8:19: error: clients.apps.timeoutClock: found whole-request without a timeout; timeout: 10s would do',
		],
		[
			'{ attempts: 3 }',
			'{ target: next-region }',
			'a.yaml:9:22: error: clients.apps.retry.target: found next-region, but no region says which is next; regions: { a: { failover: [b] } } would do',
		],
		[
			'{ rate: 100/s }',
			'{ steps: [{ at: 5s, rate: 1/s }] }',
			'a.yaml:3:26: error: traffic.steps[0].at: found 5s for the first step, 0s would do: it also holds during the warm-up',
		],
		[
			'{ rate: 100/s }',
			'{ steps: [{ at: 0s, rate: 1/s }, { at: 0s, rate: 2/s }] }',
			'a.yaml:3:49: error: traffic.steps[1].at: found 0s, which is not after the step before; instants in order would do',
		],
		[
			'{ rate: 100/s }',
			'{ mmpp: { rates: [1/s], switchRates: [1/s] }, process: regular }',
			'a.yaml:3:65: error: traffic.process: found regular beside mmpp, which has gaps of its own; leave it out',
		],
		[
			'{ rate: 100/s }',
			'{ diurnal: { mean: 1/s, amplitude: 10%, peak: "20:00" } }',
			'a.yaml:3:56: error: traffic.diurnal.peak: a daily rhythm needs a clock: `from` would do',
		],
	])('%s -> %s', (old, text, line) => expect(instead(old, text)).toEqual([line]));

	it.each([
		[
			'that: P(colapsed), below: 1%',
			'18',
			'that',
			'found "P(colapsed)", which is no probability; did you mean P(collapsed)?',
		],
		[
			'that: p(collapsed), below: 1%',
			'18',
			'that',
			'unknown metric "p(collapsed)". Did you mean P(collapsed)? List: retrystorm metrics',
		],
		[
			'that: P(lost), below: 1%',
			'18',
			'that',
			'found "P(lost)", but lost is a share, not true or false; one of P(cascaded), P(collapsed), P(collapsed-before-trigger), P(recovered-at-all) would do, or lost with a bound and share: 95%',
		],
		['that: P(collapsed)', '10', '', 'found no bound, one of above, below, between would do'],
		[
			'that: P(collapsed), equals: 5%, tolerance: 1%',
			'40',
			'equals',
			'found equals with P(), which is only known to an interval; above, below or between would do',
		],
		[
			'that: P(collapsed), never: true',
			'39',
			'never',
			'found never with P(), which is only known to an interval; above, below or between would do',
		],
		[
			'that: P(collapsed), below: 1%, share: 95%',
			'50',
			'share',
			'found share with P(), which is one itself; its own bound would do',
		],
		[
			'that: P(collapsed), below: 1%, versus: { variant: base, as: ratio }',
			'43',
			'versus',
			'found versus with P(), which is compared with nothing but its bound; it alone would do',
		],
		['that: P(collapsed), below: 30', '39', 'below', 'found 30, a share such as 28% or 0.28 would do'],
		['that: P(collapsed), above: 100%', '10', '', 'found bounds that no interval fits between; wider ones would do'],
		['that: P(collapsed), below: 0%', '10', '', 'found bounds that no interval fits between; wider ones would do'],
		[
			'that: P(collapsed), above: 7%, below: 5%',
			'10',
			'',
			'found bounds that no interval fits between; wider ones would do',
		],
		[
			'that: P(collapsed), between: [5%, 5%]',
			'10',
			'',
			'found bounds that no interval fits between; wider ones would do',
		],
		[
			'that: P(collapsed), between: [7%, 5%]',
			'32',
			'between',
			'the lower bound comes first; the other way round would do',
		],
		[
			'that: lost, below: 1%, confidence: 90%',
			'47',
			'confidence',
			'found a confidence where nothing is left to luck; share: 95% beside it would do, or none',
		],
		[
			'that: lost, below: 1%, share: 100%',
			'42',
			'share',
			'found 100%, which no number of runs can show; without a share it must hold in every one',
		],
		['that: lost, below: 1%, share: 0%', '42', 'share', 'found 0%, which nothing can break; a share above 0% would do'],
		[
			'that: lost, below: 1%, share: 95%, confidence: 5%',
			'59',
			'confidence',
			'found 5%, a confidence from 50% to 99.9999% would do',
		],
		// What is left out as wrong is not missed by what rests on it.
		[
			'that: lost, below: 1%, share: 120%, confidence: 90%',
			'42',
			'share',
			'found "120%", a share such as 28% or 0.28 would do',
		],
		['that: lost, below: 1%, shar: 95%, confidence: 90%', '35', 'shar', 'unknown field; did you mean share?'],
	])('expect: [{ %s }]', (fields, column, field, message) => {
		const path = field === '' ? 'expect[0]' : `expect[0].${field}`;
		expect(plus(`expect: [{ ${fields} }]`)).toEqual([`a.yaml:10:${column}: error: ${path}: ${message}`]);
	});

	it('more layers than are counted', () => {
		const layers = Array.from({ length: 9 }, (_, i) => `l${i}: {}`).join(', ');
		const found = instead('retry: { attempts: 3 }', `layers: { ${layers} }`);
		expect(found).toEqual(['a.yaml:9:5: error: clients.apps.layers: found 9 layers, at most 8 would do']);
	});

	it('a traffic factor on recorded arrivals', () => {
		const text = SOUND.replace('{ rate: 100/s }', '{ instants: [1s, 2s] }');
		const found = lines(`${text}faults: { f: { at: 4s, for: 5s, traffic: x2 } }\n`);
		expect(found).toEqual([
			'a.yaml:10:42: error: faults.f.traffic: recorded arrivals are what they are, and take no factor; counts without exact would do',
		]);
	});

	it('gates and windows', () => {
		const gated = (stage: string) => plus(`changes: { p: {} }\nrollouts: { p: { at: 5s, stages: { one: ${stage} } } }`);
		expect(gated('{ hold: 10s, gate: { above: 1% } }')).toEqual([
			'a.yaml:11:54: warning: rollouts.p.stages.one.gate: a window of 30s is longer than the hold of 10s: it is clipped at the push'.replace(
				'gate:',
				'gate.window:',
			),
		]);
		expect(gated('{ gate: { above: 1% } }')).toEqual([
			'a.yaml:11:43: error: rollouts.p.stages.one.gate: found a gate without a hold to look at; hold: 90s would do',
		]);
		expect(gated('{ hold: 40s, gate: { above: 1%, every: 15ms } }')).toEqual([
			'a.yaml:11:80: error: rollouts.p.stages.one.gate.every: found 15ms, a whole number of 10ms would do, so that it ends on a control tick',
		]);
		expect(gated('{ hold: 40s, gate: { above: 1%, numerator: errors, accounting: logical-requests } }')[0]).toContain(
			'a lost request has no error class',
		);
	});

	it.each([
		['5', '', 'found 5, a duration such as 250us, 10ms, 90s, 4m or 1h would do'],
		['{ p50: 5s, p99: 1s }', '', 'p50 above 0s and p99 at least p50 would do'],
		['{ p50: 5ms, p99: 10s }', '', 'p99 is more than a thousand times p50, a smaller one would do'],
		['{ pull: 0s }', '.pull', 'found 0s, a time between two requests of a node such as 60s would do'],
		['{ pul: 60s }', '.pul', 'unknown field; did you mean pull?'],
		['{ batches: 0%, restart: 5s }', '.batches', 'found 0%, a share that holds somebody would do'],
		['{ batches: 25% }', '.restart', 'missing: a duration such as 250us, 10ms, 90s, 4m or 1h would do'],
		['{ batches: 25%, restart: 0s }', '.restart', 'found 0s, a time such as 10s would do'],
		[
			'{ batches: 25%, surge: 0%, unavailable: 0%, restart: 5s }',
			'',
			'found 0% of surge and 0% unavailable, so that no node may be replaced; one of them above 0% would do',
		],
		['{ regenerate: 1ms, bad: 50% }', '.regenerate', 'found 1ms, a new file at most every 1s would do'],
		['{ regenerate: 5m, bad: 0% }', '.bad', 'found 0%, a probability with which a file is bad would do'],
		['{ regenerate: 5m }', '.bad', 'missing: a share such as 28% or 0.28 would do'],
		['{ pull: 60s, batches: 25% }', '.batches', 'found batches, which this kind does not use'],
	])('propagation: %s', (written, field, message) => {
		const found = plus(`changes: { p: {} }\nrollouts: { p: { at: 5s, stages: { one: { propagation: ${written} } } } }`);
		expect(found).toHaveLength(1);
		expect(found[0]).toContain(`: error: rollouts.p.stages.one.propagation${field}: ${message}`);
	});

	it.each([
		['{ errors: 80, load: 40 }', '', 'weights add up to 120, at most 100 would do'],
		['{ errors: 100 }', '', 'weights add up to 100, which leaves nothing for load; less would do, or a weight for it'],
		['{ erors: 60 }', '.erors', 'found "erors", which is no group of a gate here; did you mean errors?'],
	])('weights of a score: %s', (weights, field, message) => {
		const gates = '{ a: { mannWhitney: { group: errors } }, load: { above: 5% } }';
		const stage = (written: string) => `{ hold: 90s, gates: ${gates}, score: { weights: ${written} } }`;
		const scored = (written: string) =>
			plus(`changes: { p: {} }\nrollouts: { p: { at: 5s, stages: { one: ${stage(written)} } } }`);
		expect(scored(weights)).toEqual([
			expect.stringContaining(`: error: rollouts.p.stages.one.score.weights${field}: ${message}`),
		]);
		for (const sound of ['{}', '{ errors: 60 }', '{ errors: 60, load: 40 }']) expect(scored(sound)).toEqual([]);
	});

	it('a rollback travels, and restarts nothing', () => {
		const found = plus(
			'changes: { p: {} }\nrollouts: { p: { at: 5s, revert: { propagation: { batches: 25%, restart: 5s } } } }',
		);
		expect(found[0]).toContain(': error: rollouts.p.revert.propagation.batches: unknown field');
	});

	it('platform shares', () => {
		const groups = (text: string) => instead('edge:', `edge:\n  groups: ${text}`);
		expect(groups('{ old: { traffic: 30% }, new: { traffic: 60% } }')).toEqual([
			'a.yaml:5:3: error: edge.groups: traffic shares of the platforms add up to 90%, 100% would do',
		]);
		expect(groups('{ old: { traffic: 30% }, new: {} }')).toEqual([
			'a.yaml:5:36: error: edge.groups.new: missing: `traffic`, the share of the traffic that lives on new, such as 28%, would do',
		]);
	});
});

describe('all at once', () => {
	const bad = `name: x y
duration: 5 minutes
traffic: { rate: 1000 }
edge: { queue: lots, discipline: fif }
classes: { plain: { service: 10ms, errors: 120% } }
clients:
  apps: { share: 50%, classes: [plan] }
  bots: { share: 40% }
expect:
  - { that: 5, below: 3% }
  - { that: lost, below: 3% }
  - { that: lost, belwo: 3% }
  - { that: lots, below: 3% }
`;

	it('reports values, names and sums of one file together, in the order of the lines', () => {
		expect(lines(bad).map((line) => line.split(': ').slice(0, 3).join(': '))).toEqual([
			'a.yaml:1:7: error: name',
			'a.yaml:2:11: error: duration',
			'a.yaml:3:18: error: traffic.rate',
			'a.yaml:4:16: error: edge.queue',
			'a.yaml:4:34: error: edge.discipline',
			'a.yaml:5:44: error: classes.plain.errors',
			'a.yaml:6:1: error: clients',
			'a.yaml:7:33: error: clients.apps.classes[0]',
			'a.yaml:10:13: error: expect[0].that',
			'a.yaml:12:19: error: expect[2].belwo',
			'a.yaml:13:13: error: expect[3].that',
		]);
	});

	it('throws them as one error with exit code 104', () => {
		let caught: unknown;
		try {
			loadScenario(bad, { file: 'a.yaml' });
		} catch (error) {
			caught = error;
		}
		expect(caught).toBeInstanceOf(InvalidScenario);
		if (!(caught instanceof InvalidScenario)) return;
		expect(caught.exit).toBe(EXIT.invalid);
		expect(caught.message.split('\n')).toEqual(lines(bad));
		expect(caught.issues[1]).toMatchObject({
			file: 'a.yaml',
			line: 2,
			column: 11,
			path: 'duration',
			severity: 'error',
			set: null,
		});
	});
});
