/** Collects the mistakes of one document, all at once and none twice. */
import { byPlace, type Issue, issueAt } from './issue.js';
import { locate, without } from './source-position.js';
import { type MapSource, type Path, printPath, type SourceNode } from './yaml-source.js';

/** Of a file with more mistakes than this only the first ones are told. */
export const MAX_ISSUES = 200;

/** Collects issues of one resolved document. */
export class IssueCollector {
	private readonly found: Record<Issue['severity'], Issue[]> = { error: [], warning: [] };
	private readonly texts = new Set<string>();
	/** Subtrees that were left out because they are wrong themselves; complaints that rest on them are not repeated. */
	private readonly leftOut: Path[] = [];

	constructor(
		private readonly file: string,
		private tree: MapSource,
		/** the variant looked at, empty for the file's own scenario */
		private readonly variant: string,
	) {}

	/** The document as it is now, without what has been left out. */
	get root(): MapSource {
		return this.tree;
	}

	get failed(): boolean {
		return this.found.error.length > 0;
	}

	/** All of them, in the order of the text. */
	get issues(): Issue[] {
		return [...this.found.error, ...this.found.warning].toSorted(byPlace);
	}

	/** Takes a wrong value out of the document, so that the rest can be looked at. */
	leaveOut(path: Path): void {
		const root = without(this.tree, path);
		if (root.kind !== 'map') return;
		this.tree = root;
		// The items behind one that has left a list move up: only the list as a whole is then short of something.
		const last = path[path.length - 1];
		this.leftOut.push(typeof last === 'number' ? [...path.slice(0, -1), '(left out)'] : path);
	}

	/** True when something at, above or below this path has been left out. */
	rests(path: Path): boolean {
		return this.leftOut.some((gone) => {
			const shorter = Math.min(gone.length, path.length);
			return gone.slice(0, shorter).every((step, i) => step === path[i]);
		});
	}

	/** True where a list was written; a single name may stand in its place. */
	isList(path: Path): boolean {
		return this.nodeAt(path)?.kind === 'list';
	}

	/** True where the author wrote something, and the schema did not have to fill it in. */
	isWritten(path: Path): boolean {
		return this.nodeAt(path) !== undefined;
	}

	private nodeAt(path: Path): SourceNode | undefined {
		let node: SourceNode | undefined = this.tree;
		for (const step of path) {
			if (node?.kind === 'map') node = node.entries.get(String(step))?.node;
			else node = node?.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined;
		}
		return node;
	}

	error(path: Path, message: string, restsOn: readonly Path[] = []): void {
		this.add('error', path, message, restsOn);
	}

	warning(path: Path, message: string, restsOn: readonly Path[] = []): void {
		this.add('warning', path, message, restsOn);
	}

	/** An issue about a key rather than its value. */
	unknownKey(path: Path, message: string): void {
		this.add('error', path, message, [], true);
	}

	private add(severity: Issue['severity'], path: Path, message: string, restsOn: readonly Path[], key = false): void {
		// The document as a whole rests on everything, and would never be complained about.
		if ([path, ...restsOn].some((one) => one.length > 0 && this.rests(one))) return;
		const { origin, inherited, path: written } = locate(this.tree, path, key);
		const prefix = origin.variant !== null ? `variants.${origin.variant}.` : '';
		const suffix = this.variant !== '' && inherited ? inVariant(this.variant) : '';
		const place = { file: this.file, line: origin.line, column: origin.column, set: origin.set };
		const issue = issueAt(
			severity,
			place,
			`${path.length > 0 ? prefix : ''}${printPath(written)}`,
			`${message}${suffix}`,
		);
		if (this.texts.has(issue.text) || this.found[severity].length >= MAX_ISSUES) return;
		this.texts.add(issue.text);
		this.found[severity].push(issue);
	}
}

/** What is said of a mistake that stands in the base, and is one only in this variant. */
export const inVariant = (variant: string): string => ` (in variant ${variant})`;
