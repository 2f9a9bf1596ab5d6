/** Which readings of a gate are full: those whose window no longer reaches back before the push. */
import { describe, expect, it } from 'vitest';
import { gateRun } from '../../../../src/experiment/task/gate-record.js';
import { loadScenario } from '../../../../src/scenario/load.js';
import { run } from '../../../support/world-builder.js';

const FILE = `name: readings
duration: 200s
traffic: { rate: 100/s, process: regular }
edge: { nodes: 4, workers: 4, service: 5ms }
clients: { apps: { timeout: 1s } }
changes: { patch: { fails: 5% } }
`;
const fullOnes = (check: string) => {
	const rollout = `rollouts: { out: { change: patch, at: 30s, stages: { all: {} }, autoRevert: { armed: 160s, numerator: failures, accounting: all-attempts, above: 99%, window: 40s, every: 10s, ${check} } } }\n`;
	const { world } = loadScenario(FILE + rollout, { file: 'a.yaml' });
	const outcome = run(world, 1);
	const [{ full, first }] = gateRun(outcome, outcome, world).changed.looks;
	return { samples: full.samples / full.count, first: first === null ? null : first.samples };
};

describe('a full reading', () => {
	it.each(['', 'lag: 30s', 'takes: 5s', 'lag: 20s, scrape: 10s'])(
		'has the samples of its whole window: %s',
		(check) => {
			const { samples, first } = fullOnes(check);
			expect(samples).toBeGreaterThan(3_990);
			expect(first).toBeGreaterThan(3_990);
		},
	);
});
