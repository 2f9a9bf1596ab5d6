/** The rules of HOUSE for names: what a value, a function or a type may be called, and which files may share a name. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow, ROOT } from './support.js';

/** Words that say a mood, or that stood for four things each. */
const BANNED = new Set(
	`told seen asked sight looks fate standing lot luck kept crew course gist scarred echo mishap mishaps
	Told Seen Asked Sight Look Fate Standing Lot Luck Kept Crew Course Gist Side Span`.split(/\s+/),
);
/** Keys that stand in files which are written or read, or in the data that such files are made of. */
const KEYS: Readonly<Record<string, string>> = {
	asked:
		'a kind of answer of the tool, beside measured and assumed: notes of an import, summary.json of a fit, head of a page',
	looks: 'readings of a check in the journal and in the data of a page, and the plan of a map in manifest.json',
	seen: 'what was measured: summary.json, decisions.csv, the journal, the data of a page',
	sight: 'whether a check can detect the change: summary.json and checks.csv of a gate',
	luck: 'part of the hash of a case, so that older journals are known again',
};
/** Other names that hold a banned word, by file. */
const ALLOWED: Readonly<Record<string, string>> = {
	'src/readers/logs/formats/spans/spans.ts Span': 'the term of tracing',
	'src/readers/manifest/provenance-notes.ts asked': 'makes a note of that kind, beside understood() and assumed()',
	'src/readers/retries/policy/ledger.ts asked': 'makes a note of that kind, beside understood() and assumed()',
	'src/readers/argo/argo-metrics.ts seen': 'a set of templates that were visited',
};

/** Files of one name that are one question on several floors. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
	'the parts that every report has': ['text.ts', 'page.ts', 'files.ts', 'page-data.ts', 'csv.ts', 'summary.ts'],
	'one command: its flags, its experiment, its report, its page': [
		...['run.ts', 'replicate.ts', 'compare.ts', 'sweep.ts', 'map.ts', 'gate.ts', 'measure.ts', 'merge.ts', 'import.ts'],
		...['policies.ts', 'metrics.ts'],
	],
	'one field of a scenario: its schema, its resolution, its model': [
		...['backoff.ts', 'changes.ts', 'clients.ts', 'distribution.ts', 'edge.ts', 'expectations.ts', 'initial-state.ts'],
		...['propagation.ts', 'rollouts.ts', 'traffic.ts'],
	],
	'one concept, where it is counted and where it is read, or drawn by two kinds of output': [
		...['number-in-system.ts', 'probabilistic-expectations.ts', 'heat-map.ts'],
	],
	'what is fitted to a log, and the part of the scenario that it becomes': ['classes.ts'],
	'the entry of a program': ['main.ts', 'engine.ts'],
};
const SHARED_NAMES = new Set(Object.values(SHARED).flat());

const sources = filesBelow('src').filter((file) => file.endsWith('.ts'));

/** Whether an identifier names a key of data: a property, or what is taken from one or put into one under its own name. */
function isKey({ parent }: ts.Identifier): boolean {
	if (ts.isPropertySignature(parent) || ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent))
		return true;
	if (ts.isPropertyDeclaration(parent)) return !(ts.getCombinedModifierFlags(parent) & ts.ModifierFlags.Private);
	return ts.isBindingElement(parent) && parent.propertyName === undefined && ts.isObjectBindingPattern(parent.parent);
}

/** Names that a text declares, with their lines and whether they are keys. */
function declared(text: string): { name: string; line: number; key: boolean }[] {
	const source = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true);
	const found: { name: string; line: number; key: boolean }[] = [];
	const visit = (node: ts.Node): void => {
		const { name } = node as ts.Node & { readonly name?: ts.Node };
		const isBorrowed = ts.isImportSpecifier(node) && node.propertyName === undefined;
		if (name !== undefined && !ts.isPropertyAccessExpression(node) && !isBorrowed) {
			const line = source.getLineAndCharacterOfPosition(name.getStart()).line + 1;
			if (ts.isIdentifier(name)) found.push({ name: name.text, line, key: isKey(name) });
			if (ts.isPrivateIdentifier(name)) found.push({ name: name.text.slice(1), line, key: false });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

const ANY = new RegExp(`\\b(?:${[...BANNED].join('|')})\\b`);

const badNames = (file: string, text: string): string[] =>
	(ANY.test(text) ? declared(text) : [])
		.filter(({ name, key }) => BANNED.has(name) && !(key && name in KEYS) && !(`${file} ${name}` in ALLOWED))
		.map(({ name, line }) => `${file}:${line} ${name}`);

describe('names', () => {
	it('a value, a function and a type have a term or a plain description as their name', () => {
		expect(sources.flatMap((file) => badNames(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
	});

	it.each([
		['a variable', 'const told = 1;', ['a.ts:1 told']],
		['a parameter', 'function f(luck: number) { return luck; }', ['a.ts:1 luck']],
		['a private field', 'class A { #seen = 0; }', ['a.ts:1 seen']],
		['a method', 'class A {\n\tkept(): number { return 1; }\n}', ['a.ts:2 kept']],
		['a type', 'interface Side { readonly a: number }', ['a.ts:1 Side']],
		['a name for another key', 'const { measured: looks } = readings;', ['a.ts:1 looks']],
		['a key that no file has', 'const a = { fate: 1 };', ['a.ts:1 fate']],
		['no key of a file', 'const { seen, sight } = summary; const b = { seen, asked: 1 };', []],
		['no member of something else', 'const n = outcome.fate;', []],
	])('the rule finds %s', (_, text, found) => expect(badNames('a.ts', text)).toEqual(found));

	it('no name is allowed that is not there', () => {
		const stale = Object.keys(ALLOWED).filter((entry) => {
			const [file, name] = entry.split(' ');
			return (
				!sources.includes(file) || !declared(readFileSync(join(ROOT, file), 'utf8')).some((one) => one.name === name)
			);
		});
		expect(stale).toEqual([]);
	});

	it('two files have one base name only where they are one question on several floors', () => {
		const byName = new Map<string, string[]>();
		for (const file of sources) byName.set(basename(file), [...(byName.get(basename(file)) ?? []), file]);
		const shared = [...byName].filter(([, files]) => files.length > 1);
		expect(shared.filter(([name]) => !SHARED_NAMES.has(name)).map(([, files]) => files.join(' '))).toEqual([]);
		// A name is on the list only while two files have it.
		expect([...SHARED_NAMES].filter((name) => !shared.some(([one]) => one === name))).toEqual([]);
	});
});
