/** What the two sides of a map may be, and how often a point is run. */
import { describe, expect, it } from 'vitest';
import { onAxis, readAxis } from '../../../src/experiment/map/axis.js';
import { casesOf, mapNotes } from '../../../src/experiment/map/map-cases.js';
import { stoppingRule } from '../../../src/experiment/map/stopping-rule.js';
import { boundSideOf } from '../../../src/experiment/statistics/interval.js';
import { proportion } from '../../../src/experiment/statistics/proportion.js';
import { EXIT, UserError } from '../../../src/kernel/errors.js';
import { collapsedStart } from '../../../src/model/collapsed-state.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { SMALL } from '../../cli/cli.js';

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

describe('the worlds of a map', () => {
	const [x, y] = [axis('traffic.rate 100/s 300/s'), axis('clients.apps.timeout 1s 2s')];
	const worlds = (text: string, set: readonly string[] = []) => {
		const caseAt = casesOf({ text, file: 'a.yaml', set }, x, y);
		return {
			caseAt,
			fresh: caseAt('150/s', '1.5s', 'fresh').world,
			collapsed: caseAt('150/s', '1.5s', 'collapsed').world,
		};
	};
	const WRITTEN = `${SMALL}start: { edge: { abandoned: 50% } }\n`;

	it('are the scenario at a place, with nothing to begin with and begun collapsed', () => {
		const { fresh, collapsed } = worlds(SMALL);
		expect(fresh.sources[0].curve[0].fromRate).toBe(150);
		expect(fresh.populations[0].timeout).toEqual({ kind: 'constant', us: 1_500_000 });
		expect(fresh.start).toBeNull();
		expect(collapsed).toEqual({ ...fresh, start: collapsedStart(fresh) });
		expect(collapsed.start?.held).toEqual([{ abandoned: 108, live: 0 }]);
	});

	it('begin as the author says a collapse looks, if he does', () => {
		for (const { fresh, collapsed } of [worlds(WRITTEN), worlds(SMALL, ['start.edge.abandoned=54'])]) {
			expect(fresh.start).toBeNull();
			expect(collapsed.start?.held).toEqual([{ abandoned: 54, live: 0 }]);
		}
		expect(worlds(`${SMALL}start: empty\n`).collapsed.start?.held).toEqual([{ abandoned: 108, live: 0 }]);
	});

	it('expect nothing and are compared with none: a map judges by P(collapsed) alone', () => {
		const { expectations, others, label } = worlds(SMALL).caseAt('150/s', '1.5s', 'collapsed');
		expect([expectations, others]).toEqual([[], []]);
		expect(label).toBe('traffic.rate=150/s, clients.apps.timeout=1.5s, collapsed start');
	});

	it('are told about in words', () => {
		const notes = (text: string) => mapNotes(loadScenario(text, { file: 'a.yaml' }));
		expect(notes(SMALL)).toEqual([
			'collapsed: in the last 1s of 5s goodput is below 50% of demand; what would come back later counts as collapsed',
			'begun collapsed: every node full of abandoned work, clients in back-off (`start: collapsed`)',
			'every run meets fault blip: what that takes down for good is drawn as doomed',
		]);
		expect(notes(WRITTEN)[1]).toBe('begun collapsed: as its own `start` says');
	});
});

describe('looks', () => {
	it.each([
		[20, [6, 12, 20]],
		[5, [5]],
		[6, [6]],
		[100, [7, 14, 28, 56, 100]],
	])('of at most %i runs begin with the fewest that can settle a point, and share its error', (most, sizes) => {
		const rule = stoppingRule(0.5, most);
		expect(rule.sizes).toEqual(sizes);
		expect(1 - rule.eachConfidence).toBeCloseTo(0.05 / sizes.length, 12);
		const settles = (n: number): boolean =>
			boundSideOf(proportion(0, n, rule.eachConfidence).interval, 0.5) === 'below' &&
			boundSideOf(proportion(n, n, rule.eachConfidence).interval, 0.5) === 'above';
		expect(settles(sizes[0])).toBe(true);
	});

	it.each([0.01, 0.1, 0.3, 0.5, 0.8, 0.99])('can tell both sides of %f, or say how many runs would', (bound) => {
		let most = 1;
		for (;;) {
			try {
				stoppingRule(bound, most);
				break;
			} catch (error) {
				const needed = Number(/at least (\d+) would do$/.exec((error as UserError).message)?.[1]);
				expect(needed).toBeGreaterThan(most);
				most = needed;
			}
		}
		const { eachConfidence } = stoppingRule(bound, most);
		expect(boundSideOf(proportion(0, most, eachConfidence).interval, bound)).toBe('below');
		expect(boundSideOf(proportion(most, most, eachConfidence).interval, bound)).toBe('above');
	});

	it('are wrong about a point at most as often as their bound says', () => {
		// Exact: the chance that a walk of heads at p is called on the wrong side of the bound at any look.
		for (const p of [0.25, 0.35, 0.45, 0.49]) {
			const { sizes, eachConfidence } = stoppingRule(0.5, 40);
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
					const side = boundSideOf(proportion(hits, n, eachConfidence).interval, 0.5);
					if (side === 'straddles') continue;
					open.delete(hits);
					if (side === 'above') wrong += chance;
				}
			}
			expect(wrong, `p = ${p}`).toBeLessThan(0.05);
		}
	});
});
