/** What must hold of the parts of a fit, whatever a log brings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastNoticed } from '../../../src/experiment/fit/mix-comparison.js';
import { BinnedCounts } from '../../../src/experiment/fit/observe/binned-counts.js';
import { LADDER_S } from '../../../src/experiment/fit/observe/grid.js';
import { InFlight } from '../../../src/experiment/fit/observe/in-flight.js';
import { pathTemplate } from '../../../src/experiment/fit/observe/path-templates.js';
import { binomialAbove } from '../../../src/experiment/statistics/binomial.js';

describe('ticks', () => {
	const events = fc.array(
		fc.record({ second: fc.integer({ min: 0, max: 100_000 }), count: fc.integer({ min: 1, max: 9 }) }),
		{ minLength: 1, maxLength: 200 },
	);

	it('keep every count in its interval, however coarse they had to become', () => {
		fc.assert(
			fc.property(events, fc.constantFrom(2048, 262_144), (list, cells) => {
				const ticks = new BinnedCounts(cells);
				for (const { second, count } of list) ticks.add(second, count);
				const every = LADDER_S[LADDER_S.indexOf(ticks.everyS as 1) + 1];
				const series = ticks.series(every);
				if (series === null) throw new Error('nothing is kept');
				const expected = new Map<number, number>();
				for (const { second, count } of list) {
					const cell = Math.floor(second / every);
					const before = expected.get(cell);
					expected.set(cell, before === undefined ? count : before + count);
				}
				const seen = [...series.counts]
					.map((count, i) => [series.fromS / every + i, count] as const)
					.filter(([, count]) => count > 0);
				expect(seen).toEqual([...expected].toSorted((a, b) => a[0] - b[0]));
			}),
		);
	});
});

describe('what is under way', () => {
	const stays = fc.array(
		fc.record({ startUs: fc.integer({ min: 0, max: 1000 }), lengthUs: fc.integer({ min: 0, max: 300 }) }),
		{ maxLength: 80 },
	);

	it('equals the result over all values, in any order', () => {
		fc.assert(
			fc.property(stays, (list) => {
				const found = new Map<number, number>();
				const inFlight = new InFlight<number>((one, n) => found.set(one.tag, n));
				list.forEach(({ startUs, lengthUs }, tag) => {
					inFlight.add({ startUs: startUs + tag / 1000, endUs: startUs + tag / 1000 + lengthUs, tag });
				});
				inFlight.end();
				list.forEach(({ startUs }, tag) => {
					const at = startUs + tag / 1000;
					const others = list.filter(
						(other, k) => k !== tag && other.startUs + k / 1000 < at && other.startUs + k / 1000 + other.lengthUs > at,
					);
					expect(found.get(tag)).toBe(others.length);
				});
				expect(inFlight.late).toBe(0);
			}),
		);
	});
});

describe('a path', () => {
	it('is known by what all of its kind share', () => {
		expect(pathTemplate('/orders/123/items?page=2')).toBe('/orders/:id/items');
		expect(pathTemplate('/u/550e8400-e29b-41d4-a716-446655440000#top')).toBe('/u/:id');
		expect(pathTemplate('/img/deadbeef0123/a.png')).toBe('/img/:id/a.png');
		expect(pathTemplate('/api/v2/checkout')).toBe('/api/v2/checkout');
		expect(pathTemplate('/')).toBe('/');
		expect(pathTemplate(`/${'a/'.repeat(30)}`)).toBe('/a/a/a/a/a/a/a/a/...');
	});

	it('is short, and has no query', () => {
		fc.assert(
			fc.property(fc.webPath({ size: 'large' }), fc.webQueryParameters(), (path, query) => {
				expect(pathTemplate(`${path}?${query}`)).toBe(pathTemplate(path));
				expect(pathTemplate(path).length).toBeLessThanOrEqual(120);
			}),
		);
	});
});

describe('the least share that a gate notices', () => {
	const gates = fc.record({
		samples: fc.integer({ min: 1, max: 3000 }),
		above: fc.double({ min: 0, max: 0.9, noNaN: true }),
		power: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
	});

	it('has the power asked for, and a little less has not', () => {
		fc.assert(
			fc.property(gates, (gate) => {
				const least = leastNoticed(gate);
				if (least === null) {
					expect(binomialAbove(gate.samples, 1, gate.above)).toBeLessThan(gate.power);
					return;
				}
				expect(binomialAbove(gate.samples, least, gate.above)).toBeGreaterThanOrEqual(gate.power);
				expect(binomialAbove(gate.samples, least * (1 - 1e-6), gate.above)).toBeLessThan(gate.power);
			}),
			{ numRuns: 50 },
		);
	});

	it('above 0% is that of one failure in n: 1 - (1 - power)^(1/n)', () => {
		expect(leastNoticed({ samples: 100, above: 0, power: 0.95 })).toBeCloseTo(1 - 0.05 ** 0.01, 12);
	});
});
