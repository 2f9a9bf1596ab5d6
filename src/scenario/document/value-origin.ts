/**
 * Where a number is from, in the words of scenario files: published, assumed, calibrated or measured. An author says so in the
 * comment at the end of a line (`timeout: 2s # assumed`), for a whole block at its first line (`clients: # assumed`), apart
 * for the keys of one line (`# published: at; assumed: hold`), or for all at the head of the file ("All numbers are
 * assumed."). What nobody has said is not guessed.
 */

export const ORIGINS = ['published', 'assumed', 'calibrated', 'measured'] as const;
export type OriginWord = (typeof ORIGINS)[number];

/** Words of an author that mean the same. */
const SAME: Readonly<Record<string, OriginWord>> = { invented: 'assumed' };

const WORDS = [...ORIGINS, ...Object.keys(SAME)].join('|');
const WORD = new RegExp(`(?<!\\bnot )\\b(${WORDS})\\b`, 'g');

const meant = (word: string): OriginWord => (Object.hasOwn(SAME, word) ? SAME[word] : (word as OriginWord));

/**
 * What a comment says of one of the parameters of its line.
 * @param path the steps of the parameter @param keys all steps of the parameters of the line, so that a name can be told from prose
 * @returns the words, in the order of the comment; none where it says nothing of this one
 */
export function originIn(note: string, path: readonly string[], keys: ReadonlySet<string>): OriginWord[] {
	const found: OriginWord[] = [];
	for (const clause of note.split(';')) {
		const words = [...clause.matchAll(WORD)].map(([word]) => meant(word));
		const names = namesIn(clause).filter((name) => keys.has(name));
		if (names.length === 0 || names.some((name) => path.includes(name))) found.push(...words);
	}
	return [...new Set(found)];
}

/** What stands behind the colon of a clause, between commas: "assumed: hold, window". */
function namesIn(clause: string): string[] {
	const match = new RegExp(`^\\s*(?:${WORDS}):(.*)$`).exec(clause);
	return match === null ? [] : match[1].split(/,|\band\b/).map((name) => name.trim());
}

/** What the head of a file says of all its numbers: "All numbers are assumed", or "published   all of these numbers". */
export function originOfAll(head: string): OriginWord | null {
	const text = head.replaceAll(/\s+/g, ' ');
	const match =
		new RegExp(`\\ball (?:of these )?numbers are (${WORDS})\\b`, 'i').exec(text) ??
		new RegExp(`\\b(${WORDS}) all of these numbers\\b`).exec(text);
	return match === null ? null : meant(match[1]);
}
