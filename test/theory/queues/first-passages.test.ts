/**
 * First passages: how long an empty system takes to fill up for the first time, and one that begins collapsed to drain.
 * The waits are nearly exponential, so that their spread must be right as well as their mean.
 */
import { describe, expect, it } from 'vitest';
import { DiscreteEngine } from '../../../src/engines/discrete/engine.js';
import { Recorder } from '../../../src/metrics/recording/recorder.js';
import type { HeldAtStart } from '../../../src/model/initial-state.js';
import type { World } from '../../../src/model/world.js';
import { build, drawn, exponential, run, S } from '../../support/world-builder.js';
import { type Figures, family, LENGTH, statistics } from '../support.js';
import type { Rates } from './zombie-figures.js';

/** Longer than any of the passages that are looked at. */
const HORIZON_S = 1e6;

/** Counts what is in the nodes of a world without network latencies, and tells of every change. */
class Watch extends Recorder {
	held = 0;
	onHeld: (held: number) => void = () => {};

	override attemptSent(place: number, number: number): void {
		super.attemptSent(place, number);
		this.onHeld(++this.held);
	}

	override attemptDisposition(place: number, disposition: number): void {
		super.attemptDisposition(place, disposition);
		this.onHeld(--this.held);
	}
}

/** Seconds until the number in the system passes; it starts with what the world begins with. */
function passage(world: World, seed: number, passes: (held: number) => boolean): number {
	let watch: Watch | undefined;
	let passedUs: number | null = null;
	const recorder = (places: number, bucketUs: number, horizonUs: number) => {
		watch = new Watch(places, bucketUs, horizonUs);
		return watch;
	};
	const engine = new DiscreteEngine(world, seed, { recorder });
	if (watch === undefined) throw new Error('the engine made no recorder');
	const { start } = world;
	watch.held = start === null ? 0 : start.held[0].abandoned + start.held[0].live;
	watch.onHeld = (held) => {
		if (passedUs === null && passes(held)) passedUs = engine.nowUs;
	};
	while (passedUs === null && engine.nowUs < world.horizonUs) engine.advance(engine.nowUs + 50 * S);
	if (passedUs === null) throw new Error(`nothing passed within ${HORIZON_S} s`);
	return passedUs / S;
}

const ratesOf = ({ lam, mu, c, K, theta, p, nu }: Figures): Rates => ({ lam, mu, c, K, theta, p, nu });

type Edge = Parameters<typeof build>[0]['edge'];

const world = ({ lam, mu, c, K, theta, p, nu }: Rates, edge: Edge, held?: HeldAtStart, orbit = 0): World =>
	build({
		rate: lam,
		seconds: HORIZON_S,
		edge: { workers: c, queueLimit: K - c, service: [exponential(1 / mu)], ...edge },
		clients: { timeout: exponential(1 / theta), layers: [drawn(nu, { probability: p })] },
		over: { start: held === undefined ? null : { held: [held], backoff: [orbit] } },
	});

function compareTimes(timesS: readonly number[], mean: number, deviation: number): void {
	const { mean: measuredMean, se, variance } = statistics(timesS);
	const message = `mean ${measuredMean} against ${mean}, s.e. ${se}; deviation ${Math.sqrt(variance)} against ${deviation}`;
	expect(Math.abs(measuredMean - mean), message).toBeLessThan(4 * se);
	// The relative error of the deviation of n exponential times is sqrt(2 / n).
	expect(Math.abs(Math.sqrt(variance) / deviation - 1), message).toBeLessThan(4 * Math.sqrt(2 / timesS.length));
}

/** Passages of a collapsed system are long: fewer in CI. Of 1,000 the mean is known to 3 %. */
const COLLAPSED_RUNS = LENGTH > 1 ? 2_500 : 1_000;

const times = (runs: number, one: (seed: number) => number): number[] =>
	Array.from({ length: runs * LENGTH }, (_, k) => one(k + 1));

describe('under processor sharing', () => {
	const shared = family('ZPS_METASTABLE').map((oracle) => ({
		...oracle,
		rates: ratesOf(oracle.params),
		edge: {
			discipline: 'processor-sharing',
			abandoned: oracle.params.cancel_on_timeout ? 'cancel-in-service' : 'serve',
		} as const,
	}));

	// Where the edge cancels, an empty system takes five years to fill up.
	it.each(shared.filter(({ answers }) => answers.mfpt_empty_to_full < 1e4))(
		'$id: empty to full',
		({ rates, edge, answers }) => {
			const runs = answers.mfpt_empty_to_full > 1_000 ? 400 : 1_500;
			const timesS = times(runs, (seed) => passage(world(rates, edge), seed, (held) => held >= rates.K));
			compareTimes(timesS, answers.mfpt_empty_to_full, answers.sd_empty_to_full);
		},
	);

	it.each(shared)('$id: collapsed to drained', ({ rates, edge, answers, params, start }) => {
		const held = { abandoned: start.zombie, live: start.live };
		const collapsed = world(rates, edge, held, start.orbit);
		const timesS = times(COLLAPSED_RUNS, (seed) => passage(collapsed, seed, (n) => n <= params.drained_level));
		compareTimes(timesS, answers.mfpt_collapsed_to_drained, answers.sd_collapsed_to_drained);
		// Who has a worker of its own is in no line: drained is what the engine calls so, at the same instants.
		expect(params.drained_level).toBe(rates.c);
		for (let seed = 1; seed <= 20; seed++) {
			const drainedUs = Math.round(timesS[seed - 1] * S);
			const { passages } = run({ ...collapsed, horizonUs: drainedUs + 1, bucketUs: S }, seed);
			expect(passages.queueDrainedUs).toEqual([drainedUs]);
		}
	});
});

describe('first come, first served', () => {
	const cases = family('ZFCFS_METASTABLE').map((oracle) => ({ ...oracle, rates: ratesOf(oracle.params) }));

	it.each(cases)('$id: empty to full', ({ rates, answers }) => {
		const timesS = times(2_500, (seed) => passage(world(rates, {}), seed, (held) => held >= rates.K));
		compareTimes(timesS, answers.mfpt_empty_to_full, answers.sd_empty_to_full);
	});

	it.each(cases)('$id: collapsed to empty', ({ rates, answers }) => {
		// "Six zombies at the head, then two live; 6 clients in orbit": the abandoned ones are the oldest.
		const collapsed = world(rates, {}, { abandoned: 6, live: 2 }, 6);
		const timesS = times(COLLAPSED_RUNS, (seed) => passage(collapsed, seed, (n) => n === 0));
		compareTimes(timesS, answers.mfpt_collapsed_to_empty, answers.sd_collapsed_to_empty);
	});
});

describe('M/M/1 with two places in all, rho 1', () => {
	it('takes three seconds to fill up: the last place is taken, no attempt has been refused yet', () => {
		// Longer than 60 s are fewer than one passage of ten thousand million.
		const rho1 = build({ rate: 1, seconds: 60, edge: { queueLimit: 1, service: [exponential(1)] } });
		// From none to one: 1 s; from one to two: 2 s.
		const timesS = times(LENGTH > 1 ? 4_000 : 1_500, (seed) => Number(run(rho1, seed).passages.queueFullUs[0]) / S);
		const { mean, se } = statistics(timesS);
		expect(Math.abs(mean - 3), `mean ${mean}, s.e. ${se}`).toBeLessThan(4 * se);
	});
});
