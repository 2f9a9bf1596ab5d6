/** The resources in what an author gave: all documents of all files, lists unpacked, each with its kind and name. */
import { UserError } from '../kernel/check.js';
import { InvalidScenario, issueAt } from '../scenario/issue.js';
import { readSources } from '../scenario/source.js';
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

const MAX_RESOURCES = 10_000;

/** @throws InvalidScenario with every fault of the syntax of every file, and for a file without a single resource */
export function readResources(files: readonly Given[]): Resource[] {
	const issues = [];
	const found: Resource[] = [];
	for (const { file, text } of files) {
		try {
			const here = documents(file, text).flatMap(unpacked).flatMap(resource);
			if (here.length === 0) throw nothingIn(file, 'no resource (a map with `kind` and `metadata.name`)');
			found.push(...here);
		} catch (error) {
			if (!(error instanceof InvalidScenario)) throw error;
			issues.push(...error.issues);
		}
	}
	if (issues.length > 0) throw new InvalidScenario(issues);
	if (found.length > MAX_RESOURCES)
		throw new UserError(`error: found ${found.length} resources, at most ${MAX_RESOURCES} would do`);
	return found;
}

/** What another kind of file is told. */
export function nothingIn(file: string, what: string): InvalidScenario {
	const message = `found ${what}, an Argo Rollout or a Flagger Canary would do, with the templates that it names`;
	return new InvalidScenario([issueAt('error', { file, line: 1, column: 1, set: null }, '', message)]);
}

function documents(file: string, text: string): Field[] {
	try {
		return readSources(text, file).map((root) => new Field(file, '', root, root.at));
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
