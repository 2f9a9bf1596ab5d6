/** Whatever a file, a log or an argument holds: nothing of it is obeyed by the terminal that a command prints to. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { retrystorm, SMALL, scratch } from './cli.js';

const HOSTILE = '\u001b[2Jx\u009b31m\u202egnp';
const OBEYED = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const quoted = JSON.stringify(HOSTILE);

const lines = Array.from({ length: 400 }, (_, k) =>
	JSON.stringify({
		time: new Date(Date.UTC(2026, 0, 1, 0, 0, k)).toISOString(),
		status: 200,
		request_method: 'GET',
		request_uri: `/${HOSTILE}`,
		request_time: 0.01,
	}),
).join('\n');

const cwd = scratch({
	'small.yaml': SMALL,
	'marked.yaml': `${SMALL}\nmarkers: [{ at: 1s, text: ${quoted} }]\n`,
	'odd.yaml': `name: small\n${quoted}: 3\nclients: { ${quoted}: { timeout: ${quoted} } }\n`,
	'odd.json': JSON.stringify({
		apiVersion: 'networking.istio.io/v1',
		kind: 'VirtualService',
		metadata: { name: HOSTILE },
	}),
	'a.log': `${lines}\n`,
	'b.log': `${lines}\n`,
});

it.each([
	['run', ['run', 'marked.yaml', '--no-results']],
	['run of a hostile file', ['run', 'odd.yaml']],
	['run with a hostile variant', ['run', 'small.yaml', '--variant', HOSTILE]],
	['run with a hostile set', ['run', 'small.yaml', '--set', `clients.${HOSTILE}=1`]],
	['run with a hostile flag', ['run', 'small.yaml', `--${HOSTILE}`]],
	['run of a file that is not there', ['run', `${HOSTILE}.yaml`]],
	['check', ['check', 'odd.yaml', 'marked.yaml']],
	['test', ['test', 'odd.yaml']],
	['compare', ['compare', HOSTILE, HOSTILE]],
	['sweep', ['sweep', 'small.yaml', '--axis', `${HOSTILE}=1,2`]],
	['report', ['report', HOSTILE]],
	['import', ['import', 'odd.json']],
	['policies', ['policies', HOSTILE]],
	['fit', ['fit', 'a.log']],
	['fit to a file', ['fit', 'a.log', '-o', 'fitted.yaml']],
	['mix', ['mix', 'a.log', 'b.log']],
	['an unknown command', [HOSTILE]],
])('%s', async (_, args) => {
	const { out, err } = await retrystorm(args, { cwd });
	// A log's own text in a scenario that goes to a pipe is data: its bytes stay.
	if (args[0] !== 'fit' || args.length > 2) expect(out).not.toMatch(OBEYED);
	expect(err).not.toMatch(OBEYED);
	expect(out + err).not.toBe('');
});

it('a folder of results with a hostile label', async () => {
	const dir = join(cwd, 'kept');
	await retrystorm(['run', 'small.yaml', '--reps', '2', '-o', 'kept', '-q'], { cwd });
	const summary = join(dir, 'summary.json');
	const { readFileSync } = await import('node:fs');
	writeFileSync(summary, readFileSync(summary, 'utf8').replace('"label": "small"', `"label": ${quoted}`));
	const { out, err } = await retrystorm(['compare', 'kept', 'small.yaml', '--reps', '2', '--no-results'], { cwd });
	expect(out + err).not.toMatch(OBEYED);
});
