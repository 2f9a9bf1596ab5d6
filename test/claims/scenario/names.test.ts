/** Names of a file: those that every object of JavaScript has are ordinary ones, `__proto__` is an error, and long ones are too. */
import { describe, expect, it } from 'vitest';
import { checkScenario, loadScenario } from '../../../src/scenario/load.js';

const HEAD = 'name: x\nduration: 5s\ntraffic: { rate: 10/s }\nedge: { service: 1ms }\n';
const errorsOf = (text: string): string[] => checkScenario(text, { file: 'a.yaml' }).errors.map((issue) => issue.text);

const INHERITED = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'length'];

/** Every kind of thing that has a name, and every place that refers to it by name. */
const WORLD = (a: string, b: string): string => `name: ${a}
duration: 5s
traffic: { rate: 200/s, spikes: { ${a}: { at: 1s, for: 1s, factor: x2 } } }
classes: { ${a}: {}, ${b}: { service: 3ms } }
mixes: { ${a}: { ${a}: 50%, ${b}: 50% } }
mix: ${a}
regions: { ${a}: { share: 50%, failover: [${b}] }, ${b}: { share: 50% } }
edge:
  service: 10ms
  shed: { ${a}: { queueAbove: 50, classes: ${b} } }
  failover: { after: 1s }
  groups: { ${a}: { traffic: 50%, platform: ${b} }, ${b}: { traffic: 50%, platform: ${a} } }
clients:
  ${a}: { share: 50%, classes: ${a}, timeout: 1s, retry: { attempts: 2 } }
  ${b}: { share: 50%, timeout: 1s, layers: { ${a}: { attempts: 2 }, ${b}: { attempts: 2 } } }
changes: { ${a}: { match: { class: ${b}, region: ${b}, platform: ${b} }, fails: 20% } }
rollouts: { ${b}: { change: ${a}, at: 1s, stages: { ${a}: { scope: { region: ${b} }, hold: 1s }, ${b}: {} } } }
faults: { ${a}: { at: 2s, for: 1s, errors: 50%, where: { region: ${b}, group: ${a} } } }
start: { groups: { ${a}: { live: 2 } }, clients: { ${a}: { backoff: 2 } } }
expect: [{ that: amplification, above: 0, where: { population: ${a} } }]
variants: { ${a}: { faults: { ${a}: null } }, ${b}: { extends: ${a} } }
`;

describe('names of every object', () => {
	const plain = (a: string, b: string): string => {
		const { world } = loadScenario(WORLD(a, b), { file: 'a.yaml', variant: b });
		return JSON.stringify(world, (_, value) => (value === Number.POSITIVE_INFINITY ? 'unlimited' : value));
	};

	it.each(INHERITED)('%s is a name like any other, wherever a name stands', (name) => {
		expect(errorsOf(WORLD(name, 'other'))).toEqual([]);
		expect(errorsOf(WORLD('other', name))).toEqual([]);
		const quoted = new RegExp(`"${name}`, 'g');
		// A field of the world that is called so keeps its name: only values are names here.
		expect(plain(name, 'other').replaceAll(quoted, '"first')).toBe(
			plain('first', 'other').replaceAll(quoted, '"first'),
		);
	});

	it.each([
		'mix: NAME',
		'clients: { a: { classes: NAME } }',
		'regions: { a: { share: 100%, failover: [NAME] } }',
		'faults: { a: { at: 1s, for: 1s, errors: 5%, where: { region: NAME } } }',
		'faults: { a: { at: 1s, for: 1s, errors: 5%, where: { group: NAME } } }',
		'rollouts: { NAME: { at: 1s } }',
		'rollouts: { a: { preset: NAME, at: 1s } }',
		'start: { clients: { NAME: { backoff: 2 } } }',
		'start: { groups: { NAME: { live: 2 } } }',
		'expect: [{ that: NAME, above: 1 }]',
		'expect: [{ that: amplification, above: 1, where: { population: NAME } }]',
		'expect: [{ that: amplification, above: 1, versus: { variant: NAME, as: ratio } }]',
		'clients: { a: { retry: NAME } }',
		'clients: { a: { retry: { preset: NAME, attempts: 2 } } }',
		'variants: { a: { extends: NAME } }',
		'mixes: { a: { NAME: 100% } }\nmix: a',
	])('is known only where it was given: %s', (line) => {
		for (const name of INHERITED) {
			const errors = errorsOf(`${HEAD}${line.replaceAll('NAME', name)}\n`);
			expect(
				errors.some((text) => text.includes(`"${name}"`)),
				errors.join('\n'),
			).toBe(true);
		}
	});
});

describe('__proto__', () => {
	const MAPS = [
		'faults',
		'mixes',
		'clients',
		'classes',
		'regions',
		'changes',
		'rollouts',
		'variants',
		'traffic',
		'edge',
	];

	it.each(MAPS)('under %s is an error at its place', (map) => {
		const text = `name: x\nduration: 5s\n${map}:\n  __proto__: { at: 1s, for: 1s, errors: 50% }\n`;
		const error = `a.yaml:4:3: error: ${map}.__proto__: found "__proto__", a name of letters, digits, - and _ would do`;
		expect(errorsOf(text)).toContain(error);
		expect(errorsOf(JSON.stringify({ name: 'x', [map]: 'MAP' }).replace('"MAP"', '{"__proto__":{}}'))).toHaveLength(1);
	});

	it('is an error at the top, deep in the file, and in --set', () => {
		expect(errorsOf(`${HEAD}__proto__: { a: 1 }\n`)[0]).toMatch(/^a\.yaml:5:1: error: __proto__: found/);
		expect(errorsOf(`${HEAD}clients: { a: { retry: { attemptsFor: { __proto__: 3 } } } }\n`)[0]).toContain(
			'a.yaml:5:41: ',
		);
		const set = ['clients.__proto__.timeout=1s'];
		expect(() => loadScenario(HEAD, { file: 'a.yaml', set })).toThrow('clients.__proto__.timeout: found "__proto__"');
		expect(() => loadScenario(HEAD, { file: 'a.yaml', set: ['clients={ __proto__: {} }'] })).toThrow('error');
		expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
	});
});

describe('limits of a file', () => {
	const many = (count: number, line: (i: number) => string): string =>
		Array.from({ length: count }, (_, i) => line(i)).join('');

	it('a name has at most 100 characters, wherever it stands', () => {
		const [fits, long] = ['a'.repeat(100), 'a'.repeat(101)];
		expect(errorsOf(HEAD.replace('name: x', `name: ${fits}`))).toEqual([]);
		for (const text of [
			HEAD.replace('name: x', `name: ${'a'.repeat(300)}`),
			HEAD.replace('name: x', `name: ${long}`),
			`${HEAD}clients: { ${long}: {} }\n`,
			`${HEAD}variants: { ${long}: {} }\n`,
		]) {
			expect(errorsOf(text)[0]).toMatch(/a name of at most 100 characters would do$/);
		}
	});

	it('1,001 expectations are refused, and 1,000 are not; 100,000 before the work of reading them is done', () => {
		const expecting = (count: number): string =>
			`${HEAD}expect:\n${many(count, () => '  - { that: lost, below: 1% }\n')}`;
		expect(errorsOf(expecting(1000))).toEqual([]);
		expect(errorsOf(expecting(1001))).toEqual([
			'a.yaml:5:1: error: expect: found too long a list, at most 1000 would do',
		]);
		const before = process.cpuUsage().user;
		expect(errorsOf(expecting(100_000))[0]).toMatch(
			/^a\.yaml:1:1: error: found 6000\d\d commas, colons \(twice each\) and line breaks, a scenario of at most 300000 would do$/,
		);
		expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(0.5);
	}, 60_000);

	it('a list of numbers may be longer than a call takes arguments, and is refused where it would take a GiB', () => {
		const counted = (count: number): string =>
			`name: x\nduration: ${count}s\nrecord: { bucket: 60s }\nedge: { service: 1ms }\ntraffic: { counts: { every: 1s, values: [${'1,'.repeat(count)}] } }\n`;
		expect(errorsOf(counted(129_960))).toEqual([]);
		expect(errorsOf(counted(1_900_000))[0]).toContain('a scenario of at most 300000 would do');
	}, 60_000);

	it('variants that extend each other are laid once each; 2,000 of them are refused', () => {
		const chain = (count: number): string =>
			`${HEAD}variants:\n${many(count, (i) => `  v${i}: { ${i > 0 ? `extends: v${i - 1}, ` : ''}edge: { workers: ${i + 1} } }\n`)}`;
		expect(errorsOf(chain(2000))).toEqual(['a.yaml:5:1: error: variants: found 2000 names, at most 1000 would do']);
		const last = loadScenario(chain(1000), { file: 'a.yaml', variant: 'v999' });
		expect(JSON.stringify(last.resolved)).toContain('"workers":1000');
		// Linear: four times as many take about four times as long, and would take sixteen times as long if each were laid anew.
		const took = (count: number): number => {
			const from = process.cpuUsage().user;
			expect(errorsOf(chain(count))).toEqual([]);
			return process.cpuUsage().user - from;
		};
		took(50);
		// The least of three rounds: what else the machine does only adds.
		const rounds = [1, 2, 3].map(() => ({ few: took(200), many: took(800) }));
		const least = (of: readonly number[]): number => Math.min(...of);
		expect(least(rounds.map((round) => round.many)) / least(rounds.map((round) => round.few))).toBeLessThan(12);
	}, 60_000);

	it('what is made of names together has limits: clients in regions, nodes with changes, lines of rate curves', () => {
		const regions = (count: number): string =>
			`regions:\n${many(count, (i) => `  r${i}: { share: ${100 / count}% }\n`)}`;
		const clients = (count: number): string =>
			`clients:\n${many(count, (i) => `  c${i}: { share: ${100 / count}%, timeout: 1s }\n`)}`;
		expect(errorsOf(HEAD + regions(50) + clients(100))).toEqual([]);
		expect(errorsOf(HEAD + regions(100) + clients(100))[0]).toContain(
			'clients: found 100 clients in 100 regions, which are 10000 sources of requests, at most 5000 would do',
		);
		const changes = (count: number): string => `changes:\n${many(count, (i) => `  p${i}: { fails: 1% }\n`)}`;
		const large = HEAD.replace('service: 1ms', 'service: 1ms, nodes: 100000');
		expect(errorsOf(large + changes(101))).toEqual([
			'a.yaml:4:1: error: edge: found 100000 nodes with 101 classes and changes each, at most 10000000 pairs of a node and one of these would do',
		]);
		const month = `${HEAD.replace('duration: 5s', 'from: "00:00"\nduration: 31d').replace(
			'rate: 10/s',
			'diurnal: { mean: 10/s, amplitude: 50%, peak: "14:00" }',
		)}`;
		// Counts of a month of seconds would take 14 GiB; they are made before the first event.
		expect(errorsOf(month)[0]).toContain(
			'record.bucket: found 1s for a run of 744h, at most 197379 buckets would do, or a larger limits.memory',
		);
		expect(errorsOf(`${month}record: { bucket: 60s }\n`)).toEqual([]);
		expect(errorsOf(`${month}record: { bucket: 60s }\n${regions(50)}`)[0]).toContain(
			'at most 2000000 lines of all of them together would do',
		);
	}, 60_000);

	it('nodes of all regions together have a limit: their state is made before the first event', () => {
		const regions = many(20, (i) => `  r${i}: { share: 5% }\n`);
		const text = `${HEAD.replace('service: 1ms', 'service: 1ms, nodes: 100000')}regions:\n${regions}`;
		expect(errorsOf(text)).toContain(
			'a.yaml:4:1: error: edge: found 2000000 nodes in all regions and groups, at most 200000 would do',
		);
	});

	it('a circle of variants is told by its names, with and without a way into it', () => {
		const text = `${HEAD}variants: { a: { extends: b }, b: { extends: c }, c: { extends: b } }\n`;
		expect(errorsOf(text).join('\n')).toContain('variants extend each other in a circle: b -> c -> b');
	});
});
