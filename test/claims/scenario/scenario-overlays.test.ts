/** Variants, `--set` and JSON: the same document by other ways, and mistakes that point to where they were written. */
import { describe, expect, it } from 'vitest';
import { InvalidScenario } from '../../../src/scenario/document/issue.js';
import { checkScenario, loadScenario } from '../../../src/scenario/load.js';

const STORM = `name: storm
about: the base
duration: 300s
traffic: { rate: 100/s }
edge: { service: { exponential: 10ms }, workers: 4 }
clients:
  apps:
    timeout: 1s
    layers:
      sdk: { attempts: 3 }
      person: { attempts: 2, marked: false }
expect:
  - { that: lost, below: 3% }
variants:
  calm:
    about: nobody presses reload
    clients: { apps: { layers: { person: null } } }
  calmer:
    extends: calm
    traffic: { rate: 50/s }
    expect: []
  ramped:
    traffic: { rate: null, ramp: { from: 1/s, to: 2/s, over: "0s..60s" } }
`;
const load = (variant?: string, ...set: string[]) => loadScenario(STORM, { file: 'a.yaml', variant, set });
const linesOf = (text: string, variant?: string, set?: string[]): string[] => {
	try {
		loadScenario(text, { file: 'a.yaml', variant, set });
		return [];
	} catch (error) {
		if (!(error instanceof InvalidScenario)) throw error;
		return error.issues.map((issue) => issue.text);
	}
};

describe('variants', () => {
	it('maps merge deeply, null deletes, lists are replaced, and the base stays as it is', () => {
		expect(load().world.populations[0].layers.map((layer) => layer.name)).toEqual(['sdk', 'person']);
		const calm = load('calm');
		expect(calm.world.populations[0].layers.map((layer) => layer.name)).toEqual(['sdk']);
		expect(calm.world.populations[0].timeout).toEqual({ kind: 'constant', us: 1e6 });
		expect(calm.about).toBe('nobody presses reload');
		expect(calm.world.variant).toBe('calm');
		expect(calm.expectations).toHaveLength(1);
	});

	it('extend each other', () => {
		const calmer = load('calmer');
		expect(calmer.world.populations[0].layers).toHaveLength(1);
		expect(calmer.world.sources[0].curve[0].fromRate).toBe(50);
		expect(calmer.expectations).toEqual([]);
	});

	it('change the kind of a thing by deleting the old one', () => {
		expect(load('ramped').world.sources[0].curve.at(-1)).toMatchObject({ fromRate: 2, toRate: 2, toUs: 300e6 });
	});

	it('are listed in the order of the file, and have no place in the resolved document', () => {
		expect(load('calm').variants).toEqual(['calm', 'calmer', 'ramped']);
		expect(load('calm').resolved).toMatchObject({
			name: 'storm',
			clients: { apps: { layers: { sdk: { attempts: 3 } } } },
		});
		expect(load('calm').resolved).not.toHaveProperty('variants');
	});

	it('are one run without their rollouts, too', () => {
		const text = `${STORM}changes: { p: { fails: 1% } }\nrollouts: { p: { at: 5s } }\n`;
		const { world, noChange } = loadScenario(text, { file: 'a.yaml' });
		expect(world.rollouts).toHaveLength(1);
		expect(noChange).toEqual({ ...world, rollouts: [] });
	});

	it.each([
		['an unknown one', STORM, 'clam', 'a.yaml: error: found "clam", which is no variant here; did you mean calm?'],
		[
			'a circle',
			STORM.replace('about: nobody presses reload', 'extends: calmer'),
			'calm',
			'a.yaml:19:14: error: variants.calmer.extends: variants extend each other in a circle: calm -> calmer -> calm',
		],
		[
			'an unknown ancestor',
			STORM.replace('extends: calm', 'extends: clam'),
			'calmer',
			'a.yaml:19:14: error: variants.calmer.extends: found "clam", which is no variant here; did you mean calm?',
		],
		[
			'a value in an overlay',
			STORM.replace('rate: 50/s', 'rate: 50'),
			'calmer',
			'a.yaml:20:22: error: variants.calmer.traffic.rate: found 50, a rate such as 50k/s, 1200/s or 30/m would do',
		],
		[
			'a key in an overlay',
			STORM.replace('rate: 50/s', 'raet: 50/s'),
			'calmer',
			'a.yaml:20:16: error: variants.calmer.traffic.raet: unknown field; did you mean rate?',
		],
		[
			'a null that deletes nothing',
			STORM.replace('person: null', 'persona: null'),
			'calm',
			'a.yaml:17:43: error: variants.calm.clients.apps.layers.persona: found null, a map (name: value), or the name of a preset (`retrystorm policies`), would do',
		],
		[
			'two kinds at once',
			STORM.replace('rate: null, ', ''),
			'ramped',
			'a.yaml:23:5: error: variants.ramped.traffic: found rate and ramp, exactly one of rate, steps, ramp, diurnal, mmpp, counts, instants would do (in a variant, null deletes)',
		],
		[
			'no map',
			STORM.replace(
				'calm:\n    about: nobody presses reload\n    clients: { apps: { layers: { person: null } } }',
				'calm: 5',
			),
			undefined,
			'a.yaml:15:3: error: variants.calm: found no map, one of the fields that differ would do',
		],
		[
			'a name that means something else',
			STORM.replace('ramped:', 'base:'),
			undefined,
			'a.yaml:22:3: error: variants.base: found base, which means something else already; another name would do',
		],
	])('tells %s', (_, text, variant, line) => expect(linesOf(text, variant)).toEqual([line]));

	it('tells a mistake of the base that only a variant makes one', () => {
		const text =
			`${STORM}changes: { p: {} }\nrollouts: { p: { at: 100s } }\nfaults: { f: { at: 5s, for: 1s, traffic: x2 } }\n`.replace(
				'rate: null, ramp: { from: 1/s, to: 2/s, over: "0s..60s" }',
				'rate: null, instants: [1s]',
			);
		expect(linesOf(text)).toEqual([]);
		expect(linesOf(text, 'ramped')).toEqual([
			'a.yaml:26:42: error: faults.f.traffic: recorded arrivals are what they are, and take no factor; counts without exact would do (in variant ramped)',
		]);
	});
});

describe('check', () => {
	it('loads the base and every variant, and tells what they share once', () => {
		const bad = STORM.replace('workers: 4', 'workers: none').replace('rate: 50/s', 'rate: 50');
		const { errors, warnings, variants } = checkScenario(bad, { file: 'a.yaml' });
		expect(errors.map((issue) => issue.text)).toEqual([
			'a.yaml:5:50: error: edge.workers: found "none", a whole number from 1 to 1000000 would do',
			'a.yaml:20:22: error: variants.calmer.traffic.rate: found 50, a rate such as 50k/s, 1200/s or 30/m would do',
		]);
		expect(warnings).toEqual([]);
		expect(variants).toEqual(['calm', 'calmer', 'ramped']);
	});

	it('goes on with the other variants where one is in a circle', () => {
		const bad = STORM.replace('about: nobody presses reload', 'extends: calmer').replace('to: 2/s', 'to: 2');
		expect(checkScenario(bad, { file: 'a.yaml' }).errors.map((issue) => issue.path)).toEqual([
			'variants.calm.extends',
			'variants.calmer.extends',
			'variants.ramped.traffic.ramp.to',
		]);
	});
});

describe('set', () => {
	it.each([
		['edge.workers=8', { edge: { workers: 8 } }],
		['traffic.rate=2k/s', { traffic: { rate: '2k/s' } }],
		['edge.service={ constant: 5ms }', { edge: { service: { constant: '5ms' } } }],
		['clients.apps.latency=10ms', { clients: { apps: { latency: '10ms' } } }],
		['clients.apps.layers.sdk.backoff.growth=exponential', undefined],
		['expect.0.below=5%', { expect: [{ that: 'lost', below: '5%' }] }],
		['expect=[]', { expect: [] }],
		['edge.groups.a.nodes=2', { edge: { groups: { a: { nodes: 2 } } } }],
	])('%s', (argument, part) => {
		if (part === undefined) {
			expect(linesOf(STORM, undefined, [argument, 'clients.apps.layers.sdk.backoff.base=1s'])).toEqual([]);
			return;
		}
		expect(load(undefined, argument).resolved).toMatchObject(part);
	});

	it('deletes with null, reaches the world, and comes after the variant', () => {
		expect(load(undefined, 'clients.apps.timeout=null').world.populations[0].timeout).toBeNull();
		expect(load('calmer', 'traffic.rate=70/s').world.sources[0].curve[0].fromRate).toBe(70);
	});

	it.each([
		['edge.workres=8', '--set edge.workres=8: error: edge.workres: unknown field; did you mean workers?'],
		['egde.workers=8', '--set egde.workers=8: error: egde: unknown field; did you mean edge?'],
		[
			'edge.workers=many',
			'--set edge.workers=many: error: edge.workers: found "many", a whole number from 1 to 1000000 would do',
		],
		['edge.workers', '--set edge.workers: error: path=value would do, such as clients.apps.timeout=2s'],
		['edge..workers=1', '--set edge..workers=1: error: path=value would do, such as clients.apps.timeout=2s'],
		[
			'expect.3.below=5%',
			'--set expect.3.below=5%: error: expect.3.below: found "3" for a list, a number from 0 to 0 would do',
		],
		[
			'name.first=x',
			'--set name.first=x: error: name.first: found a plain value above "first"; set the whole of it instead',
		],
		['edge.wokers=null', '--set edge.wokers=null: error: edge.wokers: found nothing to delete; did you mean workers?'],
		['edge.workers=[1', '--set edge.workers=[1: error: found a value that is no YAML: [1'],
	])('%s is refused', (argument, line) => expect(linesOf(STORM, undefined, [argument])).toEqual([line]));

	it('tells all arguments that are wrong', () => {
		expect(linesOf(STORM, undefined, ['a', 'edge.workers=[1'])).toHaveLength(2);
		expect(linesOf(STORM, undefined, ['edge.workers=x', 'traffic.rate=5'])).toHaveLength(2);
	});
});

describe('JSON', () => {
	it('is YAML, with positions', () => {
		const json = JSON.stringify(
			{ name: 'storm', duration: '5s', traffic: { rate: '1/s' }, edge: { service: '1ms' } },
			null,
			2,
		);
		expect(loadScenario(json, { file: 'a.json' }).world.horizonUs).toBe(5e6);
		expect(checkScenario(json.replace('"1/s"', '1'), { file: 'a.json' }).errors[0].text).toBe(
			'a.json:5:13: error: traffic.rate: found 1, a rate such as 50k/s, 1200/s or 30/m would do',
		);
	});
});

describe('anchors', () => {
	it('share a block', () => {
		const text = STORM.replace('timeout: 1s', 'timeout: &wait 2s\n    patience: *wait');
		expect(loadScenario(text, { file: 'a.yaml' }).world.populations[0].patience).toEqual({ kind: 'constant', us: 2e6 });
	});
});

describe('the hash', () => {
	it('is that of the text', () => {
		expect(load().hash).toMatch(/^[0-9a-f]{16}$/);
		expect(load('calm').hash).toBe(load().hash);
		expect(loadScenario(`${STORM}#\n`, { file: 'b.yaml' }).hash).not.toBe(load().hash);
	});
});
