/** Weights made of pods: where an Argo rollout has no traffic routing, the version's share is that of its pods. */
import { formatDuration, formatShare, SECOND } from '../../kernel/units.js';
import type { Field } from '../manifest/field.js';
import type { Note, Notebook } from '../manifest/provenance-notes.js';
import type { Resource } from '../manifest/resources.js';
import type { Plain } from '../manifest/yaml-writer.js';
import type { Answers } from '../rollouts/import-answers.js';

export interface Pods {
	readonly replicas: number;
	/** true where a router splits the traffic, and pods do not matter */
	readonly routed: boolean;
	/** pods that may come on top, and may be missing */
	readonly maxSurge: number;
	readonly maxUnavailable: number;
	readonly canary: Field;
}

/** The default of both, of Kubernetes as of Argo. */
const DEFAULT_SHARE = '25%';

export function podsOf({ body }: Resource, resources: readonly Resource[]): Pods {
	const canary = body.dig('spec.strategy.canary');
	const replicas = replicasOf(body, resources);
	const [surge, unavailable] = [canary.get('maxSurge'), canary.get('maxUnavailable')];
	return {
		replicas,
		routed: canary.get('trafficRouting').given,
		maxSurge: Math.ceil(podCount(surge, replicas)),
		maxUnavailable: Math.floor(podCount(unavailable, replicas)),
		canary,
	};
}

/** The rollout's own, or those of the Deployment it stands for; one by default. */
function replicasOf(body: Field, resources: readonly Resource[]): number {
	const own = body.dig('spec.replicas').whole(0, 1_000_000);
	if (own !== null) return Math.max(1, own);
	const workload = body.dig('spec.workloadRef.name').text();
	const found = resources.find(({ kind, name }) => kind === 'Deployment' && name === workload);
	const theirs = found === undefined ? null : found.body.dig('spec.replicas').whole(0, 1_000_000);
	return theirs === null ? 1 : Math.max(1, theirs);
}

/** "25%" of the replicas, or a count. */
function podCount(field: Field, replicas: number): number {
	const text = field.text() ?? DEFAULT_SHARE;
	const found = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
	if (found === null) throw field.wrong('a number of pods, or a share such as 25%');
	return found[2] === '%' ? (replicas * Number(found[1])) / 100 : Number(found[1]);
}

/**
 * The share of pods that comes nearest to a weight: rounded up or down, of the replicas or, where one may come on top, of one
 * more; at least one pod of either version between 1 and 99 %; halves go up. (Argo, utils/replicaset/canary.go.)
 * @param weight 0..100
 * @returns 0..1
 */
export function podShare({ replicas, maxSurge }: Pick<Pods, 'replicas' | 'maxSurge'>, weight: number): number {
	const wanted = (replicas * weight) / 100;
	const [up, down] = [Math.ceil(wanted), Math.floor(wanted)];
	const zeroAllowed = weight === 0 || weight === 100 || (replicas === 1 && maxSurge === 0);
	const options: [number, number][] = [];
	for (const total of maxSurge > 0 ? [replicas, replicas + 1] : [replicas]) {
		if (total > replicas || up < replicas || zeroAllowed) options.push([up, total]);
		const tied = ((total * weight) / 100) % 1 === 0.5;
		if (!tied && (down !== 0 || zeroAllowed)) options.push([down, total]);
	}
	// Halves of few pods without surge leave Argo no option at all, and then it starts none.
	if (options.length === 0) return 0;
	const shares = options.map(([canary, total]) => canary / total);
	return shares.reduce((best, share) => (off(share, weight) < off(best, weight) ? share : best));
}

const off = (share: number, weight: number): number => Math.abs(100 * share - weight);

/** Without steps pods are replaced as a Deployment does it. */
export function rollingUpdate(
	pods: Pods,
	body: Field,
	answers: Answers,
	notes: Notebook,
): { value: Plain; note: Note } {
	const { replicas, maxSurge, maxUnavailable, canary } = pods;
	const share = (count: number): string => formatShare(Math.min(1, count / replicas));
	const surge = canary.get('maxSurge');
	const ready = body.dig('spec.minReadySeconds');
	const written = ready.whole(0, 1_000_000);
	const readyUs = written === null ? 0 : written * SECOND;
	if (ready.given)
		notes.understood(ready, `minReadySeconds: ${ready.text()}: so long a pod must be ready before the next`);
	const started = formatDuration(answers.startUpUs);
	const text = `at most ${maxSurge} more and ${maxUnavailable} fewer of ${replicas} pods at a time`;
	const from = surge.given ? surge : canary;
	const note = answers.said.startUp
		? notes.understood(from, `${text}; a pod starts in ${started}, as --start-up says`)
		: notes.asked(from, `${text}; that a pod starts in ${started} is a guess: say how long with --start-up`);
	const value = {
		batches: share(Math.max(1, maxSurge + maxUnavailable)),
		surge: share(maxSurge),
		unavailable: share(maxUnavailable),
		restart: formatDuration(answers.startUpUs + readyUs),
	};
	return { value, note };
}
