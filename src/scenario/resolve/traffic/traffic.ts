/** What arrives: the rate of all regions, split over (region, population) sources, with spikes and traffic faults folded in. */
import { formatClock } from '../../../kernel/units.js';
import { type ArrivalLaw, expectedArrivals, type Source } from '../../../model/traffic.js';
import type { TrafficTrigger } from '../../../model/world.js';
import type { Path } from '../../document/yaml-source.js';
import type { Document } from '../../schema/document.js';
import type { ResolveContext } from '../context.js';
import { addUp } from '../shares.js';
import {
	constant,
	diurnal,
	intervals,
	type PiecewiseCurve,
	peak,
	ramp,
	scaled,
	steps,
	within,
} from './piecewise-curve.js';

/** Of the rate curves of all regions and clients together: each is held, and some passes go over all of them before a run. */
const MOST_LINES = 2_000_000;

type Traffic = NonNullable<Document['traffic']>;
type OwnTraffic = Omit<Traffic, 'mmpp' | 'counts' | 'instants' | 'process'>;

export interface BuiltTraffic {
	readonly arrivals: ArrivalLaw;
	readonly sources: readonly Source[];
	readonly triggers: readonly TrafficTrigger[];
	/** by region */
	readonly regionShares: readonly number[];
}

export function buildTraffic(draft: ResolveContext, populationShares: readonly number[]): BuiltTraffic {
	const { doc, problems, time, regions } = draft;
	const triggers: TrafficTrigger[] = [];
	const own = regions.list.map((name) => doc.regions?.[name]?.traffic);
	const shares = sharesOfRegions(draft, own);
	const arrivals = arrivalLaw(draft);
	const shared = sharedCurve(draft, shares, triggers);
	const recorded = arrivals.kind === 'counts' || arrivals.kind === 'instants';
	if (arrivals.kind !== 'curve' || doc.traffic?.counts !== undefined) {
		for (const [r, curve] of own.entries()) {
			const path = ['regions', regions.list[r], 'traffic'];
			if (curve !== undefined)
				problems.error(path, 'found a curve of its own beside mmpp, counts or instants; a share would do');
		}
	}
	let lines = 0;
	const byRegion = regions.list.map((name, r) => {
		// Nothing more is drawn: 31 days of a diurnal curve are 44,640 lines for each client of each region.
		if (lines > MOST_LINES) return [];
		const local = own[r];
		const path = ['regions', name, 'traffic'];
		const curve = local === undefined ? scaledFor(shared, r, shares, draft) : ownCurve(draft, local, r, path, triggers);
		const drawn = recorded ? [] : withFaults(draft, curve, r);
		lines += drawn.length * populationShares.length;
		return drawn;
	});
	checkFaults(draft, recorded);
	if (lines > MOST_LINES) {
		const found = 'found rate curves of too many lines for so many regions and clients';
		problems.error(['traffic'], `${found}, at most ${MOST_LINES} lines of all of them together would do`);
		return { arrivals, sources: [], triggers, regionShares: shares };
	}
	// A region with a curve of its own has no share: it gets that of the requests it is expected to make.
	const expected = byRegion.map((curve) => expectedArrivals(curve, 0, time.horizonUs));
	const all = expected.reduce((sum, n) => sum + n, 0);
	const mixed = own.some((curve) => curve !== undefined);
	const regionShares = mixed ? expected.map((n) => (all > 0 ? n / all : 0)) : shares;
	const sources = byRegion.flatMap((curve, region) =>
		populationShares.flatMap((share, population): Source[] =>
			share > 0 && (regionShares[region] > 0 || peak(curve) > 0)
				? [{ region, population, share: regionShares[region] * share, curve: scaled(curve, share) }]
				: [],
		),
	);
	return { arrivals, sources, triggers, regionShares };
}

function sharesOfRegions(
	{ doc, problems, regions }: ResolveContext,
	own: readonly (OwnTraffic | undefined)[],
): readonly number[] {
	if (doc.regions === undefined || own.every((curve) => curve !== undefined)) return regions.list.map(() => 1);
	const sharing = regions.list.filter((_, r) => own[r] === undefined);
	const given = sharing.map((name) => {
		const share = doc.regions?.[name]?.share;
		if (share === undefined && sharing.length > 1) {
			problems.error(['regions', name], 'missing: `share`, such as 25% of the traffic, would do');
		}
		return share === undefined ? (sharing.length === 1 ? 1 : 0) : share;
	});
	const missing = sharing.length > 1 && sharing.some((name) => doc.regions?.[name]?.share === undefined);
	const fine = missing ? given : addUp(given, ['regions'], 'shares', problems);
	return regions.list.map((name) => (sharing.includes(name) ? fine[sharing.indexOf(name)] : 0));
}

function arrivalLaw({ doc, problems, time }: ResolveContext): ArrivalLaw {
	const { traffic } = doc;
	const poisson = { kind: 'curve', process: 'poisson' } as const;
	if (traffic === undefined) return poisson;
	const { mmpp, counts, instants, process } = traffic;
	const special =
		mmpp !== undefined ? 'mmpp' : counts !== undefined ? 'counts' : instants !== undefined ? 'instants' : null;
	if (special !== null && process === 'regular') {
		problems.error(['traffic', 'process'], `found regular beside ${special}, which has gaps of its own; leave it out`);
	}
	if (special !== null && traffic.spikes !== undefined) {
		problems.error(['traffic', 'spikes'], `found spikes beside ${special}; they go with rate, steps, ramp or diurnal`);
	}
	if (mmpp !== undefined) {
		for (const [i, rate] of mmpp.switchRates.entries()) {
			const path = ['traffic', 'mmpp', 'switchRates', i];
			if (rate === 0 && mmpp.switchRates.length > 1)
				problems.error(path, 'found 0/s, a phase that is left at some rate would do');
		}
		return { kind: 'mmpp', ratesPerSecond: mmpp.rates, switchPerSecond: mmpp.switchRates };
	}
	if (counts !== undefined) {
		const { every, values, exact } = counts;
		if (every === 0) problems.error(['traffic', 'counts', 'every'], 'found 0s, intervals of some length would do');
		const endUs = time.warmUpUs + values.length * every;
		const text = `recorded counts end ${endUs < time.horizonUs ? 'before' : 'after'} the run does`;
		if (endUs !== time.horizonUs)
			problems.warning(['traffic', 'counts', 'values'], text, [['duration'], ['until'], ['from']]);
		const fitting = values.filter((_, i) => time.warmUpUs + i * every < time.horizonUs);
		return exact ? { kind: 'counts', fromUs: time.warmUpUs, intervalUs: every, counts: fitting } : poisson;
	}
	if (instants !== undefined) {
		const atUs = instants.map((instant, i) => time.event(instant, ['traffic', 'instants', i]));
		for (const [i, us] of atUs.entries()) {
			if (i > 0 && us < atUs[i - 1]) {
				problems.error(
					['traffic', 'instants', i],
					`found ${instants[i].text} after a later one; instants in order would do`,
				);
			}
		}
		return { kind: 'instants', atUs: atUs.filter((us) => us < time.horizonUs) };
	}
	return { kind: 'curve', process: process === undefined ? 'poisson' : process };
}

/** The rate of all regions that have a share; for a diurnal one it depends on the region, and is made later. */
function sharedCurve(
	draft: ResolveContext,
	shares: readonly number[],
	triggers: TrafficTrigger[],
): (region: number) => PiecewiseCurve {
	const { doc, problems, time, regions } = draft;
	const { traffic } = doc;
	const needed = regions.list.some((name, r) => shares[r] > 0 && doc.regions?.[name]?.traffic === undefined);
	const given = traffic !== undefined && FORMS.some((form) => traffic[form] !== undefined);
	if (needed && !given) {
		problems.error(traffic === undefined ? [] : ['traffic'], `missing: traffic, such as { rate: 1000/s }, would do`, [
			['traffic'],
		]);
	}
	if (!needed && given)
		problems.error(['traffic'], 'every region has traffic of its own, so nobody makes this; leave it out');
	if (traffic === undefined || !given) return () => [];
	if (traffic.instants !== undefined || traffic.counts?.exact === true) return () => [];
	if (traffic.mmpp !== undefined) return () => constant(1, time.horizonUs);
	if (traffic.counts !== undefined) {
		const { every, values } = traffic.counts;
		if (every === 0) return () => [];
		const rates = values.map((n) => (n * 1e6) / every);
		return () => intervals(rates, time.warmUpUs, every, time.horizonUs);
	}
	noteTriggers(draft, traffic, ['traffic'], '', triggers);
	return (region) => curveOf(draft, traffic, region, ['traffic']);
}

const FORMS = ['rate', 'steps', 'ramp', 'diurnal', 'mmpp', 'counts', 'instants'] as const;

function scaledFor(
	shared: (region: number) => PiecewiseCurve,
	r: number,
	shares: readonly number[],
	{ doc }: ResolveContext,
): PiecewiseCurve {
	return doc.traffic === undefined ? [] : scaled(shared(r), shares[r]);
}

function ownCurve(
	draft: ResolveContext,
	own: OwnTraffic,
	r: number,
	path: Path,
	triggers: TrafficTrigger[],
): PiecewiseCurve {
	noteTriggers(draft, own, path, `${draft.regions.list[r]}.`, triggers);
	return curveOf(draft, own, r, path);
}

/** One of the forms, with its spikes. */
function curveOf(
	{ doc, problems, time, regions }: ResolveContext,
	traffic: OwnTraffic,
	region: number,
	path: Path,
): PiecewiseCurve {
	const { horizonUs } = time;
	let curve: PiecewiseCurve = constant(traffic.rate === undefined ? 0 : traffic.rate, horizonUs);
	if (traffic.steps !== undefined) {
		const list = traffic.steps.map(({ at, rate }, i) => ({ atUs: time.at(at, [...path, 'steps', i, 'at']), rate, at }));
		for (const [i, { atUs, at }] of list.entries()) {
			const place = [...path, 'steps', i, 'at'];
			if (i === 0 && atUs > time.warmUpUs) {
				problems.error(place, `found ${at.text} for the first step, 0s would do: it also holds during the warm-up`);
			}
			if (i > 0 && atUs <= list[i - 1].atUs) {
				problems.error(place, `found ${at.text}, which is not after the step before; instants in order would do`);
			}
			if (i > 0 && atUs >= horizonUs) problems.warning(place, `${at.text} is after the end of the run: it never comes`);
		}
		curve = steps(list, horizonUs);
	}
	if (traffic.ramp !== undefined) {
		const { from, to, over } = traffic.ramp;
		curve = ramp(from, to, time.span(over, [...path, 'ramp', 'over']), horizonUs);
	}
	if (traffic.diurnal !== undefined) {
		const { mean, amplitude, peak: top } = traffic.diurnal;
		const place = [...path, 'diurnal', 'peak'];
		if (top.kind !== 'clock') problems.error(place, `found ${top.text}, a quoted clock time such as "20:00" would do`);
		else if (!time.hasClock) problems.error(place, 'a daily rhythm needs a clock: `from` would do', [['from']]);
		const offset = doc.regions?.[regions.list[region]]?.utcOffset;
		const localUs = time.clockUs + (offset === undefined ? 0 : offset);
		curve = diurnal({ mean, amplitude, peakUs: top.us }, localUs, horizonUs);
	}
	for (const [name, spike] of Object.entries(traffic.spikes ?? {})) {
		const fromUs = time.event(spike.at, [...path, 'spikes', name, 'at']);
		const { rate, factor, add } = spike;
		curve = within(curve, fromUs, fromUs + spike.for, (was) => {
			if (rate !== undefined) return rate;
			return factor !== undefined ? was * factor : was + (add === undefined ? 0 : add);
		});
	}
	return curve;
}

function noteTriggers(
	{ time }: ResolveContext,
	traffic: OwnTraffic,
	path: Path,
	prefix: string,
	triggers: TrafficTrigger[],
): void {
	for (const [name, spike] of Object.entries(traffic.spikes ?? {})) {
		const fromUs = time.at(spike.at, [...path, 'spikes', name, 'at']);
		if (spike.trigger) triggers.push({ name: `${prefix}${name}`, fromUs, toUs: fromUs + spike.for });
	}
	for (const [i, step] of (traffic.steps ?? []).entries()) {
		if (!step.trigger) continue;
		const fromUs = time.at(step.at, [...path, 'steps', i, 'at']);
		const next = traffic.steps?.[i + 1];
		const toUs = next === undefined ? time.horizonUs : time.at(next.at, [...path, 'steps', i + 1, 'at']);
		const when = time.hasClock ? formatClock(time.clockUs + fromUs) : step.at.text;
		triggers.push({ name: `${prefix}step at ${when}`, fromUs, toUs });
	}
}

function withFaults({ doc, time, regions }: ResolveContext, curve: PiecewiseCurve, region: number): PiecewiseCurve {
	let result = curve;
	for (const [name, { at, for: forUs, where, traffic }] of Object.entries(doc.faults ?? {})) {
		if (traffic === undefined) continue;
		if (where.region !== undefined && !where.region.includes(regions.list[region])) continue;
		const fromUs = time.at(at, ['faults', name, 'at']);
		result = within(result, fromUs, fromUs + forUs, (rate) => rate * traffic);
	}
	return result;
}

function checkFaults({ doc, problems }: ResolveContext, recorded: boolean): void {
	for (const [name, { where, traffic }] of Object.entries(doc.faults ?? {})) {
		if (traffic === undefined) continue;
		if (recorded) {
			const hint = 'counts without exact would do';
			problems.error(['faults', name, 'traffic'], `recorded arrivals are what they are, and take no factor; ${hint}`);
		}
		for (const field of ['platform', 'group', 'node', 'nodes'] as const) {
			const path = ['faults', name, 'where', field];
			if (where[field] !== undefined)
				problems.error(path, `traffic is born in a region, not on a ${field}; region would do`);
		}
	}
}
