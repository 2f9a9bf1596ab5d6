/** Colours, decided for standard output alone: NO_COLOR, --no-color and TERM=dumb are obeyed, a pipe gets none. */
import { styleText } from 'node:util';
import type { Style } from '../../report/text/style.js';

const FORMAT = { title: 'bold', good: 'green', bad: 'red', open: 'yellow', dim: 'dim' } as const;

export function styleFor(color: boolean): Style {
	const plain = !color || process.env.NO_COLOR !== undefined || process.env.TERM === 'dumb' || !process.stdout.isTTY;
	return plain ? (_, text) => text : (kind, text) => styleText(FORMAT[kind], text, { validateStream: false });
}
