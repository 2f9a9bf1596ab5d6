/** A sweep over one axis as bars: dark as far as the value is sure to reach, lighter as far as its interval does. */
import { clip, WIDTH } from '../text/text-table.js';

export interface Bar {
	readonly label: string;
	/** from 0; null: nothing to draw */
	readonly reach: { readonly low: number; readonly high: number } | null;
	/** the value and its interval in words */
	readonly text: string;
}

const [DARK, LIGHT] = ['█', '░'];
const LONGEST_LABEL = 20;

/** @param most what a full bar stands for, above 0, and as text @returns lines of at most 80 columns, a legend last */
export function bars(all: readonly Bar[], most: { readonly value: number; readonly text: string }): string[] {
	const labelWidth = Math.min(LONGEST_LABEL, Math.max(...all.map(({ label }) => label.length)));
	const textWidth = Math.max(...all.map(({ text }) => text.length));
	const room = WIDTH - 2 - labelWidth - 2 - textWidth - 2;
	const lines = all.map(({ label, reach, text }) => {
		const ends = reach === null ? [0, 0] : [reach.low, reach.high].map((end) => column(end, most.value, room));
		const bar = DARK.repeat(ends[0]) + LIGHT.repeat(ends[1] - ends[0]);
		return `  ${clip(label, labelWidth).padStart(labelWidth)}  ${bar.padEnd(room)}  ${text}`.trimEnd();
	});
	return [...lines, '', `  ${DARK} up to its interval   ${LIGHT} within it   a full bar is ${most.text}`];
}

const column = (value: number, most: number, room: number): number =>
	Math.min(room, Math.max(0, Math.round((value / most) * room)));
