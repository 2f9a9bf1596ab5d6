/**
 * A PromQL query as a tree: what it takes to see a ratio of rates in it. The grammar is Prometheus' own
 * (`@prometheus-io/lezer-promql`, this is the only file that knows it); what the rest of the language says is refused by name, and
 * the author is asked.
 */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { UserError } from '../../kernel/errors.js';
import { parsePrometheusDuration } from '../text/durations.js';

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

/** Longer than this, or nested more deeply, is no query that a person wrote. */
const MAX_LENGTH = 20_000;
const MAX_DEPTH = 200;

/** Parts of the language that change what is seen, and that no check here can say. */
const REFUSED: ReadonlyMap<string, string> = new Map([
	['OffsetExpr', 'a query that reads another time than now (offset)'],
	['StepInvariantExpr', 'a query that reads another time than now (@)'],
	['SubqueryExpr', 'a subquery'],
	['StringLiteral', 'a text where a number is needed'],
	['AnchoredExpr', 'the modifier anchored'],
	['SmoothedExpr', 'the modifier smoothed'],
]);

/** @throws UserError for what is no query, or more of the language than is understood here */
export function parseQuery(text: string): Query {
	if (text.length > MAX_LENGTH) throw new UserError(`a query of more than ${MAX_LENGTH} characters is not understood`);
	const root = parser.parse(text).topNode;
	refuseErrors(root, text);
	return new QueryReader(text).read(only(root), 0);
}

/** @throws UserError at the first place where the grammar does not fit */
function refuseErrors(root: SyntaxNode, text: string): void {
	const cursor = root.cursor();
	do {
		if (!cursor.type.isError) continue;
		const variable = /\$\{?\w+\}?|\[\[\w+\]\]|\{\{[^}]*\}\}/.exec(text);
		if (variable !== null) throw new UserError(`the query contains the variable \`${variable[0]}\`: write its value`);
		const at = text.slice(cursor.from, cursor.from + 20);
		throw new UserError(
			at === '' ? 'the query ends too early' : `the query cannot be read at character ${cursor.from + 1}: \`${at}\``,
		);
	} while (cursor.next());
}

class QueryReader {
	constructor(private readonly text: string) {}

	read(node: SyntaxNode, depth: number): Query {
		if (depth > MAX_DEPTH) throw new UserError(`a query with more than ${MAX_DEPTH} levels is not understood`);
		switch (node.name) {
			case 'ParenExpr':
				return this.read(only(node), depth + 1);
			case 'NumberDurationLiteral':
				return { kind: 'number', value: numberOf(this.#of(node)) };
			case 'UnaryExpr':
				return this.#unary(node, depth);
			case 'BinaryExpr':
				return this.#binary(node, depth);
			case 'VectorSelector':
				return this.#selector(node, null);
			case 'MatrixSelector':
				return this.#range(node);
			case 'FunctionCall':
			case 'AggregateExpr':
				return this.#call(node, depth);
		}
		const what = REFUSED.get(node.name);
		throw new UserError(`${what ?? `\`${this.#of(node)}\``} is not understood`);
	}

	#unary(node: SyntaxNode, depth: number): Query {
		const inner = this.read(last(node), depth + 1);
		return this.#of(node).startsWith('-') ? negative(inner) : inner;
	}

	/** `on (...)` and the like say which series meet; of single series each, all do. */
	#binary(node: SyntaxNode, depth: number): Query {
		const [left, operator] = children(node);
		if (node.getChild('BoolModifier') !== null) throw new UserError('`bool` is not understood');
		const op = this.#of(operator).toLowerCase();
		const right = this.read(last(node), depth + 1);
		// The grammar reads a sign as part of the number, and the power binds tighter than the sign: -2^2 is -4.
		if (op === '^' && left.name === 'NumberDurationLiteral' && this.#of(left).startsWith('-')) {
			const value = numberOf(this.#of(left).slice(1));
			return negative({ kind: 'binary', op, left: { kind: 'number', value }, right });
		}
		return { kind: 'binary', op, left: this.read(left, depth + 1), right };
	}

	#call(node: SyntaxNode, depth: number): Query {
		const name = this.#of(children(node)[0]).toLowerCase();
		const body = node.getChild('FunctionCallBody');
		const args = body === null ? [] : children(body).map((arg) => this.read(arg, depth + 1));
		return { kind: 'call', name, args };
	}

	#range(node: SyntaxNode): Query {
		const [inner, range] = children(node);
		if (inner.name !== 'VectorSelector') throw new UserError('a window over an expression is not understood');
		const us = parsePrometheusDuration(this.#of(range).trim());
		if (us === null) throw new UserError(`the window \`${this.#of(range)}\` is not understood`);
		return this.#selector(inner, us);
	}

	#selector(node: SyntaxNode, rangeUs: number | null): Query {
		const written = node.getChild('Identifier');
		const list = node.getChild('LabelMatchers');
		const parts = list === null ? [] : children(list);
		const quoted = parts.find(({ name }) => name === 'QuotedLabelName');
		const matchers = parts.filter((part) => part !== quoted).map((part) => this.#matcher(part));
		const named = matchers.find(({ label, op }) => label === '__name__' && op === '=');
		const name = written !== null ? this.#of(written) : quoted !== undefined ? this.#unquoted(quoted) : named?.value;
		return { kind: 'selector', name: name === undefined ? '' : name, matchers, rangeUs };
	}

	#matcher(node: SyntaxNode): Matcher {
		const [label, op, value] = children(node);
		const name = label.name === 'LabelName' ? this.#of(label) : this.#unquoted(label);
		return { label: name, op: this.#of(op) as Matcher['op'], value: this.#unquoted(value) };
	}

	#unquoted(node: SyntaxNode): string {
		return unquoted(this.#of(node));
	}

	#of(node: SyntaxNode): string {
		return this.text.slice(node.from, node.to);
	}
}

const negative = (of: Query): Query =>
	of.kind === 'number'
		? { kind: 'number', value: -of.value }
		: { kind: 'binary', op: '*', left: { kind: 'number', value: -1 }, right: of };

/** Decimal, hexadecimal, Inf and NaN in any case; a duration is its seconds (Prometheus 3). */
function numberOf(text: string): number {
	const [, sign, rest] = /^([+-]?)\s*(.*)$/s.exec(text.toLowerCase().replaceAll('_', '')) as RegExpExecArray;
	const us = parsePrometheusDuration(rest);
	const value = rest.startsWith('inf') ? Number.POSITIVE_INFINITY : us !== null ? us / 1e6 : Number(rest);
	return sign === '-' ? -value : value;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
	['a', '\u0007'],
	['b', '\b'],
	['f', '\f'],
	['n', '\n'],
	['r', '\r'],
	['t', '\t'],
	['v', '\v'],
]);

/** A text in quotes, with the escapes of Go; between backquotes nothing is one. */
function unquoted(text: string): string {
	const inner = text.slice(1, -1);
	if (text.startsWith('`')) return inner;
	return inner.replace(
		/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs,
		(_, x, u, long, octal, one) => {
			if (one !== undefined) return ESCAPES.get(one) ?? one;
			return String.fromCodePoint(
				octal === undefined ? Number.parseInt(x ?? u ?? long, 16) : Number.parseInt(octal, 8),
			);
		},
	);
}

function children(node: SyntaxNode): SyntaxNode[] {
	const found: SyntaxNode[] = [];
	for (let child = node.firstChild; child !== null; child = child.nextSibling) {
		if (child.name !== 'LineComment') found.push(child);
	}
	return found;
}

function only(node: SyntaxNode): SyntaxNode {
	const [child] = children(node);
	if (child === undefined) throw new UserError('the query is empty');
	return child;
}

const last = (node: SyntaxNode): SyntaxNode => children(node).slice(-1)[0];
