/** Client populations and their stacks of retry policies, from inside out. */
import { MAX_DURATION_US } from '../../kernel/units.js';
import { MAX_LAYERS } from '../../metrics/measures.js';
import type { Population } from '../../model/client.js';
import type { Budget, Growth, Jitter, RetryPolicy } from '../../model/retry/policy.js';
import { type BackoffFields, type PolicyFields, RETRYABLE } from '../schema/clients.js';
import type { Document } from '../schema.js';
import type { Path } from '../source.js';
import type { Draft } from './draft.js';
import { addUp } from './shares.js';

type ClientFields = NonNullable<Document['clients']>[string];

/** One attempt: what a client without retries has instead of a stack. */
const NO_RETRIES: RetryPolicy = {
	name: 'none',
	marked: true,
	attempts: 1,
	on: RETRYABLE,
	probability: 1,
	growth: { kind: 'fixed', baseUs: 0 },
	jitter: { kind: 'none' },
	target: 'repick',
	timeout: null,
	budget: null,
};

export function buildPopulations(draft: Draft): Population[] {
	const { doc, populations, classes } = draft;
	const shares = populationShares(draft);
	return populations.list.map((name, p) => {
		const written = doc.clients?.[name];
		const all = classes.list.map((_, c) => c);
		if (written === undefined) return { ...SILENT, name, share: shares[p], classes: all };
		const path = ['clients', name];
		const { timeout, patience, timeoutClock } = written;
		if (timeoutClock === 'whole-request' && timeout === undefined) {
			draft.problems.error([...path, 'timeoutClock'], 'found whole-request without a timeout; timeout: 10s would do', [
				[...path, 'timeout'],
			]);
		}
		return {
			name,
			share: shares[p],
			classes: written.classes === undefined ? all : classes.indices(written.classes, [...path, 'classes']),
			instances: written.instances,
			latency: written.latency,
			timeout: timeout === undefined ? null : timeout,
			timeoutClock,
			patience: patience === undefined ? null : patience,
			lateAnswer: written.lateAnswer,
			layers: layersOf(draft, written, path),
		};
	});
}

/** The one population of a file that names none. */
const SILENT: Omit<Population, 'name' | 'share' | 'classes'> = {
	instances: 1,
	latency: { kind: 'constant', us: 0 },
	timeout: null,
	timeoutClock: 'per-attempt',
	patience: null,
	lateAnswer: 'ignore',
	layers: [NO_RETRIES],
};

function populationShares({ doc, problems, populations }: Draft): readonly number[] {
	const { list } = populations;
	const given = list.map((name) => doc.clients?.[name]?.share);
	if (list.length === 1 && given[0] === undefined) return [1];
	const missing = list.filter((_, p) => given[p] === undefined);
	for (const name of missing)
		problems.error(['clients', name], 'missing: `share`, such as 25% of the requests, would do');
	const shares = given.map((share) => (share === undefined ? 0 : share));
	return missing.length > 0 ? shares : addUp(shares, ['clients'], 'shares', problems);
}

function layersOf(draft: Draft, client: ClientFields, path: Path): RetryPolicy[] {
	if (client.retry !== undefined) return [policyOf(draft, 'retry', client.retry, [...path, 'retry'])];
	const layers = Object.entries(client.layers ?? {});
	if (layers.length > MAX_LAYERS) {
		draft.problems.error([...path, 'layers'], `found ${layers.length} layers, at most ${MAX_LAYERS} would do`);
	}
	if (layers.length === 0) return [NO_RETRIES];
	return layers.map(([name, policy]) => policyOf(draft, name, policy, [...path, 'layers', name]));
}

function policyOf(draft: Draft, name: string, policy: PolicyFields, path: Path): RetryPolicy {
	const { doc, problems } = draft;
	const { attempts, on, probability, marked, target, timeout, backoff, budget } = policy;
	if (target === 'next-region' && !Object.values(doc.regions ?? {}).some((region) => region.failover.length > 0)) {
		const place = [...path, 'target'];
		problems.error(
			place,
			'found next-region, but no region says which is next; regions: { a: { failover: [b] } } would do',
			[['regions']],
		);
	}
	return {
		name,
		marked,
		attempts,
		on: [...new Set(on)],
		probability,
		...growthOf(backoff),
		target,
		timeout: timeout === undefined ? null : timeout,
		budget: budget === undefined ? null : budgetOf(budget, problems, [...path, 'budget']),
	};
}

function growthOf(written: number | BackoffFields): { growth: Growth; jitter: Jitter } {
	const none: Jitter = { kind: 'none' };
	if (typeof written === 'number') return { growth: { kind: 'fixed', baseUs: written }, jitter: none };
	const { drawn, growth, base, step, multiplier, cap } = written;
	if (drawn !== undefined)
		return { growth: { kind: 'drawn', waits: Array.isArray(drawn) ? drawn : [drawn] }, jitter: none };
	const jitter = jitterOf(written.jitter);
	// The schema has seen to it that base and step are there where they are used.
	const baseUs = Number(base);
	const capUs = cap === undefined ? MAX_DURATION_US : cap;
	switch (growth) {
		case 'linear':
			return { growth: { kind: 'linear', baseUs, stepUs: Number(step), capUs }, jitter };
		case 'exponential':
			return {
				growth: { kind: 'exponential', baseUs, multiplier: multiplier === undefined ? 2 : multiplier, capUs },
				jitter,
			};
		case 'decorrelated':
			return { growth: { kind: 'decorrelated', baseUs, capUs }, jitter: none };
		default:
			return { growth: { kind: 'fixed', baseUs }, jitter };
	}
}

function jitterOf(written: BackoffFields['jitter']): Jitter {
	if (written === undefined) return { kind: 'none' };
	if (typeof written === 'string') return { kind: written };
	return { kind: 'scale', from: written.scale[0], to: written.scale[1] };
}

function budgetOf(written: NonNullable<PolicyFields['budget']>, problems: Draft['problems'], path: Path): Budget {
	const { capacity, initial } = written;
	if (initial !== undefined && initial > capacity) {
		problems.error([...path, 'initial'], `found ${initial} tokens for a bucket of ${capacity}, at most that would do`);
	}
	return { ...written, initial: initial === undefined ? capacity : initial };
}
