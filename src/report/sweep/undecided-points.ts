/** What a sweep leaves undecided, in sentences: at how many points, at which first, and why. One list for the terminal and the page. */
import { kindOfReason } from '../../experiment/replicate/reasons.js';
import { durationText } from '../../experiment/task/judge.js';
import { formatCount } from '../../metrics/definitions/format.js';
import { isEnd } from './picture-cells.js';
import type { PointRow, SweepSummary } from './summary.js';

/** Points that are named; the others are counted. */
const MOST_POINTS = 4;

/** @param show the quantity of the picture */
export function undecidedTexts({ points, axes, expectations }: SweepSummary, show: string): string[] {
	const end = isEnd(show) ? show : 'collapsed';
	const nameOf = ({ values }: PointRow): string => axes.map(({ path }, i) => `${path}=${values[i]}`).join(', ');
	const reasonTexts = (
		what: string,
		whyAt: (row: PointRow) => string | undefined,
		neededAt: (row: PointRow) => number | undefined = () => undefined,
	): string[] => {
		const found = new Map<string, { why: string; rows: PointRow[] }>();
		for (const row of points) {
			const why = whyAt(row);
			if (why === undefined) continue;
			// The same reason with other numbers is told once, with those of its first point.
			const kind = kindOfReason(why);
			found.set(kind, { why, ...found.get(kind), rows: [...(found.get(kind)?.rows ?? []), row] });
		}
		return [...found.values()].map(
			({ why, rows }) =>
				`${what} at ${placesText(rows.map(nameOf), points.length)}: ${why}${wouldText(rows.map(neededAt))}`,
		);
	};
	const open = points.filter(({ open: { requests } }) => requests > 0);
	const sum = (of: (row: PointRow) => number): number => points.reduce((total, row) => total + of(row), 0);
	return [
		...reasonTexts(
			`P(${end})`,
			({ probabilities: { [end]: probability }, runs }) => (runs > probability.of ? probability.why : undefined),
			({ probabilities: { [end]: probability } }) => probability.neededSeconds,
		),
		...expectations.flatMap((text, i) =>
			reasonTexts(text, ({ each }) => (each[i]?.verdict === 'undecided' ? each[i].why : undefined)),
		),
		...(open.length === 0
			? []
			: [
					`${formatCount(sum(({ open: { requests } }) => requests))} of ${formatCount(sum(({ open: { born } }) => born))} requests were open when the runs ended, at ${formatCount(open.length)} of ${formatCount(points.length)} points; no share by birth counts them`,
				]),
	];
}

/** " (a duration of 2m would decide)", the longest of several points; nothing where one of them has none that is known to do. */
function wouldText(neededSeconds: readonly (number | undefined)[]): string {
	const known = neededSeconds.flatMap((seconds) => (seconds === undefined ? [] : [seconds]));
	if (known.length === 0 || known.length < neededSeconds.length) return '';
	return ` (${durationText(Math.max(...known) * 1e6, { fromUs: 0 })} would decide)`;
}

/** "2 of 12 points (a=1; a=2)" */
function placesText(names: readonly string[], of: number): string {
	const shown = names.slice(0, MOST_POINTS).join('; ');
	const more = names.length > MOST_POINTS ? '; ...' : '';
	return `${formatCount(names.length)} of ${formatCount(of)} points (${shown}${more})`;
}
