/**
 * The runs of the testbed: one world, and who meets it. `testbed.yaml` says the same to the simulator, a variant
 * for each run.
 */

/** Times in s from the first instant of the clients. A fraction of one core: 40 requests a second. */
export const WORLD = {
	ratePerSecond: 40,
	seconds: 60,
	slow: { fromS: 15, toS: 35, speed: 0.25 },
	workers: 4,
	queue: 30,
	meanMs: 60,
};

/** Of the first run; the next ones have one more each, so that no luck is shared by all rows. Fixed, and not chosen. */
const SEED = 20_251_205;

/**
 * name: of the variant, too · adapter: file in clients/adapters · packages: whose versions are told · proxy: program that has
 * to be there, in front of two nodes of half the workers and places each
 */
export const RUNS = [
	{ name: 'fetch', adapter: 'fetch', packages: [] },
	{ name: 'axios-retry', adapter: 'axios-retry', packages: ['axios', 'axios-retry'] },
	{ name: 'got', adapter: 'got', packages: ['got'] },
	{ name: 'ky', adapter: 'ky', packages: ['ky'] },
	{ name: 'p-retry', adapter: 'p-retry', packages: ['p-retry'] },
	{ name: 'undici', adapter: 'undici', packages: ['undici'] },
	{ name: 'aws-sdk', adapter: 'aws-sdk', packages: ['@aws-sdk/client-sqs', '@smithy/core'] },
	{ name: 'grpc', adapter: 'grpc', packages: ['@grpc/grpc-js'], grpc: true },
	{ name: 'cockatiel', adapter: 'cockatiel', packages: ['cockatiel'] },
	{ name: 'got-timeout', adapter: 'got-timeout', packages: ['got'] },
	{ name: 'got-timeout-cancel', adapter: 'got-timeout', packages: ['got'], abandoned: 'cancel' },
	{ name: 'nginx', adapter: 'fetch', packages: [], proxy: 'nginx' },
	{ name: 'haproxy', adapter: 'fetch', packages: [], proxy: 'haproxy' },
].map((run, i) => ({ ...run, seed: SEED + i }));
