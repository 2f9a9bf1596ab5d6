/**
 * Whose document it is, by the group of its `apiVersion`: what is not read is refused under the name of its product, and a field
 * that several products have is never taken for the one that we know.
 */
import type { Field } from './field.js';

/** Groups by their end, the first that fits. */
const PRODUCTS: readonly (readonly [RegExp, string])[] = [
	[/^projectcontour\.io$/, 'Contour'],
	[/^appmesh\.k8s\.aws$/, 'AWS App Mesh'],
	[/^(?:getambassador\.io|x\.getambassador\.io)$/, 'Emissary'],
	[/^gateway\.envoyproxy\.io$/, 'Envoy Gateway'],
	[/(?:^|\.)istio\.io$/, 'Istio'],
	[/^kuma\.io$/, 'Kuma'],
	[/^consul\.hashicorp\.com$/, 'Consul'],
	[/^dapr\.io$/, 'Dapr'],
	[/^traefik\.(?:io|containo\.us)$/, 'Traefik'],
	[/konghq\.com$/, 'Kong'],
	[/solo\.io$/, 'Gloo'],
	[/linkerd\.io$/, 'Linkerd'],
	[/^argoproj\.io$/, 'Argo'],
	[/^flagger\.app$/, 'Flagger'],
	[/^split\.smi-spec\.io$|smi-spec\.io$/, 'SMI'],
	[/^gateway\.networking\.(?:x-)?k8s\.io$/, 'Gateway API'],
	[/^k8s\.nginx\.org$|^gateway\.nginx\.org$/, 'NGINX Ingress Controller'],
	[/cnrm\.cloud\.google\.com$/, 'Config Connector of Google Cloud'],
	[/(?:^|\.)(?:networking|cloud)\.gke\.io$/, 'GKE'],
	[/knative\.dev$/, 'Knative'],
	[/^openslo/, 'OpenSLO'],
	[/^sloth\.slok\.dev$/, 'Sloth'],
	[/^pyrra\.dev$/, 'Pyrra'],
	[/^keda\.sh$/, 'KEDA'],
	[/^cilium\.io$/, 'Cilium'],
	[/^apisix\.apache\.org$/, 'APISIX'],
	[/^tekton\.dev$/, 'Tekton'],
	[/^chaos-mesh\.org$/, 'Chaos Mesh'],
	[/^monitoring\.coreos\.com$/, 'Prometheus Operator'],
	[/fluxcd\.io$/, 'Flux'],
	[/^kustomize\.config\.k8s\.io$/, 'Kustomize'],
	[/^cert-manager\.io$/, 'cert-manager'],
	[
		/^(?:v1|apps|batch|policy|autoscaling|rbac\.authorization\.k8s\.io|networking\.k8s\.io|apiextensions\.k8s\.io|[a-z.]+\.k8s\.io)$/,
		'Kubernetes',
	],
];

/** A product by the group of its apiVersion, or the group itself. */
export const productOf = (group: string): string => PRODUCTS.find(([pattern]) => pattern.test(group))?.[1] ?? group;

const textAt = (document: Field, key: string): string | null => {
	const { node } = document;
	const value = node?.kind === 'map' ? node.entries.get(key)?.node : undefined;
	return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : null;
};

/**
 * `kind: HTTPProxy (Contour)`, of a document that says itself whose it is: by `apiVersion` and `kind`, or by a `kind` alone, as
 * exports of Google Cloud have it; null for one that does not.
 */
export function declaredKind(document: Field): string | null {
	const [kind, version] = [textAt(document, 'kind'), textAt(document, 'apiVersion')];
	if (kind === null) return null;
	if (version === null) return /^\w+#\w+$/.test(kind) ? `kind: ${kind} (Google Cloud)` : `kind: ${kind}`;
	return `kind: ${kind} (${productOf(version.split('/')[0])})`;
}
