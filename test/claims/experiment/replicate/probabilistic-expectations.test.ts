/** Expectations over luck: which numbers of hits pass, fail or leave it open, what would decide, and what one run may say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../../../src/executors/inline.js';
import {
	fewestToPass,
	inOneRun,
	type JudgedExpectation,
	judgeReplications,
	type Replication,
} from '../../../../src/experiment/replicate/probabilistic-expectations.js';
import { replay } from '../../../../src/experiment/run/replay.js';
import { proportion } from '../../../../src/experiment/statistics/proportion.js';
import { overall, type RunJudgement } from '../../../../src/experiment/task/judge.js';
import type { Bound, Expectation, RequiredProbability } from '../../../../src/metrics/expectation.js';
import { SMALL } from '../../../cli/cli.js';
import { decide } from '../../../support/decide.js';
import { loader } from '../../../support/experiment-builder.js';

const NONE: Bound = { above: null, below: null, equals: null, between: null, never: false };
const probability = (bound: Partial<Bound>, confidence = 0.95): RequiredProbability => {
	return { of: 'probability', bound: { ...NONE, ...bound }, confidence };
};
const share = (least: number, confidence = 0.95): RequiredProbability => {
	return { of: 'share', bound: { ...NONE, between: [least, 1] }, confidence };
};
const expecting = (required: RequiredProbability | null): Expectation => ({
	text: 'as wanted',
	that: 'collapsed',
	selection: { fromUs: 0, toUs: 1, where: {} },
	versus: null,
	bound: NONE,
	requiredProbability: required,
});

/** Runs under seeds from 1: so many in which it held, did not, could not tell, and so many that did not end. */
function runs(held: number, broken: number, silent = 0, failed = 0): Replication[] {
	const verdicts = [
		...Array<'pass'>(held).fill('pass'),
		...Array<'fail'>(broken).fill('fail'),
		...Array<'no-data'>(silent).fill('no-data'),
	];
	return [
		...verdicts.map((verdict, k): Replication => {
			const text = verdict === 'no-data' ? 'no samples' : verdict === 'pass' ? '1%' : `${k + 1}%`;
			return { digest: { seed: k + 1, judgements: [{ seen: null, verdict, text }] } };
		}),
		...Array.from({ length: failed }, (): Replication => ({ failure: { kind: 'limit', message: 'too much' } })),
	];
}

const judged = (required: RequiredProbability | null, ...counts: Parameters<typeof runs>): JudgedExpectation =>
	judgeReplications([expecting(required)], runs(...counts))[0];
const verdict = (required: RequiredProbability | null, ...counts: Parameters<typeof runs>) =>
	judged(required, ...counts).verdict;

describe('without chance', () => {
	it('holds in every run, or does not', () => {
		expect(judged(null, 40, 0)).toMatchObject({ verdict: 'pass', more: 0, text: 'in all 40' });
		expect(judged(null, 1, 0)).toMatchObject({ verdict: 'pass', text: '1%' });
		expect(judged(null, 38, 2)).toMatchObject({
			verdict: 'fail',
			text: 'fails in 2 of 40: 39% (seed 39), 40% (seed 40)',
		});
		expect(judged(null, 0, 1)).toMatchObject({ verdict: 'fail', text: '1% (seed 1)' });
		expect(judged(null, 1, 5).text).toBe('fails in 5 of 6: 2% (seed 2), 3% (seed 3), 4% (seed 4), ...');
	});

	it('fails where a run measured nothing', () => {
		expect(judged(null, 39, 0, 1)).toMatchObject({ verdict: 'fail', text: 'fails in 1 of 40: no samples (seed 40)' });
	});

	it('is open where a run did not come to its end, unless another breaks it', () => {
		expect(judged(null, 38, 0, 0, 2)).toMatchObject({
			verdict: 'inconclusive',
			more: null,
			text: 'in all 38; 2 did not come to an end',
		});
		expect(verdict(null, 37, 1, 0, 2)).toBe('fail');
	});
});

describe('a share', () => {
	it('passes once the interval has reached it, fails once the interval is below it', () => {
		// 59 of 59 is the least that shows 95%: 0.05 ^ (1 / 59) = 0.9505.
		expect([58, 59].map((n) => verdict(share(0.95), n, 0))).toEqual(['inconclusive', 'pass']);
		// One miss in 110: Wilson from 95.03%.
		expect([109, 110].map((n) => verdict(share(0.95), n - 1, 1))).toEqual(['inconclusive', 'pass']);
		expect(verdict(share(0.95), 85, 15)).toBe('fail');
		expect(verdict(share(0.95), 92, 8)).toBe('inconclusive');
		expect(verdict(share(0.5), 1, 0)).toBe('inconclusive');
	});

	it('takes a higher confidence more runs to show', () => {
		expect([59, 90].map((n) => verdict(share(0.95, 0.99), n, 0))).toEqual(['inconclusive', 'pass']);
	});

	it('counts a run that measured nothing as a miss', () => {
		expect(judged(share(0.9), 40, 0, 20)).toMatchObject({ verdict: 'fail', held: { hits: 40, n: 60 } });
		expect(judged(share(0.9), 40, 0, 20).text).toMatch(/; no samples in 20$/);
	});

	it('says what was seen, and what would decide', () => {
		expect(judged(share(0.95), 39, 1).text).toBe(
			'97.5% (39 of 40; 87.1% to 99.56% at 95%); 252 more would decide if the share stays',
		);
	});
});

describe('P()', () => {
	it('below a bound: without a hit by the rule of 3/n, with some by Wilson', () => {
		const below = probability({ below: 0.01 });
		expect([298, 299].map((n) => verdict(below, 0, n))).toEqual(['inconclusive', 'pass']);
		expect([552, 564].map((n) => verdict(below, 1, n - 1))).toEqual(['inconclusive', 'pass']);
		expect([2, 3, 4].map((hits) => verdict(below, hits, 100 - hits))).toEqual(['inconclusive', 'fail', 'fail']);
	});

	it('above, and between', () => {
		expect([58, 59].map((n) => verdict(probability({ above: 0.95 }), n, 0))).toEqual(['inconclusive', 'pass']);
		const between = probability({ between: [0.05, 0.6] });
		expect([0, 4, 30, 50, 51, 71].map((hits) => verdict(between, hits, 100 - hits))).toEqual([
			'fail',
			'inconclusive',
			'pass',
			'pass',
			'inconclusive',
			'fail',
		]);
		// The whole way down to none is inside.
		expect(verdict(probability({ between: [0, 0.05] }), 0, 60)).toBe('pass');
		expect(verdict(probability({ above: 0, below: 0.05 }), 0, 60)).toBe('inconclusive');
	});

	it('is that of the runs that could tell', () => {
		expect(judged(probability({ below: 0.05 }), 0, 60, 40)).toMatchObject({ verdict: 'pass', held: { n: 60 } });
		expect(judged(probability({ below: 0.05 }), 0, 0, 60)).toMatchObject({ verdict: 'no-data', text: 'no samples' });
	});

	it('neither counts nor hides a run that did not come to its end', () => {
		const { held, text } = judged(probability({ below: 0.05 }), 0, 60, 0, 3);
		expect(held).toMatchObject({ hits: 0, n: 60 });
		expect(text).toBe('0% (0 of 60; below 4.9% at 95%: the rule of 3/n); 3 did not come to an end');
		expect(judged(probability({ below: 0.05 }), 0, 0, 0, 3)).toMatchObject({
			verdict: 'inconclusive',
			more: null,
			text: 'no run came to its end',
		});
	});
});

const AT = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const LUCK: fc.Arbitrary<RequiredProbability> = fc
	.record({
		bounds: fc.tuple(AT, AT).filter(([a, b]) => a < b),
		form: fc.constantFrom('above', 'below', 'between', 'both', 'share'),
		confidence: fc.constantFrom(0.5, 0.8, 0.95, 0.99),
	})
	.map(({ bounds: [from, to], form, confidence }) => {
		if (form === 'share') return share(to === 1 ? from : to, confidence);
		if (form === 'above') return probability({ above: from }, confidence);
		if (form === 'below') return probability({ below: to }, confidence);
		return probability(form === 'both' ? { above: from, below: to } : { between: [from, to] }, confidence);
	});
const COUNTS = fc.integer({ min: 1, max: 300 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
const OPTIONS = { seed: 20_251_205, numRuns: 400 };

describe('verdicts, for every bound', () => {
	/** The ends of a bound, where they are not the ends of all shares. */
	const ends = ({ bound: { above, below, between } }: RequiredProbability): number[] =>
		[above, below, ...(between === null ? [] : between)].filter((p) => p !== null && p > 0 && p < 1) as number[];

	it('pass only where the interval straddles no end of the bound, and are never open there', () => {
		fc.assert(
			fc.property(LUCK, COUNTS, (required, [hits, n]) => {
				const sides = ends(required).map((end) => decide(hits, n, end, required.confidence));
				const found = verdict(required, hits, n - hits);
				if (found === 'pass') expect(sides).not.toContain('straddles');
				if (!sides.includes('straddles') && hits > 0 && hits < n) expect(found).not.toBe('inconclusive');
			}),
			OPTIONS,
		);
	});

	it('fail on one side and pass on the other as hits grow, and never the other way round', () => {
		fc.assert(
			fc.property(LUCK, fc.integer({ min: 1, max: 60 }), (required, n) => {
				const all = Array.from({ length: n + 1 }, (_, hits) => verdict(required, hits, n - hits));
				const verdicts = all.filter((one, i) => i === 0 || one !== all[i - 1]).join(' ');
				expect(verdicts).toMatch(/^(fail ?)?(inconclusive ?)?(pass ?)?(inconclusive ?)?(fail)?$/);
			}),
			{ ...OPTIONS, numRuns: 60 },
		);
	});

	it('say how many more runs would decide, and one less would not', () => {
		const isDecided = (required: RequiredProbability, hits: number, n: number, total: number): boolean => {
			const { low, high } = proportion((hits / n) * total, total, required.confidence).interval;
			const { above, below, between } = required.bound;
			const [from, to] = between ?? [above ?? -1, below ?? 2];
			const strict = between === null;
			const inside = strict ? low > from && high < to : low >= from && high <= to;
			return inside || (strict ? high <= from || low >= to : high < from || low > to);
		};
		let open = 0;
		fc.assert(
			fc.property(LUCK, COUNTS, (required, [hits, n]) => {
				const { more, verdict: found } = judged(required, hits, n - hits);
				if (found !== 'inconclusive') expect(more).toBe(0);
				else if (more === null) expect(isDecided(required, hits, n, n + 10_000_000)).toBe(false);
				else {
					open++;
					expect(more).toBeGreaterThan(0);
					expect(isDecided(required, hits, n, n + more)).toBe(true);
					expect(isDecided(required, hits, n, n + more - 1)).toBe(false);
				}
			}),
			OPTIONS,
		);
		expect(open).toBeGreaterThan(50);
	});
});

describe('the fewest runs that can pass', () => {
	it.each([
		[probability({ below: 0.01 }), 299],
		[probability({ above: 0.95 }), 59],
		[probability({ below: 0.01 }, 0.99), 459],
		[share(0.95), 59],
		[probability({ above: 0 }), 1],
		[probability({ below: 1e-9 }), null],
		[probability({ between: [0.4999999, 0.5] }), null],
	])('%j: %s', (required, fewest) => expect(fewestToPass(required)).toBe(fewest));

	it('are the fewest: one of the counts passes, and of one run less none does', () => {
		const canPass = (required: RequiredProbability, n: number): boolean =>
			Array.from({ length: n + 1 }, (_, hits) => verdict(required, hits, n - hits)).includes('pass');
		fc.assert(
			fc.property(LUCK, (required) => {
				const fewest = fewestToPass(required);
				// A narrow bound takes long to try out.
				if (fewest === null || fewest > 150) return;
				expect(canPass(required, fewest)).toBe(true);
				if (fewest > 1) expect(canPass(required, fewest - 1)).toBe(false);
			}),
			{ ...OPTIONS, numRuns: 100 },
		);
	});
});

describe('one run', () => {
	const run = (required: RequiredProbability | null): RunJudgement => {
		return { expectation: expecting(required), seen: 1, verdict: 'pass', text: 'yes' };
	};

	it('cannot decide, for every result, and states what could', () => {
		const [plain, often, rare, ever, never] = inOneRun(
			[null, share(0.95), probability({ below: 0.01 }), probability({ above: 0 }), probability({ below: 1e-9 })].map(
				run,
			),
		);
		expect(plain).toEqual(run(null));
		expect(often).toMatchObject({
			verdict: 'inconclusive',
			seen: 1,
			text: 'yes; one run cannot tell: --reps 59 or more could',
		});
		expect(rare.text).toBe('yes; one run cannot tell: --reps 299 or more could');
		expect(ever.text).toBe('yes; one run cannot tell: --reps 2 or more could');
		expect(never.text).toBe('yes; one run cannot tell: ten million could not');
	});

	it('without anything to measure says the same as many: no advice that cannot help', () => {
		const silent = { ...run(probability({ above: 0.5 })), seen: null, verdict: 'no-data', text: 'no impact' } as const;
		expect(inOneRun([silent])).toEqual([silent]);
		const digests = [1, 2, 3].map((seed) => ({ digest: { seed, judgements: [silent] } }));
		expect(judgeReplications([silent.expectation], digests)).toMatchObject([{ verdict: 'no-data', text: 'no impact' }]);
	});

	it('is judged so by a replay', async () => {
		const text = SMALL.replace('above: 1 }', 'above: 1 }, { that: P(collapsed), below: 1% }');
		const of = async (file: string) => {
			const plan = { load: loader(file), variants: ['base'], seed: 1, twins: false };
			const [{ judgements }] = await replay(plan, inlineExecutor());
			return judgements.map((j) => j.verdict);
		};
		// The blip ends before the last second; within the last three it does not.
		expect(await of(text)).toEqual(['pass', 'inconclusive']);
		expect(await of(text.replace('last: 1s', 'last: 3s'))).toEqual(['pass', 'undecided']);
	});

	it('what fails comes before what is open', () => {
		expect(overall(['pass', 'inconclusive', 'fail'])).toBe('fail');
		expect(overall(['no-data', 'inconclusive'])).toBe('fail');
		expect(overall(['pass', 'inconclusive'])).toBe('inconclusive');
		expect(overall(['pass'])).toBe('pass');
		expect(overall([])).toBe('pass');
	});
});
