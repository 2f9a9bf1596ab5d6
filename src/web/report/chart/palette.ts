/** Colours from the style sheet, in the scheme in force, and what tells curves apart without any: dashes and textures. */

import { onPaper } from './paper.js';

/** The value of a custom property. */
export const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Which colour and which dash or texture; the same number is the same everywhere on a page. */
export const INKS = 10;
export const inkOf = (ink: number): string => css(`--ink-${ink % INKS}`);

const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [4, 4], [14, 4], [6, 2, 2, 2, 2, 2]];
export const dashOf = (ink: number): number[] => [...DASHES[ink % DASHES.length]];

/** An area's filling: its colour with strokes across, in one of six ways. */
export function textureOf(ink: number, ctx: CanvasRenderingContext2D): CanvasPattern | string {
	const size = 8;
	const tile = document.createElement('canvas');
	tile.width = size;
	tile.height = size;
	const brush = tile.getContext('2d');
	if (brush === null) return inkOf(ink);
	// Lighter than a line of the same ink: lines are seen on top of it.
	brush.fillStyle = `color-mix(in srgb, ${inkOf(ink)} 62%, ${css('--card')})`;
	brush.fillRect(0, 0, size, size);
	brush.strokeStyle = css('--card');
	brush.fillStyle = css('--card');
	brush.lineWidth = 1.2;
	strokes(ink % 6, brush, size);
	return ctx.createPattern(tile, 'repeat') ?? inkOf(ink);
}

function strokes(way: number, brush: CanvasRenderingContext2D, size: number): void {
	const line = (x1: number, y1: number, x2: number, y2: number): void => {
		brush.beginPath();
		brush.moveTo(x1, y1);
		brush.lineTo(x2, y2);
		brush.stroke();
	};
	if (way === 1 || way === 5) for (const k of [-1, 0, 1]) line(k * size, size, (k + 1) * size, 0);
	if (way === 2 || way === 5) for (const k of [-1, 0, 1]) line(k * size, 0, (k + 1) * size, size);
	if (way === 3) line(0, size / 2, size, size / 2);
	if (way === 4) brush.fillRect(2, 2, 2, 2);
}

/** A swatch for a legend: a piece of the line, or of the area. */
export function swatch(ink: number, kind: 'line' | 'area' | 'dot' | 'ring'): HTMLCanvasElement {
	const canvas = document.createElement('canvas');
	canvas.className = 'swatch';
	canvas.width = 56;
	canvas.height = 24;
	canvas.setAttribute('aria-hidden', 'true');
	const draw = (): void => {
		const ctx = canvas.getContext('2d');
		if (ctx === null) return;
		ctx.clearRect(0, 0, canvas.width, canvas.height);
		if (kind === 'area') {
			ctx.fillStyle = textureOf(ink, ctx);
			ctx.fillRect(0, 0, canvas.width, canvas.height);
			return;
		}
		ctx.strokeStyle = inkOf(ink);
		ctx.fillStyle = inkOf(ink);
		ctx.lineWidth = 4;
		if (kind !== 'line') {
			ctx.beginPath();
			ctx.arc(28, 12, kind === 'dot' ? 6 : 8, 0, 2 * Math.PI);
			if (kind === 'dot') ctx.fill();
			else ctx.stroke();
			return;
		}
		ctx.setLineDash(dashOf(ink).map((length) => 2 * length));
		ctx.beginPath();
		ctx.moveTo(0, 12);
		ctx.lineTo(56, 12);
		ctx.stroke();
	};
	draw();
	onScheme(draw);
	return canvas;
}

const listeners = new Set<() => void>();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
	for (const listener of listeners) listener();
});

onPaper(() => {
	for (const listener of listeners) listener();
});

/** Calls when the scheme changes between light and dark, or from screen to paper. */
export function onScheme(listener: () => void): void {
	listeners.add(listener);
}
