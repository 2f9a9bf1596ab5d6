/**
 * Whom a stage shows the change to: of the first attempts that its nodes get, the share that the change can touch. From the
 * world alone, no run needed: mix x population x region x platform x nodes x lots. A gate whose stage has none of the
 * affected requests is blind, however long it looks.
 *
 * It takes requests to be spread evenly over the nodes of a (region, platform), and to be served at home: no failover. What
 * a change needs besides (`aboveLoad`) is left out.
 */

import { selectNodes, stageNodes } from './node-selection.js';
import type { StageScope } from './rollout/plan.js';
import { classShares, rateAt, type Source } from './traffic.js';
import type { World } from './world.js';

export interface Coverage {
	/** touched first attempts / first attempts of the stage, 0..1; null where the stage gets none */
	readonly share: number | null;
	/** first attempts of the stage / all first attempts, 0..1 */
	readonly traffic: number;
}

/** @param atUs the mix and the rates of this instant hold */
export function coverage(world: World, change: number, scope: StageScope, atUs: number): Coverage {
	const { requestShare, requestMode } = scope;
	const { classes, requestShare: lots, ...filter } = world.changes[change];
	const showing = new Set(selectNodes(world.groups, filter));
	const diverts = requestShare < 1 && requestMode === 'divert';
	// A lot below the smaller of two shares is below both; a flagged share is a share of the share.
	const touchedLots = diverts ? Math.min(lots, requestShare) / requestShare : lots * requestShare;
	let [reached, touched] = [0, 0];
	for (const { population, arriving, inStage } of flowsInto(world, scope, atUs)) {
		const affected = affectedShare(world, population, classes, atUs) * touchedLots;
		reached += arriving;
		touched += (arriving * affected * inStage.filter((node) => showing.has(node)).length) / inStage.length;
	}
	const all = sourcesAt(world, atUs).reduce((sum, { weight }) => sum + weight, 0);
	return { share: reached === 0 ? null : touched / reached, traffic: all === 0 ? 0 : reached / all };
}

/** By class: its part of the first attempts that the nodes of a stage get, all together 1; zeros where they get none. */
export function classesOf(world: World, scope: StageScope, atUs: number): number[] {
	const sums = world.classes.map(() => 0);
	for (const { population, arriving } of flowsInto(world, scope, atUs)) {
		mixOf(world, population, atUs).forEach((share, c) => {
			sums[c] += arriving * share;
		});
	}
	const all = sums.reduce((sum, n) => sum + n, 0);
	return all === 0 ? sums : sums.map((n) => n / all);
}

/** What arrives at the nodes of a stage, by source and platform, in the unit of its sources' weights. */
function flowsInto(world: World, scope: StageScope, atUs: number) {
	const stage = new Set(stageNodes(world.groups, scope));
	const diverts = scope.requestShare < 1 && scope.requestMode === 'divert';
	return sourcesAt(world, atUs).flatMap(({ region, population, weight }) =>
		world.regions[region].platformShares.flatMap((share, platform) => {
			const here = poolNodes(world, region, platform);
			const inStage = here.filter((node) => stage.has(node));
			if (inStage.length === 0) return [];
			const arriving = weight * share * (diverts ? scope.requestShare : inStage.length / here.length);
			return [{ population, arriving, inStage }];
		}),
	);
}

/** Everywhere at once: what a change can touch of all first attempts. */
export const EVERYWHERE: StageScope = {
	regions: null,
	platforms: null,
	nodeShare: 1,
	requestShare: 1,
	requestMode: 'flag',
};

/** Chance that at least one of n first attempts is a touched one. */
export const chanceOfOne = (share: number, n: number): number => -Math.expm1(n * Math.log1p(-share));

/** A source without traffic may be of a population that the mix has no class for. */
const sending = ({ sources }: World): readonly Source[] => sources.filter(({ share }) => share > 0);

/** Sources with what each sends at an instant, by its curve, or by its share where arrivals follow no curve. */
function sourcesAt(world: World, atUs: number): (Source & { readonly weight: number })[] {
	return sending(world).map((source) => ({
		...source,
		weight: world.arrivals.kind === 'curve' ? rateAt(source.curve, atUs) : source.share,
	}));
}

/** Requests of these classes / all first attempts, 0..1; null = all classes. */
export const classTraffic = (world: World, classes: readonly boolean[] | null, atUs: number): number =>
	sending(world).reduce(
		(sum, { share, population }) => sum + share * affectedShare(world, population, classes, atUs),
		0,
	);

function affectedShare(world: World, population: number, classes: readonly boolean[] | null, atUs: number): number {
	if (classes === null) return 1;
	return mixOf(world, population, atUs).reduce((sum, share, c) => sum + (classes[c] ? share : 0), 0);
}

/** Shares of the classes that a population makes, at an instant. */
function mixOf({ mixes, populations }: World, population: number, atUs: number): readonly number[] {
	const mix = mixes.findLast(({ fromUs }) => fromUs <= atUs);
	return classShares((mix === undefined ? mixes[0] : mix).shares, populations[population].classes);
}

const poolNodes = ({ groups }: World, region: number, platform: number): number[] =>
	groups
		.filter((group) => group.region === region && group.platform === platform && !group.standby)
		.flatMap(({ firstNode, nodes }) => Array.from({ length: nodes }, (_, k) => firstNode + k));
