/** NGINX's configuration as a tree: words that end with a semicolon, or with a block in braces. */
import { InvalidScenario, issueAt } from '../../../scenario/document/issue.js';
import type { Given } from '../../manifest/resources.js';
import type { Ledger, WrittenField } from '../policy/ledger.js';

export interface Directive extends WrittenField {
	/** 1-based, of its name */
	readonly column: number;
	readonly name: string;
	readonly args: readonly string[];
	/** of a block; empty for what ends with a semicolon */
	readonly children: readonly Directive[];
	readonly parent: Directive | null;
}

interface Token {
	readonly text: string;
	readonly quoted: boolean;
	readonly line: number;
	readonly column: number;
}

type At = Pick<Token, 'line' | 'column'>;

const MAX_DEPTH = 20;

/** @throws InvalidScenario for braces and quotes that do not match */
export function readDirectives({ file, text }: Given): Directive[] {
	const tokens = tokensOf(file, text);
	let next = 0;
	const block = (parent: Directive | null, path: string, depth: number): Directive[] => {
		const read: Directive[] = [];
		let words: Token[] = [];
		for (; next < tokens.length; next++) {
			const token = tokens[next];
			const mark = token.quoted ? '' : token.text;
			if (mark === '}') {
				if (words.length > 0) throw unended(file, words);
				if (parent === null) throw refused(file, token, 'found }, which closes nothing');
				return read;
			}
			if (mark !== ';' && mark !== '{') {
				words.push(token);
				continue;
			}
			if (words.length === 0) throw refused(file, token, `found ${mark} without a directive before it`);
			const [name, ...args] = words.map((word) => word.text);
			const at = `${path}${name}[${read.length}]`;
			const children: Directive[] = [];
			const [{ line, column }] = words;
			const directive = { name, args, children, parent, place: `${file}:${line}`, column, path: at };
			words = [];
			read.push(directive);
			if (mark === ';') continue;
			if (depth >= MAX_DEPTH) throw refused(file, token, `nested too deeply, at most ${MAX_DEPTH} levels would do`);
			next++;
			children.push(...block(directive, `${at}.`, depth + 1));
		}
		if (parent !== null) throw refused(file, placeOf(parent), `${parent.name} is never closed, a } would do`);
		if (words.length > 0) throw unended(file, words);
		return read;
	};
	return block(null, '', 0);
}

const placeOf = ({ place, column }: Directive): At => ({
	line: Number(place.slice(place.lastIndexOf(':') + 1)),
	column,
});

/** Words up to the end of their block, or of the text: told where they begin, and not where the block ends. */
function unended(file: string, words: readonly Token[]): InvalidScenario {
	const first = words.filter(({ line }) => line === words[0].line);
	return refused(file, first[0], `${first.map(({ text }) => text).join(' ')}: missing ;`);
}

/** Words, quoted texts, and `{`, `}`, `;`; a # that begins a word begins a comment. */
function tokensOf(file: string, text: string): Token[] {
	const tokens: Token[] = [];
	let [line, lineStart] = [1, 0];
	const form =
		/\n|#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[{};]|(?:\$\{\w+\}|\\[\s\S]|[^\s{};"'\\])(?:\$\{\w+\}|\\[\s\S]|[^\s{};\\])*|["'\\]/g;
	for (const { 0: found, index } of text.matchAll(form)) {
		const column = index - lineStart + 1;
		if (found === '"' || found === "'") throw refused(file, { line, column }, `found ${found}, which is never closed`);
		const quoted = found.startsWith('"') || found.startsWith("'");
		if (found !== '\n' && !found.startsWith('#'))
			tokens.push({ text: quoted ? found.slice(1, -1) : found, quoted, line, column });
		const breaks = found.split('\n').length - 1;
		line += breaks;
		if (breaks > 0) lineStart = index + found.lastIndexOf('\n') + 1;
	}
	return tokens;
}

function refused(file: string, { line, column }: At, message: string): InvalidScenario {
	return new InvalidScenario([issueAt('error', { file, line, column, set: null }, '', message)]);
}

/** @throws InvalidScenario always: `x would do`, where a directive stands */
export function wrongDirective(directive: Directive, like: string): InvalidScenario {
	const { name, args, place } = directive;
	const file = place.slice(0, place.lastIndexOf(':'));
	return refused(file, placeOf(directive), `found "${[name, ...args].join(' ')}": ${like} would do`);
}

/** All of a name, at any depth. */
export const allOf = (directives: readonly Directive[], name: string): Directive[] =>
	directives.flatMap((each) => [...(each.name === name ? [each] : []), ...allOf(each.children, name)]);

/** Reports the topmost of what was not read; a block that was looked at covers none of its directives. */
export function restOf(directives: readonly Directive[], ledger: Ledger): void {
	const touched = (each: Directive): boolean => each.children.some((child) => ledger.knows(child) || touched(child));
	const below = (each: Directive): string[] => each.children.flatMap((child) => [child.name, ...below(child)]);
	for (const each of directives) {
		if (ledger.covers(each)) continue;
		if (ledger.knows(each) || touched(each)) restOf(each.children, ledger);
		else ledger.leftOut(each, each.name, below(each));
	}
}
