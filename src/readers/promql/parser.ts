/**
 * A PromQL query as a tree: what it takes to see a ratio of rates in it. Whatever else the language has is refused, and the
 * author is asked.
 */
import { UserError } from '../../kernel/errors.js';
import { parsePrometheusDuration } from '../text/durations.js';
import { type Token, Tokens } from '../text/tokens.js';

export interface Matcher {
	readonly label: string;
	readonly op: '=' | '!=' | '=~' | '!~';
	readonly value: string;
}

export type Query =
	| { readonly kind: 'number'; readonly value: number }
	| {
			readonly kind: 'selector';
			readonly name: string;
			readonly matchers: readonly Matcher[];
			/** null for an instant vector */
			readonly rangeUs: number | null;
	  }
	| { readonly kind: 'call'; readonly name: string; readonly args: readonly Query[] }
	| { readonly kind: 'binary'; readonly op: string; readonly left: Query; readonly right: Query };

const TOKEN =
	/\s+|#[^\n]*|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(?<duration>\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*(?![\w.]))|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_:][\w:]*)|(?<op>=~|!~|!=|==|<=|>=|[-+*/%^<>=(){}[\],@:])/y;

/** Loosest first; all of them lean to the left but for `^`. */
const LEVELS: readonly (readonly string[])[] = [
	['or'],
	['and', 'unless'],
	['==', '!=', '<=', '<', '>=', '>'],
	['+', '-'],
	['*', '/', '%'],
	['^'],
];
const MODIFIERS = ['on', 'ignoring', 'group_left', 'group_right'];
const MAX_DEPTH = 100;

/** @throws UserError for what is no query, or more of the language than is understood here */
export function parseQuery(text: string): Query {
	const reader = new QueryReader(new Tokens(text, TOKEN, 'query'));
	return reader.whole();
}

class QueryReader {
	#depth = 0;

	constructor(private readonly tokens: Tokens) {}

	whole(): Query {
		const query = this.#binary(0);
		this.tokens.end();
		return query;
	}

	#binary(level: number): Query {
		if (level === LEVELS.length) return this.#unary();
		if (++this.#depth > MAX_DEPTH * LEVELS.length) throw new UserError('a query nested so deeply is not understood');
		let left = this.#binary(level + 1);
		for (;;) {
			const op = LEVELS[level].find((each) => this.tokens.takeIf(each));
			if (op === undefined) break;
			this.#modifiers();
			left = { kind: 'binary', op, left, right: this.#binary(level + 1) };
		}
		this.#depth--;
		return left;
	}

	/** `on (...)` and the like say which series meet; of single series each, all do. */
	#modifiers(): void {
		if (this.tokens.takeIf('bool')) throw new UserError('`bool` is not understood');
		while (MODIFIERS.some((each) => this.tokens.takeIf(each))) this.#labels();
	}

	#labels(): void {
		if (!this.tokens.takeIf('(')) return;
		while (!this.tokens.takeIf(')')) {
			this.tokens.take('name');
			this.tokens.takeIf(',');
		}
	}

	#unary(): Query {
		if (this.tokens.takeIf('-')) {
			return { kind: 'binary', op: '*', left: { kind: 'number', value: -1 }, right: this.#unary() };
		}
		this.tokens.takeIf('+');
		return this.#primary();
	}

	#primary(): Query {
		if (this.tokens.takeIf('(')) {
			const inner = this.#binary(0);
			this.tokens.expect(')');
			return inner;
		}
		const number = this.tokens.takeKind('number');
		if (number !== null) return { kind: 'number', value: Number(number.text) };
		if (this.tokens.peek()?.text === '{') return this.#selector('');
		const name = this.tokens.take('name').text;
		if (this.tokens.takeIf('by') || this.tokens.takeIf('without')) {
			this.#labels();
			return this.#call(name);
		}
		return this.tokens.peek()?.text === '(' ? this.#call(name) : this.#selector(name);
	}

	#call(name: string): Query {
		this.tokens.expect('(');
		const args: Query[] = [];
		while (!this.tokens.takeIf(')')) {
			args.push(this.#binary(0));
			if (this.tokens.peek()?.text !== ')') this.tokens.expect(',');
		}
		if (this.tokens.takeIf('by') || this.tokens.takeIf('without')) this.#labels();
		return { kind: 'call', name, args };
	}

	#selector(written: string): Query {
		const matchers: Matcher[] = [];
		if (this.tokens.takeIf('{')) {
			while (!this.tokens.takeIf('}')) {
				matchers.push(this.#matcher());
				if (this.tokens.peek()?.text !== '}') this.tokens.expect(',');
			}
		}
		const named = matchers.find(({ label, op }) => label === '__name__' && op === '=');
		const rangeUs = this.tokens.takeIf('[') ? this.#range() : null;
		if (this.tokens.takeIf('offset') || this.tokens.takeIf('@')) {
			throw new UserError('a query that looks at another time than now is not understood');
		}
		return { kind: 'selector', name: written === '' && named !== undefined ? named.value : written, matchers, rangeUs };
	}

	#matcher(): Matcher {
		const label = this.tokens.take('name').text;
		const op = (['=~', '!~', '!=', '='] as const).find((each) => this.tokens.takeIf(each));
		if (op === undefined) throw this.tokens.unexpected('=, !=, =~ or !~');
		return { label, op, value: unquoted(this.tokens.take('string')) };
	}

	#range(): number {
		const us = parsePrometheusDuration(this.tokens.take('duration').text);
		if (us === null || !this.tokens.takeIf(']')) throw new UserError('a subquery is not understood');
		return us;
	}
}

function unquoted({ text }: Token): string {
	const inner = text.slice(1, -1);
	return text.startsWith('`') ? inner : inner.replace(/\\(.)/g, '$1');
}
