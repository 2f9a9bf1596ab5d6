/**
 * A row of numbers at a call says nothing, and two of them are easily swapped: no function of the engines has more than four
 * positional parameters of one primitive type. More go into a record with named fields.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow, ROOT } from './support.js';

const MOST = 4;
const PRIMITIVES = ['number', 'boolean', 'string'] as const;

/** The primitive type of a parameter, with or without null; null for any other type. */
function primitiveOf({ type, initializer }: ts.ParameterDeclaration): string | null {
	if (type === undefined) {
		if (initializer === undefined) return null;
		if (ts.isNumericLiteral(initializer)) return 'number';
		if (ts.isStringLiteral(initializer)) return 'string';
		const isBoolean = [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(initializer.kind);
		return isBoolean ? 'boolean' : null;
	}
	const parts = type
		.getText()
		.split('|')
		.map((part) => part.trim())
		.filter((part) => part !== 'null' && part !== 'undefined');
	return PRIMITIVES.find((primitive) => parts.length === 1 && parts[0] === primitive) ?? null;
}

/** Functions of a text that have too many parameters of one primitive type, as `line name: count type`. */
function tooMany(text: string): string[] {
	const source = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true);
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isFunctionLike(node)) {
			for (const primitive of PRIMITIVES) {
				const count = node.parameters.filter((parameter) => primitiveOf(parameter) === primitive).length;
				if (count <= MOST) continue;
				const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
				const name = node.name === undefined ? 'a function' : node.name.getText();
				found.push(`${line} ${name}: ${count} of ${primitive}`);
			}
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

describe('parameters', () => {
	it(`no function of the engines has more than ${MOST} positional parameters of one primitive type`, () => {
		const wrong = filesBelow('src/engines')
			.filter((file) => file.endsWith('.ts'))
			.flatMap((file) => tooMany(readFileSync(join(ROOT, file), 'utf8')).map((found) => `${file}:${found}`));
		expect(wrong).toEqual([]);
	});

	it('the rule sees methods, constructors, arrows and numbers that may be null', () => {
		const five = 'a: number, b: number, c: number, d: number, e: number | null';
		expect(tooMany(`class A { m(${five}) {} constructor(${five}) {} }`)).toHaveLength(2);
		expect(tooMany(`const f = (${five}) => 1; function g(${five}) {}`)).toHaveLength(2);
		expect(tooMany('function h(a: number, b: number, c: number, d: number, e: boolean) {}')).toEqual([]);
	});
});
