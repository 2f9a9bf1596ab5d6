/**
 * The intervals that a log is counted in. A log of attempts has seconds and what divides a day; a table of counts has its own step, 90
 * seconds or 7 minutes, and begins where its first row does: cut at whole minutes its counts would beat against them.
 */

/** Lengths of an interval in seconds; each divides the next. */
export const LADDER_S: readonly number[] = [1, 2, 10, 60, 300, 600, 3600, 21_600, 86_400, 604_800, 2_419_200];

/** Steps longer than this many times the one before leave little to choose. */
const FAR = 60;

export class Grid {
	#ladderS = LADDER_S;
	#phaseS = 0;
	#taken = false;

	/** Lengths of an interval in seconds; each divides the next. */
	get ladderS(): readonly number[] {
		return this.#ladderS;
	}

	/** Intervals begin at this many seconds beyond a multiple of their length. */
	get phaseS(): number {
		return this.#phaseS;
	}

	/** The first to come lays the grid; what comes later is spread over it. */
	take(fromS: number, stepS: number): void {
		if (this.#taken) return;
		this.#taken = true;
		if (stepS <= 1) return;
		this.#ladderS = ladderOf(stepS);
		this.#phaseS = fromS - Math.floor(fromS / stepS) * stepS;
	}

	/** The shortest interval that all of these can give, at least this long. */
	sharedEveryS(ticks: readonly { readonly everyS: number }[], leastS: number): number {
		const finest = Math.max(leastS, ...ticks.map(({ everyS }) => everyS));
		const found = this.#ladderS.find((every) => every >= finest);
		return found === undefined ? this.#ladderS[this.#ladderS.length - 1] : found;
	}
}

/** The step itself, then what it divides of the usual lengths; multiples of ten where these are far. */
function ladderOf(stepS: number): readonly number[] {
	const ladder = [stepS];
	for (;;) {
		const last = ladder[ladder.length - 1];
		const usual = LADDER_S.find((every) => every > last && every % last === 0);
		if (usual === undefined && last > LADDER_S[LADDER_S.length - 1]) return ladder;
		ladder.push(usual !== undefined && usual <= FAR * last ? usual : 10 * last);
	}
}
