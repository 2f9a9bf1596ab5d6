/** Figures against sums done with a pencil: where, when, and what stays null. */
import { describe, expect, it } from 'vitest';
import { formatQuantity } from '../../../src/metrics/definitions/format.js';
import { QUANTITIES, quantity } from '../../../src/metrics/definitions/metrics.js';
import type { Selection } from '../../../src/metrics/expectation.js';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { bucketRangeOf, placesWhere, total, wholeRun } from '../../../src/metrics/reading/cell-sums.js';
import { curve } from '../../../src/metrics/reading/curves.js';
import type { Rules } from '../../../src/metrics/reading/milestones.js';
import { MEASURES } from '../../../src/metrics/recording/counters.js';
import { type Cells, LAYER, outcomeOf, POPULATION, RULES, stormOutcome } from '../../support/outcome-builder.js';

const PLACES = [
	{ region: 'weur', platform: 'older' },
	{ region: 'weur', platform: 'newer' },
	{ region: 'apac', platform: 'older' },
];

/** Place p of second b holds 1000 b + 10 (p + 1) births and as many first attempts, and p failures by birth. */
const places = outcomeOf({
	toUs: 5e6,
	places: PLACES,
	fill: (bucket, place) => {
		const p = PLACES.indexOf(place as (typeof PLACES)[number]);
		return { born: 1000 * bucket + 10 * (p + 1), first_failed_by_birth: p };
	},
});

function value(
	name: string,
	outcome: Outcome,
	selection: Partial<Selection> = {},
	rules: Rules = RULES,
): number | null {
	const named = quantity(name);
	if (named === undefined) throw new Error(`no quantity ${name}`);
	return named.read(outcome, { ...wholeRun(outcome), ...selection }, rules);
}

describe('a sum over cells', () => {
	it('takes the places that answer to where', () => {
		const whole = wholeRun(places);
		expect(total(places, whole, 'born')).toBe(3 * 10_000 + 5 * 60);
		expect(total(places, { ...whole, where: { platform: 'older' } }, 'born')).toBe(2 * 10_000 + 5 * 40);
		expect(total(places, { ...whole, where: { region: 'weur', platform: 'older' } }, 'born')).toBe(10_050);
	});

	it('takes whole buckets of the span and clips at the end of the run', () => {
		const first = { fromUs: 1e6, toUs: 3e6, where: { region: 'apac' } };
		expect(total(places, first, 'born')).toBe(1030 + 2030);
		expect(total(places, { ...first, toUs: 9e6 }, 'born')).toBe(1030 + 2030 + 3030 + 4030);
		expect(bucketRangeOf(places, { fromUs: 1e6, toUs: 9e6, where: {} })).toEqual({ first: 1, end: 5, us: 4e6 });
		const cut = outcomeOf({ toUs: 4.5e6, fill: () => ({ succeeded: 9 }) });
		expect(value('goodput', cut)).toBe(45 / 4.5);
	});

	it('is null, not zero, where nothing was recorded', () => {
		expect(placesWhere(places, { class: 'plain' })).toBeNull();
		expect(total(places, { ...wholeRun(places), where: { region: 'mars' } }, 'born')).toBeNull();
		expect(total(places, { fromUs: 5e6, toUs: 9e6, where: {} }, 'born')).toBeNull();
		expect(value('unavailable', outcomeOf({}))).toBeNull();
	});
});

describe('quantities of the storm', () => {
	const storm = stormOutcome();
	// 120 s x 100 births, 50 s of storm.
	it.each([
		['born', 12_000],
		['unavailable', 3000 / 12_000],
		['lost', 2500 / 12_000],
		['lost-direct', 500 / 12_000],
		['lost-collateral', 2000 / 12_000],
		['success-rate', 9500 / 12_000],
		['goodput', 9500 / 120],
		['goodput-share', 9500 / 12_000],
		['arrival-rate', 100],
		['attempt-rate', (70 * 100 + 50 * 250) / 120],
		['retries', 7500],
		['amplification', 19_500 / 12_000],
		['attempts-per-request', 19_500 / 12_000],
		['retry-share', 7500 / 19_500],
		['retry-ratio', 7500 / 12_000],
		['peak-amplification', 2.5],
		['peak-retry-share', 0.6],
		['queue-length', (50 * 5) / 120],
		['busy-workers', 2],
		['wasted-share', 75 / (75 + 70 * 2 + 25)],
		['outage-minutes', 50 * 0.6 * 1e6],
		['error-budget', (50 * 0.6) / (43.2 * 60)],
		['adoption', (35 + 5 * 0.5) / 120],
		['reverts', 1],
		['gate-trips', 0],
		['lost-by-birth', 2500],
		['wasted-time', 75e6],
	])('%s', (name, wanted) => {
		expect(value(name, storm)).toBeCloseTo(wanted, 10);
	});

	it('are read over a span', () => {
		expect(value('unavailable', storm, { fromUs: 30e6, toUs: 80e6 })).toBe(0.6);
		expect(value('unavailable', storm, { fromUs: 0, toUs: 30e6 })).toBe(0);
		expect(value('adoption', storm, { fromUs: 40e6, toUs: 41e6, where: { change: 'patch' } })).toBe(1);
		expect(value('adoption', storm, { where: { change: 'other' } })).toBeNull();
	});

	it('take a peak from a bucket of fewer than 30 first attempts together with those after it, and from no fewer than 30', () => {
		const few = outcomeOf({ fill: (b) => ({ first_attempts: b === 0 ? 29 : 30, attempts: b === 0 ? 290 : 60 }) });
		expect(value('peak-amplification', few)).toBe((290 + 60) / (29 + 30));
		const thin = outcomeOf({ fill: () => ({ first_attempts: 29, attempts: 99 }) });
		expect(value('peak-amplification', thin)).toBe(99 / 29);
	});

	it('take utilisation from worker time, for the whole run only', () => {
		const worked = { ...storm, windowWorkerUs: { total: 400, idle: 100 } };
		expect(value('utilisation', worked)).toBe(0.75);
		expect(value('utilisation', worked, { fromUs: 1e6 })).toBeNull();
	});
});

describe('retries by layer', () => {
	const stack = (name: string, layers: readonly string[]) => ({
		...POPULATION,
		name,
		layers: layers.map((layer) => ({ ...LAYER, name: layer })),
	});
	const rules = { ...RULES, populations: [stack('apps', ['sdk', 'person']), stack('browsers', ['person'])] };
	const fill = () => ({ attempts: 30, first_attempts: 10, retries_layer_1: 5, retries_layer_2: 15 });

	it('follow a name through stacks of different depth where cells are kept by population', () => {
		const outcome = outcomeOf({ toUs: 1e6, places: [{ population: 'apps' }, { population: 'browsers' }], fill });
		expect(value('retries', outcome, { where: { layer: 'person' } }, rules)).toBe(15 + 5);
		expect(value('retries', outcome, { where: { layer: 'sdk' } }, rules)).toBe(5);
		expect(value('retry-share', outcome, { where: { layer: 'sdk' } }, rules)).toBe(5 / 60);
		expect(value('retries', outcome, { where: { layer: 'person', population: 'browsers' } }, rules)).toBe(5);
	});

	it('are not guessed where a name stands at two depths, and do not exist for unknown names', () => {
		const outcome = outcomeOf({ toUs: 1e6, fill });
		expect(value('retries', outcome, { where: { layer: 'person' } }, rules)).toBeNull();
		expect(value('retries', outcome, { where: { layer: 'mesh' } }, rules)).toBeNull();
		const alike = { ...RULES, populations: [stack('apps', ['sdk', 'person'])] };
		expect(value('retries', outcome, { where: { layer: 'person' } }, alike)).toBe(15);
	});
});

describe('latency', () => {
	/** 100 requests of 1..100 ms in second 0, one of 5 s in second 1. */
	const outcome = outcomeOf({
		toUs: 2e6,
		times: (bucket) => ({ request: bucket === 0 ? Array.from({ length: 100 }, (_, i) => (i + 1) * 1000) : [5e6] }),
	});

	it('comes from the run for the whole window', () => {
		expect(Math.abs(Number(value('request-p50', outcome)) / 51_000 - 1)).toBeLessThan(0.004);
		expect(value('request-p999', outcome)).toBe(5e6);
		expect(value('mean-request-latency', outcome)).toBe((5050 * 1000 + 5e6) / 101);
	});

	it('comes from the buckets for a part of it, and is null where only the whole edge was kept', () => {
		const second = { fromUs: 0, toUs: 1e6 };
		expect(Math.abs(Number(value('request-p99', outcome, second)) / 99_000 - 1)).toBeLessThan(0.0625);
		expect(value('mean-request-latency', outcome, second)).toBeNull();
		expect(value('request-p99', outcome, { ...second, where: { platform: 'older' } })).toBeNull();
		expect(value('wait-p50', outcome)).toBeNull();
	});
});

describe('curves', () => {
	it('are blank where nothing was counted', () => {
		const outcome = outcomeOf({
			fromUs: 1e6,
			toUs: 4e6,
			fill: (b): Cells => {
				return b === 2 ? {} : { born: 10, attempts: 10 + b, first_attempts: 10, first_failed_by_birth: b };
			},
		});
		expect(curve(outcome, 'amplification')).toEqual([1.1, null, 1.3]);
		expect(curve(outcome, 'unavailable')).toEqual([0.1, null, 0.3]);
		expect(curve(outcome, 'goodput')).toEqual([0, 0, 0]);
		expect(curve(outcome, 'goodput', { region: 'weur' })).toBeNull();
	});
});

describe('the list of quantities', () => {
	it('has every name once, a help line each, and one for each measure', () => {
		const names = QUANTITIES.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		for (const { name, help } of QUANTITIES) expect(`${name} ${help}`).toMatch(/^[a-z][a-z0-9-]* \S.+/);
		expect(names).toEqual(
			expect.arrayContaining(['born', 'outcome-ok', 'fate-served-late', 'retries-layer-8', 'busy-time']),
		);
		expect(QUANTITIES.length).toBeGreaterThan(MEASURES.length + 40);
		expect(quantity('no-such')).toBeUndefined();
	});
});

describe('formatting', () => {
	const dated = { date: '2025-12-05', clockUs: 31_140e6, fromUs: 60e6, toUs: 2460e6 };
	it.each([
		['share', 0.28431, '28.4%'],
		['factor', 2.0714, 'x2.07'],
		['factor', Number.POSITIVE_INFINITY, 'all'],
		['instant', 482.9e6, '08:47:02'],
		['duration', 408.4e6, '6m48s'],
		['duration', 2_412_345, '2.41s'],
		['duration', 47_310, '47.3ms'],
		['count', 1_234_567, '1,234,567'],
		['count', 2.0666, '2.07'],
		['rate', 1234.5, '1234.5/s'],
		['boolean', 0, 'no'],
		['boolean', null, '-'],
	] as const)('%s %s is %s', (kind, number, text) => {
		expect(formatQuantity(kind, number, dated)).toBe(text);
	});

	it('counts instants from the measured window where there is no clock', () => {
		const clock = { date: null, clockUs: 0, fromUs: 60e6, toUs: 360e6 };
		expect(formatQuantity('instant', 162.44e6, clock)).toBe('+102.4s');
		expect(formatQuantity('instant', 30e6, clock)).toBe('-30s');
	});
});
