/**
 * Text as a terminal may be shown it. Names, paths of logs and words of other files are not ours: a control character in
 * them would move the cursor or wipe the screen, a bidi control would reorder the line. Both are written out as escapes.
 */

/** Control characters, bidi controls, line and paragraph separators, the byte order mark. */
const HIDDEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;
/** The same less what lays out a text of several lines. */
const HIDDEN_IN_LINES = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** One word or line: no line ends within. */
export const printable = (text: string): string => text.replace(HIDDEN, escaped);

/** A text of several lines. */
export const printableLines = (text: string): string => text.replace(HIDDEN_IN_LINES, escaped);

const escaped = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
