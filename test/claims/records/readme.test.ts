/** The README and docs/ are tested: the program prints what it says, the commands their lines, the scenario is the shipped one, the table has the real codes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { fewestToPass } from '../../../src/experiment/replicate/probabilistic-expectations.js';
import { EXIT } from '../../../src/kernel/errors.js';
import { loadScenario } from '../../../src/scenario/load.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const docs = readdirSync(join(ROOT, 'docs'))
	.filter((name) => name.endsWith('.md'))
	.map((name) => readFileSync(join(ROOT, 'docs', name), 'utf8'));
const pages = [readme, ...docs].join('\n');

function block(language: string): string {
	const found = pages.match(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``));
	if (found === null) throw new Error(`no page has a ${language} block`);
	return found[1];
}

it('the program prints its output', () => {
	const file = join(ROOT, 'dist', `readme-${process.pid}.mjs`);
	writeFileSync(file, block('js'));
	try {
		expect(execFileSync(process.execPath, [file], { cwd: ROOT, encoding: 'utf8' })).toBe(block('text'));
	} finally {
		rmSync(file);
	}
});

it('the commands print their lines', () => {
	const examples = [...pages.matchAll(/```sh\nnode (dist\/cli\/main\.js [^\n]+)\n```[^`]+```console\n([\s\S]*?)```/g)];
	expect(examples.length).toBeGreaterThan(1);
	for (const [, command, lines] of examples) {
		const out = execFileSync(process.execPath, [...command.split(' '), '--no-results', '-q'], {
			cwd: ROOT,
			encoding: 'utf8',
		});
		for (const line of lines.trimEnd().split('\n')) expect(out).toContain(`${line}\n`);
	}
});

it('the five tasks run as they stand, from any folder', () => {
	const [, block] = /## Five tasks[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? [];
	const lines = block.trimEnd().split('\n');
	expect(lines).toHaveLength(5);
	const folder = mkdtempSync(join(tmpdir(), 'retrystorm-'));
	try {
		for (const line of lines) {
			const [command] = line.split('#');
			const [npx, name, ...args] = command.trim().split(/\s+/);
			expect([npx, name]).toEqual(['npx', 'retrystorm']);
			// The gate of the page on rollouts is the same, and has run already.
			if (args[0] === 'gate')
				expect(pages).toContain(`main.js gate scenarios/december-5.yaml ${args.slice(2).join(' ')}\n`);
			else {
				const given = args.map((arg) => (arg.startsWith('test/') ? join(ROOT, arg) : arg));
				execFileSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...given], { cwd: folder, stdio: 'pipe' });
			}
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
});

it('the README is one page, and names every page of docs/', () => {
	expect(readme.split('\n').length).toBeLessThanOrEqual(150);
	const named = [...readme.matchAll(/`docs\/([\w-]+\.md)`/g)].map(([, name]) => name);
	const there = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
	expect([...new Set(named)].sort()).toEqual(there.sort());
});

it('three commands lead from a log to a verdict', () => {
	const section = pages.slice(pages.indexOf('## From your log to a verdict'));
	const [, commands] = /```sh\n([\s\S]*?)```/.exec(section) ?? [];
	const [, lines] = /```console\n([\s\S]*?)```/.exec(section) ?? [];
	const folder = mkdtempSync(join(tmpdir(), 'retrystorm-'));
	try {
		const printed = commands
			.trimEnd()
			.split('\n')
			.map((command) => {
				const args = command.replace('storm.yaml', join(folder, 'storm.yaml')).split(' ').slice(1);
				const quiet = args.includes('run') ? ['--no-results', '-q'] : [];
				return execFileSync(process.execPath, [...args, ...quiet], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
			});
		expect(printed).toHaveLength(3);
		for (const line of lines.trimEnd().split('\n')) expect(printed.join('')).toContain(`${line}\n`);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

it('the first scenario is the shipped one', () => {
	expect(block('yaml')).toBe(readFileSync(join(ROOT, 'scenarios/hello.yaml'), 'utf8'));
});

it('the probabilistic expectations can be decided with the replications shown', () => {
	const hello = readFileSync(join(ROOT, 'scenarios/hello.yaml'), 'utf8');
	const promises = /```\n(replications: [\s\S]*?)```/.exec(pages)?.[1];
	const text = hello.slice(0, hello.indexOf('expect:')) + promises;
	const { expectations, replications } = loadScenario(text, { file: 'README.md' });
	expect(expectations.map(({ requiredProbability: required }) => required?.of)).toEqual([
		undefined,
		'share',
		'probability',
	]);
	for (const { requiredProbability: required } of expectations) {
		if (required !== null) expect(fewestToPass(required)).toBeLessThanOrEqual(replications);
	}
});

it('the exit codes are the real ones', () => {
	const listed = [...pages.matchAll(/^\| (\d+) +\| /gm)].map((match) => Number(match[1]));
	expect(listed).toEqual(Object.values(EXIT));
});

it('the two commands exist', () => {
	const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
	expect(readme).toContain('\nnpm ci && npm start\n');
	expect(readme).toContain('\nnpm cit\n');
	expect(scripts.start).toContain('scenarios/december-5.yaml');
	expect(scripts.test).toContain('vitest run');
});

it('shows one picture, small, which a command makes', () => {
	const pictures = [...readme.matchAll(/!\[([^\]]+)\]\(([^)]+)\)/g)];
	expect(pictures).toHaveLength(1);
	const [[, words, file]] = pictures;
	expect(words.length).toBeGreaterThan(100);
	const picture = readFileSync(join(ROOT, file));
	expect(picture.subarray(1, 4).toString('latin1')).toBe('PNG');
	expect(picture.length).toBeLessThan(200_000);
	expect(readme).toContain('`npm run picture`');
	expect(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts.picture).toContain(
		'test/record/picture.mjs',
	);
	expect(readFileSync(join(ROOT, 'test/record/picture.mjs'), 'utf8')).toContain(`'${file}'`);
});
