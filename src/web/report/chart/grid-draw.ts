/** Draws a plane of cells with its axes on a canvas: densities or textures, numbers where there is room, and the line between sides. */
import { type Grid, wordOf } from './grid-shape.js';
import { css, textureOf } from './palette.js';

export interface Layout {
	readonly width: number;
	readonly height: number;
	/** of the cells */
	readonly left: number;
	readonly top: number;
	readonly cellWidth: number;
	readonly cellHeight: number;
}

const FONT = '12px system-ui, sans-serif';
/** Of a letter, about. */
const LETTER = 6.7;
const LINE = 16;
const [LOWEST, HIGHEST] = [13, 40];

export function layoutOf({ down, across }: Grid, width: number): Layout {
	const longest = down.labels.reduce((most, label) => Math.max(most, label.length), 0);
	const left = Math.ceil(Math.min(0.35 * width, Math.max(46, 14 + LETTER * longest)));
	const cellWidth = (width - left - 14) / across.labels.length;
	const preferred = Math.min(HIGHEST, Math.max(LOWEST, 0.75 * cellWidth), 420 / down.labels.length);
	const cellHeight = Math.max(down.labels.length > 60 ? 6 : LOWEST, preferred);
	const top = 24;
	return {
		width,
		left,
		top,
		cellWidth,
		cellHeight,
		height: Math.ceil(top + cellHeight * down.labels.length + 2 * LINE + 12),
	};
}

export function draw(
	canvas: HTMLCanvasElement,
	grid: Grid,
	layout: Layout,
	at: readonly [number, number] | null,
): void {
	const { width, height } = layout;
	const dpr = devicePixelRatio;
	canvas.width = Math.round(width * dpr);
	canvas.height = Math.round(height * dpr);
	canvas.style.width = `${width}px`;
	canvas.style.height = `${height}px`;
	const ctx = canvas.getContext('2d');
	if (ctx === null) return;
	ctx.scale(dpr, dpr);
	ctx.font = FONT;
	ctx.textBaseline = 'middle';
	drawCells(ctx, grid, layout);
	drawAxes(ctx, grid, layout);
	if (grid.boundary !== null) drawBoundary(ctx, grid, layout, grid.boundary.sideOf);
	if (at !== null) drawCursor(ctx, layout, at);
}

function drawCells(ctx: CanvasRenderingContext2D, grid: Grid, { left, top, cellWidth, cellHeight }: Layout): void {
	const { cells, words, least, most, ramp, dotted } = grid;
	const fillings = words.map(({ ink }) => textureOf(ink, ctx));
	const brief = (row: number, column: number): string =>
		grid.briefAt === undefined ? grid.show(Number(cells[row][column])) : grid.briefAt(row, column);
	const lengths = cells.flatMap((row, i) => row.map((cell, j) => (cell === null || cell < 0 ? 0 : brief(i, j).length)));
	const widest = lengths.reduce((wide, length) => Math.max(wide, length), 0);
	const hasRoom = LETTER * widest + 6 <= cellWidth && cellHeight >= 15;
	ctx.textAlign = 'center';
	cells.forEach((row, i) => {
		row.forEach((cell, j) => {
			if (cell === null) return;
			const [x, y] = [left + j * cellWidth, top + i * cellHeight];
			ctx.globalAlpha = cell < 0 ? 1 : density(cell, least, most);
			ctx.fillStyle = cell < 0 ? fillings[wordOf(cell)] : css(RAMPS[ramp]);
			ctx.fillRect(x, y, cellWidth + 0.5, cellHeight + 0.5);
			ctx.globalAlpha = 1;
			const [middleX, middleY] = [x + cellWidth / 2, y + cellHeight / 2];
			if (cell >= 0 && hasRoom) write(ctx, brief(i, j), middleX, middleY, density(cell, least, most) > DARK);
			if (dotted?.at(i, j) === true) dot(ctx, middleX, middleY, Math.min(2.5, cellWidth / 5, cellHeight / 5));
		});
	});
}

/** Nothing is all but white, so that the plane is seen; all is the whole colour. */
const density = (value: number, least: number, most: number): number =>
	0.06 + 0.94 * (most > least ? Math.min(1, Math.max(0, (value - least) / (most - least))) : 0.5);

/** On a dense cell the text has the colour of the page. */
const DARK = 0.55;

function write(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, onDark: boolean): void {
	ctx.fillStyle = css(onDark ? '--card' : '--text');
	ctx.fillText(text, x, y);
}

export const RAMPS = { bad: '--ramp', plain: '--ink-0' } as const;

function dot(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
	ctx.beginPath();
	ctx.arc(x, y, radius, 0, 2 * Math.PI);
	ctx.fillStyle = css('--text');
	ctx.strokeStyle = css('--card');
	ctx.lineWidth = 1;
	ctx.fill();
	ctx.stroke();
}

function drawAxes(ctx: CanvasRenderingContext2D, { down, across }: Grid, layout: Layout): void {
	const { left, top, cellWidth, cellHeight, width } = layout;
	const bottom = top + cellHeight * down.labels.length;
	ctx.fillStyle = css('--faint');
	ctx.textAlign = 'right';
	const everyRow = Math.ceil(LINE / cellHeight);
	down.labels.forEach((label, i) => {
		if ((down.labels.length - 1 - i) % everyRow === 0)
			ctx.fillText(cut(label, left - 12), left - 6, top + (i + 0.5) * cellHeight);
	});
	ctx.textAlign = 'center';
	const longest = across.labels.reduce((most, label) => Math.max(most, label.length), 0);
	const everyColumn = Math.ceil((LETTER * longest + 10) / cellWidth);
	across.labels.forEach((label, j) => {
		const middle = left + (j + 0.5) * cellWidth;
		const half = (LETTER * label.length) / 2;
		if (j % everyColumn === 0 && (j === 0 || middle + half < width))
			ctx.fillText(label, Math.max(half, middle), bottom + 11);
	});
	ctx.fillStyle = css('--text');
	ctx.textAlign = 'left';
	ctx.fillText(`↑ ${cut(down.name, width - 20)}`, 2, 11);
	ctx.textAlign = 'right';
	ctx.fillText(`${cut(across.name, width - 20)} →`, width - 2, bottom + 11 + LINE);
}

function cut(text: string, room: number): string {
	const letters = Math.floor(room / LETTER);
	return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
}

/** Wherever two neighbours stand on different sides. A cell on no side has no line around it. */
function drawBoundary(
	ctx: CanvasRenderingContext2D,
	{ cells }: Grid,
	{ left, top, cellWidth, cellHeight }: Layout,
	sideOf: (row: number, column: number) => string | null,
): void {
	ctx.beginPath();
	const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;
	cells.forEach((row, i) => {
		row.forEach((_, j) => {
			const side = sideOf(i, j);
			const [x, y] = [left + (j + 1) * cellWidth, top + (i + 1) * cellHeight];
			if (j + 1 < row.length && differ(side, sideOf(i, j + 1))) {
				ctx.moveTo(x, y - cellHeight);
				ctx.lineTo(x, y);
			}
			if (i + 1 < cells.length && differ(side, sideOf(i + 1, j))) {
				ctx.moveTo(x - cellWidth, y);
				ctx.lineTo(x, y);
			}
		});
	});
	ctx.lineCap = 'square';
	for (const [width, colour] of [
		[5, '--card'],
		[2.5, '--text'],
	] as const) {
		ctx.lineWidth = width;
		ctx.strokeStyle = css(colour);
		ctx.stroke();
	}
}

function drawCursor(
	ctx: CanvasRenderingContext2D,
	{ left, top, cellWidth, cellHeight }: Layout,
	[row, column]: readonly [number, number],
): void {
	ctx.lineWidth = 2;
	ctx.strokeStyle = css('--accent');
	ctx.strokeRect(left + column * cellWidth + 1, top + row * cellHeight + 1, cellWidth - 2, cellHeight - 2);
}
