/**
 * Readiness probes of a workload beside a retry policy: pods that fail them leave the endpoints, so that neither mesh nor proxy sends to
 * them any more. Of several workloads nobody says which one stands behind the policy.
 */
import { SECOND } from '../../../kernel/units.js';
import type { Field } from '../../manifest/field.js';
import { type Resource, resourcesOf } from '../../manifest/resources.js';
import { failoverLine } from './health-checks.js';
import type { RetryLayer } from './layer.js';
import type { Ledger } from './ledger.js';

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];
const [DEFAULT_PERIOD_S, DEFAULT_FAILURES] = [10, 3];

/** The first probe of a container; null where there is none. */
function probeOf({ body }: Resource): Field | null {
	const containers = body.dig('spec.template.spec.containers');
	if (containers.node?.kind !== 'list') return null;
	const probes = containers.items().map((each) => each.get('readinessProbe'));
	return probes.find(({ given }) => given) ?? null;
}

export const isProbed = (document: Field): boolean =>
	resourcesOf(document).some((each) => WORKLOADS.includes(each.kind) && probeOf(each) !== null);

/** The layers, with `failover` where the pods are checked and nothing nearer takes them out. */
export function withReadiness(
	layers: readonly RetryLayer[],
	documents: readonly Field[],
	ledger: Ledger,
): readonly RetryLayer[] {
	const probed = documents
		.flatMap(resourcesOf)
		.filter((each) => WORKLOADS.includes(each.kind) && probeOf(each) !== null);
	const [one, ...others] = probed;
	if (one === undefined || layers.length === 0) return layers;
	const probe = probeOf(one);
	if (probe === null) return layers;
	if (others.length > 0) {
		for (const { body, kind, name } of probed)
			ledger.unexpressed(
				body,
				`readinessProbe of ${kind} ${name}: several workloads are given, and none is known to stand behind the policy; give one of them alone`,
			);
		return layers;
	}
	const [period, failures] = [probe.get('periodSeconds'), probe.get('failureThreshold')];
	const seconds = period.whole(1, 1_000_000) ?? DEFAULT_PERIOD_S;
	const fall = failures.whole(1, 1_000_000) ?? DEFAULT_FAILURES;
	const said = `readinessProbe of ${one.kind} ${one.name}, taken to stand behind the policy: periodSeconds ${seconds}, failureThreshold ${fall}`;
	const failover = failoverLine({ intervalUs: seconds * SECOND, fall, said }, probe, ledger);
	const replicas = one.body.dig('spec.replicas');
	const pods = replicas.whole(1, 1_000_000);
	if (pods !== null) ledger.understood(replicas, `replicas: ${pods} pods`);
	ledger.notes.folded(one.body, `${one.kind} ${one.name}: its other settings cannot touch retries; they are left out`);
	return layers.map((layer) => {
		const edge = layer.edge ?? [];
		if (edge.some(({ key }) => key === 'failover')) return layer;
		return { ...layer, nodes: layer.nodes ?? pods, edge: [...edge, failover] };
	});
}
