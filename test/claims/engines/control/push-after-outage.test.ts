/**
 * A harmless push one second after an outage: clients still wait for answers of nodes that crashed before it, and time out
 * after it. The gate reads what a counter of outcomes reads, and the log says that the failures began before the push.
 */
import { describe, expect, test } from 'vitest';
import { total } from '../../../../src/metrics/reading/cell-sums.js';
import { timeline } from '../../../../src/report/run/timeline.js';
import { loader } from '../../../support/experiment-builder.js';
import { run, S } from '../../../support/world-builder.js';

const text = (rule: string, change = 'fails: 0%', pushAt = '15s') => `
name: outage
duration: 60s
traffic: { rate: 100/s }
edge: { nodes: 4, workers: 10, service: { exponential: 20ms }, queue: 100, crashed: silent }
clients: { browser: { timeout: 5s, retry: { attempts: 1 } } }
changes: { next: { ${change} } }
faults: { outage: { at: 10s, for: 4s, crash: true } }
rollouts: { push: { change: next, at: ${pushAt}, autoRevert: { ${rule}, window: 30s, armed: 30s } } }
`;

const outcomeOf = (...args: Parameters<typeof text>) => {
	const { world } = loader(text(...args))('base');
	return { outcome: run(world, 1), world };
};

describe('a harmless push one second after an outage', () => {
	const rule = 'numerator: failures, above: 10%';

	test('reads outcomes over outcomes of its window: about half, not the timeouts over what was sent since', () => {
		const { outcome } = outcomeOf(rule);
		const [trip] = outcome.decisions.filter(({ what }) => what === 'tripped');
		const counted = (measure: string) => total(outcome, { fromUs: 15 * S, toUs: trip.atUs, where: {} }, measure);
		const failed = Number(counted('outcome_timeout'));
		expect(counted('outcome_ok')).toBeGreaterThan(50);
		expect(failed).toBeGreaterThan(50);
		expect(trip.samples).toBe(failed + Number(counted('outcome_ok')));
		expect(trip.seen).toBe(failed / Number(trip.samples));
		expect(trip.sentBeforePush).toBe(failed);
	});

	test('the log and the timeline say that the failures began before the push', () => {
		const { outcome, world } = outcomeOf(rule);
		const [trip] = outcome.decisions.filter(({ what }) => what === 'tripped');
		const n = trip.sentBeforePush;
		expect(trip.text).toMatch(
			new RegExp(`, above 10%; the failures began before the push: ${n} of these ${n} failures were sent before it$`),
		);
		expect(timeline(outcome, world).some((moment) => moment.text.includes('the failures began before the push'))).toBe(
			true,
		);
	});

	test.each([
		[
			'lost requests',
			'numerator: failures, accounting: logical-requests, above: 10%',
			/the losses began before the push/,
		],
		['slow answers', 'numerator: slow, slowerThan: 1s, above: 10%', /the slow attempts began before the push/],
	])('counted as %s too', (_, other, expected) => {
		const [trip] = outcomeOf(other).outcome.decisions.filter(({ what }) => what === 'tripped');
		expect(trip.seen).toBeGreaterThan(0.4);
		expect(trip.seen).toBeLessThan(0.6);
		expect(trip.text).toMatch(expected);
	});

	test('nothing of the kind is said of failures of the push itself', () => {
		const { outcome } = outcomeOf(rule, 'fails: 50%', '30s');
		const [trip] = outcome.decisions.filter(({ what }) => what === 'tripped');
		expect(trip).not.toHaveProperty('sentBeforePush');
		expect(trip.text).not.toMatch(/before/);
	});
});
