/** The scenario of every point of a sweep, and what is wrong with any of them: told before anything runs, once per mistake. */
import { EXIT, UserError } from '../../kernel/errors.js';
import { InvalidScenario, type Issue } from '../../scenario/document/issue.js';
import type { Scenario } from '../../scenario/load.js';
import { type Case, caseOf } from '../task/case.js';
import { type SweepAxis, type SweepPoint, setsOf } from './axes.js';

/** Gives any variant of the file with `set` arguments on top of those of the command line. */
export type LoadWith = (variant: string, set: readonly string[]) => Scenario;

export interface PointCases {
	/** @throws InvalidScenario */
	readonly caseAt: (point: SweepPoint) => Case;
	/** of every point, in order: what tells this sweep from any other */
	readonly keys: readonly string[];
	/** what the points' scenarios are warned of, once each */
	readonly warnings: readonly string[];
}

/** Of a sweep with more mistakes than this only the first ones are told. */
const MOST_LISTED = 50;

/**
 * Makes the case of every point once, and lets it go.
 * @throws UserError (exit 104) with every mistake, where it is made, and at how many points
 */
export function pointCases(
	axes: readonly SweepAxis[],
	points: readonly SweepPoint[],
	{ file, variant }: Pick<Scenario, 'file' | 'variant'>,
	load: LoadWith,
): PointCases {
	const errors = new Mentions(file, axes, points.length);
	const warnings = new Mentions(file, axes, points.length);
	const loadAt = (point: SweepPoint) => (name: string) => load(name, setsOf(axes, point));
	const caseAt = (point: SweepPoint): Case => {
		const scenario = loadAt(point)(variant);
		for (const issue of scenario.warnings) warnings.add(issue, point);
		return caseOf(setsOf(axes, point).join(', '), scenario, loadAt(point));
	};
	const keys = points.map((point) => {
		try {
			return caseAt(point).key;
		} catch (error) {
			if (!(error instanceof InvalidScenario)) throw error;
			for (const issue of error.issues) errors.add(issue, point);
			return '';
		}
	});
	const lines = errors.lines();
	if (lines.length > 0) throw new UserError(lines.join('\n'), EXIT.invalid);
	return { caseAt, keys, warnings: warnings.lines() };
}

interface Mention {
	readonly text: string;
	readonly first: SweepPoint;
	times: number;
}

/** Issues by what they say, whatever point says it first. */
class Mentions {
	readonly #by = new Map<string, Mention>();

	constructor(
		private readonly file: string,
		private readonly axes: readonly SweepAxis[],
		private readonly points: number,
	) {}

	add(issue: Issue, point: SweepPoint): void {
		const text = this.#textOf(issue, point);
		const known = this.#by.get(text);
		if (known === undefined) this.#by.set(text, { text, first: point, times: 1 });
		else known.times++;
	}

	lines(): string[] {
		const all = [...this.#by.values()].map((mention) => `${mention.text} (${this.#where(mention)})`);
		const more = all.length - MOST_LISTED;
		return more > 0 ? [...all.slice(0, MOST_LISTED), `${this.file}: error: and ${more} more`] : all;
	}

	/** A value that came in through an axis stands in no file; its path says enough, and is the same at every point. */
	#textOf({ set, severity, path, message, text }: Issue, point: SweepPoint): string {
		const swept = set !== null && setsOf(this.axes, point).includes(set);
		return swept ? `${this.file}: ${severity}: ${path}: ${message}` : text;
	}

	#where({ first, times }: Mention): string {
		if (times === this.points) return times === 1 ? 'at the only point' : `at all ${times} points`;
		const values = setsOf(this.axes, first).join(', ');
		return times === 1 ? `at ${values}` : `at ${times} of ${this.points} points, first at ${values}`;
	}
}
