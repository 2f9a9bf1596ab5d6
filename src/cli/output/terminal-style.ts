/** Colours, decided for standard output alone: NO_COLOR, --no-color and TERM=dumb are obeyed, a pipe gets none. */
import type { Style } from '../../report/text/style.js';
import { inColour } from './terminal-output.js';

export function styleFor(color: boolean): Style {
	const plain = !color || process.env.NO_COLOR !== undefined || process.env.TERM === 'dumb' || !process.stdout.isTTY;
	return plain ? (_, text) => text : inColour;
}
