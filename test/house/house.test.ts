/**
 * The house rules, told with file and line: which way imports run, where node, chance and wall time may be, that no
 * import goes in a circle, and that prose keeps the promises of the README.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');

/** From the ground up; folders in one row stand side by side and may not import each other. */
const FLOORS: readonly (readonly string[])[] = [
	['kernel'],
	['model'],
	['metrics'],
	['engines', 'catalog'],
	['scenario'],
	['experiment'],
	['report', 'executors', 'readers'],
	['index', 'engine'],
	['cli', 'web'],
];
const NODE_ALLOWED = new Set(['index', 'executors', 'cli']);
const CLOCK_ALLOWED = new Set(['executors', 'cli']);

interface Line {
	readonly file: string;
	readonly number: number;
	readonly text: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
	.map((name) => join(SRC, name));
const lines: readonly Line[] = files.flatMap((file) =>
	readFileSync(file, 'utf8')
		.split('\n')
		.map((text, i) => ({ file, number: i + 1, text })),
);

const place = ({ file, number }: Line): string => `${relative(ROOT, file)}:${number}`;
/** The folder below src that a file lives in; for the faces, their own name. */
const room = (file: string): string => relative(SRC, file).split('/')[0].replace(/\.ts$/, '');
const floor = (name: string): number => FLOORS.findIndex((rooms) => rooms.includes(name));

/** Relative imports with the line they stand on. */
function importsOf(file: string): { target: string; at: string; node: boolean }[] {
	const text = readFileSync(file, 'utf8');
	return [...text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map((match) => {
		const number = text.slice(0, match.index).split('\n').length;
		const at = `${relative(ROOT, file)}:${number}`;
		const spec = match[1];
		const target = spec.startsWith('.') ? join(dirname(file), spec.replace(/\.js$/, '.ts')) : spec;
		return { target, at, node: spec.startsWith('node:') };
	});
}

describe('the house', () => {
	it('has a floor for every room', () => {
		expect(files.map(room).filter((name) => floor(name) === -1)).toEqual([]);
	});

	it('imports run down, never up and never sideways', () => {
		const wrong = files.flatMap((file) =>
			importsOf(file)
				.filter(({ target }) => target.startsWith(SRC))
				.filter(({ target }) => {
					const [from, to] = [room(file), room(target)];
					if (from === to) return false;
					if (from === 'index' && to === 'engine') return false;
					return floor(to) >= floor(from);
				})
				.map(({ target, at }) => `${at} imports ${relative(ROOT, target)}`),
		);
		expect(wrong).toEqual([]);
	});

	it('no import goes in a circle', () => {
		const done = new Set<string>();
		const circles: string[] = [];
		const visit = (file: string, path: readonly string[]): void => {
			if (path.includes(file))
				circles.push([...path.slice(path.indexOf(file)), file].map((f) => relative(ROOT, f)).join(' > '));
			if (path.includes(file) || done.has(file)) return;
			for (const { target } of importsOf(file)) if (files.includes(target)) visit(target, [...path, file]);
			done.add(file);
		};
		for (const file of files) visit(file, []);
		expect(circles).toEqual([]);
	});

	it('node modules stay in the faces of the machine', () => {
		const wrong = files
			.filter((file) => !NODE_ALLOWED.has(room(file)))
			.flatMap((file) => importsOf(file).filter(({ node }) => node))
			.map(({ at, target }) => `${at} imports ${target}`);
		expect(wrong).toEqual([]);
	});

	it('files are written by one module, so that a crash or a full disk can be tried at each call', () => {
		const calls =
			/\b(appendFile|copyFile|cp|createWriteStream|f?truncate|link|mkdir|mkdtemp|rename|rm|rmdir|symlink|unlink|utimes|writev?|writeFile)(Sync)?\b.*from 'node:fs/;
		const wrong = lines
			// The bundle's code cache is written by the build.
			.filter(({ file }) => ![join('executors', 'disk.ts'), join('cli', 'bundle.ts')].includes(relative(SRC, file)))
			.filter(({ text }) => calls.test(text) || /from 'node:fs\/promises'|import \* as \w+ from 'node:fs'/.test(text))
			.map(place);
		expect(wrong).toEqual([]);
	});

	it('chance and wall time are passed in', () => {
		const wrong = lines
			.filter(({ file }) => !CLOCK_ALLOWED.has(room(file)))
			.filter(({ text }) => /Math\.random|Date\.now|performance\.now|new Date\(\)/.test(text))
			.map(place);
		expect(wrong).toEqual([]);
	});

	it('a missing number is never read as zero, and no type is overruled', () => {
		const wrong = lines
			.filter(({ text }) => !/^\s*(\/\*\*|\*|\/\/)/.test(text))
			.filter(({ text }) => /\?\? ?0\b|\|\| ?0\b|\bas any\b|: any\b|as unknown as|@ts-(ignore|expect-error)/.test(text))
			.map((line) => `${place(line)}: ${line.text.trim()}`);
		expect(wrong).toEqual([]);
	});

	it('every file opens by saying why it exists', () => {
		const silent = files.filter((file) => !/^(#!.*\n)?(\/\/ HOT PATH.*\n)?\n?\/\*\*/.test(readFileSync(file, 'utf8')));
		expect(silent.map((file) => relative(ROOT, file))).toEqual([]);
	});

	it('hot files say so on their first line', () => {
		const hot = [
			'kernel/event-queue.ts',
			'kernel/row-pool.ts',
			'engines/discrete/clients/attempt-sender.ts',
			'engines/discrete/clients/request-lifecycle.ts',
			'engines/discrete/nodes/admission.ts',
			'engines/discrete/nodes/answers.ts',
			'engines/discrete/nodes/node-state.ts',
			'engines/discrete/nodes/service.ts',
		];
		for (const file of hot) expect(readFileSync(join(SRC, file), 'utf8')).toMatch(/^\/\/ HOT PATH/);
	});
});
