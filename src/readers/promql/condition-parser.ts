/**
 * Argo's conditions, such as `len(result) == 0 || result[0] >= 0.95`: parsed, and asked what they say of a given result. The
 * language is expr-lang's, as far as conditions on one number use it.
 */
import { UserError } from '../../kernel/errors.js';
import { Tokens } from '../text/tokens.js';
import { called, compared, indexed, type Node, number, truth, Unevaluable, Vector } from './condition-values.js';

/** What a query gave: one number (NaN among them), or nothing at all. */
export type Result = number | 'empty';

const TOKEN =
	/\s+|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<op>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:()[\]{},#])/y;

const MAX_DEPTH = 200;

export interface ParsedCondition {
	readonly text: string;
	/** every number written in it: between two of them it does not change its mind */
	readonly constants: readonly number[];
	/** true where it rounds: its mind may then change one off a number written */
	readonly rounds: boolean;
	/** true where an empty result may have been meant by `default` */
	readonly defaults: boolean;
	/** what it says; null for an error */
	readonly holds: (result: Result) => boolean | null;
}

/** @throws UserError for what is no condition on `result`, or more of the language than is understood here */
export function parseCondition(text: string): ParsedCondition {
	const reader = new ConditionReader(new Tokens(text, TOKEN, 'condition'));
	const root = reader.whole();
	return {
		text,
		constants: reader.constants,
		rounds: /\b(?:asInt|int|floor|ceil|round)\s*\(/.test(text),
		defaults: /\bdefault\s*\(/.test(text),
		holds: (result) => {
			try {
				const vector = new Vector(result === 'empty' ? [] : [result]);
				const value = root(vector, vector);
				return typeof value === 'boolean' ? value : null;
			} catch (error) {
				if (error instanceof Unevaluable) return null;
				throw error;
			}
		},
	};
}

class ConditionReader {
	readonly constants: number[] = [];
	#depth = 0;

	constructor(private readonly tokens: Tokens) {}

	whole(): Node {
		const root = this.#choice();
		this.tokens.end();
		return root;
	}

	#choice(): Node {
		if (++this.#depth > MAX_DEPTH) throw new UserError('a condition nested so deeply is not understood');
		const test = this.#or();
		let node = test;
		if (this.tokens.takeIf('?')) {
			const yes = this.#choice();
			this.tokens.expect(':');
			const no = this.#choice();
			node = (result, item) => (truth(test(result, item)) ? yes(result, item) : no(result, item));
		}
		this.#depth--;
		return node;
	}

	#or(): Node {
		let left = this.#and();
		while (this.tokens.takeIf('||') || this.tokens.takeIf('or')) {
			const [first, second] = [left, this.#and()];
			left = (result, item) => truth(first(result, item)) || truth(second(result, item));
		}
		return left;
	}

	#and(): Node {
		let left = this.#comparison();
		while (this.tokens.takeIf('&&') || this.tokens.takeIf('and')) {
			const [first, second] = [left, this.#comparison()];
			left = (result, item) => truth(first(result, item)) && truth(second(result, item));
		}
		return left;
	}

	#comparison(): Node {
		const left = this.#sum();
		const op = ['==', '!=', '<=', '>=', '<', '>'].find((each) => this.tokens.takeIf(each));
		if (op === undefined) return left;
		const right = this.#sum();
		return (result, item) => compared(op, left(result, item), right(result, item));
	}

	#sum(): Node {
		let left = this.#product();
		for (;;) {
			const op = ['+', '-'].find((each) => this.tokens.takeIf(each));
			if (op === undefined) return left;
			const [first, second] = [left, this.#product()];
			left = (result, item) => {
				const [a, b] = [number(first(result, item)), number(second(result, item))];
				return op === '+' ? a + b : a - b;
			};
		}
	}

	#product(): Node {
		let left = this.#unary();
		for (;;) {
			const op = ['*', '/'].find((each) => this.tokens.takeIf(each));
			if (op === undefined) return left;
			const [first, second] = [left, this.#unary()];
			left = (result, item) => {
				const [a, b] = [number(first(result, item)), number(second(result, item))];
				return op === '*' ? a * b : a / b;
			};
		}
	}

	#unary(): Node {
		// expr-lang binds a leading ! or not tighter than a comparison.
		if (this.tokens.takeIf('!') || this.tokens.takeIf('not')) {
			const inner = this.#unary();
			return (result, item) => !truth(inner(result, item));
		}
		if (this.tokens.takeIf('-')) {
			const inner = this.#unary();
			return (result, item) => -number(inner(result, item));
		}
		let node = this.#primary();
		while (this.tokens.takeIf('[')) {
			const [list, index] = [node, this.#choice()];
			this.tokens.expect(']');
			node = (result, item) => indexed(list(result, item), number(index(result, item)));
		}
		return node;
	}

	#primary(): Node {
		if (this.tokens.takeIf('(')) {
			const inner = this.#choice();
			this.tokens.expect(')');
			return inner;
		}
		if (this.tokens.takeIf('#')) return (_, item) => item;
		const written = this.tokens.takeKind('number');
		if (written !== null) {
			const value = Number(written.text);
			this.constants.push(value, -value);
			return () => value;
		}
		const quoted = this.tokens.takeKind('string');
		if (quoted !== null) return () => quoted.text.slice(1, -1);
		const name = this.tokens.take('name').text;
		if (this.tokens.takeIf('(')) return this.#call(name);
		if (name === 'result') return (result) => result;
		if (name === 'true' || name === 'false') return () => name === 'true';
		if (name === 'nil') return () => null;
		throw new UserError(`the condition speaks of \`${name}\`, which is not understood`);
	}

	#call(name: string): Node {
		const args: Node[] = [];
		while (!this.tokens.takeIf(')')) {
			const braces = this.tokens.takeIf('{');
			args.push(this.#choice());
			if (braces) this.tokens.expect('}');
			if (this.tokens.peek()?.text !== ')') this.tokens.expect(',');
		}
		return called(name, args);
	}
}
