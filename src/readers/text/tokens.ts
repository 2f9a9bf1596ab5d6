/** A text cut into tokens, and a cursor that takes one after the other: the lower half of the two small parsers here. */
import { UserError } from '../../kernel/errors.js';

export interface Token {
	/** the name of the group of the pattern that found it */
	readonly kind: string;
	readonly text: string;
}

/** Longer than this is no query or condition that a person wrote. */
const MAX_LENGTH = 20_000;

export class Tokens {
	readonly #tokens: readonly Token[];
	#next = 0;

	/**
	 * @param pattern sticky; a match without a named group is left out (spaces, comments)
	 * @param what is read, for error texts
	 * @throws UserError at what the pattern does not know
	 */
	constructor(
		text: string,
		pattern: RegExp,
		private readonly what: string,
	) {
		if (text.length > MAX_LENGTH)
			throw new UserError(`a ${what} of more than ${MAX_LENGTH} characters is not understood`);
		this.#tokens = cut(text, pattern, what);
	}

	peek(): Token | undefined {
		return this.#tokens[this.#next];
	}

	/** Takes the next token if it reads so (and is no quoted text). */
	takeIf(text: string): boolean {
		const token = this.peek();
		if (token === undefined || token.text !== text || token.kind === 'string') return false;
		this.#next++;
		return true;
	}

	takeKind(kind: string): Token | null {
		const token = this.peek();
		if (token === undefined || token.kind !== kind) return null;
		this.#next++;
		return token;
	}

	take(kind: string): Token {
		const token = this.takeKind(kind);
		if (token === null) throw this.unexpected(`a ${kind}`);
		return token;
	}

	expect(text: string): void {
		if (!this.takeIf(text)) throw this.unexpected(text);
	}

	end(): void {
		if (this.peek() !== undefined) throw this.unexpected('its end');
	}

	unexpected(wanted: string): UserError {
		const found = this.peek()?.text;
		return new UserError(
			`the ${this.what} has ${found === undefined ? 'its end' : `\`${found}\``} where ${wanted} would do`,
		);
	}
}

function cut(text: string, pattern: RegExp, what: string): Token[] {
	const tokens: Token[] = [];
	const sticky = new RegExp(pattern.source, 'y');
	while (sticky.lastIndex < text.length) {
		const at = sticky.lastIndex;
		const found = sticky.exec(text);
		if (found === null) throw new UserError(`the ${what} has \`${text.slice(at, at + 12)}\`, which is not understood`);
		const kind = Object.entries(found.groups ?? {}).find(([, value]) => value !== undefined);
		if (kind !== undefined) tokens.push({ kind: kind[0], text: found[0] });
	}
	return tokens;
}
