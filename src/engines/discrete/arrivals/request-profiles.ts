// HOT PATH: runs once per fresh request.
/** What a fresh request of a source is like: its class, its platform, its client instance, and the uniform that shares of requests are compared with. */
import type { Streams, Uniform } from '../../../kernel/random.js';
import { placesOf } from '../../../metrics/recording/dimensions.js';
import { classShares } from '../../../model/traffic.js';
import type { World } from '../../../model/world.js';

/** There are several classes or platforms to choose from: one is drawn. */
const SEVERAL = -1;

/** Draws an index by cumulative weights; not asked where there is only one to choose. */
type Pick = (draw: () => number) => number;

export class RequestProfiles {
	/** cell of a request whose class and platform have index 0; the strides are added */
	readonly basePlace: Int32Array;
	/** home region, by source */
	readonly region: Int32Array;
	readonly classStride: number;
	readonly platformStride: number;
	readonly regionStride: number;
	/** some change or stage applies to a share of requests: only then a uniform is drawn for it */
	readonly usesShareUniforms: boolean;
	/** [mix piece][population] */
	private readonly classes: Pick[][];
	private readonly platforms: Pick[];
	private readonly draws: { class: Uniform; platform: Uniform; instance: Uniform; share: Uniform }[];
	/** the one class or platform there is to choose, or SEVERAL: [mix piece x populations + population], [source] */
	private readonly onlyClass: Int32Array;
	private readonly onlyPlatform: Int32Array;
	private readonly population: Int32Array;
	private readonly instances: Float64Array;
	private readonly populations: number;
	private piece = 0;
	/** [0]: end of the present mix */
	private readonly pieceEndUs: Float64Array;

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
		this.population = Int32Array.from(world.sources, (s) => s.population);
		this.instances = Float64Array.from(world.sources, (s) => world.populations[s.population].instances);
		this.populations = world.populations.length;
		const shares = world.mixes.map((mix) =>
			// Who makes no requests is asked for no class: the mix need not have any of theirs.
			world.populations.map((p) => (p.share === 0 ? mix.shares : classShares(mix.shares, p.classes))),
		);
		this.classes = shares.map((ofPopulation) => ofPopulation.map(pick));
		this.onlyClass = Int32Array.from(shares.flat(), onlyOne);
		this.platforms = world.regions.map((region) => pick(region.platformShares));
		this.onlyPlatform = Int32Array.from(world.sources, (s) => onlyOne(world.regions[s.region].platformShares));
		this.pieceEndUs = new Float64Array([this.endOfPiece(0)]);
		this.usesShareUniforms =
			world.changes.some((c) => c.requestShare < 1) ||
			world.rollouts.some((r) => r.stages.some((s) => s.scope.requestShare < 1));
		this.draws = world.sources.map((s) => {
			const owner = `${world.regions[s.region].name}/${world.populations[s.population].name}`;
			return {
				class: streams.uniform(`class/${owner}`),
				platform: streams.uniform(`platform/${owner}`),
				instance: streams.uniform(`instance/${owner}`),
				// The name of a stream seeds its draws: a new one would change every result.
				share: streams.uniform(`lot/${owner}`),
			};
		});
	}

	/** Class of a request born now. Must be asked in order of time. */
	classOf(source: number, nowUs: number): number {
		while (nowUs >= this.pieceEndUs[0]) this.pieceEndUs[0] = this.endOfPiece(++this.piece);
		const population = this.population[source];
		const only = this.onlyClass[this.piece * this.populations + population];
		return only !== SEVERAL ? only : this.classes[this.piece][population](this.draws[source].class);
	}

	platformOf(source: number): number {
		const only = this.onlyPlatform[source];
		return only !== SEVERAL ? only : this.platforms[this.region[source]](this.draws[source].platform);
	}

	instanceOf(source: number): number {
		const instances = this.instances[source];
		return instances === 1 ? 0 : Math.floor(this.draws[source].instance() * instances);
	}

	shareUniformOf(source: number): number {
		return this.draws[source].share();
	}

	/** Cell of the client's measures. */
	placeOf(source: number, requestClass: number, platform: number): number {
		return this.basePlace[source] + requestClass * this.classStride + platform * this.platformStride;
	}

	/** Cell of the edge's measures: as the client's, but for the node's region. */
	placeAt(place: number, source: number, region: number): number {
		return place + (region - this.region[source]) * this.regionStride;
	}

	private endOfPiece(piece: number): number {
		return piece + 1 < this.world.mixes.length ? this.world.mixes[piece + 1].fromUs : Number.POSITIVE_INFINITY;
	}
}

/** The one index with any weight, or SEVERAL. */
function onlyOne(weights: readonly number[]): number {
	const first = weights.findIndex((w) => w > 0);
	return weights.some((w, i) => w > 0 && i !== first) ? SEVERAL : first;
}

function pick(weights: readonly number[]): Pick {
	const indices = weights.flatMap((w, i) => (w > 0 ? [i] : []));
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
