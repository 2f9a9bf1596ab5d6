/**
 * R2 of the validation set: L nested layers of n tries are one layer of n^L. Where each try fails with p, a request makes
 * (1 - p^(n^L)) / (1 - p) attempts, and n^L at p = 1; depth only bites near p = 1.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/metrics/outcome.js';
import { build, constant, policy, requestClass, run, total } from '../../support/world-builder.js';
import { compare, LENGTH } from '../support.js';

const RATE = 20;

/** `layers` of `tries` each around a service whose every attempt fails with probability p; followed to the last retry. */
function world(tries: number, layers: number, p: number, seconds: number) {
	return build({
		rate: [
			{ fromUs: 0, toUs: seconds * 1e6, fromRate: RATE, toRate: RATE },
			{ fromUs: seconds * 1e6, toUs: Number.POSITIVE_INFINITY, fromRate: 0, toRate: 0 },
		],
		seconds: seconds + 30,
		bucketS: 1,
		edge: { workers: 1_000_000, service: [constant(0.001)] },
		clients: {
			layers: Array.from({ length: layers }, (_, k) => {
				return policy({ name: `layer-${k + 1}`, attempts: tries, growth: { kind: 'fixed', baseUs: 1000 * (k + 1) } });
			}),
		},
		over: { classes: [requestClass({ errorProbability: p })] },
	});
}

const retriesOf = (o: Outcome, layers: number): number[] =>
	Array.from({ length: layers }, (_, k) => total(o, `retries_layer_${k + 1}`));

describe('R2: nested layers', () => {
	it.each([
		[4, 3, 64],
		[3, 5, 243],
		[3, 3, 27],
	])('%i tries in each of %i layers: exactly %i attempts of a request where all fail', (tries, layers, attempts) => {
		const outcome = run(world(tries, layers, 1, 10), 1);
		const born = total(outcome, 'born');
		expect(born).toBeGreaterThan(100);
		expect(total(outcome, 'attempts')).toBe(attempts * born);
		expect(total(outcome, 'failed')).toBe(born);
		// The k-th layer from inside makes n - 1 retries in each of its n^(L - k) calls.
		const exact = Array.from({ length: layers }, (_, k) => (tries - 1) * tries ** (layers - 1 - k) * born);
		expect(retriesOf(outcome, layers)).toEqual(exact);
	});

	it.each([
		[4, 3],
		[3, 5],
	])(
		'%i tries in each of %i layers at p = 0.5: 2 attempts, as one layer without a limit',
		(tries, layers) => {
			const exactAt = (p: number) => ({
				attempts: (1 - p ** (tries ** layers)) / (1 - p),
				...byLayer(retriesPerRequest(tries, layers, p)),
			});
			expect(exactAt(0.5).attempts).toBeCloseTo(2, 12);
			compare({
				world: world(tries, layers, 0.5, Math.ceil(LENGTH * 200)),
				read: (o) => ({
					attempts: total(o, 'attempts') / total(o, 'born'),
					...byLayer(retriesOf(o, layers).map((x) => x / total(o, 'born'))),
				}),
				exact: exactAt(0.5),
				off: { 'a try fails 2 % more often': exactAt(0.51) },
				telling: ['attempts', 'layer1'],
			});
		},
		60_000,
	);
});

/** Of the two layers that have something to do: the next one fails once in 10^5 requests at p = 0.5. */
const byLayer = ([layer1, layer2]: readonly number[]) => ({ layer1, layer2 });

/** Mean retries per request of each layer, from inside out: a call of layer k has (1 - f^n) / (1 - f) tries, f = p^(n^k). */
function retriesPerRequest(tries: number, layers: number, p: number): number[] {
	const calls = Array.from({ length: layers }, (_, k) => {
		const fails = p ** (tries ** k);
		return { fails, tries: (1 - fails ** tries) / (1 - fails) };
	});
	return calls.map(({ tries: made }, k) => {
		const outer = calls.slice(k + 1).reduce((product, call) => product * call.tries, 1);
		return (made - 1) * outer;
	});
}
