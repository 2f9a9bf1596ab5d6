/**
 * Durations beside what the log spans: more than a few that outlast it are in another unit than they were taken for. They are kept as
 * numbers of each power of two, so that no log is too long.
 */
import { formatDuration, formatShare } from '../../kernel/units.js';

const CELLS = 64;
/** A log may be cut out of a longer one: some requests outlast it. */
const MOST_OUTLASTING = 0.05;
const LEAST = 20;

export class DurationCheck {
	readonly #cells = new Float64Array(CELLS);
	#count = 0;

	see(us: number): void {
		this.#count++;
		// No log is taken to be shorter than a second.
		if (us < 1e6) return;
		this.#cells[Math.min(CELLS - 1, Math.floor(Math.log2(us)) + 1)]++;
	}

	/** @param span of the log, us. @returns what is wrong; null where nothing is */
	wrong(span: readonly [first: number, last: number] | null): string | null {
		if (span === null || this.#count < LEAST) return null;
		const spanUs = Math.max(1e6, span[1] - span[0]);
		const from = Math.ceil(Math.log2(spanUs)) + 1;
		const longer = this.#cells.slice(from).reduce((sum, n) => sum + n, 0);
		if (longer <= MOST_OUTLASTING * this.#count) return null;
		return `found durations of which ${formatShare(longer / this.#count, 0)} are longer than the log itself, ${formatDuration(spanUs)}: they are in another unit; --fields duration=NAME:ms (or --log-format) says in which`;
	}
}
