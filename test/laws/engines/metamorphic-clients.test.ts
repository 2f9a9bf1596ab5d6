/**
 * Laws between two descriptions of one thing, over random worlds: a word for failures is its causes written out, no latency is a
 * latency of a microsecond, and a default that is written down changes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../../src/model/distributions/distribution.js';
import { causesIn } from '../../../src/model/retry/cause.js';
import { failureMask, outcomeCauses, writtenOut } from '../../../src/model/retry/outcome-causes.js';
import type { World } from '../../../src/model/world.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { randomWorld } from '../../support/random-world.js';
import { constant, run, total } from '../../support/world-builder.js';

const aSeed = fc.nat(1_000);
/** The same worlds every day: four standard errors are passed by chance on some day. */
const SEED = Number(process.env.RANDOM_SEED ?? 20261130);

describe('a word for failures', () => {
	it('and its causes written out give the same run', () => {
		const law = (world: World, seed: number) => {
			const causes = outcomeCauses(world);
			const written: World = {
				...world,
				populations: world.populations.map((p) => ({
					...p,
					layers: p.layers.map((layer) => ({ ...layer, on: causesIn(writtenOut(failureMask(layer.on), causes)) })),
				})),
			};
			expect(isDeepStrictEqual(run(written, seed), run(world, seed))).toBe(true);
		};
		fc.assert(fc.property(randomWorld, aSeed, law), { numRuns: 30, seed: SEED });
	});

	const TEXT = `
name: words
duration: 20s
traffic: { rate: 100/s }
edge: { service: { exponential: 20ms }, workers: 2, queue: 2, fullReply: { status: 429 }, crash: { work: reset } }
classes: { request: { errors: 20%, status: 502 } }
clients: { apps: { timeout: 100ms, retry: { attempts: 3, backoff: 10ms } } }
faults: { crash: { at: 5s, for: 2s, crash: true } }
`;
	const outcome = (...set: string[]) => run(loadScenario(TEXT, { file: 'words.yaml', set }).world, 1);
	it.each([
		['error', '502'],
		['rejected', '429'],
		['refused', 'refused, reset'],
		['error, rejected, timeout', '502, 429, timeout'],
	])('%s is %s for retries, copies, limiters and waits', (words, causes) => {
		const retried = (on: string) => outcome(`clients.apps.retry.on=[${on}]`);
		expect(isDeepStrictEqual(retried(words), retried('504'))).toBe(false);
		for (const field of [
			(on: string) => `clients.apps.retry.on=[${on}]`,
			(on: string) => `clients.apps.retry.hedge={ kind: fixed-delay, delay: 50ms, total: 3, on: [${on}] }`,
			(on: string) => `clients.apps.retry.limiter={ kind: adaptive-throttle, refusals: [${on}] }`,
			(on: string) => `clients.apps.retry.backoff={ growth: fixed, base: 10ms, waitsOn: [${on}] }`,
		]) {
			expect(isDeepStrictEqual(outcome(field(words)), outcome(field(causes)))).toBe(true);
		}
	});
});

describe('no latency', () => {
	it('is a latency of 1 us, within noise', () => {
		const roomy = (time: Distribution | null): Distribution | null => (time === null ? null : constant(0.25));
		const with_ = (world: World, us: number): World => ({
			...world,
			populations: world.populations.map((p) => ({
				...p,
				latency: { kind: 'constant', us },
				timeout: roomy(p.timeout),
				patience: roomy(p.patience),
				layers: p.layers.map((layer) => ({ ...layer, timeout: roomy(layer.timeout) })),
			})),
		});
		const sums = { succeeded: [0, 0, 0], attempts: [0, 0, 0] };
		const law = (world: World, seed: number) => {
			const [none, some] = [run(with_(world, 0), seed), run(with_(world, 1), seed)];
			if (none.stopped !== null || some.stopped !== null) return;
			for (const name of ['succeeded', 'attempts'] as const) {
				const d = total(some, name, 0) - total(none, name, 0);
				sums[name][0] += d;
				sums[name][1] += d * d;
				sums[name][2] += total(none, name, 0);
			}
		};
		fc.assert(fc.property(randomWorld, aSeed, law), { numRuns: 80, seed: SEED });
		for (const [sum, squares, all] of Object.values(sums)) {
			expect(all).toBeGreaterThan(1_000);
			expect(Math.abs(sum)).toBeLessThan(4 * Math.sqrt(squares) + 10);
		}
	});
});

describe('a default that is written down', () => {
	const TEXT = `
name: defaults
duration: 20s
traffic: { rate: 100/s }
edge: { service: 20ms }
clients:
  apps:
    timeout: 1s
    retry: { attempts: 3, hedge: { kind: fixed-delay }, budget: { kind: failure-ratio } }
`;
	const worldOf = (...set: string[]) => loadScenario(TEXT, { file: 'defaults.yaml', set }).world;
	it.each([
		'clients.apps.timeoutClock=per-attempt',
		'clients.apps.lateAnswer=ignore',
		'clients.apps.instances=1',
		'clients.apps.latency=0s',
		'clients.apps.retry.target=repick',
		'clients.apps.retry.probability=100%',
		'clients.apps.retry.marked=true',
		'clients.apps.retry.on=[error, rejected, shed, refused, reset, timeout]',
		'clients.apps.retry.on=[error, rejected, shed, refused, timeout]',
		'clients.apps.retry.hedge.total=2',
		'clients.apps.retry.hedge.onFailure=next',
		'clients.apps.retry.hedge.losers=cancel',
		'clients.apps.retry.hedge.on=[error, rejected, shed, refused, timeout]',
		'clients.apps.retry.budget.of=answers',
		'clients.apps.retry.budget.ratio=10%',
		'clients.apps.retry.budget.scope=instance',
		'edge.onFull=reject',
		'edge.abandoned=serve',
		'edge.crashed=refuse',
		'edge.cutOff=refuse',
		'edge.discipline=fifo',
		'edge.choice=round-robin',
		'edge.nodes=1',
	])('%s', (set) => {
		expect(worldOf(set)).toEqual(worldOf());
	});
});
