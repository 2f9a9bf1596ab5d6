/** `gate`: what it says of gates that see, and of gates that are blind, which files it leaves, and the code it ends with. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { retrystorm, SMALL, scratch } from './cli.js';

/** 80 seconds at 200 requests a second; the change fails 80 % of a fifth of them. */
const GATED = `name: gated
duration: 80s
classes: { plain: { errors: 0.2% }, affected: { errors: 0.2% } }
mixes: { production: { plain: 80%, affected: 20% }, staging: { plain: 99.99%, affected: 0.01% } }
mix: production
traffic: { rate: 200/s }
edge: { service: 10ms, nodes: 20, workers: 2, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 2, backoff: 100ms } } }
changes: { patch: { match: { class: affected }, fails: 80% } }
rollouts:
  patch:
    at: 20s
    stages:
      canary:
        scope: { nodes: 25% }
        hold: 20s
        gate: { numerator: failures, accounting: first-attempts, above: 5%, window: 10s, every: 5s, minSamples: 50 }
      everyone: {}
variants:
  staging: { mix: staging }
  tiny: { traffic: { rate: 10/s } }
  late: { changes: { patch: { onset: 25s } } }
  jumpy: { rollouts: { patch: { stages: { canary: { gate: { above: 0.3% } } } } } }
  people: { rollouts: { patch: { stages: { canary: { gate: null } }, people: { detect: 10s, declare: 0s, decide: 5s } } } }
  still: { rollouts: { patch: null } }
`;
const cwd = scratch({ 'gated.yaml': GATED, 'small.yaml': SMALL });
const gate = (args: readonly string[], how = {}) => retrystorm(['gate', ...args], { cwd, ...how });
const quiet = ['--no-results', '-q'];
const gateOf = async (variant: string, reps: number) => {
	const args = ['gated.yaml', '--variant', variant, '--reps', String(reps), '--format', 'json', ...quiet];
	const { code, out, err } = await gate(args);
	expect({ code, err }).toEqual({ code: 0, err: '' });
	return JSON.parse(out);
};
const read = (...path: string[]) => readFileSync(join(cwd, ...path), 'utf8');
const FILES = ['checks.csv', 'gate.csv', 'manifest.json', 'page.json', 'report.html', 'summary.json'];
const filesIn = (dir: string) => Object.fromEntries(FILES.map((name) => [name, read(dir, name)]));

describe('a gate', () => {
	it('on a production canary sees the change', async () => {
		const { code, out, err } = await gate(['gated.yaml', '--reps', '12', ...quiet]);
		expect({ code, err }).toEqual({ code: 0, err: '' });
		expect(out).toContain('gated: what its gates are worth, 12 replications (seeds 1 to 12)\n');
		expect(out).toMatch(/P\(detect\) {8}100% \(12 of 12; above 7\d(\.\d)?% at 95%/);
		expect(out).toMatch(/after +\d+(\.\d+)?s in the median \(.*\), .* in the mean,\s+from the first push\n/);
		expect(out).toContain('12 by the gate in canary, before everyone\n');
		expect(out).toMatch(/P\(false alarm\) +0% \(0 of 12; /);
		expect(out).toMatch(/it did harm +12 hit +0 miss +0\n/);
		expect(out).toMatch(/harmless twin +0 false alarm +12 correct +0\n/);
		expect(out).toContain('the change can touch 20% of the stage');
		expect(out.replace(/\s+/g, ' ')).toMatch(
			/ verdict detects the change, and false alarms stay below 10% of rollouts\. Detects in 12 of 12 runs \(above 7\d(\.\d)?%\); false alarms: below 0\.01% per reading and below 0\.01% per rollout by the binomial law, 0 of 12 runs \(below 2\d(\.\d)?%\) measured /,
		);
		expect(out).toContain('  again: retrystorm gate gated.yaml --seed 1 --reps 12\n');
		expect(out).not.toContain('P(alert)');
		for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
	});

	it('in staging cannot detect by coverage, and the change did no harm there', async () => {
		const { probabilities, truth, checks } = await gateOf('staging', 8);
		expect(probabilities.detect).toMatchObject({ hits: 0, of: 8 });
		expect(truth[1]).toMatchObject({ of: 'no-harm', runs: 8, passed: 8 });
		expect(checks[0]).toMatchObject({ sight: 'coverage', coverage: { share: 0.0001 }, reference: { label: 'base' } });
		expect(checks[0].coverage.oneInWindow).toBeLessThan(0.1);
		expect(checks[0].sentence).toContain(
			'cannot detect: only 0.01% of its traffic is affected (20% of all traffic in base); to get one affected request with a chance of 95% takes 30,000 requests. A longer hold does not help. Detects in 0 of 8 runs',
		);
	});

	it('with too little traffic cannot detect by sample size: inconclusive, and never a pass', async () => {
		const { probabilities, truth, checks } = await gateOf('tiny', 8);
		expect(probabilities.inconclusive).toMatchObject({ hits: 8, of: 8, share: 1 });
		expect(truth.map(({ passed }: { passed: number }) => passed)).toEqual([0, 0, 0]);
		expect(checks[0]).toMatchObject({ sight: 'sample-size', readings: { withoutData: 1 } });
		expect(checks[0].binomial.power).toEqual({ reading: [0, 0], all: [0, 0] });
		expect(checks[0].sentence).toContain('no reading had enough data, which is not a pass');
	});

	it('that watches for less time than the onset takes cannot detect by timing, and misses', async () => {
		const { truth, checks } = await gateOf('late', 8);
		expect(truth[0]).toMatchObject({ of: 'harm', tripped: 0, passed: 8 });
		expect(checks[0]).toMatchObject({ sight: 'timing', effectSeconds: 25 });
	});

	it('with a limit at its noise cries wolf on the twin, as the binomial says', async () => {
		const { probabilities, checks } = await gateOf('jumpy', 30);
		const { hits, share } = probabilities.falseAlarm;
		expect(hits).toBeGreaterThan(5);
		expect(checks[0].sight).toBe('alarms');
		expect(checks[0].falseAlarms).toEqual({ verdict: 'too-often', limit: 0.1 });
		const [low, high] = checks[0].binomial.falseAlarm.all;
		// Readings of a window that is not full yet have fewer samples, and trip more easily: four standard errors beside.
		const error = 4 * Math.sqrt((share * (1 - share)) / 30);
		expect(share).toBeGreaterThan(low - error);
		expect(share).toBeLessThan(high + error);
	});

	it('that is not there leaves the change to people', async () => {
		const { probabilities, truth, checks } = await gateOf('people', 4);
		expect(probabilities.detect).toMatchObject({ hits: 0, of: 4 });
		expect(probabilities.alert).toMatchObject({ hits: 4, of: 4 });
		expect(truth[0]).toMatchObject({ of: 'harm', unwatched: 4 });
		expect(checks).toEqual([]);
		const { out } = await gate(['gated.yaml', '--variant', 'people', '--reps', '2', ...quiet]);
		expect(out).toContain('no gate and no auto-revert watches this rollout');
		expect(out).toContain('P(alert)');
	});

	it('stands beside those of other variants, a line each, in what is told last', async () => {
		const variants = ['--variant', 'base', '--variant', 'tiny'];
		const { out } = await gate(['gated.yaml', ...variants, '--reps', '4', ...quiet]);
		const [heads, base, tiny] = out.trimEnd().split('\n').slice(-3);
		expect(heads.trim().split(/ {2,}/)).toEqual(['detect', 'after', 'lost', 'exposed', 'false alarm']);
		expect(base).toMatch(/^ {2}base +4 of 4 +\d+(\.\d+)?s +[\d,.]+ +\d+(\.\d+)?% +0 of 4$/);
		expect(tiny).toMatch(/^ {2}tiny +0 of 4 +- /);
	});
});

describe('results', () => {
	it('are the same bytes for one worker and for two, and name what was run', async () => {
		const at = (workers: string) => ['gated.yaml', '--reps', '5', '--workers', workers, '--out', workers];
		const [one, two] = [await gate(at('1')), await gate(at('2'))];
		expect(one.out).toBe(two.out);
		expect(two.err).toBe('results: 2\n');
		expect(filesIn('1')).toEqual(filesIn('2'));
		const manifest = JSON.parse(read('1', 'manifest.json'));
		expect(manifest).toMatchObject({ name: 'gated', seeds: { first: 1, runs: 5 }, harmAbove: 0.001 });
		expect(read('1', 'gate.csv').trimEnd().split('\n')).toHaveLength(6);
		expect(read('1', 'checks.csv').trimEnd().split('\n')).toHaveLength(2);
	});

	it('have a folder for each variant, and go to results by default', async () => {
		const args = ['gated.yaml', '--variant', 'base', '--variant', 'jumpy', '--reps', '2', '--format', 'csv'];
		const { out, err } = await gate([...args, '--seed', '7']);
		expect(err).toContain(`results: ${join('results', 'gated', 'jumpy', 'gate-from-7')}\n`);
		const folder = (variant: string) => join('results', 'gated', variant, 'gate-from-7');
		const [base, jumpy] = [read(folder('base'), 'gate.csv'), read(folder('jumpy'), 'gate.csv')];
		expect(out).toBe(base + jumpy.slice(jumpy.indexOf('\n') + 1));
		expect(out.split('\n')[3]).toMatch(/^"gated, jumpy",7,tripped,/);
	});

	it('go on where they were left', async () => {
		const at = (dir: string, ...more: string[]) => ['gated.yaml', '--reps', '4', '--out', dir, '-q', ...more];
		await gate(at('whole'));
		await gate(at('cut'));
		rmSync(join(cwd, 'cut', 'summary.json'));
		const journal = read('cut', 'journal.ndjson');
		writeFileSync(join(cwd, 'cut', 'journal.ndjson'), journal.slice(0, Math.floor(journal.length / 2)));
		const refused = await gate(at('cut'));
		expect(refused.code).toBe(2);
		expect(refused.err).toContain('--resume goes on with it');
		expect((await gate(at('cut', '--resume'))).code).toBe(0);
		expect(filesIn('cut')).toEqual(filesIn('whole'));
	});

	it('are not written with --no-results', async () => {
		await gate(['gated.yaml', '--reps', '1', '--out', 'none', ...quiet]);
		expect(existsSync(join(cwd, 'none'))).toBe(false);
	});
});

describe('mistakes', () => {
	it.each([
		[['small.yaml'], 104, 'small.yaml: error: rollouts: found none, so there is no gate to ask; rollouts: { NAME:'],
		[['gated.yaml', '--variant', 'still'], 104, 'gated.yaml: error: rollouts: found none in still,'],
		[['gated.yaml', '--variant', 'canray'], 104, 'found "canray"'],
		[['gated.yaml', '--harm', 'some'], 2, 'error: --harm: found "some", a share above 0% and below 100% would do'],
		[['gated.yaml', '--reps', '0'], 2, 'A whole number from 1 up would do.'],
		[['nowhere.yaml'], 2, 'nowhere.yaml: error: cannot be read: there is no such file'],
	])('%j ends with %i', async (args, exit, words) => {
		const { code, out, err } = await gate([...args, ...quiet]);
		expect({ code, out }).toEqual({ code: exit, out: '' });
		expect(err).toContain(words);
	});

	it('106 when a run passes a limit, for every result of the others', async () => {
		const args = ['gated.yaml', '--reps', '2', '--set', 'limits.events=30000', ...quiet];
		const { code, out } = await gate(args);
		expect(code).toBe(106);
		expect(out).toContain('FAILED seed 1: stopped by limits.events = 30,000');
		expect(out).toContain('no replications');
	});
});
