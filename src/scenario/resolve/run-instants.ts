/** Instants of the file in microseconds from t = 0, which is the start of the measured window less the warm-up. */
import { formatDuration } from '../../kernel/units.js';
import type { IssueCollector } from '../document/issue-collector.js';
import type { Path } from '../document/yaml-source.js';
import type { Document } from '../schema/document.js';
import type { Instant, TimeSpan } from '../schema/quantity-fields.js';

/** Longer runs are mistakes; a month of one-second buckets is already two and a half million of them. */
const MAX_RUN_US = 31 * 86_400e6;

/** Fields the run's frame is made of: what is measured by it says nothing while one of them is wrong. */
const FRAME: readonly Path[] = [['from'], ['until'], ['duration'], ['warmUp']];

export class Timeline {
	readonly warmUpUs: number;
	readonly horizonUs: number;
	/** clock time of t = 0; without `from`, minus the warm-up, so that the measured window starts at 00:00 */
	readonly clockUs: number;
	/** false: the file names no clock time */
	readonly hasClock: boolean;
	/** false: the measured window itself is wrong, and what is measured by it says nothing */
	private sound = true;

	constructor(
		doc: Document,
		private readonly problems: IssueCollector,
	) {
		this.warmUpUs = doc.warmUp;
		this.hasClock = doc.from !== undefined;
		this.clockUs = (doc.from === undefined ? 0 : doc.from) - doc.warmUp;
		this.horizonUs = doc.warmUp + this.measuredUs(doc);
	}

	/** An instant where nothing happens by itself, such as the start of a step: it may lie anywhere. */
	at(instant: Instant, path: Path): number {
		if (instant.kind === 'offset') return this.warmUpUs + instant.us;
		if (!this.hasClock) {
			const hint = '`from` is needed for that, or a duration such as 90s';
			this.problems.error(path, `found the clock time ${instant.text}; ${hint}`, FRAME);
			return this.warmUpUs;
		}
		return instant.us - this.clockUs;
	}

	/** An instant at which something happens: not before the run, and a warning if it never comes. */
	event(instant: Instant, path: Path): number {
		const us = this.at(instant, path);
		if (us < 0 && this.sound) {
			this.problems.error(
				path,
				`found ${instant.text}, which is before the run; an instant from t = 0 on would do`,
				FRAME,
			);
		}
		if (us >= this.horizonUs)
			this.problems.warning(path, `${instant.text} is after the end of the run: it never comes`, FRAME);
		return us;
	}

	/** An instant that is only noted: a warning where it lies outside of the run. */
	noted(instant: Instant, path: Path): number {
		const us = this.at(instant, path);
		if (this.sound && (us < 0 || us > this.horizonUs)) {
			this.problems.warning(path, `${instant.text} is outside of the run`, FRAME);
		}
		return us;
	}

	/** [fromUs, toUs) */
	span(span: TimeSpan, path: Path): [number, number] {
		const fromUs = this.at(span.from, path);
		const toUs = this.at(span.to, path);
		if (toUs <= fromUs)
			this.problems.error(path, `found ${span.text}, which ends before it starts; the other way round would do`);
		else if (fromUs >= this.horizonUs || toUs <= 0)
			this.problems.warning(path, `${span.text} is outside of the run`, FRAME);
		return [fromUs, toUs];
	}

	get isSound(): boolean {
		return this.sound;
	}

	private measuredUs(doc: Document): number {
		const { from, until, duration } = doc;
		if (until !== undefined && duration !== undefined) {
			return this.wrong(['until'], 'found until and duration, one of them would do');
		}
		if (duration !== undefined) return this.fine(duration, ['duration']);
		if (until === undefined) {
			return this.wrong([], 'missing: `duration: 300s`, or `until: "09:20"` with `from`, would do');
		}
		if (from === undefined) {
			return this.wrong(['until'], 'found until without from; from: "08:40" or duration instead would do');
		}
		if (until <= from) {
			const hint = 'a later one would do (after midnight: "24:10")';
			return this.wrong(['until'], `found a clock time that is not after from; ${hint}`);
		}
		return this.fine(until - from, ['until']);
	}

	private fine(us: number, path: Path): number {
		if (us <= 0) return this.wrong(path, 'found a measured window of no length, a longer one would do');
		const all = us + this.warmUpUs;
		return all > MAX_RUN_US ? this.wrong(path, `found a run of ${formatDuration(all)}, at most 31d would do`) : us;
	}

	private wrong(path: Path, message: string): number {
		this.problems.error(path, message, FRAME);
		this.sound = false;
		return 1;
	}
}
