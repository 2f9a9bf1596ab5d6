/** A limit that stops runs of a batch ends every batch command with 106, and its summary says `partial: true`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { retrystorm, scratch } from './cli.js';

const STOPPED = `name: small
duration: 5s
coolDown: 1s
traffic: { rate: 200/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: 100 }
limits: { events: 2000 }
clients: { apps: { timeout: 1s, retry: { attempts: 3, backoff: 100ms } } }
changes: { patch: { fails: 40% } }
rollouts: { patch: { at: 1s, stages: { all: { hold: 2s, gate: { above: 10%, window: 1s, every: 1s } } } } }
expect: [{ that: amplification, above: 1 }]
replications: 3
variants: { calm: { traffic: { rate: 100/s } } }
`;
const cwd = scratch({ 'a.yaml': STOPPED });

it.each([
	'run a.yaml --reps 3',
	'sweep a.yaml -L edge.workers 4,8 --reps 2',
	'compare a.yaml calm --reps 3',
	'map a.yaml --x traffic.rate 100/s 400/s 2 --y clients.apps.timeout 200ms 2s 2 --reps 6 --set rollouts=null --set changes=null',
	'gate a.yaml --reps 2',
])('%s', async (line) => {
	const folder = line.split(' ')[0];
	const { code, err } = await retrystorm([...line.split(' '), '-o', folder, '-q'], { cwd });
	expect(code, err).toBe(106);
	expect(JSON.parse(readFileSync(join(cwd, folder, 'summary.json'), 'utf8'))).toMatchObject({ partial: true });
});

it('test a.yaml', async () => {
	const { code, out } = await retrystorm(['test', 'a.yaml'], { cwd });
	expect(code).toBe(106);
	expect(out).toContain('limits.events');
});
