/** The resources in what an author gave: all documents of all files, lists unpacked, each with its kind and name. */
import { UserError } from '../../kernel/errors.js';
import { InvalidScenario, issueAt } from '../../scenario/document/issue.js';
import { readSources, type SourceNode } from '../../scenario/document/yaml-source.js';
import { withoutComments } from '../text/json-comments.js';
import { Field } from './field.js';

/** A file as it was given: its name, for error texts, and what stands in it. */
export interface Given {
	readonly file: string;
	readonly text: string;
}

export interface Resource {
	readonly kind: string;
	/** the group of its apiVersion: `argoproj.io` */
	readonly group: string;
	readonly name: string;
	/** null where it names none */
	readonly namespace: string | null;
	readonly body: Field;
}

/** Those whose retry configuration is read. */
export const RETRY_SYSTEMS =
	'Envoy, Istio, gRPC, Linkerd, Gateway API, Contour, Envoy Gateway, Kuma, Consul, AWS App Mesh, ingress-nginx, Traefik, Dapr, Kong, .NET, resilience4j, Spring Cloud Gateway, NGINX, HAProxy or an AWS profile';

const MAX_RESOURCES = 10_000;

/** A file that is YAML, and its documents. */
export interface Documents {
	readonly file: string;
	readonly documents: readonly Field[];
}

/** @throws InvalidScenario with every fault of the syntax of every file */
export function readDocuments(files: readonly Given[]): Documents[] {
	const issues = [];
	const read: Documents[] = [];
	for (const { file, text } of files) {
		try {
			read.push({ file, documents: documents(file, text) });
		} catch (error) {
			if (!(error instanceof InvalidScenario)) throw error;
			issues.push(...error.issues);
		}
	}
	if (issues.length > 0) throw new InvalidScenario(issues);
	return read;
}

/** @throws UserError for too many */
export function allResources(documents: readonly Field[]): Resource[] {
	const found = documents.flatMap(resourcesOf);
	if (found.length > MAX_RESOURCES)
		throw new UserError(`error: found ${found.length} resources, at most ${MAX_RESOURCES} would do`);
	return found;
}

/** The resource of a document, where it is one; lists are unpacked when they are read. */
export const resourcesOf = (document: Field): Resource[] => resource(document);

/** What another kind of file is told. */
export function nothingIn(file: string, what: string): InvalidScenario {
	const message = `found ${what}, an Argo Rollout or a Flagger Canary would do, with the templates that it names; or retries of ${RETRY_SYSTEMS}`;
	return new InvalidScenario([issueAt('error', { file, line: 1, column: 1, set: null }, '', message)]);
}

const documents = (file: string, text: string): Field[] =>
	readSources(withoutComments(text), file)
		.map((root) => new Field(file, '', root, root.at))
		.flatMap(unpacked);

const MAX_NESTED = 10_000;

/** `kubectl get -o yaml` writes several resources as one List, and others write them as a list of YAML. */
function unpacked(document: Field): Field[] {
	const { node } = document;
	if (node?.kind === 'list' && node.items.length > 0 && node.items.every(isResourceNode))
		return document.items(MAX_NESTED).map(rooted);
	const isList = node?.kind === 'map' && /List$/.test(String(kindOf(document)));
	return isList && document.get('items').node?.kind === 'list'
		? document.get('items').items(MAX_NESTED).map(rooted)
		: [document];
}

const isResourceNode = (node: SourceNode): boolean =>
	node.kind === 'map' && node.entries.has('kind') && node.entries.has('apiVersion');

/** An item as a document of its own. */
const rooted = ({ file, node, at }: Field): Field => new Field(file, '', node, at);

function resource(body: Field): Resource[] {
	const kind = kindOf(body);
	if (kind === null) return [];
	const metadata = body.get('metadata');
	const group = scalar(body.get('apiVersion'));
	const name = scalar(metadata.get('name')) ?? scalar(metadata.get('generateName'));
	return [
		{
			kind,
			group: group === null ? '' : group.split('/')[0],
			name: name === null ? kind.toLowerCase() : name,
			namespace: scalar(metadata.get('namespace')),
			body,
		},
	];
}

const kindOf = (body: Field): string | null => scalar(body.get('kind'));

const scalar = ({ node }: Field): string | null =>
	node?.kind === 'scalar' && node.value !== null ? String(node.value) : null;
