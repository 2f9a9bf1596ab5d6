/**
 * Fresh requests of all sources: which comes next, and when. Recorded arrivals are dealt out to the sources first;
 * regular ones are one stream, each arrival of which is dealt out as its turn comes.
 */
import { binomial, exponentials, type Streams, type Uniform } from '../../../kernel/random.js';
import { type RatePiece, rateAt, type Source, totalCurve } from '../../../model/traffic.js';
import type { World } from '../../../model/world.js';
import { type ArrivalClock, CountClock, CurveClock, PhaseClock, RecordedClock } from './arrival-clocks.js';
import { MmppPhases } from './mmpp-phases.js';
import { TournamentTree } from './tournament-tree.js';

export class Arrivals {
	/** [source]; where all share one stream, that stream alone */
	private readonly clocks: readonly ArrivalClock[];
	/** the source that an arrival of the one stream goes to; null where each source has its own */
	private readonly deal: ((nowUs: number) => number) | null;
	private readonly earliest: TournamentTree;
	/**
	 * [source]: the arrival after the next one. The next comparison of instants would have to wait for a logarithm and two
	 * divisions; drawn one ahead, they are done while other events run.
	 */
	private readonly aheadUs: Float64Array;

	constructor(world: World, streams: Streams) {
		const { arrivals, sources } = world;
		const isRegular = arrivals.kind === 'curve' && arrivals.process === 'regular';
		this.clocks = isRegular ? [new CurveClock(totalCurve(sources), null)] : clocksOf(world, streams);
		this.deal = isRegular ? dealerByRate(sources, streams.uniform('split')) : null;
		this.earliest = new TournamentTree(this.clocks.length);
		this.clocks.forEach((clock, source) => {
			this.earliest.set(source, clock.nextUs());
		});
		this.aheadUs = Float64Array.from(this.clocks, (clock) => clock.nextUs());
	}

	/** Instant of the next fresh request in whole us; Infinity when there are no more. */
	get nextUs(): number {
		return this.earliest.firstUs;
	}

	/** The source whose turn it is; its clock moves on. */
	take(): number {
		const nowUs = this.earliest.firstUs;
		const clock = this.earliest.first;
		this.earliest.set(clock, this.aheadUs[clock]);
		this.aheadUs[clock] = this.clocks[clock].nextUs();
		return this.deal === null ? clock : this.deal(nowUs);
	}
}

function clocksOf(world: World, streams: Streams): ArrivalClock[] {
	const law = world.arrivals;
	const uniform = (source: number): (() => number) => {
		const { region, population } = world.sources[source];
		return streams.uniform(`arrivals/${world.regions[region].name}/${world.populations[population].name}`);
	};
	const each = <T>(make: (source: number) => T): T[] => world.sources.map((_, source) => make(source));
	switch (law.kind) {
		case 'curve':
			return each((s) => new CurveClock(world.sources[s].curve, uniform(s)));
		case 'mmpp': {
			const phases = new MmppPhases(law, streams);
			return each((s) => new PhaseClock(world.sources[s].curve, exponentials(uniform(s)), phases));
		}
		case 'counts': {
			const counts = dealCounts(law.counts, world, streams.uniform('split'));
			return each((s) => new CountClock(law.fromUs, law.intervalUs, counts[s], uniform(s)));
		}
		case 'instants': {
			const deal = dealer(world, streams.uniform('split'));
			const dealt: number[][] = each(() => []);
			for (const us of law.atUs) dealt[deal()].push(us);
			return dealt.map((us) => new RecordedClock(us));
		}
	}
}

/** Counts per source and interval: each recorded arrival goes to a source by the shares (multinomial). */
function dealCounts(counts: readonly number[], world: World, uniform: () => number): Uint32Array[] {
	const deal = dealer(world, uniform);
	const dealt = world.sources.map(() => new Uint32Array(counts.length));
	const oneByOne = counts.reduce((sum, count) => sum + count, 0) <= MOST_DEALT;
	counts.forEach((count, interval) => {
		if (oneByOne) for (let i = 0; i < count; i++) dealt[deal()][interval]++;
		else splitCount(count, world, uniform, (source, n) => (dealt[source][interval] = n));
	});
	return dealt;
}

/** By the rates of the moment. An arrival at the very end of all traffic goes by the rates just before. */
function dealerByRate(sources: readonly Source[], uniform: () => number): (nowUs: number) => number {
	const making = sources.flatMap(({ curve }, source) => (curve.some(hasRate) ? [source] : []));
	if (making.length <= 1) return () => (making.length === 1 ? making[0] : 0);
	return (nowUs) => {
		const at = making.some((source) => rateAt(sources[source].curve, nowUs) > 0) ? nowUs : nowUs - 1;
		let left = uniform() * making.reduce((sum, source) => sum + rateAt(sources[source].curve, at), 0);
		const found = making.findIndex((source) => {
			left -= rateAt(sources[source].curve, at);
			return left < 0;
		});
		return making[found === -1 ? making.length - 1 : found];
	};
}

const hasRate = ({ fromRate, toRate }: RatePiece): boolean => fromRate > 0 || toRate > 0;

/** So many arrivals are dealt one by one in a fifth of a second; more are split, source by source. */
const MOST_DEALT = 4_000_000;

/** The same law, told by its sums: what a source gets of the rest is binomial, by its share of the rest. */
function splitCount(count: number, world: World, uniform: Uniform, give: (source: number, n: number) => void): void {
	let left = count;
	let leftShare = world.sources.reduce((sum, { share }) => sum + share, 0);
	for (const [source, { share }] of world.sources.entries()) {
		const isLast = source === world.sources.length - 1;
		const n = isLast || share >= leftShare ? left : share <= 0 ? 0 : binomial(uniform, left, share / leftShare);
		give(source, n);
		left -= n;
		leftShare -= share;
	}
}

function dealer(world: World, uniform: () => number): () => number {
	const last = world.sources.length - 1;
	let sum = 0;
	const cumulative = world.sources.map((source) => {
		sum += source.share;
		return sum;
	});
	return () => {
		const u = uniform() * sum;
		const source = cumulative.findIndex((c) => u < c);
		return source === -1 ? last : source;
	};
}
