/** The rules of HOUSE for rooms: how many files a folder has, what a file may be called, and that src/README.md is true. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, ROOT, SRC } from './support.js';

const MOST_FILES = 22;
/** Folders of files that are alike, with the reason why they may be more. */
const FAMILIES: Readonly<Record<string, string>> = {
	'test/fixtures': 'inputs, one product a file',
	'test/oracles': 'published figures, one source a file',
	'test/golden': 'outputs of record, one command a file',
	'test/data': 'logs of others, one source a folder',
	'test/real': 'adapters of real clients, one client a file',
};

/** Words that say a mood and not what a file does. */
const BANNED = new Set(
	`told sight luck looks fate gist kept beside mishaps seen books opening parked travel passages promises toll echo mood
	stuff misc things helpers`
		.trim()
		.split(/\s+/),
);
/** Standard terms that hold a banned word. */
const TERMS = new Set(['first-passages']);

const sources = filesBelow('src');
const files = [...sources, ...filesBelow('test')];
const folders = new Map<string, string[]>();
for (const file of files) folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), file]);
const readme = readFileSync(join(SRC, 'README.md'), 'utf8');

/** Sources by base name. */
const byName = new Map<string, string[]>();
for (const file of sources.filter((path) => path.endsWith('.ts')))
	byName.set(basename(file, '.ts'), [...(byName.get(basename(file, '.ts')) ?? []), file]);

describe('rooms', () => {
	it('a test that has the name of exactly one source file is in the same folder below test/claims or test/laws', () => {
		const wrong = files.flatMap((file) => {
			const [, kind] = /^test\/(claims|laws)\/.*\.test\.ts$/.exec(file) ?? [];
			const named = byName.get(basename(file, '.test.ts')) ?? [];
			if (kind === undefined || named.length !== 1) return [];
			const due = named[0].replace(/^src/, `test/${kind}`).replace(/\.ts$/, '.test.ts');
			return file === due ? [] : [`${file} should be ${due}, or have a name of its own`];
		});
		expect(wrong).toEqual([]);
	});

	it(`a folder has at most ${MOST_FILES} files`, () => {
		const full = [...folders]
			.filter(([folder]) => !Object.keys(FAMILIES).some((family) => folder.startsWith(family)))
			.filter(([, inside]) => inside.length > MOST_FILES)
			.map(([folder, inside]) => `${folder}: ${inside.length} files`);
		expect(full).toEqual([]);
	});

	it('a file name has no banned word', () => {
		const wrong = files.filter((file) => {
			const name = basename(file).replace(/\..*$/, '');
			return !TERMS.has(name) && name.split(/[-_]/).some((word) => BANNED.has(word));
		});
		expect(wrong).toEqual([]);
	});

	it('src/README.md has an opening sentence for every folder of more than five files', () => {
		const missing = [...folders]
			.filter(([folder, inside]) => folder.startsWith('src/') && inside.length > 5)
			.map(([folder]) => folder.slice('src/'.length))
			.filter((folder) => !new RegExp(`^\\| +\`${folder}/\` +\\| \\S.+\\. *\\|$`, 'm').test(readme));
		expect(missing).toEqual([]);
	});

	it('every path that src/README.md names exists, and so does every file without a path', () => {
		const named = [...readme.matchAll(/`([\w./-]+(?:\.ts|\.md|\/))`/g)].map((match) => match[1]);
		// A path may be short where its folder was just named.
		const known = [...sources, ...folders.keys()].flatMap((path) => [`/${path}`, `/${path}/`]);
		const missing = named.filter(
			(path) => !existsSync(join(ROOT, path)) && !known.some((whole) => whole.endsWith(`/${path}`)),
		);
		expect(missing.filter((path) => !path.includes('NAME'))).toEqual([]);
	});

	it('a short path in src/README.md means one file, and no line is too long to read in a terminal', () => {
		const named = [...readme.matchAll(/`([\w./-]+\.ts)`/g)].map((match) => match[1]);
		const ambiguous = named.filter((path) => sources.filter((file) => `/${file}`.endsWith(`/${path}`)).length > 1);
		const whole = new Set(sources.map((file) => file.slice('src/'.length)));
		expect(ambiguous.filter((path) => !whole.has(path))).toEqual([]);
		expect(readme.split('\n').filter((line) => line.length > 180)).toEqual([]);
	});
});
