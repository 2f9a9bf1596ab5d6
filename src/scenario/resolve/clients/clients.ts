/** Client populations and their stacks of retry policies, from inside out. */
import { MAX_LAYERS } from '../../../metrics/recording/counters.js';
import type { Distribution } from '../../../model/distributions/distribution.js';
import type { Population } from '../../../model/population.js';
import type { RetryPolicy } from '../../../model/retry/policy.js';
import type { Path } from '../../document/yaml-source.js';
import type { Document } from '../../schema/document.js';
import type { ResolveContext } from '../context.js';
import { addUp } from '../shares.js';
import { buildPolicy, NO_RETRIES } from './policies.js';

type ClientFields = NonNullable<Document['clients']>[string];

export function buildPopulations(draft: ResolveContext): Population[] {
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
			timeoutClock,
			patience: patience === undefined ? null : patience,
			lateAnswer: written.lateAnswer,
			...timedLayers(timeout === undefined ? null : timeout, layersOf(draft, written, path)),
		};
	});
}

/**
 * A try of the innermost layer is an attempt: where the population has no timeout of its own, a constant one of that layer
 * is the attempt's, which costs less to wait for.
 */
function timedLayers(timeout: Distribution | null, layers: RetryPolicy[]): Pick<Population, 'timeout' | 'layers'> {
	const [inner, ...outer] = layers;
	if (timeout !== null || inner.timeout?.kind !== 'constant') return { timeout, layers };
	return { timeout: inner.timeout, layers: [{ ...inner, timeout: null }, ...outer] };
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

function populationShares({ doc, problems, populations }: ResolveContext): readonly number[] {
	const { list } = populations;
	const given = list.map((name) => doc.clients?.[name]?.share);
	if (list.length === 1 && given[0] === undefined) return [1];
	const missing = list.filter((_, p) => given[p] === undefined);
	for (const name of missing)
		problems.error(['clients', name], 'missing: `share`, such as 25% of the requests, would do');
	const shares = given.map((share) => (share === undefined ? 0 : share));
	return missing.length > 0 ? shares : addUp(shares, ['clients'], 'shares', problems);
}

function layersOf(draft: ResolveContext, client: ClientFields, path: Path): RetryPolicy[] {
	if (client.retry !== undefined) return buildPolicy(draft, 'retry', client.retry, [...path, 'retry']);
	const written = Object.entries(client.layers ?? {});
	const layers = written.flatMap(([name, policy]) => buildPolicy(draft, name, policy, [...path, 'layers', name]));
	if (layers.length > MAX_LAYERS) {
		const limits = layers.length - written.length;
		const also = limits === 0 ? '' : `, limits on whole calls included`;
		draft.problems.error([...path, 'layers'], `found ${layers.length} layers${also}, at most ${MAX_LAYERS} would do`);
	}
	const outer = layers.findIndex(({ hedge }, k) => k > 0 && hedge !== null);
	if (outer > 0) {
		const place = [...path, 'layers', layers[outer].name, 'hedge'];
		draft.problems.error(place, 'found hedge, which the innermost layer alone can do; on the first layer it would do');
	}
	return layers.length === 0 ? [NO_RETRIES] : layers;
}
