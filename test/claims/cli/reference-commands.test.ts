/** `metrics`, `fields`, `scenarios` and `completion` as a user types them, and scenarios by name. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { retrystorm } from '../../cli/cli.js';

const tooWide = (out: string): string[] => out.split('\n').filter((line) => line.length > 80);

describe('what there is', () => {
	it('lists metrics within 80 columns, and explains one', async () => {
		const { code, out } = await retrystorm(['metrics']);
		expect([code, tooWide(out)]).toEqual([0, []]);
		expect(out).toMatch(/amplification +attempts \/ first attempts/);
		const one = await retrystorm(['metrics', 'collapsed']);
		expect(one.out).toContain('- { that: P(collapsed), below: 5% }');
		expect((await retrystorm(['metrics', 'lsot'])).err).toBe(
			'error: metrics: unknown metric "lsot"; did you mean lost?\n',
		);
	});

	it('lists fields within 80 columns, and those below a path', async () => {
		const { code, out } = await retrystorm(['fields', 'edge']);
		expect([code, tooWide(out)]).toEqual([0, []]);
		expect(out).toContain('edge.queue');
		const wrong = await retrystorm(['fields', 'edge.qeue']);
		expect([wrong.code, wrong.err]).toEqual([2, 'error: fields: edge has no field "qeue"; did you mean queue?\n']);
	});

	it('finds a shipped scenario by its name from any folder, a file of that name first', async () => {
		const cwd = mkdtempSync(join(tmpdir(), 'retrystorm-named-'));
		const listed = JSON.parse((await retrystorm(['scenarios', '--format', 'json'], { cwd })).out);
		expect(listed.map(({ name }: { name: string }) => name)).toContain('studies/lifo-against-fifo');
		expect((await retrystorm(['check', 'hello'], { cwd })).out).toContain('hello.yaml: ok');
		writeFileSync(join(cwd, 'hello'), 'name: 1\n');
		expect((await retrystorm(['check', 'hello'], { cwd })).code).toBe(104);
	});

	it('completes commands, flags, choices and names in bash', async () => {
		const { out } = await retrystorm(['completion', 'bash']);
		const complete = (...words: string[]): string[] =>
			execFileSync(
				'bash',
				['-c', `${out}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _retrystorm; echo "\${COMPREPLY[@]}"`, '-', ...words],
				{ encoding: 'utf8' },
			).split(/\s+/);
		expect(complete('retrystorm', 'pol')).toContain('policies');
		expect(complete('retrystorm', 'run', '--expl')).toContain('--explain');
		expect(complete('retrystorm', 'run', '--format', 'c')).toContain('csv');
		expect(complete('retrystorm', 'run', 'hell')).toContain('hello');
		expect(complete('retrystorm', 'metrics', 'peak-r')).toContain('peak-retry-share');
	});
});
