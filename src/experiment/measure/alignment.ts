/**
 * Where a recording lies on the clock of a scenario. Both may know their date: then they are laid beside each other by it, and only
 * buckets that the recording covers from their first to their last instant are compared. Where one does not, the first attempt is the start.
 */
import { formatSpan } from '../../metrics/definitions/format.js';
import type { World } from '../../model/world.js';
import { gapUs, type Recording, spanOfRecording } from './recording.js';

export interface Alignment {
	/** s in the clock of the recording: where the measured window of the scenario begins */
	readonly originS: number;
	/** the first bucket that the recording covers whole */
	readonly first: number;
	/** buckets up to the last one that both cover, those before `first` included */
	readonly buckets: number;
	readonly byClock: boolean;
	/** what the reader has to know of it; null: nothing */
	readonly note: string | null;
}

/** Numbers below are seconds of some run, not of Unix time. */
const YEAR_1990_S = Date.UTC(1990) / 1000;

/** The world's window, s of Unix time; null where it has no date. */
export function windowOnClock({
	date,
	clockUs,
	warmUpUs,
	horizonUs,
}: Pick<World, 'date' | 'clockUs' | 'warmUpUs' | 'horizonUs'>) {
	if (date === null) return null;
	const midnightS = Date.parse(`${date}T00:00:00Z`) / 1000;
	return { fromS: midnightS + (clockUs + warmUpUs) / 1e6, toS: midnightS + (clockUs + horizonUs) / 1e6 };
}

export function align(
	recording: Recording,
	world: Pick<World, 'date' | 'clockUs' | 'warmUpUs' | 'horizonUs' | 'bucketUs'>,
): Alignment {
	const { fromS, lengthS } = spanOfRecording(recording);
	const stepS = world.bucketUs / 1e6;
	const gapS = gapUs(recording, world.bucketUs) / 1e6;
	const windowBuckets = Math.floor((world.horizonUs - world.warmUpUs) / world.bucketUs);
	const window = windowOnClock(world);
	const buckets = (originS: number): number =>
		Math.max(0, Math.min(windowBuckets, Math.floor((fromS + lengthS - originS + gapS) / stepS)));
	if (window !== null && fromS >= YEAR_1990_S && fromS < window.toS && fromS + lengthS > window.fromS) {
		const first = Math.max(0, Math.ceil((fromS - gapS - window.fromS) / stepS));
		return {
			originS: window.fromS,
			first,
			buckets: buckets(window.fromS),
			byClock: true,
			note: `aligned by the clock of both: the recording begins ${apart(fromS - window.fromS)} the scenario${first > 0 ? `; ${first === 1 ? 'the first bucket, which it does not cover whole, is' : `the first ${first} buckets, which it does not cover whole, are`} not compared` : ''}`,
		};
	}
	const other = window !== null && fromS >= YEAR_1990_S;
	return {
		originS: fromS,
		first: 0,
		buckets: buckets(fromS),
		byClock: false,
		note: other
			? 'the clocks of recording and scenario have no time in common: the first attempt is taken for the start of the scenario'
			: null,
	};
}

function apart(s: number): string {
	if (Math.abs(s) < 0.5e-3) return 'with';
	return `${formatSpan(Math.round(Math.abs(s) * 1000) * 1000)} ${s > 0 ? 'after' : 'before'}`;
}
