/** The library as its users meet it: through the package's own exports, typed, without node in the engine's face. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type * as Library from '../../../src/index.js';
import { ROOT } from '../../cli/cli.js';

// The names of the package, not files: what `exports` says must hold. Built by `npm test` before the tests run.
const names = { whole: 'retrystorm', engine: 'retrystorm/engine' };
const library: typeof Library = await import(names.whole);
const engine: typeof import('../../../src/engine.js') = await import(names.engine);

const text = readFileSync(join(ROOT, 'scenarios/december-5.yaml'), 'utf8');
const set = ['from="08:46:30"', 'until="08:48"', 'traffic.rate=200/s'];

describe('loadScenario and simulate', () => {
	const scenario = engine.loadScenario(text, { file: 'december-5.yaml', variant: 'canary', set });
	const outcome = engine.simulate(scenario, { seed: 3 });

	it('run a scenario', () => {
		expect(outcome).toMatchObject({ name: 'december-5', variant: 'canary', seed: 3, stopped: null });
		expect(outcome.decisions.length).toBeGreaterThan(0);
		expect(library.simulate(scenario, { seed: 3 })).toEqual(outcome);
		expect(engine.runReport({ outcome, world: scenario.world, judgements: [], rerun: null })).toContain(
			'canary, seed 3',
		);
	});

	it('pass every draw to the observer', () => {
		let draws = 0;
		engine.simulate(scenario, { seed: 3, observe: () => draws++ });
		expect(draws).toBeGreaterThan(1000);
	});

	it('judge as the command line does, --set and all', async () => {
		const load = (variant: string) => library.loadScenario(text, { file: 'december-5.yaml', variant, set });
		const plan = { load, variants: ['canary'], seed: 3, twins: false };
		const [replayed] = await library.replay(plan, library.inlineExecutor());
		expect(replayed.outcome).toEqual(outcome);
		expect(engine.verify(scenario, outcome, text, { set })).toEqual(replayed.judgements);
	});

	it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuse %d for a seed', (seed) => {
		expect(() => engine.simulate(scenario, { seed })).toThrow(engine.UserError);
	});

	it('explain what is wrong with a scenario', () => {
		expect(() => engine.loadScenario('name: x', { file: 'x.yaml' })).toThrow(engine.InvalidScenario);
		expect(engine.checkScenario('name: x', { file: 'x.yaml' }).errors[0].text).toMatch(/^x\.yaml:1:1: error: /);
	});
});

describe('an executor', () => {
	const world = engine.loadScenario(text, { file: 'a', set }).world;
	const trial = { world, seed: 1, label: 'one' };

	it('tells progress up to the end, and gives outcomes in the order asked', async () => {
		const progress: number[] = [];
		const run = library.inlineExecutor({ onProgress: ({ nowUs }) => progress.push(nowUs) });
		const outcomes = await run([trial, { ...trial, seed: 2 }]);
		expect(outcomes.map(({ seed }) => seed)).toEqual([1, 2]);
		expect(progress.filter((us) => us === world.horizonUs)).toHaveLength(2);
	});

	it('stops at a signal, before the first trial if it comes then', async () => {
		const [outcome] = await library.inlineExecutor({ signal: AbortSignal.abort() })([trial]);
		expect(outcome).toMatchObject({ toUs: 0, stopped: { limit: 'signal', atUs: 0 } });
	});
});

it('every variant is compared with runs of the same seeds, and equal worlds run once', async () => {
	const load = (variant: string) => engine.loadScenario(text, { file: 'december-5.yaml', variant, set });
	const labels: string[] = [];
	const run = library.inlineExecutor({ onEnd: ({ label }) => labels.push(label) });
	const variants = ['base', 'as-it-happened', 'canary'];
	const replayed = await library.replay({ load, variants, seed: 1, twins: true }, run);
	// As it happened is the file as it stands, and nothing tells the twins of the three apart.
	expect(labels).toEqual(['base', 'base/no-change', 'canary']);
	expect(replayed.map(({ outcome }) => outcome.variant)).toEqual(variants);
	expect(replayed[1].outcome.cells).toEqual(replayed[0].outcome.cells);
	expect(replayed[2].others.map(({ name }) => name).toSorted()).toEqual([
		'as-it-happened',
		'as-it-happened/no-change',
		'canary/no-change',
	]);
});

describe('the package', () => {
	const { exports: faces, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

	it('has types for every export, documented, and ships them', () => {
		for (const face of Object.values<Record<string, string>>(faces)) {
			expect(existsSync(join(ROOT, face.default)), face.default).toBe(true);
			const types = readFileSync(join(ROOT, face.types), 'utf8');
			expect(types.startsWith('/**'), face.types).toBe(true);
		}
		expect(files).toContain('dist');
		const types = readFileSync(join(ROOT, 'dist/engine.d.ts'), 'utf8');
		for (const name of ['simulate', 'verify']) {
			expect(types).toMatch(new RegExp(`\\*/\\nexport declare function ${name}\\(`));
		}
	});

	it('reaches no node module from the face of the engine', () => {
		const reached = new Map<string, string>();
		const visit = (file: string, from: string): void => {
			if (reached.has(file)) return;
			reached.set(file, from);
			const source = readFileSync(file, 'utf8');
			for (const [, spec] of source.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)) {
				expect(spec, `${relative(ROOT, file)} imports it`).not.toMatch(/^node:/);
				if (spec.startsWith('.')) visit(join(dirname(file), spec.replace(/\.js$/, '.ts')), file);
			}
		};
		visit(join(ROOT, 'src/engine.ts'), '');
		expect(reached.size).toBeGreaterThan(50);
	});
});
