/** Lays out text: columns, wrapped lines and folded paragraphs within a width. */

import { printable } from '../../kernel/printable.js';

/** Width that every report keeps. */
export const WIDTH = 80;

/** First column left, the others right, each as wide as asked. */
export function row(label: string, cells: readonly string[], labelWidth: number, cellWidth: number): string {
	const head = clip(label, labelWidth).padEnd(labelWidth);
	return (head + cells.map((cell) => ` ${clip(cell, cellWidth - 1)}`.padStart(cellWidth)).join('')).trimEnd();
}

/** Cuts a text that is too long, with an ellipsis so that the cut shows. */
export function clip(text: string, width: number): string {
	const letters = [...printable(text)];
	return letters.length <= width ? letters.join('') : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Breaks a text at blanks into lines of at most `width`; a longer word gets a line of its own, cut hard. */
export function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(/\s+/).filter((w) => w !== '')) {
		let rest = printable(word);
		if (line !== '' && line.length + 1 + rest.length <= width) {
			line += ` ${rest}`;
			continue;
		}
		if (line !== '') lines.push(line);
		while (rest.length > width) {
			lines.push(rest.slice(0, width));
			rest = rest.slice(width);
		}
		line = rest;
	}
	if (line !== '') lines.push(line);
	return lines;
}

/** A label in a left column and its text wrapped beside it. */
export function entry(label: string, text: string, labelWidth: number, indent = 2): string[] {
	const lines = wrap(text, WIDTH - indent - labelWidth);
	const head = ' '.repeat(indent) + clip(label, labelWidth - 1).padEnd(labelWidth);
	const under = ' '.repeat(indent + labelWidth);
	return lines.length === 0 ? [head.trimEnd()] : lines.map((line, i) => (i === 0 ? head : under) + line);
}
