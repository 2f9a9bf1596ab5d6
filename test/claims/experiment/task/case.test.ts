/** Cases and digests: what decides a result is in the key and nothing else, and a digest says the same from everywhere. */
import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../../../src/executors/inline.js';
import { distinctRuns, runTask } from '../../../../src/executors/run-task.js';
import { replay } from '../../../../src/experiment/run/replay.js';
import { type Case, caseOf } from '../../../../src/experiment/task/case.js';
import { CURVES, digest, MAX_STEPS } from '../../../../src/experiment/task/digest.js';
import type { RunJudgement } from '../../../../src/experiment/task/judge.js';
import { QUANTITIES } from '../../../../src/metrics/definitions/metrics.js';
import { total } from '../../../../src/metrics/reading/cell-sums.js';
import { curve } from '../../../../src/metrics/reading/curves.js';
import { SMALL } from '../../../cli/cli.js';
import { loader, smallCase } from '../../../support/experiment-builder.js';
import { outcomeOf, RULES } from '../../../support/outcome-builder.js';

const key = (set: readonly string[], text = SMALL, variant = 'base') => smallCase(variant, set, text).key;
const plain = smallCase();

describe('the key of a case', () => {
	it('is the same for runs that are', () => {
		expect(key([])).toBe(plain.key);
		expect(key(['name=another'])).toBe(plain.key);
		expect(key(['limits.wall=1s'])).toBe(plain.key);
		expect(key(['markers=[{ at: 1s, text: a mark }]'])).toBe(plain.key);
		expect(key([], `${SMALL}  same: {}\n`, 'same')).toBe(plain.key);
		const load = loader(SMALL);
		expect(caseOf('another label', load('base'), load).key).toBe(plain.key);
	});

	it('is another for all that decides a result', () => {
		const changed = [
			['traffic.rate=201/s'],
			['duration=6s'],
			['clients.apps.timeout=999ms'],
			['edge.queue=unlimited'],
			['faults.blip.errors=50.1%'],
			['record.bucket=500ms'],
			['limits.events=1999999999'],
			['verdicts.collapsed.below=49%'],
			['expect=[{ that: amplification, above: 1.01 }]'],
			['expect=[{ that: amplification, above: 1 }, { that: lost, below: 1% }]'],
			['expect=[]'],
		].map((set) => key(set));
		expect(new Set([plain.key, ...changed, key([], SMALL, 'calm')]).size).toBe(changed.length + 2);
		for (const found of changed) expect(found).toMatch(/^[0-9a-f]{16}$/);
	});

	it('knows nothing of what is judged over all runs', () => {
		const share = (more: string) => key([`expect=[{ that: amplification, above: 1${more} }]`]);
		expect(share(', share: 95%')).toBe(plain.key);
		expect(share(', share: 50%, confidence: 99%')).toBe(plain.key);
		expect(key(['replications=40'])).toBe(plain.key);
		const probability = (bounds: string) => key([`expect=[{ that: P(collapsed), ${bounds} }]`]);
		expect(new Set(['below: 1%', 'above: 2%, confidence: 99%', 'between: [1%, 2%]'].map(probability)).size).toBe(1);
		expect(probability('below: 1%')).toBe(key(['expect=[{ that: collapsed, equals: true }]']));
		expect(probability('below: 1%')).not.toBe(key(['expect=[{ that: collapsed, equals: false }]']));
		expect(probability('below: 1%')).not.toBe(key(['expect=[{ that: P(cascaded), below: 1% }]']));
	});

	it('does not depend on the order of fields, and survives a clone', () => {
		const { world } = structuredClone(plain);
		const scenario = loader(SMALL)('base');
		const turned = Object.fromEntries(Object.entries(world).toReversed()) as typeof world;
		expect(caseOf('turned', { ...scenario, world: turned }, loader(SMALL)).key).toBe(plain.key);
	});

	it('knows the worlds that expectations compare with', () => {
		const against = (rate: string) =>
			`${SMALL}  wild: { traffic: { rate: ${rate} } }\n`.replace(
				'expect: [{ that: amplification, above: 1 }]',
				'expect: [{ that: lost, versus: { variant: wild, as: ratio }, below: 9 }]',
			);
		const a = smallCase('base', [], against('300/s'));
		expect(a.others.map(({ name }) => name)).toEqual(['wild']);
		expect(smallCase('base', [], against('301/s')).key).not.toBe(a.key);
		expect(smallCase('base', [], against('300/s')).key).toBe(a.key);
	});
});

describe('a digest', () => {
	it('has every quantity, and is what JSON gives back', async () => {
		const result = await runTask({ of: plain, seed: 3 });
		expect(JSON.parse(JSON.stringify(result))).toEqual(result);
		if (!('digest' in result)) throw new Error(result.failure.message);
		expect(Object.keys(result.digest.values)).toEqual(QUANTITIES.map(({ name }) => name));
		expect(result.digest).toMatchObject({ seed: 3, judgements: [{ verdict: 'pass' }] });
		expect(result.digest.events).toBeGreaterThan(1000);
	});

	it('holds of P() whether it was true in this run', async () => {
		const expect_ = 'expect=[{ that: P(collapsed), below: 1% }, { that: P(recovered-at-all), above: 1% }]';
		const windows = ['verdicts.recovered.window=1s', 'verdicts.collapsed.last=1s'];
		const result = await runTask({ of: smallCase('base', [expect_, ...windows]), seed: 3 });
		expect(result).toMatchObject({
			digest: {
				judgements: [
					{ seen: 0, verdict: 'fail', text: 'no' },
					{ seen: 1, verdict: 'pass', text: 'yes' },
				],
			},
		});
	});

	it('has no zero below zero, no number that is none, and keeps Infinity', () => {
		const judgement = { expectation: plain.expectations[0], verdict: 'pass', text: 'all' } as const;
		const unusual = [-0, Number.NaN, Number.POSITIVE_INFINITY].map((value) => ({ ...judgement, seen: value }));
		const { judgements } = digest(outcomeOf({}), RULES, unusual);
		expect(judgements).toEqual(
			[0, null, Number.POSITIVE_INFINITY].map((s) => ({ seen: s, verdict: 'pass', text: 'all' })),
		);
		expect(Object.is(judgements[0].seen, 0)).toBe(true);
	});

	it('judges as a single run does, against runs with the same random draws', async () => {
		const text = SMALL.replace(
			'expect: [{ that: amplification, above: 1 }]',
			`expect:
  - { that: lost, versus: { variant: calm, as: difference }, above: 0% }
  - { that: attempts, versus: { variant: no-change, as: ratio }, equals: 1 }
  - { that: lost, versus: { variant: same, as: times-fewer }, above: 1 }`,
		).concat('  same: { extends: calm }\n');
		const load = loader(text);
		const of = caseOf('x', load('base'), load);
		const [replayed] = await replay({ load, variants: ['base'], seed: 5, twins: false }, inlineExecutor());
		const result = await runTask({ of, seed: 5 });
		// Nothing here is left to luck, so that a single run judges it all.
		const judgements = replayed.judgements as readonly RunJudgement[];
		expect(result).toEqual({ digest: digest(replayed.outcome, of.world, judgements) });
		expect(replayed.judgements.map(({ verdict }) => verdict).slice(0, 2)).toEqual(['pass', 'pass']);
		// Without rollouts a world is its own twin, and `same` is `calm`: five names, two runs.
		expect(of.others.map(({ name }) => name)).toEqual(['calm', '/no-change', 'same', 'same/no-change']);
		expect(distinctRuns(of).runs.map(({ name }) => name)).toEqual(['', 'calm']);
	});
});

describe('curves', () => {
	const born = (bucket: number) => (bucket % 7 === 0 ? 0 : 100 + bucket);
	const run = (seconds: number, fromUs = 0) =>
		outcomeOf({
			toUs: seconds * 1e6,
			fromUs,
			fill: (b) => ({
				born: born(b),
				succeeded: born(b) / 2,
				first_failed_by_birth: born(b) / 4,
				attempts: 3 * born(b),
				first_attempts: born(b),
			}),
		});

	it('are the buckets themselves where there are few', () => {
		const outcome = run(100, 10e6);
		const { curves } = digest(outcome, RULES, []);
		expect(curves).toMatchObject({ fromUs: 10e6, stepUs: 1e6 });
		expect(curves.steps.unavailable).toEqual(curve(outcome, 'unavailable'));
		expect(curves.steps.amplification).toEqual(curve(outcome, 'amplification'));
		expect(curves.steps['goodput-share'].slice(0, 6)).toEqual([0.5, 0.5, 0.5, 0.5, null, 0.5]);
		expect(curves.steps['attempt-rate'].slice(3, 5)).toEqual([339, 0]);
	});

	it.each([1, 119, 120, 121, 240, 241, 3601])(
		'of %i buckets have at most 120 whole steps that miss nothing',
		(seconds) => {
			const outcome = run(seconds);
			const { fromUs, stepUs, steps } = digest(outcome, RULES, []).curves;
			const count = steps['attempt-rate'].length;
			for (const name of CURVES) expect(steps[name]).toHaveLength(count);
			expect(count).toBeLessThanOrEqual(MAX_STEPS);
			expect(count * stepUs).toBeGreaterThanOrEqual(seconds * 1e6);
			expect((count - 1) * stepUs).toBeLessThan(seconds * 1e6);
			expect([fromUs, stepUs % outcome.bucketUs]).toEqual([0, 0]);
			const attempts = steps['attempt-rate'].reduce<number>((sum, rate, k) => {
				const us = Math.min((k + 1) * stepUs, seconds * 1e6) - k * stepUs;
				return sum + (Number(rate) * us) / 1e6;
			}, 0);
			const all = Number(total(outcome, { fromUs: 0, toUs: seconds * 1e6, where: {} }, 'attempts'));
			expect(Math.abs(attempts - all)).toBeLessThanOrEqual(1e-5 * all);
		},
	);
});

it('a case is plain data', () => {
	const copy: Case = structuredClone(plain);
	expect(copy).toEqual(plain);
});
