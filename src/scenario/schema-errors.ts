/**
 * Reads a document by the schema and tells its mistakes in our words. What is wrong is then left out, so that names,
 * sums and instants of the rest can still be checked, and all mistakes come at once.
 */
import { z } from 'zod';
import { suggest } from './document/did-you-mean.js';
import { type IssueCollector, MAX_ISSUES } from './document/issue-collector.js';
import { type Path, toPlain } from './document/yaml-source.js';
import { type Document, document } from './schema/document.js';
import { likeName, wrong } from './schema/quantity-fields.js';

/** Rounds of leaving out; each one removes at least one value. */
const MAX_ROUNDS = 50;

interface SchemaFinding {
	readonly path: Path;
	readonly message: string;
	/** unknown keys: the path is the key itself */
	readonly isKey: boolean;
	/** the value is missing, or of no known kind: what cannot stand without it is the level above */
	readonly missing: boolean;
}

/** The document, or as much of it as can be read (null: nothing); the mistakes go to `problems`. */
export function readDocument(problems: IssueCollector): Document | null {
	for (let round = 0; round < MAX_ROUNDS; round++) {
		const plain = round === 0 ? toPlain(problems.root) : named(toPlain(problems.root));
		const read = document.safeParse(plain, { reportInput: true, error: inOurWords });
		if (read.success) return read.data;
		const findings = withoutRepeats(read.error.issues.flatMap((issue) => findingsOf(issue, plain, [])));
		// Later rounds see what the leaving out itself has done: `problems` keeps quiet about what rests on it.
		for (const { isKey, path, message } of findings) {
			if (isKey) problems.unknownKey(path, message);
			else problems.error(path, message);
		}
		// So many say enough; taking each of them out would take long.
		if (findings.length > MAX_ISSUES) return null;
		const gone = new Map<string, Path>();
		for (const { path, missing } of findings) {
			const out = missing ? path.slice(0, -1) : path;
			if (out.length > 0) gone.set(JSON.stringify(out), out);
			else if (path[0] !== 'name') return null;
		}
		// From the back, so that places in lists keep their numbers while others are taken out.
		for (const path of [...gone.values()].toSorted(backwards)) problems.leaveOut(path);
	}
	return null;
}

/** A document whose name is wrong or missing has one, so that the rest of it can be looked at. */
function named(plain: unknown): unknown {
	return typeof plain === 'object' && plain !== null ? { name: 'unnamed', ...plain } : plain;
}

/** Where a field is misspelt, that its map is short of something says nothing new. */
function withoutRepeats(findings: readonly SchemaFinding[]): SchemaFinding[] {
	const keys = findings.filter(({ isKey }) => isKey);
	const isRepeat = ({ path }: SchemaFinding): boolean =>
		keys.some((key) => key.path.length === path.length + 1 && path.every((step, i) => step === key.path[i]));
	return findings.filter((finding) => finding.isKey || !isRepeat(finding));
}

function backwards(a: Path, b: Path): number {
	for (let i = 0; i < Math.min(a.length, b.length); i++) {
		const [x, y] = [a[i], b[i]];
		if (typeof x === 'number' && typeof y === 'number' && x !== y) return y - x;
		if (x !== y) return String(x) < String(y) ? -1 : 1;
	}
	return b.length - a.length;
}

function findingsOf(issue: z.core.$ZodIssue, root: unknown, above: Path): SchemaFinding[] {
	const path = [...above, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
	const finding = (message: string, at: Path = path, isKey = false): SchemaFinding => {
		return { path: at, message, isKey, missing: valueAt(root, at) === undefined };
	};
	if (issue.code === 'unrecognized_keys') {
		const known = knownKeys(path);
		return issue.keys.map((key) => {
			// Of several kinds of the same thing one has it.
			const message = known.includes(key)
				? `found ${key}, which this kind does not use; leave it out`
				: `unknown field; ${suggest(key, known)}`;
			return finding(message, [...path, key], true);
		});
	}
	if (issue.code === 'invalid_union' && issue.discriminator !== undefined && issue.errors.length === 0)
		return [unknownKind(path, valueAt(root, path))];
	if (issue.code === 'invalid_union' && issue.message === '') return fromUnion(issue, root, path);
	if (issue.code === 'invalid_value') return [finding(`${issue.message}${besideIt(path, valueAt(root, path))}`)];
	if (issue.code === 'invalid_key') {
		const key = issue.path[issue.path.length - 1];
		return [finding(wrong(key, likeName(key)), path, true)];
	}
	return [finding(issue.message)];
}

/** Which fields a map has depends on its kind, so that without one it is left out as a whole. */
function unknownKind(path: Path, found: unknown): SchemaFinding {
	const known = schemasAt(path).flatMap((schema) =>
		schema instanceof z.ZodLiteral ? [...schema.values].map(String) : [],
	);
	const what = found === undefined ? 'missing: ' : `found ${JSON.stringify(found)}; `;
	return { path, message: `${what}${suggest(found, known)}`, isKey: false, missing: true };
}

/** A map in place of a word may hold what belongs beside it: `where: { class: write }`. */
function besideIt(path: Path, found: unknown): string {
	if (typeof found !== 'object' || found === null) return '';
	const siblings = knownKeys(path.slice(0, -1));
	const strayed = Object.keys(found).filter((key) => siblings.includes(key));
	return strayed.length === 0 ? '' : `; ${strayed.map((key) => `\`${key}:\``).join(', ')} stands beside it, not in it`;
}

/** Of the forms a value may have, the complaints of the one it most looks like. */
function fromUnion(issue: z.core.$ZodIssueInvalidUnion, root: unknown, path: Path): SchemaFinding[] {
	const byForm = issue.errors.map((errors) => errors.flatMap((inner) => findingsOf(inner, root, path)));
	const distance = (findings: SchemaFinding[]): number => {
		const atRoot = findings.filter((f) => f.path.length === path.length && !isMapAt(root, path)).length;
		const keys = findings.filter((f) => f.isKey && f.path.length === path.length + 1).length;
		return atRoot * 100 + keys * 10 + findings.length;
	};
	// A form of the wrong type complains about the value as a whole; a map is only ever meant as one of the map forms.
	const fitting = byForm.filter(
		(_, i) => !issue.errors[i].some((e) => e.path.length === 0 && isOfAnotherForm(e, isMapAt(root, path))),
	);
	const forms = fitting.length > 0 ? fitting : byForm;
	if (forms.length === 0) return [{ path, message: issue.message, isKey: false, missing: false }];
	return forms.reduce((best, form) => (distance(form) < distance(best) ? form : best));
}

/** A form of another type complains about the value as a whole; so does a list of names about a map. */
const isOfAnotherForm = ({ code }: z.core.$ZodIssue, isMap: boolean): boolean =>
	code === 'invalid_type' || (code === 'invalid_value' && isMap);

function inOurWords(issue: z.core.$ZodRawIssue): string | undefined {
	switch (issue.code) {
		case 'invalid_type':
			return wrong(issue.input, typeName(String(issue.expected)));
		case 'invalid_value': {
			const values = issue.values.map(String);
			if (issue.input === undefined) return `missing: ${suggest(undefined, values)}`;
			return `found ${JSON.stringify(issue.input)}; ${suggest(issue.input, values)}`;
		}
		case 'too_small':
			return issue.origin === 'array'
				? 'found an empty list, at least one entry would do'
				: wrong(issue.input, `${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}`);
		case 'too_big':
			return issue.origin === 'array' || issue.origin === 'string'
				? `found too long a ${issue.origin === 'array' ? 'list' : 'text'}, at most ${issue.maximum} would do`
				: wrong(issue.input, `at most ${issue.maximum}`);
		case 'invalid_union':
			return '';
		default:
			return undefined;
	}
}

const TYPES = new Map([
	['object', 'a map (name: value)'],
	['record', 'a map (name: value)'],
	['array', 'a list'],
	['tuple', 'a list'],
	['string', 'a text'],
	['number', 'a number'],
	['int', 'a whole number'],
	['boolean', 'true or false'],
]);

function typeName(expected: string): string {
	const known = TYPES.get(expected);
	return known === undefined ? expected : known;
}

function valueAt(root: unknown, path: Path): unknown {
	let value = root;
	for (const step of path) {
		if (typeof value !== 'object' || value === null) return undefined;
		value = Reflect.get(value, step);
	}
	return value;
}

const isMapAt = (root: unknown, path: Path): boolean => {
	const value = valueAt(root, path);
	return typeof value === 'object' && value !== null && !Array.isArray(value);
};

/** Fields the schema knows at a path: through maps by name, lists, forms of a value, and what wraps them. */
function knownKeys(path: Path): string[] {
	return [...new Set(schemasAt(path).flatMap((form) => (form instanceof z.ZodObject ? Object.keys(form.shape) : [])))];
}

/** What may stand at a path. */
function schemasAt(path: Path): z.core.$ZodType[] {
	let here: z.core.$ZodType[] = [document];
	for (const step of path) here = here.flatMap((schema) => below(schema, step));
	return here.flatMap((schema) => forms(schema));
}

function below(schema: z.core.$ZodType, step: string | number): z.core.$ZodType[] {
	return forms(schema).flatMap((form) => {
		if (form instanceof z.ZodObject) return Reflect.has(form.shape, step) ? [Reflect.get(form.shape, step)] : [];
		if (form instanceof z.ZodRecord) return [form.valueType];
		if (form instanceof z.ZodArray) return [form.element];
		return [];
	});
}

/** What is inside optional, default, transform, lazy and union. */
function forms(schema: z.core.$ZodType): z.core.$ZodType[] {
	if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
		return forms(schema.unwrap());
	}
	if (schema instanceof z.ZodLazy) return forms(schema.unwrap());
	// What comes before a schema that is asked, as `preprocess` does, has no fields itself.
	if (schema instanceof z.ZodPipe) return forms(schema.in instanceof z.ZodTransform ? schema.out : schema.in);
	if (schema instanceof z.ZodUnion) return schema.options.flatMap(forms);
	return [schema];
}
