/** The README is tested: its program prints what it says, its scenario is the shipped one, its table the real codes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { fewestToPass } from '../../../src/experiment/replicate/probabilistic-expectations.js';
import { EXIT } from '../../../src/kernel/errors.js';
import { loadScenario } from '../../../src/scenario/load.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

function block(language: string): string {
	const found = readme.match(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``));
	if (found === null) throw new Error(`the README has no ${language} block`);
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
	const examples = [...readme.matchAll(/```sh\nnode (dist\/cli\/main\.js [^\n]+)\n```[^`]+```console\n([\s\S]*?)```/g)];
	expect(examples.length).toBeGreaterThan(1);
	for (const [, command, lines] of examples) {
		const out = execFileSync(process.execPath, [...command.split(' '), '--no-results', '-q'], {
			cwd: ROOT,
			encoding: 'utf8',
		});
		for (const line of lines.trimEnd().split('\n')) expect(out).toContain(`${line}\n`);
	}
});

it('three commands lead from a log to a verdict', () => {
	const section = readme.slice(readme.indexOf('## From your log to a verdict'));
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
	const promises = /```\n(replications: [\s\S]*?)```/.exec(readme)?.[1];
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
	const listed = [...readme.matchAll(/^\| (\d+) +\| /gm)].map((match) => Number(match[1]));
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
