/** What the two sides of a map may be, and how often a point is run. */
import { describe, expect, it } from 'vitest';
import { onAxis, readAxis } from '../../src/experiment/axis.js';
import { planLooks } from '../../src/experiment/looks.js';
import { sideOf } from '../../src/experiment/statistics/interval.js';
import { proportion } from '../../src/experiment/statistics/proportion.js';
import { EXIT, UserError } from '../../src/kernel/check.js';

const axis = (text: string, usual = 5) => readAxis(text.split(' '), usual, '--x');

describe('an axis', () => {
	it.each([
		['traffic.rate 100/s 400/s', ['100/s', '175/s', '250/s', '325/s', '400/s']],
		['traffic.rate 6k/s 20k/s', ['6000/s', '9500/s', '13k/s', '16.5k/s', '20k/s']],
		['clients.apps.timeout 500ms 2s', ['500ms', '875ms', '1.25s', '1.625s', '2s']],
		['duration 1m 5m', ['60s', '2m', '3m', '4m', '5m']],
		['faults.blip.errors 0% 1%', ['0%', '0.25%', '0.5%', '0.75%', '1%']],
		['faults.blip.errors 0 0.4', ['0', '0.1', '0.2', '0.3', '0.4']],
		['traffic.spikes.rush.factor x1 x2', ['x1', 'x1.25', 'x1.5', 'x1.75', 'x2']],
		['edge.queue 1k 2k', ['1000', '1250', '1500', '1750', '2000']],
		['clients.apps.retry.attempts 1 4 4', ['1', '2', '3', '4']],
	])('of %s has values that a scenario reads', (text, texts) => {
		expect(axis(text).texts).toEqual(texts);
	});

	it('may stand in one word or in several', () => {
		expect(readAxis(['a.b 1 3 3'], 5, '--x')).toEqual(readAxis(['a.b', '1', '3', '3'], 5, '--x'));
	});

	it('writes a step in the unit of its values', () => {
		expect(onAxis(axis('a 500ms 2s'), 375_000)).toBe('375ms');
	});

	it.each([
		['a', 'a path with its smallest and its largest value'],
		['a 1', 'a path with its smallest'],
		['a 1 2 3 4', 'a path with its smallest'],
		['a=1 1 2', 'a path with its smallest'],
		['a 1 2s', 'two ends of one unit would do'],
		['a 10% 2', 'two ends of one unit would do'],
		['a one two', 'two ends of one unit would do'],
		['a 2 1', 'a rising range, wide enough for 5 different values'],
		['a 1 1', 'a rising range'],
		['a 1us 3us', 'a rising range'],
		['a 1 2 1', 'a number of values from 2 to 257'],
		['a 1 2 258', 'a number of values from 2 to 257'],
		['a 1 2 many', 'a number of values from 2 to 257'],
	])('is not "%s"', (text, like) => {
		try {
			axis(text);
		} catch (error) {
			expect(error).toBeInstanceOf(UserError);
			expect(error).toMatchObject({ exit: EXIT.usage });
			expect((error as UserError).message).toMatch(/^error: --x: found "/);
			expect((error as UserError).message).toContain(like);
			return;
		}
		expect.unreachable();
	});
});

describe('looks', () => {
	it.each([
		[20, [6, 12, 20]],
		[5, [5]],
		[6, [6]],
		[100, [7, 14, 28, 56, 100]],
	])('of at most %i runs begin with the fewest that can settle a point, and share its error', (most, sizes) => {
		const looks = planLooks(0.5, most);
		expect(looks.sizes).toEqual(sizes);
		expect(1 - looks.eachConfidence).toBeCloseTo(0.05 / sizes.length, 12);
		const settles = (n: number): boolean =>
			sideOf(proportion(0, n, looks.eachConfidence).interval, 0.5) === 'below' &&
			sideOf(proportion(n, n, looks.eachConfidence).interval, 0.5) === 'above';
		expect(settles(sizes[0])).toBe(true);
	});

	it.each([0.01, 0.1, 0.3, 0.5, 0.8, 0.99])('can tell both sides of %f, or say how many runs would', (bound) => {
		let most = 1;
		for (;;) {
			try {
				planLooks(bound, most);
				break;
			} catch (error) {
				const needed = Number(/at least (\d+) would do$/.exec((error as UserError).message)?.[1]);
				expect(needed).toBeGreaterThan(most);
				most = needed;
			}
		}
		const { eachConfidence } = planLooks(bound, most);
		expect(sideOf(proportion(0, most, eachConfidence).interval, bound)).toBe('below');
		expect(sideOf(proportion(most, most, eachConfidence).interval, bound)).toBe('above');
	});

	it('are wrong about a point no more often than promised', () => {
		// Exact: the chance that a walk of heads at p is called on the wrong side of the bound at any look.
		for (const p of [0.25, 0.35, 0.45, 0.49]) {
			const { sizes, eachConfidence } = planLooks(0.5, 40);
			let open = new Map([[0, 1]]);
			let wrong = 0;
			for (const [k, n] of sizes.entries()) {
				for (let step = k === 0 ? 0 : sizes[k - 1]; step < n; step++) {
					const next = new Map<number, number>();
					for (const [hits, chance] of open) {
						next.set(hits, (next.get(hits) ?? 0) + chance * (1 - p));
						next.set(hits + 1, (next.get(hits + 1) ?? 0) + chance * p);
					}
					open = next;
				}
				for (const [hits, chance] of open) {
					const side = sideOf(proportion(hits, n, eachConfidence).interval, 0.5);
					if (side === 'straddles') continue;
					open.delete(hits);
					if (side === 'above') wrong += chance;
				}
			}
			expect(wrong, `p = ${p}`).toBeLessThan(0.05);
		}
	});
});
