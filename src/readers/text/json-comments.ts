/** JSON with comments, as appsettings.json and editors' files have them: to YAML, as which it is read, they would be part of a name. */

/** Quoted text, a comment, or what stands before one that makes it no comment: the // of a URL has none of these before it. */
const PARTS = /"(?:[^"\\]|\\[\s\S])*"?|'(?:[^']|'')*'|(?<![^\s,{}[\]"])(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/g;

/** The text with blanks for its comments, so that all else keeps its place; a text that is no JSON stays as it is. */
export function withoutComments(text: string): string {
	if (!/^\s*(?:\/\/|\/\*|[{[])/.test(text)) return text;
	return text.replace(PARTS, (part) => (part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part));
}
