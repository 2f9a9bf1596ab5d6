/**
 * How large a text may be: by its bytes, and by the marks between its values. The parser takes far longer and holds far more for
 * a value than for a letter, so both are counted before it begins.
 */

export const MAX_TEXT_BYTES = 4 * 1024 * 1024;
/** Commas, colons (which count twice) and line breaks: at least one stands beside every value. */
export const MAX_MARKS = { scenario: 300_000, file: 500_000 } as const;

const [COMMA, COLON, LINE_BREAK] = [0x2c, 0x3a, 0x0a];

/** What is too large about a text; null: nothing. */
export function tooLarge(text: string, what: keyof typeof MAX_MARKS): string | null {
	const bytes = text.length > MAX_TEXT_BYTES / 4 ? new TextEncoder().encode(text).length : text.length;
	if (bytes > MAX_TEXT_BYTES) {
		const size = `found ${(bytes / 1048576).toFixed(1)} MiB`;
		return `${size}, a ${what} of at most ${MAX_TEXT_BYTES / 1048576} MiB would do`;
	}
	const marks = marksOf(text);
	if (marks <= MAX_MARKS[what]) return null;
	return `found ${marks} commas, colons (twice each) and line breaks, a ${what} of at most ${MAX_MARKS[what]} would do`;
}

function marksOf(text: string): number {
	let marks = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code === COMMA || code === LINE_BREAK) marks++;
		else if (code === COLON) marks += 2;
	}
	return marks;
}
