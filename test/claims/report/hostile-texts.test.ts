/**
 * Whatever a text says, it is either a scenario or explained: only InvalidScenario is thrown, every line of it begins
 * with a place, and a text that passes can be run.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineFor } from '../../../src/engines/engine-for.js';
import { InvalidScenario } from '../../../src/scenario/document/issue.js';
import { checkScenario, loadScenario } from '../../../src/scenario/load.js';
import { template } from '../../../src/scenario/starter-template.js';
import { ROOT, SMALL } from '../../cli/cli.js';

const FILE = 'a.yaml';
const shipped = readdirSync(join(ROOT, 'scenarios'))
	.filter((name) => name.endsWith('.yaml'))
	.map((name) => readFileSync(join(ROOT, 'scenarios', name), 'utf8'));
const texts = [SMALL, template('rollout'), template('overload'), ...shipped];

/** Values that a field is not prepared for. */
const odd = fc.oneof(
	fc.constantFrom(
		...['.nan', '.inf', '-.inf', '1e999', '-0', '0', '-1', '1e308', '9007199254740993', '0x7fffffff', '0o17', '1_000'],
		...['null', '~', 'true', '"true"', '""', "''", '[]', '{}', '[[]]', '{a: {b: {c: 1}}}', '!!binary aGk=', '!!js/x 1'],
		...[
			'999999999999h',
			'-5s',
			'1e5s',
			'1e300h',
			'100.0000001%',
			'101%',
			'-1%',
			'1e300/s',
			'0/s',
			'x-1',
			'x1e7',
			'NaN',
		],
		...[
			'&a [*a]',
			'*nowhere',
			'|\n    x',
			'>-',
			'? a',
			'"\\u0000"',
			'"\\ud800"',
			'__proto__',
			'constructor',
			'toString',
		],
		...[
			'{ exponential: .inf }',
			'{ pareto: { shape: 0, mean: 1s } }',
			'{ uniform: { from: 9s, to: 1s } }',
			'2025-02-30',
		],
		...[
			'"25:61"',
			'"47:59:59.999999"',
			'unlimited',
			'base',
			'no-change',
			'{ __proto__: { x: 1 } }',
			'"08:47"../.."08:46"',
		],
	),
	fc.double().map(String),
	fc.string({ maxLength: 12 }),
	fc.string({ unit: 'binary', maxLength: 6 }),
);

type Edit = (text: string) => string;
const at = (text: string, share: number): number => Math.floor(share * text.length);
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

const edit: fc.Arbitrary<Edit> = fc.oneof(
	fc.tuple(share, fc.nat(40)).map(
		([where, length]): Edit =>
			(t) =>
				t.slice(0, at(t, where)) + t.slice(at(t, where) + length),
	),
	fc.tuple(share, odd).map(
		([where, what]): Edit =>
			(t) =>
				t.slice(0, at(t, where)) + what + t.slice(at(t, where)),
	),
	// A value for another one: the likeliest way to a wrong type at every field.
	fc.tuple(share, odd).map(
		([where, what]): Edit =>
			(t) => {
				const values = [...t.matchAll(/: ([^\s,{}[\]]+)/g)];
				if (values.length === 0) return t;
				const { index, 0: found } = values[Math.floor(where * values.length)];
				return `${t.slice(0, index)}: ${what}${t.slice(index + found.length)}`;
			},
	),
	fc.tuple(share, share).map(
		([one, other]): Edit =>
			(t) => {
				const lines = t.split('\n');
				const [i, j] = [one, other].map((s) => Math.floor(s * lines.length));
				[lines[i], lines[j]] = [lines[j], lines[i]];
				return lines.join('\n');
			},
	),
	fc
		.tuple(
			share,
			fc.constantFrom(
				'\t',
				' ',
				'    ',
				'- ',
				'? ',
				'#',
				'---\n',
				'...\n',
				'%YAML 9.9\n',
				'\u0000',
				'\uFEFF',
				'\u2028',
			),
		)
		.map(
			([where, what]): Edit =>
				(t) => {
					const lines = t.split('\n');
					lines[Math.floor(where * lines.length)] = what + lines[Math.floor(where * lines.length)];
					return lines.join('\n');
				},
		),
	share.map(
		(where): Edit =>
			(t) => {
				const lines = t.split('\n');
				const i = Math.floor(where * lines.length);
				return lines.toSpliced(i, 0, lines[i]).join('\n');
			},
	),
	share.map(
		(where): Edit =>
			(t) =>
				t.slice(0, at(t, where)),
	),
	share.map(
		(where): Edit =>
			(t) =>
				t.replace(/[a-z]+:/g, (key, i: number) => (i > at(t, where) && i < at(t, where) + 40 ? `x${key}` : key)),
	),
);
const mutated = fc
	.tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }))
	.map(([text, edits]) => edits.reduce((t, one) => one(t), text));

/** `a.yaml:3:7: error: `, or a line that says of which argument it speaks. */
const PLACED = /^(a\.yaml:\d+:\d+|--set [\s\S]*): (error|warning): /;

function explained(act: () => unknown): void {
	try {
		act();
	} catch (error) {
		if (!(error instanceof InvalidScenario)) throw error;
		expect(error.issues.length).toBeGreaterThan(0);
		for (const issue of error.issues) expect(issue.text).toMatch(PLACED);
	}
}

/** Runs what has passed for a few thousand events: enough to build every part of the world and to balance the books. */
function runs(text: string, set: readonly string[] = []): void {
	const { world } = loadScenario(text, { file: FILE, set });
	if (world.nodeCount > 5000) return;
	const limits = { ...world.limits, events: 3000, inFlight: 3000 };
	const engine = engineFor({ ...world, horizonUs: Math.min(world.horizonUs, 600e6), limits }, 1);
	engine.advance(engine.horizonUs);
	engine.outcome();
}

describe('a damaged text', () => {
	it('is explained, with a place on every line, or runs', () => {
		fc.assert(
			fc.property(mutated, (text) => {
				const { errors, warnings } = checkScenario(text, { file: FILE });
				for (const issue of [...errors, ...warnings]) expect(issue.text).toMatch(PLACED);
				explained(() => runs(text));
			}),
			{ seed: 20251205, numRuns: 600 },
		);
	});

	it('of random letters or bytes is explained too', () => {
		const noise = fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }), fc.json());
		fc.assert(
			fc.property(noise, (text) => explained(() => loadScenario(text, { file: FILE }))),
			{ seed: 20251205, numRuns: 1000 },
		);
	});
});

it('a wild --set is explained, or runs', () => {
	const paths = [
		'edge.workers',
		'clients.apps',
		'traffic.rate',
		'expect.0',
		'faults.blip.at',
		'x.y',
		'duration',
		'',
		'__proto__.a',
	];
	fc.assert(
		fc.property(fc.oneof(fc.constantFrom(...paths), fc.string({ maxLength: 8 })), odd, (path, value) => {
			explained(() => runs(SMALL, [`${path}=${value}`]));
		}),
		{ seed: 20251205, numRuns: 750 },
	);
});

it.each([
	[
		'aliases that multiply',
		`a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(',')}]`).join('\n')}`,
	],
	['a hundred thousand brackets', `name: ${'['.repeat(100_000)}`],
	['a hundred thousand braces', '{a: '.repeat(100_000)],
	['deep indentation', Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
	['a hundred thousand keys', Array.from({ length: 100_000 }, (_, i) => `k${i}: 1`).join('\n')],
	['the same key ten thousand times', 'name: a\n'.repeat(10_000)],
	['a line of a megabyte', `name: ${'x'.repeat(1_000_000)}`],
	['an alias of itself', 'name: &a { b: *a }'],
	['a merge key bomb', `a: &a { x: 1 }\n<<: [${Array(2000).fill('*a').join(',')}]`],
])('%s is refused quickly', (_, text) => {
	const { errors } = checkScenario(text, { file: FILE });
	expect(errors.length).toBeGreaterThan(0);
	for (const issue of errors) expect(issue.text).toMatch(PLACED);
});
