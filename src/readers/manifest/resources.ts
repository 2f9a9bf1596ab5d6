/** The resources in what an author gave: all documents of all files, lists unpacked, each with its kind and name. */
import { UserError } from '../../kernel/errors.js';
import { InvalidScenario, issueAt } from '../../scenario/document/issue.js';
import { readSources } from '../../scenario/document/yaml-source.js';
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
const RETRY_SYSTEMS = 'Envoy, Istio, gRPC, Linkerd, Gateway API, .NET, resilience4j, NGINX, HAProxy or an AWS profile';

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

/** @throws InvalidScenario for each file without a single resource, and for too many */
export function allResources(files: readonly Documents[]): Resource[] {
	const here = files.map(({ file, documents }) => ({ file, found: documents.flatMap(resourcesOf) }));
	const empty = here.filter(({ found }) => found.length === 0);
	if (empty.length > 0) {
		const none = 'no resource (a map with `kind` and `metadata.name`)';
		throw new InvalidScenario(empty.flatMap(({ file }) => nothingIn(file, none).issues));
	}
	const found = here.flatMap(({ found }) => found);
	if (found.length > MAX_RESOURCES)
		throw new UserError(`error: found ${found.length} resources, at most ${MAX_RESOURCES} would do`);
	return found;
}

/** The resources of a document: one, or those of a List. */
export const resourcesOf = (document: Field): Resource[] => unpacked(document).flatMap(resource);

/** What another kind of file is told. */
export function nothingIn(file: string, what: string): InvalidScenario {
	const message = `found ${what}, an Argo Rollout or a Flagger Canary would do, with the templates that it names; or retries of ${RETRY_SYSTEMS}`;
	return new InvalidScenario([issueAt('error', { file, line: 1, column: 1, set: null }, '', message)]);
}

function documents(file: string, text: string): Field[] {
	try {
		return readSources(withoutComments(text), file).map((root) => new Field(file, '', root, root.at));
	} catch (error) {
		// A chart's braces are no YAML; the faults they lead to name everything but the cause.
		if (error instanceof InvalidScenario && /\{\{-?\s*(?:\.|\$|if |range |include |with |template )/.test(text)) {
			throw nothingIn(file, 'a template of a Helm chart, which is no YAML yet (`helm template` makes it so)');
		}
		throw error;
	}
}

/** `kubectl get -o yaml` writes several resources as one List. */
function unpacked(document: Field): Field[] {
	const isList = document.node?.kind === 'map' && /List$/.test(String(kindOf(document)));
	return isList && document.get('items').given ? document.get('items').items(MAX_RESOURCES) : [document];
}

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
