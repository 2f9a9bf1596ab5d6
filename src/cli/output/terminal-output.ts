/**
 * What this program writes to a terminal, on standard output and standard error: all of it is escaped, but for line ends and
 * what this program itself means to say to a terminal (colours, the wiping of a line of progress).
 */
import { randomUUID } from 'node:crypto';
import { styleText } from 'node:util';
import { printableLines } from '../../kernel/printable.js';
import type { StyleKind } from '../../report/text/style.js';

const FORMAT = { title: 'bold', good: 'green', bad: 'red', open: 'yellow', dim: 'dim' } as const satisfies Record<
	StyleKind,
	Parameters<typeof styleText>[0]
>;

/** Back to the first column, and the line wiped. */
export const CLEAR = '\r\u001b[2K';

/** No text from outside can know it, and so none can colour itself. */
const KEY = randomUUID();
const COLOUR = new RegExp(`\u0000${KEY}(\\w*)\u0000`);

/** A text to be coloured on its way out. */
export const inColour = (kind: StyleKind, text: string): string => `\u0000${KEY}${kind}\u0000${text}\u0000${KEY}\u0000`;

/** Colours what is to be coloured, and escapes all that a terminal would obey. */
export function outText(text: string): string {
	let kind: StyleKind | '' = '';
	return text
		.split(COLOUR)
		.map((piece, i) => {
			if (i % 2 === 0) {
				const shown = printableLines(piece);
				return kind === '' || shown === '' ? shown : styleText(FORMAT[kind], shown, { validateStream: false });
			}
			kind = piece as StyleKind | '';
			return '';
		})
		.join('');
}

/** Escapes all but the wiping of a line. */
export const errText = (text: string): string => text.split(CLEAR).map(printableLines).join(CLEAR);

/** What programs read keeps its bytes, unless a terminal shows it. */
export function writeData(text: string): void {
	if (process.stdout.isTTY) process.stdout.write(text);
	else rawOut(text);
}

let rawOut: (text: string) => void = (text) => process.stdout.write(text);

/** From now on all that this process writes to a terminal is escaped, whichever module writes it. */
export function guardTerminal(): void {
	const raw = process.stdout.write.bind(process.stdout);
	rawOut = (text) => raw(text);
	guard(process.stdout, outText);
	guard(process.stderr, errText);
}

function guard(stream: NodeJS.WriteStream, through: (text: string) => string): void {
	const write = stream.write.bind(stream) as (chunk: string | Uint8Array, ...more: unknown[]) => boolean;
	stream.write = (chunk: string | Uint8Array, ...more: unknown[]): boolean =>
		write(typeof chunk === 'string' ? through(chunk) : chunk, ...more);
}
