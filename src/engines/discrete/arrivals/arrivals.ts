/** Fresh requests of all sources: which comes next, and when. Recorded arrivals are dealt out to the sources first. */
import { exponentials, type Streams } from '../../../kernel/random.js';
import type { World } from '../../../model/world.js';
import { type ArrivalClock, CountClock, CurveClock, PhaseClock, RecordedClock } from './arrival-clocks.js';
import { Phases } from './mmpp-phases.js';
import { Earliest } from './tournament-tree.js';

export class Arrivals {
	private readonly clocks: readonly ArrivalClock[];
	private readonly earliest: Earliest;
	/**
	 * [source]: the arrival after the next one. The next comparison of instants would have to wait for a logarithm and two
	 * divisions; drawn one ahead, they are done while other events run.
	 */
	private readonly aheadUs: Float64Array;

	constructor(world: World, streams: Streams) {
		this.clocks = clocksOf(world, streams);
		this.earliest = new Earliest(this.clocks.length);
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
		const source = this.earliest.first;
		this.earliest.set(source, this.aheadUs[source]);
		this.aheadUs[source] = this.clocks[source].nextUs();
		return source;
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
			return each((s) => new CurveClock(world.sources[s].curve, law.process === 'regular' ? null : uniform(s)));
		case 'mmpp': {
			const phases = new Phases(law, streams);
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
	counts.forEach((count, interval) => {
		for (let i = 0; i < count; i++) dealt[deal()][interval]++;
	});
	return dealt;
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
