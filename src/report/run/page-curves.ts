/**
 * Curves for the page: rates per second and means over steps of time, at most `MOST_STEPS` of them, everywhere and on each
 * platform that was recorded. A step is a whole number of time buckets; a value is null where nothing was counted below its line.
 */

import type { Outcome } from '../../metrics/outcome.js';
import { drawn, openPerBucket } from '../../metrics/reading/by-birth.js';
import { bucketRangeOf, perBucket, type Where, wholeRun } from '../../metrics/reading/cell-sums.js';
import { MIN_SAMPLES } from '../../metrics/reading/milestones.js';
import { MEASURES } from '../../metrics/recording/counters.js';
import { OUTCOMES } from '../../model/attempt.js';
import { meanUs } from '../../model/distributions/distribution.js';
import { classShares } from '../../model/traffic.js';
import type { World } from '../../model/world.js';
import type { Values } from '../page/values.js';

/** As many as a chart of the page can tell apart; timeseries.csv has every bucket. */
export const MOST_STEPS = 360;

/** Times from t = 0. The last step ends at `toUs` and may be shorter. */
export interface CurveSteps {
	readonly fromUs: number;
	readonly stepUs: number;
	readonly toUs: number;
	readonly count: number;
}

/** Where: the whole edge, or one platform. */
export interface CurveScope {
	readonly name: string;
	/** workers / mean service time of an undisturbed node, over all nodes */
	readonly capacityPerSecond: number;
	readonly workers: number;
	/** by measure, per second; only those that counted anything */
	readonly rates: Readonly<Record<string, readonly number[]>>;
	/** these three of the whole edge alone; empty of a platform */
	readonly amplification: Values;
	/** least and most of the time buckets in each step: the peak of a bucket shows, whatever the mean of its step is; null where a step is one bucket */
	readonly amplificationRange: { readonly low: Values; readonly high: Values } | null;
	readonly unavailable: Values;
	/** mean number of busy workers */
	readonly busy: readonly number[];
}

/** Rows that can be told apart: timeseries.csv has all places. */
const MOST_PLACES = 40;

/** One row for each recorded region and platform; of very many those where most first attempts failed. */
export interface PlaceRows {
	/** coarser than those of curves: a cell takes a few pixels, and there are many rows */
	readonly steps: CurveSteps;
	/** places without a row */
	readonly left: number;
	readonly names: readonly string[];
	/** mean number of waiting attempts, by place and step */
	readonly queue: readonly (readonly number[])[];
	/** share of first attempts that failed, by birth */
	readonly unavailable: readonly Values[];
}

export function stepsOf(outcome: Outcome): CurveSteps {
	const span = bucketRangeOf(outcome, wholeRun(outcome));
	const { fromUs, toUs, bucketUs } = outcome;
	if (span === null) return { fromUs, stepUs: bucketUs, toUs, count: 0 };
	const buckets = span.end - span.first;
	const merged = Math.ceil(buckets / MOST_STEPS);
	return { fromUs: span.first * bucketUs, stepUs: merged * bucketUs, toUs, count: Math.ceil(buckets / merged) };
}

/** Of a platform: its demand, and what was lost. */
const RATES_OF_PLATFORM: readonly string[] = MEASURES.map(({ name }) => name).filter((name) =>
	/^(failed|first_attempts|attempts_\d.*)$/.test(name),
);

/** Columns of a plane. */
const MOST_COLUMNS = 100;

export function columnsOf(outcome: Outcome): CurveSteps {
	const fine = stepsOf(outcome);
	const merged = Math.max(1, Math.ceil(fine.count / MOST_COLUMNS));
	return { ...fine, stepUs: fine.stepUs * merged, count: Math.ceil(fine.count / merged) };
}

/** What is drawn per second. */
const RATES: readonly string[] = MEASURES.map(({ name }) => name).filter(
	(name) =>
		/^(born|failed|first_attempts|attempts_\d.*|retries_layer_\d|suppressed)$/.test(name) ||
		OUTCOMES.some((outcome) => name === `outcome_${outcome}`),
);

export function scopesOf(outcome: Outcome, world: World): CurveScope[] {
	const recorded = outcome.places.some(({ platform }) => platform !== undefined) && world.platforms.length > 1;
	const scopes = [scope('everywhere', {}, outcome, world)];
	if (recorded) for (const platform of world.platforms) scopes.push(scope(platform, { platform }, outcome, world));
	return scopes;
}

function scope(name: string, where: Where, outcome: Outcome, world: World): CurveScope {
	const steps = stepsOf(outcome);
	const sums = (measure: string): number[] => summed(outcome, where, measure, steps);
	const lengths = lengthsUs(steps);
	const rates: Record<string, readonly number[]> = {};
	for (const measure of where.platform === undefined ? RATES : RATES_OF_PLATFORM) {
		const counts = sums(measure);
		if (measure === 'born' || measure === 'first_attempts' || counts.some((count) => count > 0))
			rates[measure] = counts.map((count, i) => short((count * 1e6) / lengths[i]));
	}
	const later = Object.keys(rates).filter((name) => /^attempts_([3-9]|\d\d)/.test(name));
	if (later.length > 0) {
		const all = later.map((name) => rates[name]);
		for (const name of later) delete rates[name];
		rates.attempts_3_up = lengths.map((_, i) => short(all.reduce((sum, values) => sum + values[i], 0)));
	}
	const mean = (measure: string): number[] => sums(measure).map((us, i) => short(us / lengths[i]));
	return {
		name,
		...capacity(world, where.platform),
		rates,
		...(where.platform === undefined
			? amplificationOf(outcome, where, steps)
			: { amplification: [], amplificationRange: null }),
		unavailable: where.platform === undefined ? failedShares(outcome, where, steps) : [],
		busy: mean('busy_us'),
	};
}

export function placeRows(outcome: Outcome, world: World): PlaceRows {
	const steps = columnsOf(outcome);
	const lengths = lengthsUs(steps);
	const has = (dimension: 'region' | 'platform'): boolean =>
		outcome.places.some((place) => place[dimension] !== undefined);
	const regions = has('region') ? world.regions.map(({ name }) => name) : [undefined];
	const platforms = has('platform') ? world.platforms : [undefined];
	const sum = (where: Where, measure: string): number =>
		summed(outcome, where, measure, steps).reduce((all, count) => all + count, 0);
	const used = regions
		.flatMap((region) => platforms.map((platform): Where => ({ region, platform })))
		.filter((where) => sum(where, 'attempts') > 0);
	const places = used.length <= MOST_PLACES ? used : worstOf(used, (where) => sum(where, 'first_failed_by_birth'));
	return {
		steps,
		left: used.length - places.length,
		names: places.map(({ region, platform }) => [region, platform].filter(Boolean).join('/') || 'the whole edge'),
		queue: places.map((where) => summed(outcome, where, 'waiting_us', steps).map((us, i) => short(us / lengths[i]))),
		unavailable: places.map((where) => failedShares(outcome, where, steps)),
	};
}

/** Those with most of it, in their order. */
function worstOf(places: readonly Where[], much: (where: Where) => number): Where[] {
	const measured = places.map((where) => ({ where, much: much(where) }));
	const worst = new Set(measured.toSorted((a, b) => b.much - a.much).slice(0, MOST_PLACES));
	return measured.filter((one) => worst.has(one)).map(({ where }) => where);
}

/**
 * Attempts per first attempt, as the peak reads it: buckets with fewer than 30 first attempts are read together with as many
 * of those after them as it takes. So no chart shows more than the peak that its caption names, and the peak is on the chart.
 */
function amplificationOf(
	outcome: Outcome,
	where: Where,
	steps: CurveSteps,
): Pick<CurveScope, 'amplification' | 'amplificationRange'> {
	const [sent, first] = [perBucket(outcome, where, 'attempts'), perBucket(outcome, where, 'first_attempts')];
	if (sent === null || first === null) return { amplification: [], amplificationRange: null };
	const merged = Math.round(steps.stepUs / outcome.bucketUs);
	const start = Math.round(steps.fromUs / outcome.bucketUs);
	const last = Math.min(outcome.buckets, start + steps.count * merged);
	/** The shortest stretch that begins at a bucket, is as long as asked and holds enough. */
	const factorFrom = (from: number, least: number): number | null => {
		let [attempts, firsts] = [0, 0];
		for (let i = from; i < last && (i < from + least || firsts < MIN_SAMPLES); i++) {
			attempts += sent[i];
			firsts += first[i];
		}
		return firsts < MIN_SAMPLES ? null : short(attempts / firsts);
	};
	const starts = Array.from({ length: steps.count }, (_, k) => start + k * merged);
	const amplification = starts.map((from) => factorFrom(from, merged));
	if (merged === 1) return { amplification, amplificationRange: null };
	const factors = starts.map((from) =>
		Array.from({ length: Math.max(0, Math.min(merged, last - from)) }, (_, i) => factorFrom(from + i, 1)).filter(
			(factor) => factor !== null,
		),
	);
	const of = (pick: (...all: number[]) => number): Values =>
		factors.map((some) => (some.length === 0 ? null : pick(...some)));
	return { amplification, amplificationRange: { low: of(Math.min), high: of(Math.max) } };
}

/** How far a change had got at the end of every step. */
export interface Adoption {
	readonly change: string;
	/** of all nodes */
	readonly shares: readonly number[];
	/** of the nodes of each region, of the first ones where there are very many */
	readonly regions: readonly { readonly name: string; readonly shares: readonly number[] }[];
}

export function adoptionOf(outcome: Outcome, world: World): Adoption[] {
	const steps = stepsOf(outcome);
	const first = Math.round(steps.fromUs / outcome.bucketUs);
	const merged = Math.round(steps.stepUs / outcome.bucketUs);
	const atEnds = (read: (bucket: number) => number): number[] =>
		Array.from({ length: steps.count }, (_, k) => short(read(Math.min(outcome.buckets, first + (k + 1) * merged) - 1)));
	const { length: n } = outcome.changes;
	const { length: r } = world.regions;
	return outcome.changes.map((change, c) => ({
		change,
		shares: atEnds((bucket) => outcome.adoption[bucket * n + c]),
		regions: world.regions.slice(0, MOST_PLACES).map(({ name }, region) => ({
			name,
			shares: atEnds((bucket) => outcome.adoptionByRegion[(bucket * n + c) * r + region]),
		})),
	}));
}

/** Share of decided first attempts that failed, by birth; it ends where decisions do. */
function failedShares(outcome: Outcome, where: Where, steps: CurveSteps): Values {
	const counts = summed(outcome, where, 'first_failed_by_birth', steps);
	const births = summed(outcome, where, 'born', steps);
	const open = summedSeries(outcome, openPerBucket(outcome, where, 'first-attempts'), steps);
	return counts.map((count, i) => {
		const share = drawn({ count, born: births[i], open: open[i] });
		return share === null ? null : short(share);
	});
}

/** A measure in each step. */
const summed = (outcome: Outcome, where: Where, measure: string, steps: CurveSteps): number[] =>
	summedSeries(outcome, perBucket(outcome, where, measure), steps);

function summedSeries(outcome: Outcome, series: Float64Array | null, steps: CurveSteps): number[] {
	const sums: number[] = new Array(steps.count).fill(0);
	if (series === null) return sums;
	const first = Math.round(steps.fromUs / outcome.bucketUs);
	const merged = Math.round(steps.stepUs / outcome.bucketUs);
	const end = Math.min(outcome.buckets, first + steps.count * merged);
	for (let bucket = first; bucket < end; bucket++) sums[Math.floor((bucket - first) / merged)] += series[bucket];
	return sums;
}

const lengthsUs = ({ fromUs, stepUs, toUs, count }: CurveSteps): number[] =>
	Array.from({ length: count }, (_, k) => Math.min(stepUs, toUs - fromUs - k * stepUs));

/** Four digits are more than a screen shows. */
const short = (value: number): number => Number(value.toPrecision(4));

/** Of the nodes as they stand when nothing disturbs, under the mix of the start. */
function capacity(world: World, platform: string | undefined): { capacityPerSecond: number; workers: number } {
	const shares = world.populations.reduce(
		(sum, { share, classes }) =>
			share === 0 ? sum : classShares(world.mixes[0].shares, classes).map((one, c) => sum[c] + share * one),
		world.classes.map(() => 0),
	);
	let perSecond = 0;
	let workers = 0;
	for (const group of world.groups) {
		if (group.standby || (platform !== undefined && world.platforms[group.platform] !== platform)) continue;
		const meanServiceUs = shares.reduce((mean, share, c) => mean + share * meanUs(group.service[c]), 0);
		workers += group.nodes * group.workers;
		perSecond += (group.nodes * group.workers * 1e6) / meanServiceUs;
	}
	return { capacityPerSecond: short(perSecond), workers };
}
