// HOT PATH: runs once per fresh request.
/** What a fresh request of a source is like: its class, its platform, its client instance, its luck with shares of requests. */
import type { Streams } from '../../kernel/random.js';
import { placesOf } from '../../metrics/places.js';
import { classShares } from '../../model/traffic.js';
import type { World } from '../../model/world.js';

/** Draws an index by cumulative weights; takes no uniform when there is only one to choose. */
type Pick = (draw: () => number) => number;

export class Profiles {
	/** cell of a request whose class and platform have index 0; the strides are added */
	readonly basePlace: Int32Array;
	/** home region, by source */
	readonly region: Int32Array;
	readonly classStride: number;
	readonly platformStride: number;
	readonly regionStride: number;
	/** some change or stage applies to a share of requests: only then a lot is drawn */
	readonly usesLots: boolean;
	/** [mix piece][population] */
	private readonly classes: Pick[][];
	private readonly platforms: Pick[];
	private readonly draws: { class: () => number; platform: () => number; instance: () => number; lot: () => number }[];
	private piece = 0;
	private pieceEndUs: number;

	constructor(
		private readonly world: World,
		streams: Streams,
	) {
		const { stride } = placesOf(world);
		this.classStride = stride.class;
		this.platformStride = stride.platform;
		this.regionStride = stride.region;
		this.region = Int32Array.from(world.sources, (s) => s.region);
		this.basePlace = Int32Array.from(world.sources, (s) => s.region * stride.region + s.population * stride.population);
		this.classes = world.mixes.map((mix) => world.populations.map((p) => pick(classShares(mix.shares, p.classes))));
		this.platforms = world.regions.map((region) => pick(region.platformShares));
		this.pieceEndUs = this.endOfPiece(0);
		this.usesLots =
			world.changes.some((c) => c.requestShare < 1) ||
			world.rollouts.some((r) => r.stages.some((s) => s.scope.requestShare < 1));
		this.draws = world.sources.map((s) => {
			const owner = `${world.regions[s.region].name}/${world.populations[s.population].name}`;
			return {
				class: streams.uniform(`class/${owner}`),
				platform: streams.uniform(`platform/${owner}`),
				instance: streams.uniform(`instance/${owner}`),
				lot: streams.uniform(`lot/${owner}`),
			};
		});
	}

	classOf(source: number, nowUs: number): number {
		while (nowUs >= this.pieceEndUs) this.pieceEndUs = this.endOfPiece(++this.piece);
		return this.classes[this.piece][this.world.sources[source].population](this.draws[source].class);
	}

	platformOf(source: number): number {
		return this.platforms[this.world.sources[source].region](this.draws[source].platform);
	}

	instanceOf(source: number): number {
		const { instances } = this.world.populations[this.world.sources[source].population];
		return instances === 1 ? 0 : Math.floor(this.draws[source].instance() * instances);
	}

	lotOf(source: number): number {
		return this.draws[source].lot();
	}

	private endOfPiece(piece: number): number {
		return piece + 1 < this.world.mixes.length ? this.world.mixes[piece + 1].fromUs : Number.POSITIVE_INFINITY;
	}
}

function pick(weights: readonly number[]): Pick {
	const indices = weights.flatMap((w, i) => (w > 0 ? [i] : []));
	if (indices.length === 1) return () => indices[0];
	let sum = 0;
	const cumulative = indices.map((i) => {
		sum += weights[i];
		return sum;
	});
	const last = indices.length - 1;
	return (draw) => {
		const u = draw() * sum;
		let k = 0;
		while (k < last && u >= cumulative[k]) k++;
		return indices[k];
	};
}
