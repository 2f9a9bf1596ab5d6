/** How a version reaches the nodes: a delay, asked for, in batches, or by a half-upgraded source. */
import { z } from 'zod';
import { formatDuration, SECOND } from '../../kernel/units.js';
import type { Distribution } from '../../model/distributions/distribution.js';
import type { Propagation } from '../../model/rollout/propagation.js';
import { distribution } from './distribution.js';
import { duration, share } from './quantity-fields.js';

/** Normal quantile of 0.99. */
const Z99 = 2.3263478740408408;

const positive = (like: string) => duration.refine((us) => us > 0, { error: `found 0s, ${like} would do` });
const reaching = (like: string) => share.refine((part) => part > 0, { error: `found 0%, ${like} would do` });

/** The log-normal law with this median and 99th percentile: sigma = ln(p99 / p50) / z99, mean = p50 exp(sigma^2 / 2). */
const byPercentiles = z
	.strictObject({
		p50: duration.describe('median'),
		p99: duration.describe('99 of 100 nodes have it by then'),
	})
	.transform(({ p50, p99 }, context): Distribution => {
		if (p50 <= 0 || p99 < p50) {
			context.addIssue({ code: 'custom', message: 'p50 above 0s and p99 at least p50 would do' });
			return z.NEVER;
		}
		const sigma = Math.log(p99 / p50) / Z99;
		if (sigma === 0) return { kind: 'constant', us: p50 };
		if (sigma > 3) {
			context.addIssue({
				code: 'custom',
				message: 'p99 is more than a thousand times p50, a smaller one would do',
			});
			return z.NEVER;
		}
		return { kind: 'lognormal', meanUs: p50 * Math.exp((sigma * sigma) / 2), scv: Math.expm1(sigma * sigma) };
	});

const polling = z.strictObject({
	pull: positive('a time between two requests of a node such as 60s').describe(
		'each node asks this often, at a moment of its own',
	),
});

const batches = z
	.strictObject({
		batches: reaching('a share that holds somebody').describe(
			'at most this share of the nodes of each region and platform at a time, lowest numbers first',
		),
		surge: share
			.optional()
			.describe('up to this share is replaced without loss: the new node starts first (default: the share of a batch)'),
		unavailable: share.prefault('0%').describe('beyond them up to this share is down while it restarts'),
		restart: positive('a time such as 10s').describe('until a replacement is ready; then the next batch starts'),
	})
	.transform((written, context): Propagation => {
		const { batches, unavailable, restart } = written;
		const surge = written.surge === undefined ? batches : written.surge;
		if (surge === 0 && unavailable === 0) {
			const message =
				'found 0% of surge and 0% unavailable, so that no node may be replaced; one of them above 0% would do';
			context.addIssue({ code: 'custom', message });
			return z.NEVER;
		}
		return { kind: 'batches', share: batches, surge, unavailable, restartUs: restart };
	});

const regenerated = z
	.strictObject({
		regenerate: duration
			.refine((us) => us >= SECOND, {
				error: ({ input }) => `found ${formatDuration(Number(input))}, a new file at most every 1s would do`,
			})
			.describe('a half-upgraded source makes a new file this often, the first at the push; all nodes take each'),
		bad: reaching('a probability with which a file is bad').describe(
			'each file carries the change with this probability, and takes it back otherwise',
		),
	})
	.transform(({ regenerate, bad }): Propagation => ({ kind: 'regenerate', everyUs: regenerate, bad }));

/** On the way back nothing is replaced or made anew: a delay, or asked for, which comes to an even one. */
export const delayToNode = z
	.union([
		distribution,
		byPercentiles,
		polling.transform(({ pull }): Distribution => ({ kind: 'uniform', fromUs: 0, toUs: pull })),
	])
	.describe('delay to a node: a law, { p50, p99 } of a log-normal one, or { pull } where nodes ask');

export const propagation = z
	.union([
		distribution.transform((delay): Propagation => ({ kind: 'push', delay })),
		byPercentiles.transform((delay): Propagation => ({ kind: 'push', delay })),
		polling.transform(({ pull }): Propagation => ({ kind: 'pull', everyUs: pull })),
		batches,
		regenerated,
	])
	.describe(
		'how the push reaches a node: a delay (a law, or { p50, p99 } of a log-normal one), { pull } where nodes ask, { batches } of restarts, { regenerate } by a half-upgraded source',
	);
