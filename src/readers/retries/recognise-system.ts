/**
 * Which system's retry configuration a text is, by what stands in it, and its policies. Of texts that are YAML or JSON all
 * documents are read together, since a policy may be spread over several; the others have a reader of their own.
 */
import { MAX_TEXT_BYTES } from '../../scenario/document/text-size.js';
import { together } from '../manifest/collect-errors.js';
import type { Field } from '../manifest/field.js';
import { declaredKind } from '../manifest/products.js';
import type { Notebook } from '../manifest/provenance-notes.js';
import { type Given, type Resource, resourcesOf } from '../manifest/resources.js';
import { importAws, isAwsProfile } from './aws-sdk.js';
import { importDialects, isDialect } from './dialects/mesh-policies.js';
import { importSpringGateway, isSpringGateway } from './dialects/spring-gateway.js';
import { importDotnet, isDotnet } from './dotnet.js';
import { isEnvoy } from './envoy/envoy-markers.js';
import { importEnvoy } from './envoy/routes.js';
import { importGatewayApi, isRetryingRoute, isTrafficPolicy } from './gateway-api.js';
import { importDapr, isDapr } from './gateways/dapr.js';
import { importIngress, isRetryingIngress } from './gateways/ingress-nginx.js';
import { importKong, isKong } from './gateways/kong.js';
import { importTraefik, isTraefikFile, isTraefikResource } from './gateways/traefik-middleware.js';
import { importGrpc, isGrpc } from './grpc.js';
import { importHaproxy, isHaproxy } from './haproxy/backends.js';
import { importIstio, isDestinationRule, isVirtualService } from './istio/virtual-service.js';
import { importLinkerd, isAnnotated } from './linkerd/annotations.js';
import { isServiceProfile } from './linkerd/service-profile.js';
import { importNginx, isNginx } from './nginx/locations.js';
import type { RetryLayer } from './policy/layer.js';
import { Ledger } from './policy/ledger.js';
import { isProbed, withReadiness } from './policy/readiness.js';
import { importResilience4j, isResilience4j } from './resilience4j/retry.js';

export interface RetriesFound {
	/** what it was taken for, for people; empty where it is nothing of the kind */
	readonly systems: readonly FileKind[];
	readonly layers: readonly RetryLayer[];
	readonly ledger: Ledger;
}

export interface FileKind {
	readonly name: string;
	/** a file of the kind, and what in it says how to retry */
	readonly file: string;
	readonly would: string;
}

/** Documents that some system's reader knows, with what it makes of all of them. */
interface System extends FileKind {
	readonly knows: (document: Field) => boolean;
	readonly read: (documents: readonly Field[], ledger: Ledger) => RetryLayer[];
}

/** A document that says itself whose it is belongs to nobody else. */
const unnamed =
	(knows: (document: Field) => boolean) =>
	(document: Field): boolean =>
		declaredKind(document) === null && knows(document);

/** A document that is a resource of a kind, or lists some of which one is. */
const among =
	(isOurs: (resource: Resource) => boolean) =>
	(document: Field): boolean =>
		resourcesOf(document).some(isOurs);

/** In the order in which they are asked: the first that knows a document has it. */
const SYSTEMS_OF_DOCUMENTS: readonly System[] = [
	{
		name: 'Istio',
		file: 'an Istio configuration',
		would: 'a VirtualService with `retries`',
		knows: among((each) => isVirtualService(each) || isDestinationRule(each)),
		read: (documents, ledger) => importIstio(documents.flatMap(resourcesOf), ledger),
	},
	{
		name: 'gRPC service config',
		file: 'a gRPC service config',
		would: 'a `methodConfig` with `retryPolicy` or `hedgingPolicy`',
		knows: unnamed(isGrpc),
		read: (documents, ledger) => documents.flatMap((document) => importGrpc(document, ledger)),
	},
	{
		name: 'Linkerd',
		file: 'a Linkerd configuration',
		would: 'an annotation of retry.linkerd.io, or a route of a ServiceProfile with `isRetryable: true`,',
		knows: among((each) => isAnnotated(each) || isServiceProfile(each)),
		read: (documents, ledger) => importLinkerd(documents.flatMap(resourcesOf), ledger),
	},
	{
		name: 'Gateway API',
		file: 'a Gateway API configuration',
		would: 'a rule with `retry`',
		knows: among((each) => isRetryingRoute(each) || isTrafficPolicy(each)),
		read: (documents, ledger) => importGatewayApi(documents.flatMap(resourcesOf), ledger),
	},
	{
		name: 'Contour, Envoy Gateway, Kuma, Consul or AWS App Mesh',
		file: 'a configuration of Contour, Envoy Gateway, Kuma, Consul or AWS App Mesh',
		would:
			'a `retryPolicy` (Contour, App Mesh), `retry` (Envoy Gateway), `default.http` (Kuma) or `numRetries` (Consul)',
		knows: among(isDialect),
		read: (documents, ledger) => importDialects(documents.flatMap(resourcesOf), ledger),
	},
	{
		name: 'ingress-nginx',
		file: 'an Ingress of ingress-nginx',
		would: 'an annotation `nginx.ingress.kubernetes.io/proxy-next-upstream`',
		knows: among(isRetryingIngress),
		read: (documents, ledger) => importIngress(documents.flatMap(resourcesOf), ledger),
	},
	{
		name: 'Traefik',
		file: 'a configuration of Traefik',
		would: 'a middleware with `retry`',
		knows: (document) => among(isTraefikResource)(document) || unnamed(isTraefikFile)(document),
		read: (documents, ledger) => importTraefik(documents, documents.flatMap(resourcesOf), ledger),
	},
	{
		name: 'Dapr',
		file: 'a Resiliency of Dapr',
		would: '`policies.retries`',
		knows: among(isDapr),
		read: (documents, ledger) => importDapr(documents.flatMap(resourcesOf), ledger),
	},
	{
		name: 'Kong',
		file: 'a declarative file of Kong',
		would: '`services`',
		knows: unnamed(isKong),
		read: (documents, ledger) => documents.flatMap((document) => importKong(document, ledger)),
	},
	{
		name: 'Spring Cloud Gateway',
		file: 'a configuration of Spring Cloud Gateway',
		would: 'a route with a Retry filter',
		knows: unnamed(isSpringGateway),
		read: (documents, ledger) => documents.flatMap((document) => importSpringGateway(document, ledger)),
	},
	{
		name: 'resilience4j',
		file: 'a resilience4j configuration',
		would: '`resilience4j.retry.instances`',
		knows: unnamed(isResilience4j),
		read: (documents, ledger) => documents.flatMap((document) => importResilience4j(document, ledger)),
	},
	{
		name: '.NET',
		file: 'a .NET configuration',
		would: 'a section with `Retry` or `Hedging`',
		knows: unnamed(isDotnet),
		read: (documents, ledger) => documents.flatMap((document) => importDotnet(document, ledger)),
	},
	{
		name: 'Envoy',
		file: 'an Envoy configuration',
		would: 'a route with `retry_policy`',
		knows: unnamed(isEnvoy),
		read: importEnvoy,
	},
];

/** A text that is no YAML. */
interface TextSystem extends FileKind {
	readonly knows: (text: string) => boolean;
	readonly read: (given: Given, ledger: Ledger) => RetryLayer[];
}

const SYSTEMS_OF_TEXT: readonly TextSystem[] = [
	{
		name: 'NGINX',
		file: 'an NGINX configuration',
		would: '`proxy_pass` to an `upstream`',
		knows: isNginx,
		read: importNginx,
	},
	{
		name: 'HAProxy',
		file: 'an HAProxy configuration',
		would: 'a backend with servers',
		knows: isHaproxy,
		read: importHaproxy,
	},
	{
		name: 'an AWS profile',
		file: 'an AWS profile',
		would: '`retry_mode` or `max_attempts`',
		knows: isAwsProfile,
		read: importAws,
	},
];

/** True for a text that is the configuration of a system that writes no YAML. */
export const isPlainText = (text: string): boolean => ownerOf(text) !== undefined;

/** A text too long for any reader is left to that of YAML, which says so. */
const ownerOf = (text: string): TextSystem | undefined =>
	text.length > MAX_TEXT_BYTES ? undefined : SYSTEMS_OF_TEXT.find(({ knows }) => knows(text));

/** True for a document that some system's reader knows. */
export const isRetries = (document: Field): boolean => SYSTEMS_OF_DOCUMENTS.some(({ knows }) => knows(document));

/** @param documents of those files that are YAML or JSON */
export function readRetries(files: readonly Given[], documents: readonly Field[], notes: Notebook): RetriesFound {
	const ledger = new Ledger(notes);
	const systems: FileKind[] = [];
	const readings: (() => RetryLayer[])[] = [];
	for (const given of files) {
		const system = ownerOf(given.text);
		if (system === undefined) continue;
		systems.push(system);
		ledger.understood({ place: `${given.file}:1`, path: '' }, `read as the configuration of ${system.name}`);
		readings.push(() => system.read(given, ledger));
	}
	const owners = documents.map((document) => SYSTEMS_OF_DOCUMENTS.find(({ knows }) => knows(document)));
	for (const system of SYSTEMS_OF_DOCUMENTS) {
		const theirs = documents.filter((_, i) => owners[i] === system).map(({ strictly }) => strictly);
		if (theirs.length === 0) continue;
		systems.push(system);
		ledger.understood(theirs[0], `read as the configuration of ${system.name}`);
		readings.push(() => system.read(theirs, ledger));
	}
	const layers = withReadiness(together(...readings).flat(), documents, ledger);
	if (systems.length > 0) {
		documents.forEach((document, i) => {
			if (owners[i] !== undefined || (layers.length > 0 && isProbed(document))) return;
			const kind = declaredKind(document);
			ledger.unexpressed(
				document,
				kind === null
					? 'a document without retries; it is left out'
					: `${kind}: a document without retries that this import reads; it is left out`,
			);
		});
	}
	return { systems, layers, ledger };
}
