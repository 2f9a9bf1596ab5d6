/** A plane of regions in letters, with its axes: what was looked at is drawn heavier than what was inferred. */
import type { Axis } from '../../experiment/map/axis.js';
import type { StabilityRegion } from '../../experiment/map/point-runs.js';
import type { MapPoint, StabilityMap } from '../../experiment/map/stability-map.js';
import type { Style, StyleKind } from '../text/style.js';
import { clip, WIDTH } from '../text/text-table.js';

interface Letters {
	readonly simulated: string;
	readonly inferred: string;
	readonly style: StyleKind;
}

export const LETTERS: Readonly<Record<StabilityRegion, Letters>> = {
	safe: { simulated: 'o', inferred: '.', style: 'good' },
	vulnerable: { simulated: 'V', inferred: 'v', style: 'title' },
	doomed: { simulated: '#', inferred: 'x', style: 'bad' },
	undecided: { simulated: '?', inferred: '-', style: 'title' },
};

const INDENT = 2;
const LABEL = 12;
/** Every so many lines carry the value of y. */
const LABEL_EVERY = 4;

/** The highest y on top. A plane wider than the page is thinned, and says so. */
export function plane({ plan: { x, y }, points }: StabilityMap, style: Style): string[] {
	const columns = x.values.length;
	const room = WIDTH - INDENT - LABEL - 1;
	const stride = Math.ceil(columns / room);
	const pitch = 2 * columns - 1 <= room ? 2 : 1;
	const drawn = (count: number): number[] =>
		Array.from({ length: Math.floor((count - 1) / stride) + 1 }, (_, k) => k * stride);
	const across = drawn(columns);
	const lines = drawn(y.values.length)
		.toReversed()
		.map((row, i, rows) => {
			const label = i % LABEL_EVERY === 0 || i === rows.length - 1 ? clip(y.texts[row], LABEL) : '';
			const cells = across.map((column) => points[row * columns + column]);
			return `${head(label)}${letters(cells, pitch, style)}`.trimEnd();
		});
	const width = (across.length - 1) * pitch + 1;
	const [below, above] = [x, y].map(({ path }) => clip(path, WIDTH - INDENT));
	return [
		' '.repeat(INDENT) + above,
		...lines,
		`${head('')}${ticks(x, across, width, pitch)}`,
		below.padStart(Math.min(WIDTH, head('').length + Math.max(width, below.length))),
		...(stride === 1 ? [] : [`${' '.repeat(INDENT)}every ${stride}. point of either side is drawn`]),
	];
}

const head = (label: string): string => `${' '.repeat(INDENT)}${label.padStart(LABEL)} `;

/** Neighbours of one style are coloured in one piece. */
function letters(cells: readonly MapPoint[], pitch: number, style: Style): string {
	const pieces: { kind: StyleKind | null; text: string }[] = [];
	for (const [i, { region, estimates }] of cells.entries()) {
		const of = region === null ? null : LETTERS[region];
		const letter = of === null ? ' ' : estimates === null ? of.inferred : of.simulated;
		const kind = of === null ? null : estimates === null ? 'dim' : of.style;
		const text = i === cells.length - 1 ? letter : letter.padEnd(pitch);
		const last = pieces.at(-1);
		if (last !== undefined && last.kind === kind) last.text += text;
		else pieces.push({ kind, text });
	}
	return pieces.map(({ kind, text }) => (kind === null ? text : style(kind, text))).join('');
}

/** Values of x under their columns: the first, the last, and those of the quarters for which there is room. */
function ticks(x: Axis, across: readonly number[], width: number, pitch: number): string {
	const last = across.length - 1;
	const end = x.texts[across[last]];
	let line = x.texts[across[0]];
	for (const quarter of [1, 2, 3]) {
		const at = Math.round((quarter / 4) * last);
		const text = x.texts[across[at]];
		if (at * pitch > line.length && at * pitch + text.length < width - end.length) {
			line = line.padEnd(at * pitch) + text;
		}
	}
	return line.length < width - end.length ? line.padEnd(width - end.length) + end : `${line}  ${end}`;
}
