/** Who is born when (MODEL sections 4 and 14): the whole list of births, made before the run begins. */
import type { World } from '../../../src/model/world.js';
import { type Chance, drawIndex, unitExponential } from './chance.js';
import { scaled, toWholeUs, whenExpected } from './curves.js';

export interface Birth {
	readonly atUs: number;
	readonly region: number;
	readonly population: number;
}

export function births(world: World, chance: Chance): Birth[] {
	const found = unsorted(world, chance).filter(({ atUs }) => atUs < world.horizonUs);
	return found.sort((a, b) => a.atUs - b.atUs);
}

function unsorted(world: World, chance: Chance): Birth[] {
	const { arrivals, sources, horizonUs } = world;
	const weights = sources.map(({ share }) => share);
	const of = (source: number, atUs: number): Birth => ({
		atUs,
		region: sources[source].region,
		population: sources[source].population,
	});
	const dealt = (atUs: number): Birth => of(drawIndex(weights, chance), atUs);
	switch (arrivals.kind) {
		case 'curve':
			return arrivals.process === 'regular'
				? regular(world, chance)
				: sources.flatMap((one, i) => poisson(one.curve, horizonUs, chance).map((us) => of(i, us)));
		case 'mmpp': {
			const phases = phasePath(arrivals, horizonUs, chance);
			return sources.flatMap((one, i) => poisson(scaled(one.curve, phases), horizonUs, chance).map((us) => of(i, us)));
		}
		case 'counts':
			return arrivals.counts.flatMap((count, k) =>
				Array.from({ length: count }, () => dealt(toWholeUs(arrivals.fromUs + (k + chance()) * arrivals.intervalUs))),
			);
		case 'instants':
			return arrivals.atUs.map(dealt);
	}
}

/** Unit-exponential gaps in the expected number. */
function poisson(curve: World['sources'][number]['curve'], endUs: number, chance: Chance): number[] {
	const instants: number[] = [];
	for (let [mass, us] = [unitExponential(chance), 0]; ; mass += unitExponential(chance)) {
		const next = whenExpected([curve], mass, endUs, us - 1);
		if (next === null) return instants;
		us = next;
		instants.push(us);
	}
}

/** One regular stream for the whole world: a birth whenever the expected number is whole, dealt out by the rates of that instant. */
function regular({ sources, horizonUs }: World, chance: Chance): Birth[] {
	const curves = sources.map(({ curve }) => curve);
	const found: Birth[] = [];
	for (let [n, us] = [1, 0]; ; n += 1) {
		const atUs = whenExpected(curves, n, horizonUs, us - 1);
		if (atUs === null) return found;
		us = atUs;
		const rates = curves.map((curve) => rateAt(curve, us));
		const { region, population } = sources[drawIndex(rates, chance)];
		found.push({ atUs, region, population });
	}
}

function rateAt(curve: World['sources'][number]['curve'], us: number): number {
	const piece = curve.find(({ fromUs, toUs }) => us > fromUs && us <= toUs);
	if (piece === undefined) return 0;
	if (piece.toUs === Number.POSITIVE_INFINITY) return piece.fromRate;
	return piece.fromRate + ((piece.toRate - piece.fromRate) * (us - piece.fromUs)) / (piece.toUs - piece.fromUs);
}

/** The phases of an MMPP: the first from the stationary law (shares by mean stay), then in a circle. */
function phasePath(
	law: { ratesPerSecond: readonly number[]; switchPerSecond: readonly number[] },
	endUs: number,
	chance: Chance,
) {
	const { ratesPerSecond, switchPerSecond } = law;
	const path: { fromUs: number; toUs: number; rate: number }[] = [];
	let phase =
		ratesPerSecond.length === 1
			? 0
			: drawIndex(
					switchPerSecond.map((leaves) => 1 / leaves),
					chance,
				);
	for (let fromUs = 0; fromUs < endUs; fromUs = path[path.length - 1].toUs) {
		const stayUs = ratesPerSecond.length === 1 ? endUs : (unitExponential(chance) / switchPerSecond[phase]) * 1e6;
		path.push({ fromUs, toUs: fromUs + stayUs, rate: ratesPerSecond[phase] });
		phase = (phase + 1) % ratesPerSecond.length;
	}
	return path;
}
